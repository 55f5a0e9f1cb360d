/** Conversions that refuse what the type they go to cannot hold, where numpy gives a wrong number in silence. */
import { dataTypeOf, type NumericType } from "../../src/metadata/data-type.ts";
import type { TypedArray } from "../../src/metadata/typed-array.ts";
import { CodecFault } from "../fault.ts";
import { castElements } from "./cast.ts";

export const FLOAT64 = dataTypeOf("float64");

/** Smallest value, and the one after the largest, of an integer type; both are exact as float64. */
export function integerRangeOf({ kind, itemBytes }: NumericType): {
  readonly min: number;
  readonly end: number;
} {
  const end = 2 ** (8 * itemBytes - (kind === "int" ? 1 : 0));
  return { min: kind === "int" ? -end : 0, end };
}

/**
 * `values` as elements of type `to`: for an integer type the fraction is cut off, and NaN or what is out of range
 * is a fault; for a float they are rounded, and it is a fault if one is infinite that came from a finite number.
 * @param origins what each of `values` came from
 */
export function representableElements(
  values: Float64Array,
  to: NumericType,
  origins: Float64Array = values,
): TypedArray {
  if (to.kind !== "float") {
    const { min, end } = integerRangeOf(to);
    for (let at = 0; at < values.length; at++) {
      const whole = Math.trunc(values[at]!);
      if (!(whole >= min && whole < end)) {
        throw new CodecFault("not-representable");
      }
    }
    return castElements(values, FLOAT64, to);
  }
  const elements = castElements(values, FLOAT64, to);
  // Elements of a float16 are slow to read one by one.
  const results = to.name === "float16" ? castElements(elements, to, FLOAT64) : elements;
  for (let at = 0; at < results.length; at++) {
    if (!Number.isFinite(results[at]) && Number.isFinite(origins[at])) {
      throw new CodecFault("not-representable");
    }
  }
  return elements;
}

/** The elements as float64: exact for floats, rounded for integers beyond 2^53. */
export function float64ValuesOf(elements: TypedArray, from: NumericType): Float64Array {
  return castElements(elements, from, FLOAT64) as Float64Array;
}
