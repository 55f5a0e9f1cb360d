/** Rounding in the five ways that `cast_value` has names for. */
import { roundHalfToEven } from "./float-format.ts";

export const ROUNDINGS = [
  "nearest-even",
  "towards-zero",
  "towards-positive",
  "towards-negative",
  "nearest-away",
] as const;

export type Rounding = (typeof ROUNDINGS)[number];

/** A whole number near `value`, which is finite; the sign of a zero is that of `value`. */
export function roundToWhole(value: number, rounding: Rounding): number {
  switch (rounding) {
    case "nearest-even":
      return roundHalfToEven(value);
    case "towards-zero":
      return Math.trunc(value);
    case "towards-positive":
      return Math.ceil(value);
    case "towards-negative":
      return Math.floor(value);
    case "nearest-away": {
      const whole = Math.trunc(value);
      return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
    }
  }
}

/** `value / 2^bitCount`, rounded to a whole number. */
export function roundedShift(value: bigint, bitCount: number, rounding: Rounding): bigint {
  const shift = BigInt(bitCount);
  // The shift of a bigint is towards minus infinity.
  const below = value >> shift;
  const remainder = value - (below << shift);
  const half = 1n << (shift - 1n);
  if (remainder === 0n) {
    return below;
  }
  const roundsUp = {
    "nearest-even": remainder > half || (remainder === half && (below & 1n) === 1n),
    "towards-zero": value < 0n,
    "towards-positive": true,
    "towards-negative": false,
    "nearest-away": remainder > half || (remainder === half && value > 0n),
  }[rounding];
  return roundsUp ? below + 1n : below;
}
