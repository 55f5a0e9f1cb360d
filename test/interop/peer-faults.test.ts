/**
 * Where other implementations give wrong data without a word, lose it, or fail, and Quarry does not. Each test runs
 * the peer and holds its fault as well as our answer, so that a new version of it that has mended the fault shows here.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ZarritaFileSystemStore from "@zarrita/storage/fs";
import { describe, expect, it } from "vitest";
import * as zarrita from "zarrita";
import {
  type CreateArrayOptions,
  codec,
  createArray,
  openArray,
  slice,
  type ZarrArray,
} from "../../src/index.ts";
import { crc32c } from "../../src/metadata/crc.ts";
import type { DataTypeName } from "../../src/metadata/data-type.ts";
import { type JsonObject, parseJson } from "../../src/metadata/json.ts";
import type { TypedArrayOf } from "../../src/metadata/typed-array.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { type Answer, exchangeBatch, type Peer } from "./batch.ts";
import { isText, itemsOf } from "./items.ts";
import { bytesOf, sha256 } from "./values.ts";

const SHAPE = [4, 4];
const items = Int32Array.from({ length: 16 }, (_, at) => (at + 1) ** 2);
const zeros = new Int32Array(16);
const hashOf = (data: TypedArrayOf) => sha256(bytesOf(data));
/** What a peer answers that reads these items of the whole array. */
const seen = (data: TypedArrayOf): Answer => ({ shape: SHAPE, sha256: hashOf(data) });

type Layout = Omit<CreateArrayOptions<DataTypeName>, "shape" | "dataType">;

/** An array of four by four in a directory, by default with the items 1, 4, 9 … */
async function written(
  layout: Layout,
  dataType: DataTypeName = "int32",
  data: TypedArrayOf = items,
): Promise<string> {
  const path = join(await temporaryDirectory(), "array");
  const array = await createArray(path, { shape: SHAPE, dataType, ...layout });
  await array.set(null, data as never);
  return path;
}

const dataByQuarry = async (path: string) =>
  (await ((await openArray(path)) as ZarrArray<"int32">).get()).data;

async function dataByZarrita(path: string) {
  const array = await zarrita.open.v3(new ZarritaFileSystemStore(path), { kind: "array" });
  const { data, stride } = await zarrita.get(array);
  expect(stride).toEqual([4, 1]);
  return data;
}

/** What `peer` reads: of the whole array, or of the rows from `start` to `stop`. */
async function readBy(peer: Peer, path: string, rows?: readonly [number, number]): Promise<Answer> {
  const box = rows && { start: [rows[0], 0], stop: [rows[1], 4] };
  const { read } = await exchangeBatch({ write: [], read: [{ peer, path, ...box }] });
  return read[0]!;
}

/** Has a peer create an array with the document of `like`, but for `members`, and write all of its items. */
async function writtenBy(peer: Peer, like: string, members: JsonObject = {}): Promise<string> {
  const directory = await temporaryDirectory();
  const [path, valuesFile] = [join(directory, "array"), join(directory, "values")];
  const array = await openArray(like);
  await writeFile(valuesFile, Buffer.concat(itemsOf(array.dataType, await dataByQuarry(like))));
  const text = await readFile(join(like, "zarr.json"), "utf8");
  const document = { ...(parseJson(text, like) as JsonObject), ...members };
  const box = { start: [0, 0], stop: SHAPE };
  const request = { peer, path, document, ...box, valuesFile, isText: isText(array.dataType) };
  const { written } = await exchangeBatch({ write: [request], read: [] });
  expect(written).toEqual([{}]);
  return path;
}

const transpose = codec.transpose({ order: [1, 0] });
const sharding = codec.sharding({ chunkShape: [2, 2] });

