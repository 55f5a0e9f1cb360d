/**
 * Items of any data type between a source and a destination: new memory, parts of it, what a box of items is filled
 * with, and the one form in which they are compared.
 *
 * That form: an item of fixed size is its bytes, little-endian, fields of a struct packed one after another; a string
 * or byte string of variable length is its length in bytes (uint32, little-endian) and its UTF-8 or bytes.
 */
import { copyBox, filledWith } from "../codec/box-copy.ts";
import { contiguousStrides, flatIndex } from "../codec/c-order.ts";
import { type DataType, isVariableLength } from "../metadata/data-type.ts";
import { copyOfElement, elementBytes } from "../metadata/element.ts";
import type { FillValue } from "../metadata/fill-value.ts";
import {
  elementsPerItem,
  isListed,
  type TypedArray,
  type TypedArrayOf,
  typedArrayOf,
} from "../metadata/typed-array.ts";
import { countOf } from "../zarr/array-data.ts";

/** Memory for the items of a box of shape `shape`. */
export function newItems(dataType: DataType, shape: readonly number[]): TypedArrayOf {
  const count = countOf(shape);
  if (isListed(dataType)) return new Array<never>(count) as TypedArrayOf;
  return new (typedArrayOf(dataType))(count * elementsPerItem(dataType)) as TypedArrayOf;
}

/** Items `start` … `stop` of `items`: the same memory where items lie in a typed array, else a copy. */
export function itemRange(
  items: TypedArrayOf,
  dataType: DataType,
  start: number,
  stop: number,
): TypedArrayOf {
  if (isListed(dataType)) return (items as unknown[]).slice(start, stop) as TypedArrayOf;
  const perItem = elementsPerItem(dataType);
  return (items as Uint8Array).subarray(start * perItem, stop * perItem) as TypedArrayOf;
}

/** A box of a larger one, both in C order. */
export interface BoxPlace {
  readonly shape: readonly number[];
  /** Of its first item in the larger box. */
  readonly start: readonly number[];
}

/** Puts the items of the box `place` where they belong in `target`, which is a box of shape `targetShape`. */
export function placeItems(
  target: TypedArrayOf,
  targetShape: readonly number[],
  items: TypedArrayOf,
  place: BoxPlace,
  dataType: DataType,
): void {
  const strides = contiguousStrides(targetShape);
  const offset = flatIndex(place.start, targetShape);
  if (!isListed(dataType)) {
    copyBox(
      { bytes: bytesIn(target), offset, strides },
      { bytes: bytesIn(items), offset: 0, strides: contiguousStrides(place.shape) },
      place.shape,
      dataType.itemBytes,
    );
    return;
  }
  const from = items as readonly unknown[];
  const to = target as unknown[];
  const runLength = place.shape.at(-1) ?? 1;
  for (let done = 0; done < from.length; done += runLength) {
    const at = offset + positionOf(done, place.shape, strides);
    for (let i = 0; i < runLength; i++) to[at + i] = from[done + i];
  }
}

/** The items of a box of nothing but the fill value. */
export function filledItems(
  shape: readonly number[],
  dataType: DataType,
  fillValue: FillValue,
): TypedArrayOf {
  const items = newItems(dataType, shape);
  if (isListed(dataType)) {
    const list = items as unknown[];
    for (let at = 0; at < list.length; at++) list[at] = copyOfElement(fillValue.value);
    return items;
  }
  bytesIn(items).set(filledWith(fillValue.bytes, countOf(shape)));
  return items;
}

/** The bytes by which items are compared and hashed: those in memory, or, of strings, new ones. */
export function comparableBytes(items: TypedArrayOf, dataType: DataType): Uint8Array {
  if (!isListed(dataType)) return bytesIn(items);
  const values = items as readonly (string | Uint8Array)[];
  if (!isVariableLength(dataType))
    return Buffer.concat(values.map((value) => elementBytes(value, dataType)!));
  return Buffer.concat(
    values.flatMap((value) => {
      const bytes = Buffer.from(value as string);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** A float16 array may be a ponyfill's, which has a buffer like any other. */
function bytesIn(items: TypedArrayOf): Uint8Array {
  const { buffer, byteOffset, byteLength } = items as TypedArray;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Where the item at `position` in C order of a box of shape `shape` lies, by `strides`. */
function positionOf(position: number, shape: readonly number[], strides: readonly number[]): number {
  let rest = position;
  let at = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at += (rest % shape[axis]!) * strides[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return at;
}
