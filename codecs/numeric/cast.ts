/**
 * Conversions between data types with the results of `numpy.ndarray.astype` on x86-64, where numpy leaves the
 * choice to the compiler as well:
 *
 * - integer to integer keeps the low bits;
 * - to bool is `value != 0`; from bool is 0 or 1;
 * - to a float rounds once, to nearest, ties to even (a float16 beyond 65519.99… is infinite);
 * - float to integer drops the fraction. What does not fit (NaN and the infinities included) is not an error
 *   but a defined wrong number, the one that the conversion instruction gives:
 *   int32 and int64 are their smallest value; int8, int16, uint8 and uint16 are the low bits of the conversion
 *   to int32; uint32 and uint64 are the conversion to the signed type below 2^31 or 2^63, and from there on that
 *   of `value - 2^31` or `value - 2^63` with the top bit flipped.
 *
 * NaN stays NaN; its payload is unspecified.
 */
import { dataTypeOf, type NumericType } from "../../src/metadata/data-type.ts";
import type { TypedArray } from "../../src/metadata/typed-array.ts";
import { type BigIntArray, bytesOf, elementsOf, type NumberArray, newElements } from "./elements.ts";
import { float16Bits, float16Values } from "./float16.ts";

const INT32_MIN = -0x80000000;
const INT64_MIN = -(2n ** 63n);
const TWO_31 = 2 ** 31;
const TWO_63 = 2 ** 63;

/** `cvttsd2si` with a 32-bit register: out of range is the "integer indefinite" value. */
function truncateToInt32(value: number): number {
  const truncated = Math.trunc(value);
  return truncated >= INT32_MIN && truncated <= 0x7fffffff ? truncated : INT32_MIN;
}

/** `cvttsd2si` with a 64-bit register. */
function truncateToInt64(value: number): bigint {
  return value >= -TWO_63 && value < TWO_63 ? BigInt(Math.trunc(value)) : INT64_MIN;
}

/** As a signed number; the store into a Uint32Array makes it unsigned. */
function truncateToUint32(value: number): number {
  return value >= TWO_31 ? truncateToInt32(value - TWO_31) ^ INT32_MIN : truncateToInt32(value);
}

function truncateToUint64(value: number): bigint {
  return value >= TWO_63 ? truncateToInt64(value - TWO_63) ^ INT64_MIN : truncateToInt64(value);
}

/**
 * A double that rounds to float32 as `value` itself does. Going through the nearest double would round twice;
 * a double whose last bit says "something follows" (round to odd) does not, and 53 bits leave room for it.
 */
function doubleForFloat32(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 2n ** 53n) {
    return Number(value);
  }
  const discarded = magnitude & 0x7ffn;
  const sticky = (magnitude - discarded) | (discarded === 0n ? 0n : 0x800n);
  return Number(value < 0n ? -sticky : sticky);
}

type FromNumber = (value: number) => number;

function fromBigInts(source: BigIntArray, target: TypedArray, to: NumericType): void {
  if (target instanceof BigInt64Array || target instanceof BigUint64Array) {
    for (let at = 0; at < source.length; at++) {
      target[at] = source[at]!;
    }
    return;
  }
  const convert: (value: bigint) => number =
    to.kind === "bool"
      ? (value) => (value === 0n ? 0 : 1)
      : to.name === "float32"
        ? doubleForFloat32
        : to.kind === "float"
          ? Number
          : (value) => Number(BigInt.asIntN(32, value));
  for (let at = 0; at < source.length; at++) {
    target[at] = convert(source[at]!);
  }
}

function toBigInts(source: NumberArray, target: BigIntArray, from: NumericType, to: NumericType): void {
  const convert: (value: number) => bigint =
    from.kind === "bool"
      ? (value) => (value === 0 ? 0n : 1n)
      : from.kind !== "float"
        ? BigInt
        : to.kind === "uint"
          ? truncateToUint64
          : truncateToInt64;
  for (let at = 0; at < source.length; at++) {
    target[at] = convert(source[at]!);
  }
}

function betweenNumbers(source: NumberArray, target: NumberArray, from: NumericType, to: NumericType): void {
  // The store into `target` keeps an integer's low bits and rounds to a narrower float.
  const asStored: FromNumber = (value) => value;
  const convert: FromNumber =
    from.kind === "bool" || to.kind === "bool"
      ? (value) => (value === 0 ? 0 : 1)
      : from.kind !== "float" || to.kind === "float"
        ? asStored
        : to.name === "uint32"
          ? truncateToUint32
          : truncateToInt32;
  for (let at = 0; at < source.length; at++) {
    target[at] = convert(source[at]!);
  }
}

const FLOAT64 = dataTypeOf("float64");

/** New elements of type `to` with the values of `source`, whose type is `from`. */
export function castElements(source: TypedArray, from: NumericType, to: NumericType): TypedArray {
  if (from.name === to.name) {
    return source.slice() as TypedArray;
  }
  // By way of float64, which holds every float16, and which rounds to one as the exact value does: where an
  // integer is too large for a float64 to be exact, the float16 is infinite anyway.
  if (from.name === "float16") {
    const bits = new Uint16Array(source.buffer, source.byteOffset, source.length);
    return castElements(float16Values(bits), FLOAT64, to);
  }
  if (to.name === "float16") {
    const bits = float16Bits(castElements(source, from, FLOAT64) as Float64Array);
    return elementsOf(bytesOf(bits), to);
  }
  const target = newElements(source.length, to);
  if (source instanceof BigInt64Array || source instanceof BigUint64Array) {
    fromBigInts(source, target, to);
  } else if (target instanceof BigInt64Array || target instanceof BigUint64Array) {
    toBigInts(source, target, from, to);
  } else {
    betweenNumbers(source, target, from, to);
  }
  return target;
}
