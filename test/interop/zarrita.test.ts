/** With our codecs, zarrita reads what we write, and we what it writes: chain by chain, by value. */
import { beforeAll, describe, expect, test } from "vitest";
import * as zarrita from "zarrita";
import { codec } from "../../codecs/builders.ts";
import { copyBox } from "../../src/codec/box-copy.ts";
import { contiguousStrides } from "../../src/codec/c-order.ts";
import { registerCodec } from "../../src/codec/registry.ts";
import { registerWithZarrita } from "../../src/codec/zarrita/register.ts";
import type { CodecMetadata } from "../../src/metadata/array-metadata.ts";
import { dataTypeOf, type NumericTypeName } from "../../src/metadata/data-type.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { AbsolutePath } from "../../src/store/store.ts";
import { createArray, openArray } from "../../src/zarr/open.ts";
import { codecsOf, EXACT_CHAINS } from "./codec-chains.ts";
import { bytesOf, randomBytes } from "./values.ts";

const SHAPE = [9, 6];
const CHUNKS = [3, 2];
const SHARDS = [6, 6];

const named = (name: string, configuration: CodecMetadata["configuration"] = {}): CodecMetadata => ({
  name,
  configuration,
});
const BYTES = named("bytes", { endian: "little" });

/** Chains whose codecs zarrita has not, or has otherwise: `filters` before bytes, `compressors` after it. */
const FURTHER_CHAINS: readonly [string, NumericTypeName, readonly CodecMetadata[]][] = [
  ["numcodecs.packbits", "bool", [named("numcodecs.packbits"), BYTES]],
  [
    "numcodecs.packbits behind a transpose",
    "bool",
    [codec.transpose({ order: [1, 0] }), named("numcodecs.packbits"), BYTES],
  ],
  [
    "a filter between two transposes",
    "int32",
    [
      codec.transpose({ order: [1, 0] }),
      named("quarry.temporal", { transform: "delta", axis: 1 }),
      codec.transpose({ order: [1, 0] }),
      BYTES,
    ],
  ],
  [
    "numcodecs.delta that stores a narrower type",
    "int64",
    [named("numcodecs.delta", { dtype: "<i8", astype: "<i4" }), BYTES],
  ],
  [
    "numcodecs.shuffle of other elements than the array's",
    "int64",
    [BYTES, named("numcodecs.shuffle", { elementsize: 4 })],
  ],
  ["crc32c twice", "int16", [BYTES, named("crc32c"), named("crc32c")]],
  ...["adler32", "crc32", "crc32c", "fletcher32", "jenkins_lookup3"].map(
    (name): [string, NumericTypeName, CodecMetadata[]] => [
      `numcodecs.${name} behind zstd`,
      "int32",
      [BYTES, codec.zstd({ level: 1 }), named(`numcodecs.${name}`)],
    ],
  ),
];

const chains = [
  ...(EXACT_CHAINS.map((chain) => {
    // Zarrita takes the platform's Float16Array, which Node 20 has not, and swaps bools as if they had four bytes.
    const dataType = chain.dataTypes.find((name) => name !== "float16" && name !== "bool");
    return { title: chain.title, dataType, codecs: codecsOf(chain) };
  }).filter(({ dataType }) => dataType !== undefined) as Case[]),
  ...FURTHER_CHAINS.map(([title, dataType, codecs]) => ({ title, dataType, codecs })),
];

interface Case {
  readonly title: string;
  readonly dataType: NumericTypeName;
  readonly codecs: readonly CodecMetadata[];
}

/** Of delta's narrower type, differences must fit. */
function valuesFor({ title, dataType }: Case): Uint8Array {
  const count = SHAPE[0]! * SHAPE[1]!;
  if (!title.includes("narrower")) return randomBytes(dataType, count, 7);
  return bytesOf(BigInt64Array.from({ length: count }, (_, item) => BigInt(item * item) - 900n));
}

const itemsOf = (dataType: NumericTypeName, bytes: Uint8Array) =>
  new (typedArrayOf(dataTypeOf(dataType)))(bytes.slice().buffer);

/** What zarrita reads, as bytes in C order: behind a transpose its results have other strides. */
async function readByZarrita(store: MemoryStore): Promise<Uint8Array> {
  const array = await zarrita.open(store, { kind: "array" });
  const { data, shape, stride } = await zarrita.get(array);
  const bytes = bytesOf(data as unknown as ArrayBufferView);
  const inOrder = new Uint8Array(bytes.length);
  const itemBytes = dataTypeOf(array.dtype as NumericTypeName).itemBytes;
  copyBox(
    { bytes: inOrder, offset: 0, strides: contiguousStrides(shape) },
    { bytes, offset: 0, strides: stride },
    shape,
    itemBytes,
  );
  return inOrder;
}

test("zarrita lacks our codecs before registerWithZarrita, and has them after", async () => {
  const store = new MemoryStore();
  await createArray(store, { shape: [4], dataType: "int32", chunks: [4], codecs: [codec.temporal()] });
  await (await openArray(store, { mode: "r+" })).set(null, Int32Array.of(1, 2, 3, 4));
  await expect(readByZarrita(store)).rejects.toBeInstanceOf(zarrita.UnknownCodecError);
  await registerWithZarrita();
  expect(await readByZarrita(store)).toEqual(bytesOf(Int32Array.of(1, 2, 3, 4)));
});

