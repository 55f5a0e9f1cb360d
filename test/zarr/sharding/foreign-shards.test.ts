/** Shards as other writers lay them out: every place and form of the index, any order of inner chunks, gaps. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codec, createArray, MemoryStore, openArray, slice } from "../../../src/index.ts";
import type { CodecMetadata } from "../../../src/metadata/array-metadata.ts";
import { crc32c } from "../../../src/metadata/crc.ts";
import { encodeJson, type JsonObject } from "../../../src/metadata/json.ts";
import type { AbsolutePath, Store } from "../../../src/store/store.ts";
import type { ArrayChunk } from "../../../src/zarr/array-access.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

const MISSING = 2n ** 64n - 1n;
/** 3 × 2 inner chunks of 2 × 2 items; the array ends one row and one column before the shard does. */
const CELLS = [3, 2] as const;
const SHAPE = [5, 3] as const;
const FILL = -5;

interface ForeignShard {
  /** Positions in C order of the inner chunks that are there, in the order in which they lie in the file. */
  readonly order: readonly number[];
  /** Bytes of rubbish before each of them. */
  readonly gapBytes: number;
  readonly indexLocation: "start" | "end" | undefined;
  readonly index: "little" | "big" | "big, crc32c" | "transposed, crc32c";
}

const INDEX_CODECS: Readonly<Record<ForeignShard["index"], readonly CodecMetadata[]>> = {
  little: [codec.bytes()],
  big: [codec.bytes({ endian: "big" })],
  "big, crc32c": [codec.bytes({ endian: "big" }), codec.crc32c()],
  "transposed, crc32c": [codec.transpose({ order: [2, 0, 1] }), codec.bytes(), codec.crc32c()],
};

const itemAt = (row: number, column: number): number => 100 * row + column;

function cellBytes(position: number): Uint8Array {
  const [row, column] = [Math.floor(position / CELLS[1]), position % CELLS[1]];
  const items = [0, 1].flatMap((i) => [0, 1].map((j) => itemAt(2 * row + i, 2 * column + j)));
  return new Uint8Array(Int32Array.from(items).buffer);
}

function shardOf({ order, gapBytes, indexLocation, index }: ForeignShard): Uint8Array {
  const checksumBytes = index.endsWith("crc32c") ? 4 : 0;
  const count = CELLS[0] * CELLS[1];
  const indexBytes = count * 16 + checksumBytes;
  const pairs = new Array<bigint>(2 * count).fill(MISSING);
  const pieces: Uint8Array[] = [];
  let at = indexLocation === "start" ? indexBytes : 0;
  for (const position of order) {
    pieces.push(new Uint8Array(gapBytes).fill(0xee), cellBytes(position));
    pairs[2 * position] = BigInt(at + gapBytes);
    pairs[2 * position + 1] = 16n;
    at += gapBytes + 16;
  }
  const isTransposed = index.startsWith("transposed");
  // Of the transposed index all offsets come first, then all lengths.
  const stored = isTransposed ? [0, 1].flatMap((k) => pairs.filter((_, i) => i % 2 === k)) : pairs;
  const encoded = new DataView(new ArrayBuffer(indexBytes));
  for (const [i, value] of stored.entries()) encoded.setBigUint64(8 * i, value, !index.startsWith("big"));
  const bytes = new Uint8Array(encoded.buffer);
  if (checksumBytes > 0) encoded.setUint32(16 * count, crc32c(bytes.subarray(0, 16 * count)), true);
  return Buffer.concat(indexLocation === "start" ? [bytes, ...pieces] : [...pieces, bytes]);
}

function documentOf({ indexLocation, index }: ForeignShard): JsonObject {
  const json = (codecs: readonly CodecMetadata[]) => codecs.map((each) => ({ ...each }));
  return {
    zarr_format: 3,
    node_type: "array",
    shape: [...SHAPE],
    data_type: "int32",
    chunk_grid: { name: "regular", configuration: { chunk_shape: [6, 4] } },
    chunk_key_encoding: { name: "default" },
    fill_value: FILL,
    codecs: [
      {
        name: "sharding_indexed",
        configuration: {
          chunk_shape: [2, 2],
          codecs: json([codec.bytes()]),
          index_codecs: json(INDEX_CODECS[index]),
          ...(indexLocation && { index_location: indexLocation }),
        },
      },
    ],
  };
}

