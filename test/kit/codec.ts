/**
 * The contract of a codec on a backend, run for every codec, configuration, data type and shape, and the
 * exchange between two backends: each decodes what the other encoded.
 *
 * fast-check prints seed and path of a failure; replay it with `fc.assert(…, { seed, path })`.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChunkType, DecodedSize, ResolvedCodec } from "../../codecs/definition.ts";
import { CodecFault } from "../../codecs/fault.ts";
import { isQuarryError } from "../../src/errors.ts";
import type { DataTypeName } from "../../src/metadata/data-type.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";
import { type Chunk, chunks, damaged, damages, shapes } from "./arbitraries.ts";
import { expectBytes } from "./bytes.ts";
import { CODEC_CASES, type CodecCase } from "./codec-cases.ts";
import type { CodecRunner, RunningCodec } from "./codec-runner.ts";

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

/**
 * The encoded bytes. Where the codec may refuse values and does, the run counts as none, as with `fc.pre`.
 */
export async function encode(
  codec: RunningCodec,
  { refusesValues }: CodecCase,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  if (refusesValues !== true) {
    return codec.encode(bytes);
  }
  const encoded = await encodedOrRefused(codec, bytes);
  fc.pre(encoded !== undefined);
  return encoded!;
}

/** The encoded bytes, or nothing where a value does not fit; any other error fails the test. */
async function encodedOrRefused(codec: RunningCodec, bytes: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await codec.encode(bytes);
  } catch (error) {
    if (!isQuarryError(error, "ENCODE_FAILED") && !(error instanceof CodecFault)) {
      throw error;
    }
    return undefined;
  }
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
          const encoded = await encode(codec, codecCase, bytes);
          const again = await encode(codec, codecCase, bytes);
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
          const encoded = await encode(codec, codecCase, bytes);
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
            const encoded = await encode(codec, codecCase, chunk.bytes);
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
          const results = [await encodedOrRefused(first!, bytes), await encodedOrRefused(second!, bytes)];
          if (codecCase.refusesValues === true && results.includes(undefined)) {
            expect(results, "refused by both").toEqual([undefined, undefined]);
            return;
          }
          const encoded = results as [Uint8Array, Uint8Array];
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
            const decoded = [
              await first!.decode(bytesBetween, size),
              await second!.decode(bytesBetween, size),
            ] as const;
            const name = type.dataType.name;
            expectBytes(withOneNan(decoded[0], name), withOneNan(decoded[1], name), "decoded alike");
          }
        }),
        { numRuns: RUNS },
      );
    });

    if (!codecCase.decodesDamageAlike) return;
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
            const encoded = await encode(first!, codecCase, bytes);
            for (const damage of all) {
              const size = exactly(bytes.length);
              const results = await Promise.all(
                [first!, second!].map((codec) => decodedOrRefused(codec, damaged(encoded, damage), size)),
              );
              const [a, b] = results.map((result) => result && withOneNan(result, type.dataType.name));
              if (a !== undefined && b !== undefined) {
                expectBytes(a, b, "damage decoded alike");
              } else {
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
