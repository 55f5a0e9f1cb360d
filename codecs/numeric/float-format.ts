/** The three floats as IEEE 754 defines them, and rounding a float64 to one of them. */
import { f16round } from "@petamoriken/float16";
import type { NumericType } from "../../src/metadata/data-type.ts";

export interface FloatFormat {
  /** Bits of a normal number's significand, the leading one included. */
  readonly significandBits: number;
  /** Exponent of the smallest normal number. */
  readonly exponentMin: number;
  /** Largest finite value. */
  readonly max: number;
  /** The nearest value of the format, ties to even; an infinity from halfway beyond `max`. */
  readonly round: (value: number) => number;
}

const BY_ITEM_BYTES: Readonly<Record<number, FloatFormat>> = {
  2: { significandBits: 11, exponentMin: -14, max: 65504, round: f16round },
  4: { significandBits: 24, exponentMin: -126, max: (2 - 2 ** -23) * 2 ** 127, round: Math.fround },
  8: { significandBits: 53, exponentMin: -1022, max: Number.MAX_VALUE, round: (value) => value },
};

/** Of a data type whose kind is float. */
export function floatFormatOf({ itemBytes }: NumericType): FloatFormat {
  return BY_ITEM_BYTES[itemBytes]!;
}

const TWO_52 = 2 ** 52;

/** `rint`: the nearest whole number, ties to even; the sign of a zero stays. */
export function roundHalfToEven(value: number): number {
  if (!(Math.abs(value) < TWO_52)) {
    return value;
  }
  // Beyond 2^52 a float64 has no fraction, so that the addition rounds it away, ties to even.
  const rounded = value < 0 ? value - TWO_52 + TWO_52 : value + TWO_52 - TWO_52;
  return rounded === 0 ? 0 * value : rounded;
}
