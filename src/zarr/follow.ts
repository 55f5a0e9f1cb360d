/** New rows as they are committed: by asking for the documents again and again, which works with every store. */
import { QuarryError } from "../errors.ts";
import type { ZarrArray } from "./array.ts";
import type { NdArray } from "./array-data.ts";
import { slice } from "./indexing/slice.ts";

export interface FollowOptions {
  /** The first row that is wanted: of those that are still to come (default), of all, or of a row's index. */
  readonly from?: "end" | "start" | number | undefined;
  /** Milliseconds between two looks while nothing comes, default 100. */
  readonly pollMs?: number | undefined;
  /** Rows that are given at a time, at most. Default 65,536. */
  readonly rowsMax?: number | undefined;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/** Rows of arrays that grow together. */
export interface NewRows {
  readonly firstRow: number;
  readonly rows: number;
  /** By the arrays' names. */
  readonly arrays: { readonly [name: string]: NdArray };
}

const ROWS_MAX = 65_536;
const POLL_MS = 100;

/**
 * @param look the arrays as they are now, by name
 * @throws QuarryError `VALUE_CHANGED` where there are fewer rows than before; what reading throws
 */
export async function* followRows(
  look: () => Promise<ReadonlyMap<string, ZarrArray>>,
  options: FollowOptions,
): AsyncGenerator<NewRows, void, undefined> {
  const { from = "end", pollMs = POLL_MS, rowsMax = ROWS_MAX, signal } = options;
  checkFrom(from);
  if (!(pollMs >= 0)) throw new RangeError(`pollMs is a number of milliseconds, not ${pollMs}`);
  if (!Number.isSafeInteger(rowsMax) || rowsMax < 1)
    throw new RangeError(`rowsMax is at least 1, not ${rowsMax}`);
  let next: number | undefined = from === "end" ? undefined : from === "start" ? 0 : from;
  const isOver = (): boolean => signal?.aborted === true;
  while (!isOver()) {
    const arrays = await unlessOver(signal, look);
    if (arrays === undefined) return;
    const count = Math.min(...[...arrays.values()].map(({ shape }) => shape[0]!));
    next ??= count;
    if (count < next && from !== next) throw shrunk(arrays, count, next);
    while (next < count && !isOver()) {
      const end = Math.min(next + rowsMax, count);
      const firstRow = next;
      const read = await unlessOver(signal, () => readRows(arrays, firstRow, end, signal));
      if (read === undefined) return;
      yield { firstRow, rows: end - firstRow, arrays: read };
      next = end;
    }
    if (!isOver()) await pause(pollMs, signal);
  }
}

/** What `work` resolves to; undefined where `signal` has ended it, in whichever way it then fails. */
async function unlessOver<T>(
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}

async function readRows(
  arrays: ReadonlyMap<string, ZarrArray>,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): Promise<{ [name: string]: NdArray }> {
  const read = [...arrays].map(async ([name, array]) => {
    const rest = array.shape.slice(1).map(() => null);
    return [name, (await array.get([slice(from, to), ...rest], { signal })) as NdArray] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
  });
}

function checkFrom(from: FollowOptions["from"]): void {
  if (from === "end" || from === "start" || (Number.isSafeInteger(from) && (from as number) >= 0)) return;
  throw new RangeError(`from is "end", "start" or the index of a row, not ${String(from)}`);
}

function shrunk(arrays: ReadonlyMap<string, ZarrArray>, count: number, next: number): QuarryError {
  const [first] = arrays.values();
  return new QuarryError("VALUE_CHANGED", `${first!.path} has ${count} rows, and had ${next} before`, {
    path: first!.path,
  });
}
