/**
 * The contract of a codec on a backend, run for every codec, configuration, data type and shape, and the
 * exchange between two backends: each decodes what the other encoded.
 *
 * A backend is reached through {@link CodecRunner}, which hides whether a codec runs by itself (portable) or as
 * a chain of its own (native). fast-check prints seed and path of a failure; replay with `fc.assert(…, { seed, path })`.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChunkType, DecodedSize, ResolvedCodec } from "../../codecs/definition.ts";
import { CodecFault } from "../../codecs/fault.ts";
import type { Backend } from "../../src/codec/chain.ts";
import { resolvePipeline } from "../../src/codec/pipeline.ts";
import { resolveCodec } from "../../src/codec/registry.ts";
import { isQuarryError } from "../../src/errors.ts";
import { DATA_TYPE_NAMES, type DataTypeName } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";
import { type Chunk, chunks, damaged, damages, shapes } from "./arbitraries.ts";

/** One codec with one configuration, ready for chunks of one type. */
export interface RunningCodec {
  readonly resolved: ResolvedCodec;
  encode(decoded: Uint8Array): Promise<Uint8Array>;
  decode(encoded: Uint8Array, size: DecodedSize): Promise<Uint8Array>;
}

export interface CodecRunner {
  readonly name: string;
  start(codec: string, configuration: JsonObject, input: ChunkType): Promise<RunningCodec>;
}

/** The portable implementation, on its own. */
export const portableRunner: CodecRunner = {
  name: "portable",
  async start(codec, configuration, input) {
    const resolved = resolveCodec({ name: codec, configuration }, input, "/test");
    const implementation = await resolved.portable();
    return {
      resolved,
      encode: async (decoded) => implementation.encode(decoded),
      decode: async (encoded, size) => implementation.decode(encoded, size),
    };
  },
};

/** A codec as the only one of a chain, but for the little-endian `bytes` that every chain must have. */
export function chainRunner(backend: Backend): CodecRunner {
  return {
    name: backend.name,
    async start(codec, configuration, input) {
      const metadata = { name: codec, configuration };
      const resolved = resolveCodec(metadata, input, "/test");
      const bytes = { name: "bytes", configuration: { endian: "little" } };
      const codecs = {
        "array-to-array": [metadata, bytes],
        "array-to-bytes": [metadata],
        "bytes-to-bytes": [bytes, metadata],
      }[resolved.kind];
      const chain = await backend.createChain(resolvePipeline(codecs, input, "/test"), "chunk");
      if (chain === undefined) {
        throw new Error(`${backend.name} has no codec ${codec}`);
      }
      return {
        resolved,
        encode: (decoded) => chain.encode(decoded, { path: "/test" }),
        decode: (encoded) => chain.decode(encoded, { path: "/test" }),
      };
    },
  };
}

export interface CodecCase {
  /** What is tested, in words: the codec and what its configuration makes of it. */
  readonly title: string;
  readonly codec: string;
  readonly configuration: (input: ChunkType) => JsonObject;
  readonly dataTypes: readonly DataTypeName[];
  readonly minRank?: number;
  /** Whether every chunk comes back bit for bit. */
  readonly lossless: boolean;
  /**
   * False where zstd is at work without a checksum: its assembly decoder, which native has, notices less damage
   * in a literals section than its portable C.
   */
  readonly refusalsAgree: boolean;
}

const INTEGERS = DATA_TYPE_NAMES.filter((name) => name.startsWith("int") || name.startsWith("uint"));
const FLOATS = DATA_TYPE_NAMES.filter((name) => name.startsWith("float"));
const SOME: readonly DataTypeName[] = ["bool", "uint8", "int16", "int32", "float32", "int64", "float64"];

function lossless(
  title: string,
  codec: string,
  configuration: JsonObject | ((input: ChunkType) => JsonObject),
  dataTypes: readonly DataTypeName[] = SOME,
  minRank = 0,
): CodecCase {
  const configured = typeof configuration === "function" ? configuration : () => configuration;
  return { title, codec, configuration: configured, dataTypes, minRank, lossless: true, refusalsAgree: true };
}

