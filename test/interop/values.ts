/** Array contents for interop tests: random bits from a fixed seed, and their hash in the form of `seen.py`. */
import { createHash } from "node:crypto";
import { type DataTypeName, dataTypeOf } from "../../src/metadata/data-type.ts";
import type { TypedArrayOf } from "../../src/metadata/typed-array.ts";

/** SplitMix32: small, seeded, the same on every platform. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
}

/** Every bit pattern is possible (of a bool: 0 and 1): NaN payloads, subnormals, extremes. */
export function randomBytes(dataType: DataTypeName, itemCount: number, seed: number): Uint8Array {
  const next = randomNumbers(seed);
  const bytes = new Uint8Array(itemCount * dataTypeOf(dataType).itemBytes);
  for (let at = 0; at < bytes.length; at++) bytes[at] = dataType === "bool" ? next() & 1 : next();
  return bytes;
}

/** Finite numbers of every magnitude that the narrower of two floating-point types can hold, subnormals included. */
export function randomFloats(
  dataType: "float32" | "float64",
  exponents: readonly [number, number],
  itemCount: number,
  seed: number,
): Uint8Array {
  const next = randomNumbers(seed);
  const [smallest, largest] = exponents;
  const values = Array.from({ length: itemCount }, () => {
    const exponent = smallest + (next() % (largest - smallest));
    const fraction = 1 + next() / 2 ** 32;
    return (next() & 1 ? 1 : -1) * fraction * 2 ** exponent;
  });
  return new Uint8Array(
    (dataType === "float32" ? new Float32Array(values) : new Float64Array(values)).buffer,
  );
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The bytes of a typed array, as they lie in memory (little-endian on every platform that Quarry runs on). */
export const bytesOf = (items: TypedArrayOf | ArrayBufferView): Uint8Array => {
  const { buffer, byteOffset, byteLength } = items as ArrayBufferView;
  return new Uint8Array(buffer, byteOffset, byteLength);
};