describe("zarrita 0.7.5", () => {
  it("reads zeros from shards with the index at their start", async () => {
    const chunks = { chunks: [2, 4], shards: [4, 4], codecs: [codec.bytes()] };
    const path = await written({ ...chunks, indexLocation: "start" });
    const array = await openArray(path, { mode: "r+" });
    // It takes the last bytes of the shard for the index, where ones throughout say that there is no chunk.
    await array.set(null, -1);
    expect(await dataByZarrita(path)).toEqual(zeros);
    expect(await dataByQuarry(path)).toEqual(zeros.map(() => -1));
  });

  it("ignores a codec before the shards", async () => {
    const path = await written({ chunks: [4, 4], codecs: [transpose, sharding] });
    const transposed = items.map((_, at) => items[4 * (at % 4) + (at >> 2)]!);
    expect(await dataByZarrita(path)).toEqual(transposed);
    expect(await dataByQuarry(path)).toEqual(items);
  });

  it("reads a chunk although its checksum does not match", async () => {
    const path = await written({ chunks: [4, 4], codecs: [codec.crc32c()] });
    const file = join(path, "c", "0", "0");
    const damaged = await readFile(file);
    damaged[0] = 99;
    await writeFile(file, damaged);
    expect(await dataByZarrita(path)).toEqual(items.with(0, 99));
    await expect(dataByQuarry(path)).rejects.toMatchObject({ code: "CHUNK_CORRUPT", codec: "crc32c" });
  });

  it("reads a shard although the checksum of its index does not match", async () => {
    const path = await written({ chunks: [2, 2], shards: [4, 4], codecs: [codec.bytes()] });
    const file = join(path, "c", "0", "0");
    const damaged = await readFile(file);
    // The offset of the first inner chunk becomes that of the second.
    damaged[damaged.length - 68] = 16;
    await writeFile(file, damaged);
    expect([...((await dataByZarrita(path)) as Int32Array)].slice(0, 2)).toEqual([9, 16]);
    await expect(dataByQuarry(path)).rejects.toMatchObject({ code: "SHARD_INDEX_CORRUPT" });
  });

  it("fails on shards in shards", async () => {
    const path = await written({
      chunks: [2, 2],
      shards: [4, 4],
      codecs: [codec.sharding({ chunkShape: [1, 2] })],
    });
    await expect(dataByZarrita(path)).rejects.toThrow();
    expect(await dataByQuarry(path)).toEqual(items);
  });

  it("loses one of two items that are set at the same time in one chunk", async () => {
    const path = await written({ chunks: [4, 4], codecs: [] });
    const theirs = await zarrita.open.v3(new ZarritaFileSystemStore(path), { kind: "array" });
    await Promise.all([zarrita.set(theirs, [0, 0], 100), zarrita.set(theirs, [0, 1], 200)]);
    const [first, second] = await dataByQuarry(path);
    expect([first === 100, second === 200].filter(Boolean)).toHaveLength(1);

    const ours = await openArray(path, { mode: "r+" });
    await Promise.all([ours.set([0, 0], 300), ours.set([0, 1], 400)]);
    expect([...(await dataByQuarry(path))].slice(0, 2)).toEqual([300, 400]);
  });

  it("creates arrays that zarr-python refuses to open", async () => {
    const path = join(await temporaryDirectory(), "array");
    const store = new ZarritaFileSystemStore(path);
    await zarrita.create(zarrita.root(store), { shape: [4, 4], chunkShape: [2, 2], dtype: "int32" });
    expect(await readBy("zarr-python", path)).toEqual({ refusal: expect.any(String) });
    await expect(openArray(path)).rejects.toMatchObject({ code: "METADATA_INVALID" });

    const ours = await written({ chunks: [2, 2] });
    expect(await readBy("zarr-python", ours)).toEqual(seen(items));
  });
});