const bloscCases = (["lz4", "lz4hc", "zlib", "zstd"] as const).flatMap((cname) =>
  (["noshuffle", "shuffle", "bitshuffle"] as const).map((shuffle) => ({
    ...lossless(`blosc (${cname}, ${shuffle})`, "blosc", { cname, shuffle, clevel: 5 }),
    refusalsAgree: cname !== "zstd",
  })),
);

const astypeCases: CodecCase[] = DATA_TYPE_NAMES.map((encoded) => ({
  title: `numcodecs.astype (to ${encoded})`,
  codec: "numcodecs.astype",
  configuration: () => ({ encode_dtype: encoded }),
  dataTypes: DATA_TYPE_NAMES,
  lossless: false,
  refusalsAgree: true,
}));

/** Every codec in every manner of working that it has. */
export const CODEC_CASES: readonly CodecCase[] = [
  lossless("bytes (little-endian)", "bytes", { endian: "little" }, DATA_TYPE_NAMES),
  lossless("bytes (big-endian)", "bytes", { endian: "big" }, DATA_TYPE_NAMES),
  lossless(
    "transpose (dimensions reversed)",
    "transpose",
    ({ shape }) => ({ order: shape.map((_, axis) => shape.length - 1 - axis) }),
    DATA_TYPE_NAMES,
  ),
  lossless(
    "transpose (first dimension last)",
    "transpose",
    ({ shape }) => ({ order: [...shape.keys()].slice(1).concat(0) }),
    DATA_TYPE_NAMES,
    1,
  ),
  lossless("numcodecs.delta (in its own type)", "numcodecs.delta", {}, INTEGERS),
  { ...lossless("numcodecs.delta (of floats)", "numcodecs.delta", {}, FLOATS), lossless: false },
  {
    ...lossless("numcodecs.delta (as int16)", "numcodecs.delta", { astype: "<i2" }, [
      "int16",
      "int32",
      "int64",
      "uint8",
      "float32",
      "float64",
    ]),
    lossless: false,
  },
  ...astypeCases,
  lossless(
    "quarry.temporal (xor, first axis)",
    "quarry.temporal",
    { transform: "xor", axis: 0 },
    DATA_TYPE_NAMES,
    1,
  ),
  lossless(
    "quarry.temporal (xor, last axis)",
    "quarry.temporal",
    ({ shape }) => ({ transform: "xor", axis: shape.length - 1 }),
    DATA_TYPE_NAMES,
    1,
  ),
  lossless(
    "quarry.temporal (delta, first axis)",
    "quarry.temporal",
    { transform: "delta", axis: 0 },
    INTEGERS,
    1,
  ),
  lossless(
    "vectorized_temporal (legacy name)",
    "vectorized_temporal",
    { transform: "xor", axis: 0 },
    SOME,
    1,
  ),
  lossless("numcodecs.shuffle (item size)", "numcodecs.shuffle", {}),
  lossless("numcodecs.shuffle (single bytes)", "numcodecs.shuffle", { elementsize: 1 }),
  { ...lossless("zstd (default)", "zstd", {}), refusalsAgree: false },
  { ...lossless("zstd (level -7)", "zstd", { level: -7 }), refusalsAgree: false },
  lossless("zstd (level 19, checksum)", "zstd", { level: 19, checksum: true }),
  { ...lossless("numcodecs.zstd", "numcodecs.zstd", { level: 1, checksum: false }), refusalsAgree: false },
  lossless("gzip (stored)", "gzip", { level: 0 }),
  lossless("gzip (level 1)", "gzip", { level: 1 }),
  lossless("gzip (level 9)", "gzip", { level: 9 }),
  lossless("numcodecs.lz4", "numcodecs.lz4", {}),
  lossless("numcodecs.lz4 (hurried)", "numcodecs.lz4", { acceleration: 100 }),
  ...bloscCases,
  lossless("blosc (small blocks)", "blosc", { cname: "lz4", clevel: 9, blocksize: 256 }),
  lossless("blosc (copy)", "blosc", { cname: "zstd", clevel: 0 }),
  lossless("blosc (elements of 20 bytes)", "blosc", { cname: "lz4", typesize: 20 }),
  lossless("crc32c", "crc32c", {}),
];

