/**
 * Bytes that claim more than they are. What is allocated depends on what metadata bounds, never on what encoded bytes
 * say of themselves: each case is refused by its code, in little memory, on the backend that this process has.
 */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable, type Transform } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createDeflate, createDeflateRaw, createGzip } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  backend,
  type CodecMetadata,
  codec,
  MemoryStore,
  openArray,
  slice,
  verify,
} from "../../src/index.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const MIB = 2 ** 20;

/** What a chunk of 1 KiB may cost: contexts and buffers that are kept, not what a bomb would become. */
const GROWTH_BYTES_MAX = 40 * MIB;

function documentOf(changes: JsonObject): Uint8Array {
  const document = {
    zarr_format: 3,
    node_type: "array",
    shape: [1024],
    data_type: "uint8",
    chunk_grid: { name: "regular", configuration: { chunk_shape: [1024] } },
    chunk_key_encoding: { name: "default" },
    fill_value: 0,
    codecs: [{ name: "bytes", configuration: {} }],
    ...changes,
  };
  return new TextEncoder().encode(JSON.stringify(document));
}

/** A chunk of 1 KiB whose encoding is `encoded`, in a directory, which the core reads by itself, or in memory. */
async function storedIn(
  kind: "directory" | "memory",
  compressor: CodecMetadata,
  encoded: Uint8Array,
): Promise<string | MemoryStore> {
  const codecs = [{ name: "bytes", configuration: {} }, { ...compressor }] as unknown as JsonObject[];
  const document = documentOf({
    codecs,
    chunk_key_encoding: { name: "v2", configuration: { separator: "." } },
  });
  if (kind === "memory") {
    const store = new MemoryStore();
    await store.set("/zarr.json", document);
    await store.set("/0", encoded);
    return store;
  }
  const directory = await temporaryDirectory();
  await writeFile(join(directory, "zarr.json"), document);
  await writeFile(join(directory, "0"), encoded);
  return directory;
}

async function growthOf(job: () => Promise<void>): Promise<number> {
  const before = process.resourceUsage().maxRSS;
  await job();
  return (process.resourceUsage().maxRSS - before) * 1024;
}

/** Magic; a descriptor that announces 8 bytes of content size and one segment; the size; one last raw block of nothing. */
const ZSTD_OF_2_TO_60 = Uint8Array.from([
  ...[0x28, 0xb5, 0x2f, 0xfd, 0xe0],
  ...new Uint8Array(new BigUint64Array([2n ** 60n]).buffer),
  ...[0x01, 0x00, 0x00],
]);

/** Version, version of LZ4, flags, item size; then content, block and encoded bytes. */
function bloscOf(contentBytes: number, blockBytes: number, flags = 0x20): Uint8Array {
  const body = new Uint8Array(32);
  const sizes = new Uint32Array([contentBytes, blockBytes, 16 + body.length]);
  return Uint8Array.from([2, 1, flags, 1, ...new Uint8Array(sizes.buffer), ...body]);
}

/** Zeros behind `compressor`, of which no more than 1 MiB is here at a time: memory is measured. */
async function bombOf(mib: number, compressor: Transform): Promise<Uint8Array> {
  const input = Readable.from(new Array<Uint8Array>(mib).fill(new Uint8Array(MIB)));
  return new Uint8Array(await buffer(input.pipe(compressor)));
}

/** Its encoding is just small enough to be looked at, for a chunk of 1 KiB. */
const BOMB_MIB = 60;

describe.each(["directory", "memory"] as const)(`a chunk in a %s (${backend().name})`, (kind) => {
  it.each<[string, CodecMetadata, () => Uint8Array | Promise<Uint8Array>]>([
    ["a zstd frame that claims 2^60 bytes", codec.zstd(), () => ZSTD_OF_2_TO_60],
    ["a Blosc chunk with blocks of 0 bytes", codec.blosc(), () => bloscOf(1024, 0)],
    ["a Blosc chunk that claims 2^31 - 17 bytes", codec.blosc(), () => bloscOf(2 ** 31 - 17, 1024)],
    ["a Blosc chunk with blocks larger than itself", codec.blosc(), () => bloscOf(1024, 2 ** 31 - 1)],
    ["a Blosc chunk that is a copy of what is not there", codec.blosc(), () => bloscOf(1024, 1024, 0x22)],
    [
      "an LZ4 block that claims 2^31 - 1 bytes",
      codec.lz4(),
      () => Uint8Array.of(255, 255, 255, 127, 0x10, 1),
    ],
    ["an LZ4 block of a negative size", codec.lz4(), () => Uint8Array.of(255, 255, 255, 255, 0x10, 1)],
    ["a gzip member of 60 MiB of zeros", codec.gzip(), () => bombOf(BOMB_MIB, createGzip())],
    [
      "a zlib stream of 60 MiB of zeros",
      { name: "numcodecs.zlib", configuration: { level: 1 } },
      () => bombOf(BOMB_MIB, createDeflate()),
    ],
    ["a raw deflate stream for a gzip member", codec.gzip(), () => bombOf(BOMB_MIB, createDeflateRaw())],
  ])("refuses %s", async (_, compressor, encode) => {
    const location = await storedIn(kind, compressor, await encode());
    const array = await openArray(location);
    const growth = await growthOf(async () => {
      await expect(array.get()).rejects.toMatchObject({ code: "CHUNK_CORRUPT", codec: compressor.name });
      await expect(array.get([slice(10, 20)])).rejects.toMatchObject({ code: "CHUNK_CORRUPT" });
    });
    expect(growth).toBeLessThan(GROWTH_BYTES_MAX);
  });

  it("does not even look at a gzip member that is larger than any writer makes", async () => {
    const location = await storedIn(kind, codec.gzip(), await bombOf(256, createGzip()));
    await expect((await openArray(location)).get()).rejects.toMatchObject({ code: "CHUNK_TOO_LARGE" });
  });
});

