/** Codecs that a user of the library registers, in chains with ours. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CodecDefinition } from "../../codecs/definition.ts";
import { runProgram } from "../../src/cli/program.ts";
import { codec, createGroup, inspect, MemoryStore, registerCodec, slice } from "../../src/index.ts";
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
