/** Codecs that a user of the library registers, in chains with ours. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CodecDefinition } from "../../codecs/definition.ts";
import { runProgram } from "../../src/cli/program.ts";
import {
  codec,
  createArray,
  createGroup,
  inspect,
  MemoryStore,
  openArray,
  registerCodec,
  slice,
} from "../../src/index.ts";
import { recordedStreams } from "../kit/streams.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

/** A bytes-to-bytes codec from two functions. */
function bytesCodec(
  name: string,
  encode: (decoded: Uint8Array) => Uint8Array,
  decode: (encoded: Uint8Array) => Uint8Array,
): CodecDefinition {
  return {
    kind: "bytes-to-bytes",
    name,
    configurationSchema: { type: "object", additionalProperties: false },
    resolve: () => ({
      kind: "bytes-to-bytes",
      name,
      configuration: {},
      encodedBytesMax: (decodedBytes) => decodedBytes + 1,
      portable: async () => ({ encode, decode }),
    }),
  };
}

const reversed = (bytes: Uint8Array) => bytes.slice().reverse();

/** Array to array: what the elements are from 1000. */
const fromThousand: CodecDefinition = {
  kind: "array-to-array",
  name: "example.from_thousand",
  configurationSchema: { type: "object", additionalProperties: false },
  resolve(_, input) {
    const mapped = (bytes: Uint8Array) =>
      new Uint8Array(new Int32Array(bytes.slice().buffer).map((value) => 1000 - value).buffer);
    return {
      kind: "array-to-array",
      name: "example.from_thousand",
      configuration: {},
      encodedType: input,
      encodedBytes: (decodedBytes) => decodedBytes,
      portable: async () => ({ encode: mapped, decode: mapped }),
    };
  },
};

registerCodec(bytesCodec("example.reversed", reversed, reversed));
registerCodec(fromThousand);
registerCodec(
  bytesCodec(
    "example.short",
    (bytes) => bytes,
    (bytes) => bytes.subarray(1),
  ),
);
registerCodec(
  bytesCodec(
    "example.broken",
    (bytes) => bytes,
    () => {
      throw new RangeError("out of order");
    },
  ),
);

const named = (name: string) => ({ name, configuration: {} });
const MIXED = [
  named("example.from_thousand"),
  codec.delta(),
  codec.shuffle(),
  codec.zstd(),
  named("example.reversed"),
  codec.crc32c(),
];

describe.each([
  ["a local directory", async () => join(await temporaryDirectory(), "store.zarr")],
  ["memory", async () => new MemoryStore()],
] as const)("in %s, a sharded array with codecs of ours and of others", (_, place) => {
  test("is written, changed, appended to and read", async () => {
    const location = await place();
    const root = await createGroup(location);
    const array = await root.createArray("px", {
      shape: [30, 5],
      dataType: "int32",
      chunks: [4, 5],
      shards: [16, 5],
      codecs: MIXED,
    });
    const model = Int32Array.from({ length: 200 }, (_, item) => (item * item) % 977);
    await array.set(null, model.subarray(0, 150));
    await array.set([slice(3, 6), slice(1, 3)], 7);
    for (let row = 3; row < 6; row++) model.fill(7, row * 5 + 1, row * 5 + 3);
    await array.append(model.subarray(150));
    const again = await root.array("px");
    expect((await again.get()).data).toEqual(model);
    const { data } = await again.get([slice(17, 40, 2), 4]);
    expect(data).toEqual(Int32Array.from({ length: 12 }, (_, row) => model[(17 + 2 * row) * 5 + 4]!));
  });
});

test("inspect says which codecs the core has, and who runs the chain for it", async () => {
  const store = join(await temporaryDirectory(), "store.zarr");
  const root = await createGroup(store);
  await root.createArray("px", { shape: [8], dataType: "int32", chunks: [8], codecs: MIXED });
  const [array] = (await inspect(store)).arrays;
  expect(array!.backend).toBe("portable");
  expect(array!.codecs.map(({ name, native }) => [name, native])).toEqual([
    ["example.from_thousand", false],
    ["numcodecs.delta", true],
    ["bytes", true],
    ["numcodecs.shuffle", true],
    ["zstd", true],
    ["example.reversed", false],
    ["crc32c", true],
  ]);
  const streams = recordedStreams();
  expect(await runProgram(["inspect", store], streams)).toBe(0);
  expect(streams.text("stdout")).toMatch(/portable \(example\.from_thousand, example\.reversed\)$/m);
});

