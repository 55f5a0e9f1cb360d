/** The operations of `operations.py`, in zarrita. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ZarritaFetchStore from "@zarrita/storage/fetch";
import ZarritaFileSystemStore from "@zarrita/storage/fs";
import ZarritaZipFileStore from "@zarrita/storage/zip";
import * as zarrita from "zarrita";
import {
  ALL_COLUMNS,
  ALL_ROWS,
  are,
  box,
  firstChunk,
  ITEMS,
  isReplacedWhole,
  itemsOf,
  type Operation,
  range,
  refuses,
  setTo,
  WIDTH,
} from "./operation.ts";

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
export const OF_ZARRITA: Readonly<Record<string, Operation>> = {
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
