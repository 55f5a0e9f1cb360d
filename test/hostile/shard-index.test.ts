/**
 * Indexes whose checksum is right and whose entries lie: they point at themselves, at each other, at nothing. Each is
 * written by hand and read through both engines, from a directory and from memory.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { backend, codec, createArray, MemoryStore, openArray, slice, verify } from "../../src/index.ts";
import { crc32c } from "../../src/metadata/crc.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

/** Two chunks of four int32 each. */
const OPTIONS = {
  shape: [8],
  dataType: "int32",
  chunks: [4],
  shards: [8],
  codecs: [codec.bytes()],
} as const;
const CHUNK_BYTES = 16;
const INDEX_BYTES = 2 * 16 + 4;
const NONE = 2n ** 64n - 1n;

type Entry = readonly [offset: bigint, length: bigint];

/** The body, and behind it the index with a checksum that is right. */
function shardOf(body: Uint8Array, entries: readonly Entry[], at: "start" | "end" = "end"): Uint8Array {
  const pairs = new Uint8Array(new BigUint64Array(entries.flat()).buffer);
  const checksum = new Uint8Array(new Uint32Array([crc32c(pairs)]).buffer);
  const index = [...pairs, ...checksum];
  return Uint8Array.from(at === "end" ? [...body, ...index] : [...index, ...body]);
}

const BODY = new Uint8Array(Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer);

async function written(
  kind: "directory" | "memory",
  shard: Uint8Array,
  indexLocation: "start" | "end" = "end",
): Promise<string | MemoryStore> {
  const store = new MemoryStore();
  await createArray(store, { ...OPTIONS, indexLocation });
  await store.set("/c/0", shard);
  if (kind === "memory") return store;
  const directory = await temporaryDirectory();
  for await (const key of store.list("/")) {
    const file = join(directory, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, (await store.get(key))!);
  }
  return directory;
}

const FIRST: Entry = [0n, BigInt(CHUNK_BYTES)];
const SECOND: Entry = [BigInt(CHUNK_BYTES), BigInt(CHUNK_BYTES)];

describe.each(["directory", "memory"] as const)(`a shard in a %s (${backend().name})`, (kind) => {
  it("reads as it is written, where nothing is wrong with it", async () => {
    const array = await openArray(await written(kind, shardOf(BODY, [FIRST, SECOND])));
    expect((await array.get()).data).toEqual(Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  });

  const end = BigInt(BODY.length);
  it.each<[string, Entry]>([
    ["the index itself", [end, BigInt(INDEX_BYTES)]],
    ["the first bytes of the index", [end, BigInt(CHUNK_BYTES)]],
    ["a chunk and a part of the index", [end - 8n, BigInt(CHUNK_BYTES)]],
    ["the last byte and one more", [end + BigInt(INDEX_BYTES) - 1n, 2n]],
    ["an offset of which length makes 2^64", [NONE - 15n, 16n]],
    ["an offset of 2^63", [2n ** 63n, 16n]],
    ["an offset alone that is missing", [NONE, 16n]],
    ["a length alone that is missing", [0n, NONE]],
  ])("refuses an entry for %s", async (_, entry) => {
    const location = await written(kind, shardOf(BODY, [entry, SECOND]));
    const array = await openArray(location);
    const refusal = { code: "SHARD_INDEX_CORRUPT", shard: [0], chunk: [0] };
    await expect(array.get()).rejects.toMatchObject(refusal);
    await expect(array.get([slice(0, 1)])).rejects.toMatchObject(refusal);
    expect((await array.get([slice(4, 8)])).data).toEqual(Int32Array.of(5, 6, 7, 8));
    expect((await verify(location)).faults).toMatchObject([{ code: "SHARD_INDEX_CORRUPT" }]);
  });

  it("refuses an entry for an index at the start", async () => {
    const shift = BigInt(INDEX_BYTES);
    const entries: Entry[] = [
      [0n, 16n],
      [shift + 16n, 16n],
    ];
    const array = await openArray(await written(kind, shardOf(BODY, entries, "start"), "start"));
    await expect(array.get([0])).rejects.toMatchObject({ code: "SHARD_INDEX_CORRUPT", chunk: [0] });
    expect(await array.get([4])).toBe(5);
  });

  it("gives what two entries for the same bytes say, and verify names them", async () => {
    const location = await written(kind, shardOf(BODY, [FIRST, FIRST]));
    const array = await openArray(location);
    expect((await array.get()).data).toEqual(Int32Array.of(1, 2, 3, 4, 1, 2, 3, 4));
    expect((await verify(location)).faults).toMatchObject([{ code: "SHARD_INDEX_CORRUPT" }]);
  });

  it("refuses an entry of no bytes", async () => {
    const array = await openArray(await written(kind, shardOf(BODY, [[0n, 0n], SECOND])));
    await expect(array.get([0])).rejects.toMatchObject({ code: "CHUNK_CORRUPT", chunk: [0] });
  });

  it("refuses an entry of more bytes than any writer needs for a chunk", async () => {
    const body = new Uint8Array(4 * 1024 * 1024);
    const array = await openArray(await written(kind, shardOf(body, [[0n, BigInt(body.length)], SECOND])));
    await expect(array.get([0])).rejects.toMatchObject({ chunk: [0] });
  });

  it.each([0, 1, INDEX_BYTES - 1])("refuses a shard of %i bytes", async (length) => {
    const array = await openArray(await written(kind, new Uint8Array(length)));
    await expect(array.get()).rejects.toMatchObject({ code: "SHARD_TRUNCATED", shard: [0] });
  });

  it("gives the fill value for a shard that holds nothing but an index of nothing", async () => {
    const shard = shardOf(new Uint8Array(0), [
      [NONE, NONE],
      [NONE, NONE],
    ]);
    const array = await openArray(await written(kind, shard));
    expect((await array.get()).data).toEqual(new Int32Array(8));
  });
});
