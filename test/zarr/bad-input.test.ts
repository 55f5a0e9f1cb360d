/** What cannot be right is a typed error with its place, and nothing on disk has changed. */
import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  backend,
  codec,
  createArray,
  createGroup,
  type ErrorCode,
  MemoryStore,
  open,
  openArray,
  openGroup,
  QuarryError,
  slice,
  type ZarrArray,
} from "../../src/index.ts";
import type { AbsolutePath } from "../../src/store/store.ts";
import { directoryState } from "../kit/directory-state.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

async function failure(promise: Promise<unknown>): Promise<QuarryError> {
  const error = await promise.then(
    (value) => expect.unreachable(`resolved to ${String(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(QuarryError);
  return error as QuarryError;
}

async function expectFailure(promise: Promise<unknown>, code: ErrorCode): Promise<QuarryError> {
  const error = await failure(promise);
  expect(error.code, error.message).toBe(code);
  return error;
}

let directory: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
});

/** [6, 4] in chunks of [2, 4], shards of [4, 4], of distinct items. */
async function sharded(location: string | MemoryStore): Promise<ZarrArray<"int32">> {
  const array = await createArray(location, {
    shape: [6, 4],
    dataType: "int32",
    chunks: [2, 4],
    shards: [4, 4],
    codecs: [codec.zstd({ level: 1 }), codec.crc32c()],
  });
  await array.set(
    null,
    Int32Array.from({ length: 24 }, (_, i) => i + 1),
  );
  return array;
}

describe(`bad metadata (${backend().name})`, () => {
  async function withDocument(change: (document: Record<string, unknown>) => void): Promise<string> {
    await sharded(directory);
    const file = join(directory, "zarr.json");
    const document = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    change(document);
    await writeFile(file, JSON.stringify(document));
    return directory;
  }

  it("refuses a path that is not a store", async () => {
    const error = await expectFailure(open(join(directory, "nothing")), "NOT_FOUND");
    expect(error.message).toContain(directory);
  });

  it("names a Zarr v1 array as what it is", async () => {
    await writeFile(join(directory, ".zarray"), '{"zarr_format": 1}');
    await expectFailure(open(directory), "UNSUPPORTED_FORMAT");
  });

  it("refuses an unknown codec, by name", async () => {
    const path = await withDocument((document) => {
      document.codecs = [{ name: "bytes", configuration: { endian: "little" } }, { name: "brotli" }];
    });
    const error = await expectFailure(open(path), "UNSUPPORTED_CODEC");
    expect(error).toMatchObject({ codec: "brotli", path: "/" });
  });

  it("refuses an unknown codec beside sharding instead of ignoring it", async () => {
    const path = await withDocument((document) => {
      (document.codecs as unknown[]).unshift({ name: "rot13", configuration: {} });
    });
    await expectFailure(open(path), "UNSUPPORTED_CODEC");
  });

  it("refuses an unknown data type", async () => {
    const path = await withDocument((document) => {
      document.data_type = "decimal128";
    });
    await expectFailure(open(path), "UNSUPPORTED_DATA_TYPE");
  });

  it("refuses a key that must be understood", async () => {
    const path = await withDocument((document) => {
      document.mystery = { must_understand: true };
    });
    await expectFailure(open(path), "UNSUPPORTED_EXTENSION");
  });

  it("refuses an inner chunk that does not divide its shard", async () => {
    const path = await withDocument((document) => {
      const [sharding] = document.codecs as { configuration: { chunk_shape: number[] } }[];
      sharding!.configuration.chunk_shape = [3, 4];
    });
    await expectFailure(open(path), "CODEC_CONFIGURATION");
  });

  it("refuses a chunk that would take more memory than a buffer can have", async () => {
    const path = await withDocument((document) => {
      document.shape = [2 ** 40];
      document.chunk_grid = { name: "regular", configuration: { chunk_shape: [2 ** 40] } };
      document.codecs = [{ name: "bytes", configuration: { endian: "little" } }];
    });
    await expectFailure(open(path), "METADATA_INVALID");
  });

  it("does not allocate for a huge array before it is asked for items", async () => {
    const path = await withDocument((document) => {
      document.shape = [2 ** 40, 4];
    });
    const array = await openArray(path);
    await expectFailure(array.get(), "SELECTION_TOO_LARGE");
    expect(((await array.get([slice(0, 1), 0])) as { data: Int32Array }).data).toEqual(Int32Array.of(1));
  });
});

describe(`bad calls (${backend().name})`, () => {
  it.each<[string, (array: ZarrArray<"int32">) => Promise<unknown>, ErrorCode]>([
    ["too few items", (array) => array.set(null, new Int32Array(23)), "SHAPE_MISMATCH"],
    [
      "a shape that does not fit",
      (array) => array.set([0, null], { data: new Int32Array(6), shape: [3, 2] }),
      "SHAPE_MISMATCH",
    ],
    ["a part of a row", (array) => array.append(new Int32Array(5)), "SHAPE_MISMATCH"],
    ["null as rows", (array) => array.append(null as never), "VALUE_INVALID"],
    ["a number as rows", (array) => array.append(5 as never), "VALUE_INVALID"],
    ["rows of no shape", (array) => array.append({ data: new Int32Array(4) } as never), "VALUE_INVALID"],
    ["items of no shape", (array) => array.set(null, { data: new Int32Array(24) } as never), "VALUE_INVALID"],
    [
      "items of a shape of fractions",
      (array) => array.set(null, { data: new Int32Array(24), shape: [1.5] }),
      "VALUE_INVALID",
    ],
    [
      "an output of no shape",
      (array) => array.get(null, { out: { data: new Int32Array(24) } as never }),
      "VALUE_INVALID",
    ],
    ["an output that is a number", (array) => array.get(null, { out: 5 as never }), "VALUE_INVALID"],
    ["no new shape", (array) => array.resize(undefined as never), "VALUE_INVALID"],
    [
      "attributes that are no JSON",
      (array) => array.updateAttributes({ at: new Date(0) as never }),
      "METADATA_INVALID",
    ],
    [
      "another array in its place with attributes that hold themselves",
      (array) => {
        const attributes: Record<string, never> = {};
        attributes.self = attributes as never;
        const like = { shape: [1], dataType: "int8", chunks: [1] } as const;
        return createArray(array.store as MemoryStore, { ...like, attributes, mode: "w" });
      },
      "METADATA_INVALID",
    ],
    ["another typed array", (array) => array.set(null, new Float64Array(24) as never), "VALUE_INVALID"],
    ["a fraction for an integer", (array) => array.set([0, 0], 1.5), "VALUE_INVALID"],
    ["an integer out of range", (array) => array.set([0, 0], 2 ** 31), "VALUE_INVALID"],
    ["an index outside", (array) => array.get([6, 0]), "OUT_OF_BOUNDS"],
    ["an index below", (array) => array.set([-7, 0], 1), "OUT_OF_BOUNDS"],
    ["too many indices", (array) => array.get([0, 0, 0]), "SHAPE_MISMATCH"],
    [
      "an output of another type",
      (array) => array.get(null, { out: new Uint32Array(24) as never }),
      "VALUE_INVALID",
    ],
    [
      "an output that is too small",
      (array) => array.get(null, { out: new Int32Array(23) }),
      "SHAPE_MISMATCH",
    ],
  ])("refuses %s, and changes nothing", async (_, call, code) => {
    const array = await sharded(directory);
    const before = await directoryState(directory);
    const error = await expectFailure(call(array), code);
    expect(error.path).toBe("/");
    expect(await directoryState(directory)).toEqual(before);
  });

  it.each<[string, () => Promise<unknown>, ErrorCode]>([
    ["an existing node", () => createGroup(directory), "ALREADY_EXISTS"],
    [
      "a name that climbs",
      async () => (await openGroup(directory, { mode: "r+" })).createGroup(".."),
      "KEY_INVALID",
    ],
    [
      "writing to what was opened for reading",
      async () => (await openGroup(directory)).createGroup("a"),
      "READ_ONLY",
    ],
    [
      "a codec that is not known",
      async () =>
        (await openGroup(directory, { mode: "r+" })).createArray("a", {
          shape: [1],
          dataType: "int8",
          chunks: [1],
          codecs: [{ name: "brotli", configuration: {} }],
        }),
      "UNSUPPORTED_CODEC",
    ],
    [
      "shards that chunks do not divide",
      async () =>
        (await openGroup(directory, { mode: "r+" })).createArray("a", {
          shape: [10],
          dataType: "int8",
          chunks: [3],
          shards: [10],
        }),
      "METADATA_INVALID",
    ],
  ])("refuses %s, and changes nothing", async (_, call, code) => {
    await createGroup(directory);
    const before = await directoryState(directory);
    await expectFailure(call(), code);
    expect(await directoryState(directory)).toEqual(before);
  });
});

/** The same damage to files and to a store of bytes, which different engines read. */
describe.each(["local directory", "store of bytes"])(`damaged chunks in a %s (${backend().name})`, (kind) => {
  const KEY = "/c/0/0";
  let array: ZarrArray<"int32">;
  let bytes: Uint8Array;
  let replace: (bytes: Uint8Array) => Promise<void>;

  beforeEach(async () => {
    if (kind === "local directory") {
      array = await sharded(directory);
      const file = join(directory, "c", "0", "0");
      // A Buffer's slice() would be a view.
      bytes = Uint8Array.from(await readFile(file));
      replace = (changed) => writeFile(file, changed);
    } else {
      const store = new MemoryStore();
      array = await sharded(store);
      bytes = (await store.get(KEY as AbsolutePath))!.slice();
      replace = (changed) => store.set(KEY as AbsolutePath, changed);
    }
  });

  /** The index has 2 entries of 16 bytes and 4 bytes of checksum. */
  const INDEX_BYTES = 36;

  it("refuses a shard without a byte", async () => {
    await replace(new Uint8Array(0));
    const error = await expectFailure(array.get(), "SHARD_TRUNCATED");
    expect(error).toMatchObject({ path: "/", shard: [0, 0] });
  });

  it("refuses a shard that is shorter than its index", async () => {
    await replace(bytes.slice(0, INDEX_BYTES - 1));
    await expectFailure(array.get([0, 0]), "SHARD_TRUNCATED");
  });

  it("refuses every flipped bit of the index", async () => {
    for (let at = bytes.length - INDEX_BYTES; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at]! ^= 1 << (at % 8);
      await replace(changed);
      const error = await expectFailure(array.get(), "SHARD_INDEX_CORRUPT");
      expect(error).toMatchObject({ path: "/", shard: [0, 0], codec: "crc32c", direction: "decode" });
    }
  });

  it("refuses every flipped bit of a chunk, and reads the other one", async () => {
    for (let at = 0; at < bytes.length - INDEX_BYTES; at++) {
      const changed = bytes.slice();
      changed[at]! ^= 1 << (at % 8);
      await replace(changed);
      const error = await expectFailure(array.get(), "CHUNK_CORRUPT");
      expect(error).toMatchObject({ path: "/", shard: [0, 0], codec: "crc32c", direction: "decode" });
      const damaged = error.chunk!;
      expect(damaged[1]).toBe(0);
      const intact = 1 - damaged[0]!;
      const rows = (await array.get([slice(2 * intact, 2 * intact + 2), null])) as { data: Int32Array };
      expect(rows.data[0]).toBe(8 * intact + 1);
    }
  });

  it("refuses an index entry that points outside the shard", async () => {
    for (const [offset, length] of [
      [0n, BigInt(bytes.length)],
      [BigInt(bytes.length), 10n],
      [1n << 63n, 10n],
      [10n, (1n << 64n) - 10n],
    ] as const) {
      await replace(await withIndexEntry(bytes, offset, length));
      const error = await expectFailure(array.get([0, null]), "SHARD_INDEX_CORRUPT");
      expect(error).toMatchObject({ path: "/", shard: [0, 0], chunk: [0, 0] });
    }
  });

  it("refuses a chunk that decodes to another length", async () => {
    const other = await createArray(new MemoryStore(), {
      shape: [1],
      dataType: "int32",
      chunks: [1],
      codecs: [codec.zstd({ level: 1 }), codec.crc32c()],
    });
    await other.set(null, 5);
    const chunk = (await (other.store as MemoryStore).get("/c/0"))!;
    const changed = new Uint8Array(chunk.length + INDEX_BYTES);
    changed.set(chunk);
    changed.set(bytes.subarray(bytes.length - INDEX_BYTES), chunk.length);
    await replace(await withIndexEntry(changed, 0n, BigInt(chunk.length)));
    const error = await expectFailure(array.get([0, null]), "CHUNK_CORRUPT");
    expect(error).toMatchObject({ codec: "zstd", chunk: [0, 0] });
  });

  it("does not write into a shard that it cannot read", async () => {
    const changed = bytes.slice();
    changed[0]! ^= 1;
    await replace(changed);
    await expectFailure(array.set([slice(0, 5), 0], 1), "CHUNK_CORRUPT");
    await replace(bytes);
    expect(((await array.get([null, 0])) as { data: Int32Array }).data).toEqual(
      Int32Array.of(1, 5, 9, 13, 17, 21),
    );
  });

  it("replaces a damaged shard that is written whole", async () => {
    await replace(new Uint8Array(3));
    await array.set(null, 9);
    expect(((await array.get()) as { data: Int32Array }).data).toEqual(new Int32Array(24).fill(9));
  });
});

it(`refuses an unsharded chunk that has been cut short (${backend().name})`, async () => {
  const array = await createArray(directory, {
    shape: [100],
    dataType: "int64",
    chunks: [100],
    codecs: [],
  });
  await array.set(null, 3n);
  await truncate(join(directory, "c", "0"), 799);
  const error = await expectFailure(array.get(), "CHUNK_CORRUPT");
  expect(error).toMatchObject({ path: "/", chunk: [0], shard: undefined });
});

/** The shard with the first entry of its index replaced, and the index's checksum made right. */
async function withIndexEntry(shard: Uint8Array, offset: bigint, length: bigint): Promise<Uint8Array> {
  const { crc32c } = await import("../../src/metadata/crc.ts");
  const changed = shard.slice();
  const index = changed.subarray(changed.length - 36);
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength);
  view.setBigUint64(0, offset, true);
  view.setBigUint64(8, BigInt.asUintN(64, length), true);
  view.setUint32(32, crc32c(index.subarray(0, 32)), true);
  return changed;
}
