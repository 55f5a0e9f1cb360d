/**
 * Differences between elements `stride` apart, within planes of `planeLength` elements; the first `stride`
 * elements of each plane are kept. Arithmetic is that of the element type: a store into a typed array reduces
 * integers modulo 2^bits and rounds a float once, because a double holds the sum or difference of two narrower
 * floats exactly enough for that.
 */
import type { TypedArray } from "../../src/metadata/typed-array.ts";

/** Where along a chunk the item before is: `stride` back, unless it would lie in another plane. */
export interface AxisLayout {
  readonly planeLength: number;
  readonly stride: number;
}

/** The layout of one axis of a C-ordered chunk whose items are `unitsPerItem` long. */
export function axisLayoutOf(shape: readonly number[], axis: number, unitsPerItem: number): AxisLayout {
  const stride = shape.slice(axis + 1).reduce((count, length) => count * length, unitsPerItem);
  return { planeLength: stride * shape[axis]!, stride };
}

/**
 * Both operands of each operation below come from one typed array, so that they are both numbers or both
 * bigints. TypeScript has no way to say this; the two casts stand for it.
 */
type Arithmetic = Float64Array;

export function differencesOf(elements: TypedArray, { planeLength, stride }: AxisLayout): TypedArray {
  const values = elements as Arithmetic;
  const differences = elements.slice() as Arithmetic;
  for (let plane = 0; plane < values.length; plane += planeLength) {
    for (let at = plane + stride; at < plane + planeLength; at++) {
      differences[at] = values[at]! - values[at - stride]!;
    }
  }
  return differences;
}

/** Undoes {@link differencesOf} in place, adding in order: with floats the order decides the result. */
export function addUpDifferences(differences: TypedArray, { planeLength, stride }: AxisLayout): void {
  const values = differences as Arithmetic;
  for (let plane = 0; plane < values.length; plane += planeLength) {
    for (let at = plane + stride; at < plane + planeLength; at++) {
      values[at] = values[at]! + values[at - stride]!;
    }
  }
}