describe("zarr-python 3.1.6", () => {
  it("takes an empty shard for one that was never written", async () => {
    const path = await written({ chunks: [2, 2], shards: [4, 4] });
    await writeFile(join(path, "c", "0", "0"), "");
    expect(await readBy("zarr-python", path)).toEqual(seen(zeros));
    await expect(dataByQuarry(path)).rejects.toMatchObject({ code: "SHARD_TRUNCATED" });
  });

  it("takes an inner chunk for one that was never written, if the index says that it is outside the shard", async () => {
    const path = await written({ chunks: [2, 2], shards: [4, 4], codecs: [codec.bytes()] });
    const file = join(path, "c", "0", "0");
    const damaged = await readFile(file);
    const index = damaged.subarray(damaged.length - 68);
    index.writeBigUInt64LE(1_000_000n, 0);
    index.writeUInt32LE(crc32c(index.subarray(0, 64)), 64);
    await writeFile(file, damaged);
    expect(await readBy("zarr-python", path, [0, 2])).toEqual({
      shape: [2, 4],
      sha256: hashOf(Int32Array.of(0, 0, 9, 16, 0, 0, 49, 64)),
    });
    const part = (await openArray(path)).get([slice(0, 2), null]);
    await expect(part).rejects.toMatchObject({ code: "SHARD_INDEX_CORRUPT" });
    await expect(dataByQuarry(path)).rejects.toMatchObject({ code: "SHARD_INDEX_CORRUPT" });
  });

  it("reads other values through numcodecs.delta where items are big-endian", async () => {
    const path = await written({ chunks: [4, 4], codecs: [codec.delta(), codec.bytes({ endian: "big" })] });
    const answer = await readBy("zarr-python", path);
    expect(answer.shape).toEqual([4, 4]);
    expect(answer.sha256).not.toBe(hashOf(items));
    expect(await dataByQuarry(path)).toEqual(items);
    // What it writes has the right bytes: it reads them back wrong itself.
    expect(await dataByQuarry(await writtenBy("zarr-python", path))).toEqual(items);
  });

  it("does not read back what it writes through numcodecs.delta of big-endian integers", async () => {
    const like = await written({ chunks: [4, 4], codecs: [codec.delta()] });
    const delta = { name: "numcodecs.delta", configuration: { dtype: ">i4" } };
    const codecs = [delta, { name: "bytes", configuration: { endian: "little" } }];
    const theirs = await writtenBy("zarr-python", like, { codecs });
    const answer = await readBy("zarr-python", theirs);
    expect(answer.shape).toEqual(SHAPE);
    expect(answer.sha256).not.toBe(hashOf(items));
    await expect(dataByQuarry(theirs)).rejects.toMatchObject({ code: "CODEC_CONFIGURATION" });
  });

  it("writes other values through numcodecs.delta behind a transpose", async () => {
    const path = await written({ chunks: [4, 4], codecs: [transpose, codec.delta()] });
    const theirs = await writtenBy("zarr-python", path);
    expect((await readBy("zarr-python", theirs)).sha256).not.toBe(hashOf(items));
    expect(await dataByQuarry(theirs)).not.toEqual(items);
    expect(await readBy("zarr-python", path)).toEqual(seen(items));
    expect(await dataByQuarry(path)).toEqual(items);
  });

  it("writes strings in another order behind a transpose", async () => {
    const strings = Array.from("abcdefghijklmnop");
    const path = await written({ chunks: [4, 4], codecs: [transpose] }, "string", strings);
    const theirs = await writtenBy("zarr-python", path);
    expect(await dataByQuarry(theirs)).toEqual(strings.map((_, at) => strings[4 * (at % 4) + (at >> 2)]));
    expect((await readBy("zarr-python", theirs)).sha256).not.toBe((await readBy("zarr-python", path)).sha256);
    expect(await dataByQuarry(path)).toEqual(strings);
  });
});

describe("zarrs 0.2.3", () => {
  it("swaps real and imaginary parts of big-endian complex numbers, where a chunk is wanted in part", async () => {
    const numbers = Float32Array.from({ length: 32 }, (_, at) => at);
    const layout = { chunks: [4, 4], codecs: [codec.bytes({ endian: "big" })] };
    const path = await written(layout, "complex64", numbers);
    const swapped = numbers.map((_, at) => numbers[at ^ 1]!);
    const part = { shape: [1, 4], sha256: hashOf(swapped.subarray(0, 8)) };
    expect(await readBy("zarrs", path)).toEqual(seen(numbers));
    expect(await readBy("zarrs", path, [0, 1])).toEqual(part);
    const { data } = await (await openArray(path)).get([slice(0, 1), null]);
    expect(data).toEqual(numbers.subarray(0, 8));
  });

  it("reads a part of a chunk although its checksum does not match", async () => {
    const path = await written({ chunks: [4, 4], codecs: [codec.crc32c()] });
    const file = join(path, "c", "0", "0");
    const damaged = await readFile(file);
    damaged[0] = 99;
    await writeFile(file, damaged);
    expect(await readBy("zarrs", path, [0, 1])).toEqual({
      shape: [1, 4],
      sha256: hashOf(Int32Array.of(99, 4, 9, 16)),
    });
    const part = (await openArray(path)).get([slice(0, 1), null]);
    await expect(part).rejects.toMatchObject({ code: "CHUNK_CORRUPT", codec: "crc32c" });
  });
});
