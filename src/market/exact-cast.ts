/** Conversions between data types that change no value, or say which is the first that they would change. */
import { castElements } from "../../codecs/numeric/cast.ts";
import { dataTypeOf, type NumericType } from "../metadata/data-type.ts";
import type { TypedArray } from "../metadata/typed-array.ts";

/**
 * The data type that a typed array has the items of; undefined for what is none. A `Uint8Array` is uint8 here, whether
 * or not it stands for bool.
 */
export function dataTypeOfItems(items: unknown): NumericType | undefined {
  const tag = (items as { readonly [Symbol.toStringTag]?: string } | undefined)?.[Symbol.toStringTag];
  const name = /^(?:Big)?((?:Uint|Int|Float)\d+)Array$/.exec(tag ?? "")?.[1]?.toLowerCase();
  return name === undefined ? undefined : dataTypeOf(name as NumericType["name"]);
}

/**
 * The index of the first of `items`, which are of type `from`, that `cast`, the same as `to`, does not hold; -1 where
 * it holds all of them. NaN is held by every float.
 */
export function firstChanged(
  items: TypedArray,
  from: NumericType,
  cast: TypedArray,
  to: NumericType,
): number {
  const again = castElements(cast, to, from);
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index]!;
    // Bits may come back that stood for another number: -1 and 2^32 - 1 have the same.
    const isSame = again[index] === item && cast[index]! < 0 === item < 0;
    if (!isSame && !(Number.isNaN(item) && Number.isNaN(cast[index]))) return index;
  }
  return -1;
}

/** The index of the first finite one of `items` that is not finite in `cast`, the same as a float type; -1 for none. */
export function firstInfinite(items: TypedArray, cast: TypedArray): number {
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index]!;
    if (!Number.isFinite(cast[index]) && (typeof item === "bigint" || Number.isFinite(item))) return index;
  }
  return -1;
}