const RUNS = 25;

function exactly(bytes: number): DecodedSize {
  return { exact: bytes, max: bytes };
}

function chunksOf({ dataTypes, minRank = 0 }: CodecCase): fc.Arbitrary<Chunk> {
  return chunks(dataTypes, shapes({ minRank }));
}

function start(runner: CodecRunner, codecCase: CodecCase, input: ChunkType): Promise<RunningCodec> {
  return runner.start(codecCase.codec, codecCase.configuration(input), input);
}

/** Whether `error` is one that a codec may raise for bad bytes. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof CodecFault ||
    isQuarryError(error, "CHUNK_CORRUPT") ||
    isQuarryError(error, "UNSUPPORTED_CODEC")
  );
}

/** The decoded bytes, or nothing where the codec refused; any other error fails the test. */
async function decodedOrRefused(
  codec: RunningCodec,
  encoded: Uint8Array,
  size: DecodedSize,
): Promise<Uint8Array | undefined> {
  try {
    return await codec.decode(encoded, size);
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    return undefined;
  }
}

/** Everything that holds for a codec by itself. */
export function codecContract(runner: CodecRunner, cases: readonly CodecCase[] = CODEC_CASES): void {
  describe.each(cases)(`${runner.name} $title`, (codecCase) => {
    test("decodes what it encoded, from any alignment, and leaves its input alone", async () => {
      await fc.assert(
        fc.asyncProperty(chunksOf(codecCase), async ({ type, bytes }) => {
          const before = bytes.slice();
          const codec = await start(runner, codecCase, type);
          const encoded = await codec.encode(bytes);
          const again = await codec.encode(bytes);
          expectBytes(again, encoded, "the same chunk gives the same bytes");
          expectEncodedBytes(codec.resolved, bytes.length, encoded.length);
          const shifted = new Uint8Array(encoded.length + 1).subarray(1);
          shifted.set(encoded);
          const decoded = await codec.decode(shifted, exactly(bytes.length));
          expect(decoded.length).toBe(bytes.length);
          if (codecCase.lossless) {
            expectBytes(decoded, before, "the chunk comes back");
          }
          expectBytes(bytes, before, "the input is unchanged");
        }),
        { numRuns: RUNS },
      );
    });

    test("refuses every truncation and every appended byte", async () => {
      await fc.assert(
        fc.asyncProperty(chunksOf(codecCase), async ({ type, bytes }) => {
          const codec = await start(runner, codecCase, type);
          const encoded = await codec.encode(bytes);
          const step = Math.max(1, Math.floor(encoded.length / 50));
          for (let length = 0; length < encoded.length; length += length < 40 ? 1 : step) {
            const result = await decodedOrRefused(codec, encoded.slice(0, length), exactly(bytes.length));
            expect(result, `of ${encoded.length} bytes the first ${length}`).toBeUndefined();
          }
          const longer = Uint8Array.from([...encoded, 0]);
          expect(await decodedOrRefused(codec, longer, exactly(bytes.length))).toBeUndefined();
        }),
        { numRuns: 5 },
      );
    });

    test("refuses altered bytes or decodes them to the size of the chunk", async () => {
      await fc.assert(
        fc.asyncProperty(
          chunksOf(codecCase),
          fc.array(damages, { minLength: 20, maxLength: 20 }),
          async (chunk, all) => {
            const codec = await start(runner, codecCase, chunk.type);
            const encoded = await codec.encode(chunk.bytes);
            for (const damage of all) {
              const result = await decodedOrRefused(
                codec,
                damaged(encoded, damage),
                exactly(chunk.bytes.length),
              );
              expect(result?.length ?? chunk.bytes.length).toBe(chunk.bytes.length);
            }
          },
        ),
        { numRuns: RUNS },
      );
    });

    test("refuses bytes that no encoder wrote or decodes them to the size of the chunk", async () => {
      await fc.assert(
        fc.asyncProperty(
          chunksOf(codecCase),
          fc.uint8Array({ maxLength: 600 }),
          async ({ type, bytes }, noise) => {
            const codec = await start(runner, codecCase, type);
            const result = await decodedOrRefused(codec, noise, exactly(bytes.length));
            expect(result?.length ?? bytes.length).toBe(bytes.length);
          },
        ),
        { numRuns: RUNS },
      );
    });
  });
}

