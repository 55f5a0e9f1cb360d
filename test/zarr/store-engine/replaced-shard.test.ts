/**
 * A shard that is replaced between the request for its index and that for its chunks: what is read is of one version.
 *
 * The two versions have the same chunk at other places, and the chunk before it at the first one's place.
 */
import { describe, expect, test } from "vitest";
import {
  type ArrayChunk,
  codec,
  createArray,
  FileSystemStore,
  MemoryStore,
  openArray,
  type Store,
  slice,
  withCache,
  withRequestCount,
} from "../../../src/index.ts";
import type { CreateArrayOptions } from "../../../src/zarr/create-array.ts";
import { settle, unsettle } from "../../kit/settled-file.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

const SHARD = "/c/0";

const LAYOUTS: Readonly<
  Record<string, Pick<CreateArrayOptions, "chunks" | "shards" | "indexLocation" | "codecs">>
> = {
  "one level": { chunks: [4], shards: [16], codecs: [] },
  "the index at the start": { chunks: [4], shards: [16], indexLocation: "start", codecs: [] },
  "shards inside shards": {
    chunks: [4],
    shards: [16],
    codecs: [codec.sharding({ chunkShape: [2], codecs: [] })],
  },
};

/** A store, and what makes its shard as old as it is to be. */
interface Loan {
  readonly store: Store;
  age(): Promise<void>;
}

const STORES: Readonly<Record<string, () => Promise<Loan>>> = {
  memory: async () => ({ store: new MemoryStore(), age: async () => {} }),
  "memory behind a cache": async () => ({ store: withCache(new MemoryStore()), age: async () => {} }),
  "a directory, just after a write": async () => {
    const store = new FileSystemStore(await temporaryDirectory());
    return { store, age: () => unsettle(store, SHARD) };
  },
  "a directory, long after a write": async () => {
    const store = new FileSystemStore(await temporaryDirectory());
    return { store, age: () => settle(store, SHARD) };
  },
};

/** `store`, which does `meanwhile` once a shard's index has been read, `times` times; the native core does not read around it. */
function interrupted(store: Store, times: number, meanwhile: () => Promise<void>): Store {
  const { getTail, getHead, ...others } = withRequestCount(store);
  let left = times;
  const afterwards = async <T>(reading: Promise<T>): Promise<T> => {
    const part = await reading;
    if (left > 0) {
      left -= 1;
      await meanwhile();
    }
    return part;
  };
  return {
    ...others,
    getTail: (...request) => afterwards(getTail!(...request)),
    getHead: (...request) => afterwards(getHead!(...request)),
  };
}

describe.each(Object.entries(LAYOUTS))("a shard with %s", (_, layout) => {
  test.each(Object.entries(STORES))("is read in one version from %s", async (_, lend) => {
    const { store, age } = await lend();
    const writer = await createArray(store, { shape: [16], dataType: "int32", ...layout });
    await writer.set([slice(8, 12)], Int32Array.of(5, 6, 7, 8));
    await age();
    let writes = 0;
    const replace = async (): Promise<void> => {
      writes += 1;
      await writer.set([slice(0, 4)], Int32Array.of(-writes, -2, -3, -4));
      await age();
    };
    const reader = await openArray(interrupted(store, 1, replace));
    const { data } = (await reader.get([slice(8, 11)])) as ArrayChunk<"int32">;
    expect(data).toEqual(Int32Array.of(5, 6, 7));
    expect(writes).toBe(1);
  });
});

test("the index of a shard is kept as long as the store can tell the shard from what takes its place", async () => {
  const operations: Record<string, string[]> = {};
  for (const [kind, lend] of Object.entries(STORES)) {
    const { store, age } = await lend();
    const counted = withRequestCount(store);
    const array = await createArray(counted, { shape: [16], dataType: "int32", chunks: [4], shards: [16] });
    await array.set([slice(8, 12)], Int32Array.of(5, 6, 7, 8));
    await age();
    counted.reset();
    for (let round = 0; round < 2; round++) await array.get([slice(8, 10)]);
    operations[kind] = counted.requests.map(({ operation }) => operation);
  }
  const kept = ["getTail", "getRange", "getRange"];
  expect(operations).toMatchObject({
    memory: kept,
    "a directory, just after a write": ["getTail", "get", "getTail", "get"],
    "a directory, long after a write": kept,
  });
});
