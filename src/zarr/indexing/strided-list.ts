/**
 * Small boxes of items that select: a flat list with a shape, and with strides where it has some, so that what `get`
 * gives can be handed over as it is, also where it has been read into memory in another order.
 */
import { contiguousStrides } from "../../codec/c-order.ts";
import { checkInside, countOf, positionsIn } from "../items/item-box.ts";

export interface StridedList<Items> {
  /** Item [i, j, …] is `data[offset + i * stride[0] + j * stride[1] + …]`. */
  readonly data: Items;
  readonly shape: readonly number[];
  /** In items; default: C order. */
  readonly stride?: readonly number[];
  /** In items; default 0. */
  readonly offset?: number;
}

/**
 * The items in C order; undefined where shape, stride and offset are none, or do not fit the data: inside it, and as
 * long as they say nothing of strides, all of it.
 */
export function itemsInCOrder<Item>(list: StridedList<ArrayLike<Item>>): ArrayLike<Item> | undefined {
  const { data, shape, stride, offset = 0 } = list;
  const isShape =
    Array.isArray(shape) && shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  if (!isShape || (stride !== undefined && !Array.isArray(stride))) return undefined;
  const contiguous = contiguousStrides(shape);
  const strides = stride ?? contiguous;
  const isContiguous =
    strides.length === shape.length && strides.every((step, axis) => step === contiguous[axis]);
  if (isContiguous && offset === 0 && data.length === countOf(shape)) return data;
  if (stride === undefined && offset === 0) return undefined;
  try {
    checkInside(shape, { offset, strides }, data.length);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return Array.from(positionsIn(shape, { offset, strides }), (position) => data[position]!);
}
