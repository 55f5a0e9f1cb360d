/** Arbitrary chunks: types, shapes, and contents that compress as real ones do. */
import fc from "fast-check";
import type { ChunkType } from "../../codecs/definition.ts";
import { type DataType, isNumeric } from "../../src/metadata/data-type.ts";
import type { JsonValue } from "../../src/metadata/json.ts";
import { type DataTypeSpelling, parseDataType } from "../../src/metadata/parse-data-type.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";

const RANK_MAX = 4;
const ELEMENTS_MAX = 4096;

export interface Chunk {
  readonly type: ChunkType;
  /** In C order, little-endian; at an odd place in its buffer now and then. */
  readonly bytes: Uint8Array;
}

export function shapes({ minRank = 0 }: { readonly minRank?: number } = {}): fc.Arbitrary<number[]> {
  const extent = fc.oneof(fc.constantFrom(1, 2, 3, 8, 16, 40), fc.integer({ min: 1, max: 300 }));
  return fc
    .array(extent, { minLength: minRank, maxLength: RANK_MAX })
    .filter((shape) => elementCount(shape) <= ELEMENTS_MAX);
}

/** Values of which a compressor can make something, and such of which it cannot. */
type Content = "constant" | "walk" | "repeating rows" | "small values" | "random bits";
const CONTENTS: readonly Content[] = ["constant", "walk", "repeating rows", "small values", "random bits"];

export function chunks(
  dataTypes: readonly DataTypeSpelling[],
  shape: fc.Arbitrary<number[]> = shapes(),
): fc.Arbitrary<Chunk> {
  return fc
    .record({
      dataType: fc.constantFrom(...dataTypes).map((spelling) => parseDataType(spelling as JsonValue)),
      shape,
      content: fc.constantFrom(...CONTENTS),
      seed: fc.integer(),
      misalignment: fc.constantFrom(0, 0, 1, 4),
    })
    .map(({ dataType, shape, content, seed, misalignment }) => ({
      type: { dataType, shape },
      bytes: misaligned(contentBytes(dataType, elementCount(shape), content, seed), misalignment),
    }));
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, extent) => count * extent, 1);
}

/** Everything follows from `seed`, so that a failure that fast-check prints can be replayed. */
function contentBytes(dataType: DataType, count: number, content: Content, seed: number): Uint8Array {
  const random = randomWords(seed);
  if (content === "random bits") {
    const bytes = Uint8Array.from({ length: count * dataType.itemBytes }, () => random());
    return dataType.kind === "bool" ? bytes.map((byte) => byte & 1) : withOneNan(bytes, dataType);
  }
  const values = new Array<number>(count);
  let walk = 1000;
  for (let index = 0; index < count; index++) {
    walk += (random() % 7) - 3;
    values[index] =
      content === "constant"
        ? 42
        : content === "walk"
          ? walk
          : content === "small values"
            ? random() % 5
            : index % 37;
  }
  if (!isNumeric(dataType)) {
    const { itemBytes } = dataType;
    return Uint8Array.from({ length: count * itemBytes }, (_, at) => {
      const value = values[Math.floor(at / itemBytes)]!;
      return at % itemBytes < 2 ? value >> (8 * (at % itemBytes)) : 0;
    });
  }
  const elements = new (typedArrayOf(dataType))(count);
  for (const [index, value] of values.entries()) {
    const stored = dataType.kind === "bool" ? value & 1 : value;
    elements[index] =
      elements instanceof BigInt64Array || elements instanceof BigUint64Array ? BigInt(stored) : stored;
  }
  return new Uint8Array(elements.buffer);
}

/** JavaScript and C++ differ in which of the many NaNs they keep, so that random bits may hold only this one. */
function withOneNan(bytes: Uint8Array, dataType: DataType): Uint8Array {
  if (dataType.kind !== "float") {
    return bytes;
  }
  const elements = new (typedArrayOf(dataType))(bytes.buffer) as Float64Array;
  for (let index = 0; index < elements.length; index++) {
    if (Number.isNaN(elements[index]!)) {
      elements[index] = Number.NaN;
    }
  }
  return bytes;
}

function misaligned(bytes: Uint8Array, by: number): Uint8Array {
  const buffer = new Uint8Array(bytes.length + by);
  buffer.set(bytes, by);
  return buffer.subarray(by);
}

/** Marsaglia's xorshift: 32 random bits a call. */
function randomWords(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** What may happen to encoded bytes on their way: some replaced. Positions are fractions of the length. */
export interface Damage {
  readonly position: number;
  readonly xor: number;
}

export const damages: fc.Arbitrary<Damage[]> = fc.array(
  fc.record({
    // The front holds the headers, where damage has the most ways to hurt.
    position: fc.oneof(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.constantFrom(0, 0.01, 0.05)),
    xor: fc.integer({ min: 1, max: 255 }),
  }),
  { minLength: 1, maxLength: 4 },
);

export function damaged(encoded: Uint8Array, damage: readonly Damage[]): Uint8Array {
  const bytes = encoded.slice();
  for (const { position, xor } of damage) {
    const at = Math.floor(position * bytes.length);
    bytes[at] = bytes[at]! ^ xor;
  }
  return bytes;
}
