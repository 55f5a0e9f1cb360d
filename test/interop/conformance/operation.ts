/** What is tried with an array of 8 by 6 int32 that holds 0 … 47, and how its outcome is judged. See `operations.py`. */
import { link, readFile } from "node:fs/promises";
import { join } from "node:path";

export const ITEMS = Int32Array.from({ length: 48 }, (_, at) => at);
export const WIDTH = 6;
export const ROWS = [5, 0, 7];
export const COLUMNS = [4, 1];
export const range = (start: number, stop: number, step = 1) =>
  Array.from({ length: Math.ceil((stop - start) / step) }, (_, at) => start + at * step);
export const ALL_ROWS = range(0, 8);
export const ALL_COLUMNS = range(0, WIDTH);
export const box = (rows: readonly number[], columns: readonly number[]) =>
  rows.flatMap((row) => columns.map((column) => WIDTH * row + column));
export const setTo = (at: readonly number[], value: number) =>
  ITEMS.map((item, index) => (at.includes(index) ? value : item));

/** Whether `data`, an item or many, has these items. */
export function are(data: unknown, expected: ArrayLike<number>): boolean {
  const items = typeof data === "number" ? [data] : [...(data as Iterable<number>)];
  return items.length === expected.length && items.every((item, at) => item === expected[at]);
}

/** The places in which an implementation finds what it is asked to work with. */
export interface Places {
  /** A copy of the array, its own. */
  readonly path: string;
  /** A copy of the consolidated group with the groups "a b" and "größe". */
  readonly group: string;
  readonly zip: string;
  readonly url: string;
}

export type Operation = (places: Places) => Promise<boolean>;

export const refuses = (does: Promise<unknown>) =>
  does.then(
    () => false,
    () => true,
  );

export async function isReplacedWhole({ path }: Places, write: () => Promise<unknown>): Promise<boolean> {
  const [chunk, witness] = [join(path, "c", "0", "0"), `${path}.witness`];
  const before = await readFile(chunk);
  await link(chunk, witness);
  await write();
  return before.equals(await readFile(witness)) && !before.equals(await readFile(chunk));
}

export const itemsOf = async (read: Promise<unknown>) => {
  const result = await read;
  return typeof result === "object" ? (result as { data: unknown }).data : result;
};

/** Places of the items of the first chunk. */
export const firstChunk = box(range(0, 4), range(0, 3));