/** `toEqual` takes milliseconds on a chunk, and is needed only for its difference. */
function expectBytes(actual: Uint8Array, expected: Uint8Array, message: string): void {
  if (Buffer.compare(actual, expected) !== 0) {
    expect(actual, message).toEqual(expected);
  }
}

function expectEncodedBytes(resolved: ResolvedCodec, decodedBytes: number, encodedBytes: number): void {
  const exact = resolved.encodedBytes?.(decodedBytes);
  if (exact !== undefined) {
    expect(encodedBytes).toBe(exact);
  } else {
    expect(encodedBytes).toBeLessThanOrEqual(resolved.encodedBytesMax!(decodedBytes));
  }
}

/** Each backend decodes what the other encoded; where the encoding is a function of the chunk, it is the same. */
export function exchangeContract(
  one: CodecRunner,
  other: CodecRunner,
  cases: readonly CodecCase[] = CODEC_CASES,
): void {
  describe.each(cases)(`${one.name} and ${other.name}: $title`, (codecCase) => {
    test("each decodes what the other encoded", async () => {
      await fc.assert(
        fc.asyncProperty(chunksOf(codecCase), async ({ type, bytes }) => {
          const [first, second] = await Promise.all(
            [one, other].map((runner) => start(runner, codecCase, type)),
          );
          const encoded = [await first!.encode(bytes), await second!.encode(bytes)] as const;
          const size = exactly(bytes.length);
          const { resolved } = first!;
          if (resolved.encodedBytes !== undefined) {
            const dataType = (resolved.encodedType ?? type).dataType.name;
            const comparable = resolved.kind === "array-to-array" ? dataType : "uint8";
            expectBytes(
              withOneNan(encoded[0], comparable),
              withOneNan(encoded[1], comparable),
              "encoded alike",
            );
          }
          for (const bytesBetween of encoded) {
            const results = [
              await first!.decode(bytesBetween, size),
              await second!.decode(bytesBetween, size),
            ] as const;
            const name = type.dataType.name;
            expectBytes(withOneNan(results[0], name), withOneNan(results[1], name), "decoded alike");
          }
        }),
        { numRuns: RUNS },
      );
    });

    test("they refuse the same altered bytes, or decode them alike", async () => {
      await fc.assert(
        fc.asyncProperty(
          chunksOf(codecCase),
          fc.array(damages, { minLength: 10, maxLength: 10 }),
          async (chunk, all) => {
            const { type, bytes } = chunk;
            const [first, second] = await Promise.all(
              [one, other].map((runner) => start(runner, codecCase, type)),
            );
            const encoded = await first!.encode(bytes);
            for (const damage of all) {
              const size = exactly(bytes.length);
              const results = await Promise.all(
                [first!, second!].map((codec) => decodedOrRefused(codec, damaged(encoded, damage), size)),
              );
              const [a, b] = results.map((result) => result && withOneNan(result, type.dataType.name));
              if (a !== undefined && b !== undefined) {
                expectBytes(a, b, "damage decoded alike");
              } else if (codecCase.refusalsAgree) {
                expect([a, b], "refused by both").toEqual([undefined, undefined]);
              }
            }
          },
        ),
        { numRuns: RUNS },
      );
    });
  });
}

/** Which of the many NaNs an operation gives is left open; everything else is compared bit for bit. */
function withOneNan(bytes: Uint8Array, dataType: DataTypeName): Uint8Array {
  const copy = bytes.slice();
  if (!dataType.startsWith("float")) {
    return copy;
  }
  const elements = new (typedArrayOf({ name: dataType }))(copy.buffer) as Float64Array;
  for (let index = 0; index < elements.length; index++) {
    if (Number.isNaN(elements[index]!)) {
      elements[index] = Number.NaN;
    }
  }
  return copy;
}