describe("what a codec of others gets wrong is an error of its chunk", () => {
  test.each([
    ["example.short", /example\.short: decoded to 15 bytes instead of 16/],
    ["example.broken", /example\.broken: the codec failed for a reason of its own/],
  ])("%s", async (name, message) => {
    const root = await createGroup(new MemoryStore());
    const options = { shape: [4], dataType: "int32", chunks: [4], codecs: [named(name)] } as const;
    const array = await root.createArray("px", options);
    await array.set(null, Int32Array.of(1, 2, 3, 4));
    const failure = array.get();
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({
      code: "CHUNK_CORRUPT",
      codec: name,
      path: "/px",
      chunk: [0],
    });
  });
});

describe("what a codec of others encodes is checked before it is stored", () => {
  const numbers = (bytes: Uint8Array) => bytes.slice();
  test.each([
    ["undefined", undefined, /its encode\(\) gave undefined, not a Uint8Array/],
    ["null", null, /its encode\(\) gave null/],
    ["a string", "bytes", /its encode\(\) gave string/],
    ["floats", new Float32Array(4), /its encode\(\) gave Float32Array/],
    [
      "more than its bound",
      new Uint8Array(18),
      /encoded to 18 bytes, of which no more than 17 would be read/,
    ],
  ])("%s", async (what, result, message) => {
    const name = `example.encodes.${what}`;
    registerCodec(bytesCodec(name, () => result as Uint8Array, numbers));
    const store = new MemoryStore();
    const options = { shape: [4], dataType: "int32", chunks: [4], codecs: [named(name)] } as const;
    const array = await (await createGroup(store)).createArray("px", options);
    const failure = array.set(null, Int32Array.of(1, 2, 3, 4));
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ code: "ENCODE_FAILED", codec: name, chunk: [0] });
    expect(await store.get("/px/c/0")).toBeUndefined();
  });

  test.each([
    ["another size than it declares", { encodedBytes: () => 5 }, /encoded to 4 bytes instead of the 5/],
    ["more than twice and 64 KiB", {}, /encoded to 65545 bytes, of which no more than 65544 would be read/],
  ])("%s", async (what, sizes, message) => {
    const name = `example.sizes.${what}`;
    const encode = (bytes: Uint8Array) => ("encodedBytes" in sizes ? bytes : new Uint8Array(65_545));
    registerCodec({
      ...bytesCodec(name, encode, numbers),
      resolve: () => ({
        kind: "bytes-to-bytes",
        name,
        configuration: {},
        ...sizes,
        portable: async () => ({ encode, decode: numbers }),
      }),
    });
    const options = { shape: [1], dataType: "int32", chunks: [1], codecs: [named(name)] } as const;
    const array = await (await createGroup(new MemoryStore())).createArray("px", options);
    const failure = array.set(null, Int32Array.of(1));
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ code: "ENCODE_FAILED", codec: name });
  });
});

test("floats of the right length are no bytes that a codec may decode to", async () => {
  const name = "example.decodes.floats";
  const decode = () => new Float32Array(16) as unknown as Uint8Array;
  registerCodec(bytesCodec(name, (bytes) => bytes, decode));
  const options = { shape: [4], dataType: "int32", chunks: [4], codecs: [named(name)] } as const;
  const array = await (await createGroup(new MemoryStore())).createArray("px", options);
  await array.set(null, Int32Array.of(1, 2, 3, 4));
  const failure = array.get();
  await expect(failure).rejects.toThrow(/its decode\(\) gave Float32Array, not a Uint8Array/);
  await expect(failure).rejects.toMatchObject({ code: "CHUNK_CORRUPT", codec: name });
});

describe("what is no codec definition is not registered", () => {
  const valid = bytesCodec("example.valid", reversed, reversed);
  test.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /it is no object/],
    ["no name", { ...valid, name: "" }, /"name" must be a string/],
    ["an alias for aliases", { ...valid, aliases: "example.other" }, /"aliases" must be a list/],
    ["another kind", { ...valid, kind: "bytes-to-array" }, /"kind" must be one of array-to-array/],
    ["no resolve", { ...valid, resolve: undefined }, /"resolve" must be a function/],
    [
      "no schema",
      { ...valid, configurationSchema: undefined },
      /"configurationSchema" must be a JSON Schema/,
    ],
    ["a broken schema", { ...valid, configurationSchema: { $ref: "#/nowhere" } }, /is no JSON Schema/],
    ["the name of ours", { ...valid, name: "zstd" }, /codec zstd is already registered/],
    ["sharding", { ...valid, name: "sharding_indexed" }, /codec sharding_indexed is already registered/],
    ["a name of Quarry's own use", { ...valid, name: "quarry.v2_filter" }, /is already registered/],
  ])("%s", (_, definition, message) => {
    const register = () => registerCodec(definition as CodecDefinition);
    expect(register).toThrow(TypeError);
    expect(register).toThrow(message);
  });
});