describe("with our codecs,", () => {
  beforeAll(() => registerWithZarrita(zarrita));

  test.each(chains)("zarrita reads our $title", async (chain) => {
    const { dataType, codecs } = chain;
    const bytes = valuesFor(chain);
    for (const shards of [undefined, SHARDS]) {
      const store = new MemoryStore();
      const array = await createArray(store, { shape: SHAPE, dataType, chunks: CHUNKS, shards, codecs });
      await array.set(null, itemsOf(dataType, bytes));
      expect(await readByZarrita(store)).toEqual(bytes);
    }
  });

  // Of gzip, zarrita has only the decoder.
  const written = chains.filter(({ title }) => title !== "gzip 6");
  test.each(written)("we read zarrita's $title", async (chain) => {
    const { dataType, codecs } = chain;
    const bytes = valuesFor(chain);
    const store = new MemoryStore();
    const array = await zarrita.create(store, {
      shape: SHAPE,
      chunkShape: CHUNKS,
      dtype: dataType as "int32",
      codecs: structuredClone(codecs) as zarrita.CodecMetadata[],
      fillValue: (dataType === "bool" ? false : 0) as number,
    });
    const items = bytes.slice();
    const data = dataType === "bool" ? new zarrita.BoolArray(items.buffer) : itemsOf(dataType, items);
    await zarrita.set(array, null, {
      data: data as Int32Array,
      shape: SHAPE,
      stride: contiguousStrides(SHAPE),
    });
    expect(bytesOf((await (await openArray(store)).get()).data)).toEqual(bytes);
  });

  test("an array of zero dimensions is read", async () => {
    const store = new MemoryStore();
    const codecs = [codec.crc32c()];
    const array = await createArray(store, { shape: [], dataType: "float64", chunks: [], codecs });
    await array.set(null, 1.5);
    expect(await zarrita.get(await zarrita.open(store, { kind: "array" }))).toBe(1.5);
  });

  test("a Zarr v2 array is read, whose filters are ours", async () => {
    const values = BigInt64Array.from({ length: 12 }, (_, item) => BigInt(item * item));
    const dtypes = { dtype: "<i8", astype: "<i4" };
    const v3 = new MemoryStore();
    const codecs = [named("numcodecs.delta", dtypes), BYTES, named("numcodecs.fletcher32")];
    await (await createArray(v3, { shape: [12], dataType: "int64", chunks: [12], codecs })).set(null, values);
    const v2 = new MemoryStore();
    const document = {
      zarr_format: 2,
      shape: [12],
      chunks: [12],
      dtype: "<i8",
      fill_value: 0,
      order: "C",
      filters: [{ id: "delta", ...dtypes }, { id: "fletcher32" }],
      compressor: null,
    };
    await v2.set("/.zarray", new TextEncoder().encode(JSON.stringify(document)));
    await v2.set("/0", (await v3.get("/c/0"))!);
    expect(await readByZarrita(v2)).toEqual(bytesOf(values));
    expect((await (await openArray(v2)).get()).data).toEqual(values);
  });

  test("a flipped bit below a crc32c is an error with ours as its cause, in a chunk and in a shard's index", async () => {
    for (const shards of [undefined, [4]]) {
      const store = new MemoryStore();
      const codecs = [codec.crc32c()];
      const array = await createArray(store, { shape: [4], dataType: "int32", chunks: [4], shards, codecs });
      await array.set(null, 7);
      const key: AbsolutePath = "/c/0";
      const bytes = (await store.get(key))!;
      bytes[shards === undefined ? 1 : bytes.length - 6]! ^= 0x10;
      await store.set(key, bytes);
      const failure = await readByZarrita(store).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(zarrita.CodecPipelineError);
      expect(failure).toMatchObject({
        codec: "crc32c",
        cause: { name: "QuarryError", code: "CHUNK_CORRUPT", codec: "crc32c" },
      });
    }
  });

  test("a chunk that decodes to another length is an error, where zarrita would read zeros", async () => {
    const store = new MemoryStore();
    const codecs = [named("numcodecs.fletcher32")];
    const array = await createArray(store, { shape: [4], dataType: "int32", chunks: [4], codecs });
    await array.set(null, 7);
    const shorter = new MemoryStore();
    const half = await createArray(shorter, { shape: [2], dataType: "int32", chunks: [2], codecs });
    await half.set(null, 7);
    await store.set("/c/0", (await shorter.get("/c/0"))!);
    await expect(readByZarrita(store)).rejects.toMatchObject({
      cause: { code: "CHUNK_CORRUPT", message: expect.stringContaining("8 bytes instead of 16") },
    });
  });

  test("a codec that was registered since is there after another call", async () => {
    registerCodec({
      name: "test.invert",
      kind: "bytes-to-bytes",
      configurationSchema: { type: "object" },
      resolve: () => {
        const invert = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => ~byte);
        return {
          kind: "bytes-to-bytes",
          name: "test.invert",
          configuration: {},
          encodedBytes: (decodedBytes) => decodedBytes,
          portable: async () => ({ encode: invert, decode: invert }),
        };
      },
    });
    await registerWithZarrita();
    const store = new MemoryStore();
    const array = await createArray(store, {
      shape: [2],
      dataType: "uint8",
      chunks: [2],
      codecs: [named("test.invert")],
    });
    await array.set(null, Uint8Array.of(1, 2));
    expect(await readByZarrita(store)).toEqual(Uint8Array.of(1, 2));
  });
});
