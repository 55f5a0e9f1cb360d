/**
 * float16 in bulk, on its bits. A `Float16Array` of the ponyfill is a proxy, and its accessors take a
 * microsecond an element; a table of all 65,536 values and a few shifts take nanoseconds.
 */
import { f16round } from "@petamoriken/float16";

const SIGN = 0x8000;
const INFINITY_BITS = 0x7c00;
const QUIET_NAN_BITS = 0x7e00;
const FRACTION_BITS = 10;
const EXPONENT_BIAS = 15;
const FLOAT32_FRACTION_BITS = 23;
const FLOAT32_EXPONENT_BIAS = 127;

function float16Value(bits: number): number {
  const sign = (bits & SIGN) === 0 ? 1 : -1;
  const exponent = (bits & INFINITY_BITS) >> FRACTION_BITS;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 31) {
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - EXPONENT_BIAS));
}

let table: Float64Array | undefined;

export function float16Values(bits: Uint16Array): Float64Array {
  table ??= Float64Array.from({ length: 0x10000 }, (_, index) => float16Value(index));
  const values = new Float64Array(bits.length);
  for (let at = 0; at < bits.length; at++) {
    values[at] = table[bits[at]!]!;
  }
  return values;
}

/** Each value rounded once, to the nearest float16, ties to even. */
export function float16Bits(values: Float64Array): Uint16Array {
  const rounded = new Float32Array(1);
  const roundedBits = new Uint32Array(rounded.buffer);
  const bits = new Uint16Array(values.length);
  for (let at = 0; at < values.length; at++) {
    rounded[0] = f16round(values[at]!);
    bits[at] = shortened(roundedBits[0]!);
  }
  return bits;
}

/** Of a float32 that is exactly a float16. */
function shortened(float32Bits: number): number {
  const sign = (float32Bits >>> 16) & SIGN;
  const exponent = (float32Bits >>> FLOAT32_FRACTION_BITS) & 0xff;
  const fraction = float32Bits & 0x7fffff;
  if (exponent === 0xff) {
    return fraction === 0 ? sign | INFINITY_BITS : QUIET_NAN_BITS;
  }
  if (exponent === 0) {
    return sign;
  }
  const short = exponent - FLOAT32_EXPONENT_BIAS + EXPONENT_BIAS;
  return short > 0
    ? sign | (short << FRACTION_BITS) | (fraction >> 13)
    : sign | ((fraction | 0x800000) >> (14 - short));
}