const expected = (order: readonly number[]): number[] =>
  Array.from({ length: SHAPE[0] * SHAPE[1] }, (_, item) => {
    const [row, column] = [Math.floor(item / SHAPE[1]), item % SHAPE[1]];
    const position = Math.floor(row / 2) * CELLS[1] + Math.floor(column / 2);
    return order.includes(position) ? itemAt(row, column) : FILL;
  });

async function localStore(values: Readonly<Record<AbsolutePath, Uint8Array>>): Promise<string> {
  const directory = await temporaryDirectory();
  for (const [key, value] of Object.entries(values)) {
    await mkdir(join(directory, key, ".."), { recursive: true });
    await writeFile(join(directory, key), value);
  }
  return directory;
}

async function memoryStore(values: Readonly<Record<AbsolutePath, Uint8Array>>): Promise<Store> {
  const store = new MemoryStore();
  for (const [key, value] of Object.entries(values)) await store.set(key as AbsolutePath, value);
  return store;
}

const ORDERS: Readonly<Record<string, readonly number[]>> = {
  "in order": [0, 1, 2, 3, 4, 5],
  backwards: [5, 4, 3, 2, 1, 0],
  "some of them, mixed": [4, 0, 3],
  "none of them": [],
};

describe.each([
  ["a local directory", localStore],
  ["a store of bytes", memoryStore],
] as const)("foreign shards in %s", (_, storeOf) => {
  const cases = (Object.keys(INDEX_CODECS) as ForeignShard["index"][]).flatMap((index) =>
    ([undefined, "start", "end"] as const).flatMap((indexLocation) =>
      Object.entries(ORDERS).flatMap(([title, order]) =>
        [0, 7].map((gapBytes) => ({ index, indexLocation, title, order, gapBytes })),
      ),
    ),
  );

  test.each(cases)(
    "index $index at $indexLocation, inner chunks $title, gaps of $gapBytes",
    async (shard) => {
      const location = await storeOf({
        "/zarr.json": encodeJson(documentOf(shard)),
        "/c/0/0": shardOf(shard),
      });
      const array = await openArray(location, { mode: "r+" });
      const items = expected(shard.order);
      expect([...(((await array.get()) as ArrayChunk).data as Int32Array)]).toEqual(items);
      const window = (await array.get([slice(1, 4), slice(1, 2)])) as ArrayChunk;
      expect([...(window.data as Int32Array)]).toEqual([1, 2, 3].map((row) => items[row * SHAPE[1] + 1]));

      // Written in part, the others keep their items, wherever the new shard puts them.
      await array.set([0, 0], 77);
      items[0] = 77;
      if (!shard.order.includes(0)) for (const item of [1, SHAPE[1], SHAPE[1] + 1]) items[item] = FILL;
      const opened = await openArray(location);
      expect([...(((await opened.get()) as ArrayChunk).data as Int32Array)]).toEqual(items);
    },
  );
});

describe.each([
  ["no dimensions", [], [], []],
  ["no rows", [0, 3], [2, 3], [4, 3]],
  ["no columns", [4, 0], [2, 1], [4, 1]],
  ["fewer rows than a chunk", [1, 3], [2, 3], [4, 3]],
])("a sharded array of %s", (_, shape, chunks, shards) => {
  test.each([
    ["a local directory", () => temporaryDirectory()],
    ["a store of bytes", async () => new MemoryStore()],
  ] as const)("is written and read in %s", async (_, storeOf) => {
    const location = await storeOf();
    const options = { shape, chunks, shards, dataType: "int16" as const, fillValue: 3, mode: "w" as const };
    const array = await createArray(location as string, options);
    const count = shape.reduce((product, extent) => product * extent, 1);
    const read = async (): Promise<unknown> => {
      const got = await (await openArray(location as string)).get();
      return shape.length === 0 ? got : [...((got as ArrayChunk).data as Int16Array)];
    };
    expect(await read()).toEqual(shape.length === 0 ? 3 : new Array(count).fill(3));
    await array.set(null, 9);
    expect(await read()).toEqual(shape.length === 0 ? 9 : new Array(count).fill(9));
  });
});
