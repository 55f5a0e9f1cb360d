/**
 * Selections, hierarchies, stores and writing at the same time: the operations of `operations.py`, in Quarry and in
 * zarrita. There the array is described.
 */
import { cp, link, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ZarritaFetchStore from "@zarrita/storage/fetch";
import ZarritaFileSystemStore from "@zarrita/storage/fs";
import ZarritaZipFileStore from "@zarrita/storage/zip";
import { zipSync } from "fflate";
import * as zarrita from "zarrita";
import {
  createArray,
  createGroup,
  FileSystemStore,
  type Group,
  MemoryStore,
  openArray,
  openGroup,
  slice,
  type ZarrArray,
  ZipStore,
} from "../../../src/index.ts";
import { serve } from "../../kit/http-server.ts";
import { askPython } from "../python.ts";
import type { Row, Section, Subject, Verdict } from "./table.ts";

const ITEMS = Int32Array.from({ length: 48 }, (_, at) => at);
const WIDTH = 6;
const ROWS = [5, 0, 7];
const COLUMNS = [4, 1];
const range = (start: number, stop: number, step = 1) =>
  Array.from({ length: Math.ceil((stop - start) / step) }, (_, at) => start + at * step);
const ALL_ROWS = range(0, 8);
const ALL_COLUMNS = range(0, WIDTH);
const box = (rows: readonly number[], columns: readonly number[]) =>
  rows.flatMap((row) => columns.map((column) => WIDTH * row + column));
const setTo = (at: readonly number[], value: number) =>
  ITEMS.map((item, index) => (at.includes(index) ? value : item));

/** Whether `data`, an item or many, has these items. */
function are(data: unknown, expected: ArrayLike<number>): boolean {
  const items = typeof data === "number" ? [data] : [...(data as Iterable<number>)];
  return items.length === expected.length && items.every((item, at) => item === expected[at]);
}

/** The places in which an implementation finds what it is asked to work with. */
interface Places {
  /** A copy of the array, its own. */
  readonly path: string;
  /** A copy of the consolidated group with the groups "a b" and "größe". */
  readonly group: string;
  readonly zip: string;
  readonly url: string;
}

type Operation = (places: Places) => Promise<boolean>;

const refuses = (does: Promise<unknown>) =>
  does.then(
    () => false,
    () => true,
  );

async function isReplacedWhole({ path }: Places, write: () => Promise<unknown>): Promise<boolean> {
  const [chunk, witness] = [join(path, "c", "0", "0"), `${path}.witness`];
  const before = await readFile(chunk);
  await link(chunk, witness);
  await write();
  return before.equals(await readFile(witness)) && !before.equals(await readFile(chunk));
}

const itemsOf = async (read: Promise<unknown>) => {
  const result = await read;
  return typeof result === "object" ? (result as { data: unknown }).data : result;
};

const quarry = async (location: ConstructorParameters<typeof Group>[0] | string) =>
  (await openArray(location, typeof location === "string" ? { mode: "r+" } : {})) as ZarrArray<"int32">;

const read =
  (get: (array: ZarrArray<"int32">) => Promise<unknown>, expected: readonly number[]): Operation =>
  async ({ path }) =>
    are(await itemsOf(get(await quarry(path))), expected);

const write =
  (set: (array: ZarrArray<"int32">) => Promise<unknown>, expected: Int32Array): Operation =>
  async ({ path }) => {
    await set(await quarry(path));
    return are(await itemsOf((await quarry(path)).get()), expected);
  };

const rowMask = ALL_ROWS.map((row) => row % 3 === 0);
const mask = Uint8Array.from(ITEMS, (item) => (item % 5 === 0 ? 1 : 0));
const points = [ROWS, [1, 2, 0]] as const;
const pointIndices = ROWS.map((row, at) => WIDTH * row + points[1][at]!);
const firstChunk = box(range(0, 4), range(0, 3));

const OF_QUARRY: Readonly<Record<string, Operation>> = {
  "one item": read((a) => a.get([2, 3]), [15]),
  "negative indices": read((a) => a.get([-1, -2]), [46]),
  slices: read((a) => a.get([slice(1, 7), slice(2, 5)]), box(range(1, 7), range(2, 5))),
  "slices with steps": read(
    (a) => a.get([slice(1, 8, 3), slice(null, null, 2)]),
    box(range(1, 8, 3), range(0, 6, 2)),
  ),
  "slices that run backwards": read(
    (a) => a.get([slice(null, null, -1), null]),
    box([...ALL_ROWS].reverse(), ALL_COLUMNS),
  ),
  "an ellipsis": read((a) => a.get(["...", 1]), box(ALL_ROWS, [1])),
  "orthogonal lists": read((a) => a.getOrthogonal([ROWS, COLUMNS]), box(ROWS, COLUMNS)),
  "orthogonal masks": read((a) => a.getOrthogonal([rowMask, COLUMNS]), box([0, 3, 6], COLUMNS)),
  points: read((a) => a.getPoints(points), pointIndices),
  "a mask of the whole array": read((a) => a.getMask({ data: mask, shape: [8, 6] }), range(0, 48, 5)),
  blocks: read((a) => a.getBlocks([1, 0]), box(range(4, 8), range(0, 3))),
  "an index outside is an error": async ({ path }) => refuses((await quarry(path)).get([8, 0])),
  "write a part": write((a) => a.set([slice(1, 5), slice(2, 4)], 7), setTo(box(range(1, 5), range(2, 4)), 7)),
  "write with steps": write(
    (a) => a.set([slice(null, null, 3), slice(null, null, 2)], 7),
    setTo(box([0, 3, 6], [0, 2, 4]), 7),
  ),
  "write orthogonal lists": write((a) => a.setOrthogonal([ROWS, COLUMNS], 7), setTo(box(ROWS, COLUMNS), 7)),
  "write points": write((a) => a.setPoints(points, 7), setTo(pointIndices, 7)),
  "append rows": write(
    (a) => a.append(ITEMS.subarray(0, 18)),
    Int32Array.of(...ITEMS, ...ITEMS.subarray(0, 18)),
  ),
  "make smaller; growing again shows the fill value": write(
    async (a) => {
      await a.resize([3, 6]);
      await a.resize([8, 6]);
    },
    setTo(box(range(3, 8), ALL_COLUMNS), 0),
  ),
  "members of a group": async ({ group }) => {
    const names: string[] = [];
    for await (const [name] of (await openGroup(group)).members()) names.push(name);
    return names.sort().join() === "a b,größe";
  },
  "consolidated metadata": async ({ group }) => (await openGroup(group)).metadata.consolidated !== undefined,
  "change attributes": async ({ group }) => {
    await (await openGroup(group, { mode: "r+" })).updateAttributes({ x: 2n ** 60n + 1n });
    return (await openGroup(group)).attributes.x === 2n ** 60n + 1n;
  },
  "delete a node": async ({ group }) => {
    await (await openGroup(group, { mode: "r+" })).delete("a b");
    return refuses((await openGroup(group)).get("a b"));
  },
  "a path that leads out of the store is refused": async ({ group }) =>
    refuses((await openGroup(group)).get("../base")),
  memory: async () => {
    const store = new MemoryStore();
    const created = await createArray(store, { shape: [8, 6], dataType: "int32", chunks: [4, 3] });
    await created.set(null, ITEMS);
    return are(await itemsOf((await openArray(store)).get()), ITEMS);
  },
  "zip archive": async ({ zip }) => are(await itemsOf((await openArray(new ZipStore(zip))).get()), ITEMS),
  HTTP: async ({ url }) => are(await itemsOf((await openArray(`${url}/base`)).get()), ITEMS),
  "items set at the same time in one chunk are all kept": write(
    (a) => Promise.all(firstChunk.map((at) => a.set([Math.floor(at / WIDTH), at % WIDTH], -1))),
    setTo(firstChunk, -1),
  ),
  "a chunk is replaced whole, by renaming": (places) =>
    isReplacedWhole(places, async () => (await quarry(places.path)).set([0, 0], -1)),
};

const openByZarrita = (path: string) => zarrita.open.v3(new ZarritaFileSystemStore(path), { kind: "array" });

type ZarritaArray = Awaited<ReturnType<typeof openByZarrita>>;

const readByZarrita =
  (selection: readonly (number | null | zarrita.Slice)[], expected: readonly number[]): Operation =>
  async ({ path }) =>
    are(await itemsOf(zarrita.get(await openByZarrita(path), [...selection] as never)), expected);

const writeByZarrita =
  (set: (array: ZarritaArray) => Promise<unknown>, expected: Int32Array): Operation =>
  async ({ path }) => {
    await set(await openByZarrita(path));
    return are(await itemsOf(zarrita.get(await openByZarrita(path))), expected);
  };

const zarritaSet = (array: ZarritaArray, selection: readonly unknown[], value: number) =>
  zarrita.set(array as never, selection as never, value as never);

/** What is not here zarrita has no function for. */
const OF_ZARRITA: Readonly<Record<string, Operation>> = {
  "one item": readByZarrita([2, 3], [15]),
  "negative indices": readByZarrita([-1, -2], [46]),
  slices: readByZarrita([zarrita.slice(1, 7), zarrita.slice(2, 5)], box(range(1, 7), range(2, 5))),
  "slices with steps": readByZarrita(
    [zarrita.slice(1, 8, 3), zarrita.slice(null, null, 2)],
    box(range(1, 8, 3), range(0, 6, 2)),
  ),
  "slices that run backwards": readByZarrita(
    [zarrita.slice(null, null, -1), null],
    box([...ALL_ROWS].reverse(), ALL_COLUMNS),
  ),
  "an index outside is an error": async ({ path }) => refuses(zarrita.get(await openByZarrita(path), [8, 0])),
  "write a part": writeByZarrita(
    (a) => zarritaSet(a, [zarrita.slice(1, 5), zarrita.slice(2, 4)], 7),
    setTo(box(range(1, 5), range(2, 4)), 7),
  ),
  "write with steps": writeByZarrita(
    (a) => zarritaSet(a, [zarrita.slice(null, null, 3), zarrita.slice(null, null, 2)], 7),
    setTo(box([0, 3, 6], [0, 2, 4]), 7),
  ),
  memory: async ({ path }) => {
    const [document, ...chunks] = await Promise.all(
      ["zarr.json", "c/0/0", "c/0/1", "c/1/0", "c/1/1"].map((key) => readFile(join(path, key))),
    );
    const keys = ["/c/0/0", "/c/0/1", "/c/1/0", "/c/1/1"];
    const store = new Map<string, Uint8Array>([["/zarr.json", document!]]);
    for (const [at, key] of keys.entries()) store.set(key, chunks[at]!);
    return are(await itemsOf(zarrita.get(await zarrita.open.v3(store as never, { kind: "array" }))), ITEMS);
  },
  "zip archive": async ({ zip }) => {
    const store = ZarritaZipFileStore.fromBlob(new Blob([await readFile(zip)]));
    return are(await itemsOf(zarrita.get(await zarrita.open.v3(store, { kind: "array" }))), ITEMS);
  },
  HTTP: async ({ url }) => {
    const store = new ZarritaFetchStore(`${url}/base`);
    return are(await itemsOf(zarrita.get(await zarrita.open.v3(store, { kind: "array" }))), ITEMS);
  },
  "items set at the same time in one chunk are all kept": writeByZarrita(
    (a) => Promise.all(firstChunk.map((at) => zarritaSet(a, [Math.floor(at / WIDTH), at % WIDTH], -1))),
    setTo(firstChunk, -1),
  ),
  "a chunk is replaced whole, by renaming": (places) =>
    isReplacedWhole(places, async () => zarritaSet(await openByZarrita(places.path), [0, 0], -1)),
  "consolidated metadata": async ({ group }) => {
    const store = await zarrita.withConsolidatedMetadata(new ZarritaFileSystemStore(group));
    return store.contents().length > 0;
  },
  "a path that leads out of the store is refused": async ({ group }) => {
    const root = zarrita.root(new ZarritaFileSystemStore(group));
    return refuses(zarrita.open.v3(root.resolve("../base")));
  },
};

const TITLES: readonly { readonly title: string; readonly note: string; readonly until: string }[] = [
  {
    title: "Reading selections",
    note: "Of an array of 8 by 6 int32.",
    until: "an index outside is an error",
  },
  {
    title: "Writing",
    note: "To the same array, read again afterwards.",
    until: "make smaller; growing again shows the fill value",
  },
  { title: "Hierarchies", note: "Of Zarr v3.", until: "a path that leads out of the store is refused" },
  { title: "Stores", note: "Read from.", until: "HTTP" },
  {
    title: "Safety of writes",
    note: "In one process; and in the file that an interrupted write leaves.",
    until: "a chunk is replaced whole, by renaming",
  },
];

export async function operationSections(scratch: string): Promise<readonly Section[]> {
  const places = await writePlaces(scratch);
  const verdicts: Partial<Record<Subject, Readonly<Record<string, Verdict>>>> = await askPython(
    "operations.py",
    {
      ...places.forPython,
      scratch,
    },
  );
  const ofQuarry = await tried(OF_QUARRY, join(scratch, "Quarry"), places.forPython);
  const ofZarrita = await tried(OF_ZARRITA, join(scratch, "zarrita"), places.forPython);
  const rows = Object.keys(OF_QUARRY).map(
    (feature): Row => ({
      feature,
      verdicts: {
        Quarry: ofQuarry[feature]!,
        zarrita: ofZarrita[feature] ?? "no",
        ...Object.fromEntries(
          Object.entries(verdicts).map(([peer, seen]) => [peer, seen?.[feature] ?? "not checked"]),
        ),
      },
    }),
  );
  let from = 0;
  return TITLES.map(({ title, note, until }) => {
    const to = rows.findIndex(({ feature }) => feature === until) + 1;
    const section = { title, note, rows: rows.slice(from, to) };
    from = to;
    return section;
  });
}

interface ForPython extends Record<string, string> {
  readonly base: string;
  readonly group: string;
  readonly url: string;
  readonly zip: string;
}

async function writePlaces(scratch: string): Promise<{ readonly forPython: ForPython }> {
  const source = join(scratch, "source");
  const [base, group, zip] = [join(source, "base"), join(source, "group"), join(scratch, "base.zip")];
  await mkdir(source, { recursive: true });
  const array = await createArray(base, { shape: [8, 6], dataType: "int32", chunks: [4, 3], codecs: [] });
  await array.set(null, ITEMS);
  const root = await createGroup(group);
  for (const name of ["a b", "größe"]) await root.createGroup(name);
  await root.consolidate();
  const store = new FileSystemStore(base);
  const entries: Record<string, Uint8Array> = {};
  for await (const key of store.list("/")) entries[key.slice(1)] = (await store.get(key))!;
  await writeFile(zip, zipSync(entries));
  const { url } = await serve(new FileSystemStore(source));
  return { forPython: { base, group, url, zip } };
}

async function tried(
  operations: Readonly<Record<string, Operation>>,
  scratch: string,
  { base, group, url, zip }: ForPython,
): Promise<Readonly<Record<string, Verdict>>> {
  const verdicts: Record<string, Verdict> = {};
  for (const [number, [name, operation]] of Object.entries(operations).entries()) {
    const folder = join(scratch, String(number));
    const places = { path: join(folder, "array"), group: join(folder, "group"), url, zip };
    await cp(base, places.path, { recursive: true });
    await cp(group, places.group, { recursive: true });
    verdicts[name] = await operation(places).then(
      (right) => (right ? "yes" : "wrong"),
      () => "no" as const,
    );
  }
  return verdicts;
}