describe("what goes wrong while a codec of others is set up has a code and a cause", () => {
  const boom = () => {
    throw new RangeError("out of order");
  };
  const good = bytesCodec("example.good", reversed, reversed).resolve({}, undefined as never);
  test.each<[string, () => unknown, RegExp]>([
    ["resolve() throws", boom, /cannot be set up: out of order/],
    ["resolve() gives nothing", () => undefined, /its resolve\(\) gave no codec/],
    [
      "resolve() gives another kind",
      () => ({ ...good, kind: "array-to-array" }),
      /gave the kind array-to-array/,
    ],
    ["resolve() gives no configuration", () => ({ ...good, configuration: undefined }), /no configuration/],
    ["portable() throws", () => ({ ...good, portable: boom }), /its portable\(\) failed: out of order/],
    [
      "portable() gives nothing",
      () => ({ ...good, portable: () => undefined }),
      /no encode\(\) and decode\(\)/,
    ],
  ])("%s", async (what, resolve, message) => {
    const name = `example.setup.${what}`;
    registerCodec({
      ...bytesCodec(name, reversed, reversed),
      resolve: resolve as CodecDefinition["resolve"],
    });
    const use = async () => {
      const options = { shape: [4], dataType: "int32", chunks: [4], codecs: [named(name)] } as const;
      const array = await (await createGroup(new MemoryStore())).createArray("px", options);
      await array.set(null, Int32Array.of(1, 2, 3, 4));
    };
    const failure = use();
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ code: "CODEC_CONFIGURATION", path: "/px", codec: name });
  });

  test("a codec whose methods are those of a class works", async () => {
    class Reversing {
      readonly kind = "bytes-to-bytes";
      readonly name = "example.class";
      readonly configuration = {};
      encodedBytes(decodedBytes: number) {
        return decodedBytes;
      }
      async portable() {
        return { encode: reversed, decode: reversed };
      }
    }
    registerCodec({ ...bytesCodec("example.class", reversed, reversed), resolve: () => new Reversing() });
    const options = { shape: [4], dataType: "int32", chunks: [4], codecs: [named("example.class")] } as const;
    const array = await (await createGroup(new MemoryStore())).createArray("px", options);
    await array.set(null, Int32Array.of(1, 2, 3, 4));
    expect((await array.get()).data).toEqual(Int32Array.of(1, 2, 3, 4));
  });
});

test("a codec that is for other formats only is no codec of a new array, nor of one that is there", async () => {
  const filter = {
    name: "quarry.v2_filter",
    configuration: {
      codec: { name: "numcodecs.delta", configuration: { dtype: "<i4" } },
      items: 4,
      decoded: { data_type: "int32", endian: "little" },
      encoded: { data_type: "int32", endian: "little" },
    },
  };
  const refusal = { code: "UNSUPPORTED_CODEC", codec: "quarry.v2_filter" };
  const options = { shape: [4], dataType: "int32", chunks: [4] } as const;
  const inShards = [codec.sharding({ chunkShape: [2], codecs: [codec.bytes(), filter] }), codec.crc32c()];
  for (const codecs of [[codec.bytes(), filter], inShards]) {
    await expect(createArray(new MemoryStore(), { ...options, codecs })).rejects.toMatchObject(refusal);
  }
  const store = new MemoryStore();
  await createArray(store, { ...options, codecs: [codec.crc32c()] });
  const document = new TextDecoder().decode(await store.get("/zarr.json"));
  const forged = JSON.parse(document);
  forged.codecs[1] = filter;
  await store.set("/zarr.json", new TextEncoder().encode(JSON.stringify(forged)));
  await expect(openArray(store)).rejects.toMatchObject(refusal);
});

test("a codec that nobody registered is named when an array is to have it", async () => {
  const root = await createGroup(new MemoryStore());
  const creation = root.createArray("px", {
    shape: [4],
    dataType: "int32",
    chunks: [4],
    codecs: [named("example.unknown")],
  });
  await expect(creation).rejects.toMatchObject({ code: "UNSUPPORTED_CODEC", codec: "example.unknown" });
});
