/** What points ask of a store: each index and each chunk once, and of a shard inside a shard no more than its parts. */
import { expect, it } from "vitest";
import {
  type ArrayChunk,
  backend,
  codec,
  createArray,
  MemoryStore,
  openArray,
  withRequestCount,
  type ZarrArray,
} from "../../../src/index.ts";

const { name } = backend();
const ITEMS = Int32Array.from({ length: 64 * 64 }, (_, i) => i * 3 + 1);

async function counted(options: { readonly nested: boolean }) {
  const store = new MemoryStore();
  const array = await createArray(store, {
    shape: [64, 64],
    dataType: "int32",
    chunks: [16, 16],
    shards: [32, 32],
    codecs: options.nested ? [codec.sharding({ chunkShape: [4, 8], codecs: [] })] : [],
    fillValue: -1,
  });
  await array.set(null, ITEMS);
  const count = withRequestCount(store);
  const opened = (await openArray(count)) as ZarrArray<"int32">;
  count.reset();
  return { store, count, array: opened };
}

it(`points of one shard take its index once, and chunks that lie together in one range (${name})`, async () => {
  const { count, array } = await counted({ nested: false });
  const { data } = await array.getPoints([
    [1, 31, 2, 1, 17],
    [1, 30, 2, 1, 3],
  ]);
  expect([...data]).toEqual([65, 31 * 64 + 30, 130, 65, 17 * 64 + 3].map((i) => i * 3 + 1));
  expect(count.requests.map(({ operation, key }) => `${operation} ${key}`)).toEqual([
    "getTail /c/0/0",
    "getRange /c/0/0",
  ]);
});

it(`points of a shard inside a shard take the indexes and their own chunks (${name})`, async () => {
  const { count, array } = await counted({ nested: true });
  const { data } = await array.getPoints([
    [40, 41, 40],
    [33, 34, 33],
  ]);
  expect([...data]).toEqual([40 * 64 + 33, 41 * 64 + 34, 40 * 64 + 33].map((i) => i * 3 + 1));
  expect(count.requests.map(({ operation, key }) => `${operation} ${key}`)).toEqual([
    "getTail /c/1/1",
    "getRange /c/1/1",
    "getRange /c/1/1",
  ]);
  // Four entries and eight entries of 16 bytes with their checksums, and one chunk of 4 × 8 items.
  expect(count.bytesRead).toBe(4 * 16 + 4 + (8 * 16 + 4) + 4 * 8 * 4);
});

it(`points of shards inside shards are those of the whole array, missing chunks included (${name})`, async () => {
  const { store } = await counted({ nested: true });
  const writer = (await openArray(store, { mode: "r+" })) as ZarrArray<"int32">;
  await writer.resize([80, 64]);
  await writer.setPoints([[70, 3], 5], 9);
  const { data: whole } = (await writer.get()) as ArrayChunk<"int32">;
  const points = Array.from({ length: 500 }, (_, i) => [(i * 37) % 80, (i * 53) % 64] as const);
  const { data } = await writer.getPoints([points.map(([row]) => row), points.map(([, column]) => column)]);
  expect([...data]).toEqual(points.map(([row, column]) => whole[row * 64 + column]));
  expect(new Set(data).has(-1)).toBe(true);
});