describe("a chunk of strings, of whose bytes metadata says nothing", () => {
  /** One raw block that is the last, of nothing, behind a header that says 2^31 - 2 bytes of content. */
  const zstdOf2To31 = Uint8Array.from([
    ...[0x28, 0xb5, 0x2f, 0xfd, 0xa0],
    ...new Uint8Array(new Uint32Array([2 ** 31 - 2]).buffer),
    ...[0x01, 0x00, 0x00],
  ]);

  /** One block, which begins behind the table of the blocks. */
  const bloscOf2To29 = bloscOf(2 ** 29, 2 ** 29);
  new DataView(bloscOf2To29.buffer).setInt32(16, 20, true);

  it.each<[string, CodecMetadata, Uint8Array, RegExp]>([
    ["a zstd frame that claims 2^31 - 2 bytes", codec.zstd(), zstdOf2To31, /malformed/],
    ["a Blosc chunk that claims 2^29 bytes", codec.blosc(), bloscOf2To29, /end too early/],
    [
      "an LZ4 block that claims 2^31 - 2^25 bytes",
      codec.lz4(),
      Uint8Array.of(0, 0, 0, 0x7e, 0x10, 1),
      /end too early/,
    ],
  ])("refuses %s before room is made for it", async (_, compressor, encoded, message) => {
    const store = new MemoryStore();
    const codecs = [{ name: "vlen-utf8" }, { ...compressor }] as unknown as JsonObject[];
    const grid = { name: "regular", configuration: { chunk_shape: [1] } };
    await store.set(
      "/zarr.json",
      documentOf({ shape: [1], chunk_grid: grid, data_type: "string", fill_value: "", codecs }),
    );
    await store.set("/c/0", encoded);
    const array = await openArray(store);
    await expect(array.get()).rejects.toMatchObject({
      code: "CHUNK_CORRUPT",
      message: expect.stringMatching(message),
    });
  });
});

describe(`a store of a few bytes that declares an array of 2^40 (${backend().name})`, () => {
  async function huge(chunk: number, shape: readonly number[] = [2 ** 40]): Promise<MemoryStore> {
    const store = new MemoryStore();
    const chunkShape = shape.map(() => chunk);
    const grid = { name: "regular", configuration: { chunk_shape: chunkShape } };
    await store.set("/zarr.json", documentOf({ shape: [...shape], chunk_grid: grid, fill_value: 7 }));
    return store;
  }

  it("gives windows, at the beginning and at the end", async () => {
    const array = await openArray(await huge(1000));
    expect(await array.get([0])).toBe(7);
    expect(await array.get([-1])).toBe(7);
    const { data } = (await array.get([slice(2 ** 39, 2 ** 39 + 3)])) as { data: Uint8Array };
    expect(data).toEqual(Uint8Array.of(7, 7, 7));
  });

  it("refuses to give all of it, by a code", async () => {
    const array = await openArray(await huge(1000));
    await expect(array.get()).rejects.toMatchObject({ code: "SELECTION_TOO_LARGE", path: "/" });
    const square = await openArray(await huge(1000, [2 ** 20, 2 ** 20]));
    await expect(square.get()).rejects.toMatchObject({ code: "SELECTION_TOO_LARGE" });
  });

  it("refuses items of which there is no count", async () => {
    const beyond = await openArray(await huge(1000, [2 ** 52, 2 ** 52, 2 ** 52]));
    expect(await beyond.get([-1, -1, -1])).toBe(7);
    await expect(beyond.get()).rejects.toMatchObject({ code: "SELECTION_TOO_LARGE" });
  });

  it("is verified by what it stores, which is nothing", async () => {
    expect(await verify(await huge(1))).toMatchObject({ ok: true, faults: [] });
  });

  it("is not opened where a chunk has as many", async () => {
    await expect(openArray(await huge(2 ** 40))).rejects.toMatchObject({ code: "METADATA_INVALID" });
  });
});

describe("a shard index of more entries than there is memory", () => {
  it.each([
    ["2^40 inner chunks", 2 ** 40, 1],
    ["2^31 inner chunks", 2 ** 31, 1],
  ])("is refused when the array is opened: %s", async (_, shard, chunk) => {
    const store = new MemoryStore();
    const sharding = {
      name: "sharding_indexed",
      configuration: {
        chunk_shape: [chunk],
        codecs: [{ name: "bytes", configuration: {} }],
        index_codecs: [{ name: "bytes", configuration: { endian: "little" } }, { name: "crc32c" }],
      },
    };
    const grid = { name: "regular", configuration: { chunk_shape: [shard] } };
    await store.set("/zarr.json", documentOf({ shape: [shard], chunk_grid: grid, codecs: [sharding] }));
    await expect(openArray(store)).rejects.toMatchObject({ code: "METADATA_INVALID" });
  });
});
