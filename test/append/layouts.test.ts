/** Every layout of arrays, fed row by row: what readers see meanwhile, and what is left at the end. */
import { type FileHandle, open, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { NodeFiles } from "../../src/append/node-files.ts";
import { openWriterOn } from "../../src/append/open-writer.ts";
import { findAddon } from "../../src/codec/native/addon.ts";
import { type CreateArrayOptions, createGroup, openGroup, openWriter, verify } from "../../src/index.ts";
import { directoryState } from "../kit/directory-state.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const littleEndian = { name: "bytes", configuration: { endian: "little" } };
const crc32c = { name: "crc32c", configuration: {} };
const innerShards = {
  name: "sharding_indexed",
  configuration: {
    chunk_shape: [2, 2],
    codecs: [littleEndian],
    index_codecs: [littleEndian, crc32c],
    index_location: "end",
  },
};
const transpose = { name: "transpose", configuration: { order: [1, 0] } };
const int32 = { dataType: "int32" } as const;

const layouts: [string, CreateArrayOptions][] = [
  ["chunks beyond the edge", { ...int32, shape: [0, 3], chunks: [4, 8] }],
  ["shards beyond the edge", { ...int32, shape: [0, 20], chunks: [4, 8], shards: [16, 32] }],
  ["shards side by side", { ...int32, shape: [0, 20], chunks: [4, 8], shards: [16, 16] }],
  ["three dimensions", { ...int32, shape: [0, 3, 5], chunks: [4, 2, 3], shards: [8, 4, 6] }],
  [
    "an index at the beginning",
    { ...int32, shape: [0, 4], chunks: [4, 2], shards: [16, 4], indexLocation: "start" },
  ],
  ["an index of more than a page", { ...int32, shape: [0], chunks: [1], shards: [300] }],
  [
    "keys of Zarr v2",
    {
      ...int32,
      shape: [0, 4],
      chunks: [4, 2],
      shards: [16, 4],
      chunkKeyEncoding: { name: "v2", separator: "." },
    },
  ],
  ["a transposition", { ...int32, shape: [0, 4], chunks: [4, 2], shards: [16, 4], codecs: [transpose] }],
  [
    "big-endian items",
    {
      ...int32,
      shape: [0, 4],
      chunks: [4, 2],
      shards: [16, 4],
      codecs: [{ name: "bytes", configuration: { endian: "big" } }, crc32c],
    },
  ],
  ["shards in shards", { ...int32, shape: [0, 4], chunks: [8, 4], shards: [32, 4], codecs: [innerShards] }],
  [
    "shards in a chain",
    { ...int32, shape: [0, 4], chunks: [8, 4], codecs: [transpose, innerShards, crc32c] },
  ],
  ["nothing but the fill value", { ...int32, shape: [0, 2], chunks: [4, 2], shards: [8, 2], fillValue: 7 }],
];

it.each(layouts)("leaves of %s what one append of all rows leaves, byte for byte", async (_name, options) => {
  const path = join(await temporaryDirectory(), "fed.zarr");
  const atOnce = `${path}-at-once`;
  for (const place of [path, atOnce]) await (await createGroup(place)).createArray("a", options);
  const rowItems = options.shape.slice(1).reduce((count, extent) => count * extent, 1);
  const item = (index: number): number => (index % 11) * (index % 3);
  const items = (first: number, count: number): Int32Array =>
    Int32Array.from(
      { length: count * rowItems },
      (_, i) => (options.fillValue as number) ?? item(first * rowItems + i),
    );
  let rows = 0;
  for (const batches of [
    [1, 2, 5],
    [16, 3, 1, 9],
  ]) {
    const writer = await openWriter(path, { publishIntervalMs: Number.POSITIVE_INFINITY, sync: "none" });
    for (const count of batches) {
      await writer.append({ a: items(rows, count) });
      rows += count;
      await writer.commit();
      const seen = await (await openGroup(path)).array("a");
      expect((await seen.get()).data).toEqual(items(0, rows));
    }
    await writer.close();
  }
  const root = await openGroup(atOnce, { mode: "r+" });
  await (await root.array("a")).append(items(0, rows));
  await root.consolidate();
  expect(await directoryState(path)).toEqual(await directoryState(atOnce));
  expect((await verify(path)).ok).toBe(true);
});

it("seals a complete shard beyond the edge while it goes on, and keeps it open no longer", async () => {
  const path = join(await temporaryDirectory(), "fed.zarr");
  const root = await createGroup(path);
  await root.createArray("a", { ...int32, shape: [0, 20], chunks: [4, 8], shards: [16, 32] });
  const files = new NodeFiles(findAddon().addon!);
  const platform = { files, clock: { nowMs: () => performance.now(), graceMs: 0 }, settleMs: 0 };
  const writer = await openWriterOn(path, { publishIntervalMs: Number.POSITIVE_INFINITY }, platform);
  const rows = (first: number) => Int32Array.from({ length: 80 }, (_, i) => 20 * first + i + 1);
  for (let first = 0; first < 36; first += 4) {
    await writer.append({ a: rows(first) });
    await writer.commit();
  }
  const sizes = await Promise.all(
    [0, 1].map(async (shard) => (await stat(join(path, `a/c/${shard}/0`))).size),
  );
  await writer.close();
  expect(
    await Promise.all([0, 1].map(async (shard) => (await stat(join(path, `a/c/${shard}/0`))).size)),
  ).toEqual(sizes);
});

it("replaces no index in place of which a checksum would not tell that it is one", async () => {
  const path = join(await temporaryDirectory(), "fed.zarr");
  const root = await createGroup(path);
  await root.createArray("a", { ...int32, shape: [0], chunks: [64], shards: [256] });
  const file = join(path, "a/zarr.json");
  const document = JSON.parse(await readFile(file, "utf8"));
  document.codecs[0].configuration.index_codecs = [littleEndian];
  await writeFile(file, JSON.stringify(document));
  const writer = await openWriter(path, { publishIntervalMs: Number.POSITIVE_INFINITY });
  // Kept open, so that no inode is used again.
  const versions: FileHandle[] = [];
  for (let row = 0; row < 5; row++) {
    await writer.append({ a: Int32Array.of(row + 1) });
    await writer.commit();
    versions.push(await open(join(path, "a/c/0")));
    expect((await (await (await openGroup(path)).array("a")).get()).data).toHaveLength(row + 1);
  }
  const inodes = await Promise.all(versions.map(async (version) => (await version.stat()).ino));
  for (const version of versions) await version.close();
  expect(new Set(inodes).size).toBe(5);
  await writer.close();
  expect((await (await (await openGroup(path)).array("a")).get()).data).toEqual(Int32Array.of(1, 2, 3, 4, 5));
});

it("refuses a batch that no frame of the journal is sure to hold, and times that no timer takes", async () => {
  const path = join(await temporaryDirectory(), "fed.zarr");
  await (await createGroup(path)).createArray("a", { shape: [0], dataType: "uint8", chunks: [2 ** 20] });
  await expect(openWriter(path, { syncIntervalMs: Number.POSITIVE_INFINITY })).rejects.toThrow(RangeError);
  await expect(openWriter(path, { publishIntervalMs: 2 ** 31 })).rejects.toThrow(RangeError);
  const writer = await openWriter(path);
  await expect(writer.append({ a: new Uint8Array(2 ** 28 + 1) })).rejects.toMatchObject({
    code: "SELECTION_TOO_LARGE",
  });
  expect(await writer.append({ a: Uint8Array.of(1) })).toEqual({ firstRow: 0, rows: 1 });
  await writer.close();
});
