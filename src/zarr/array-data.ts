/** Items that come from and go to callers: arrays, with a shape and strides where they have some, and single items. */
import { type HeapItem, ItemHeap } from "../../codecs/item-heap.ts";
import { contiguousStrides } from "../codec/c-order.ts";
import type { MemoryLayout } from "../codec/engine.ts";
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { type DataType, type DataTypeName, isVariableLength } from "../metadata/data-type.ts";
import type { ScalarOf } from "../metadata/element.ts";
import { isListed, type TypedArray, type TypedArrayOf } from "../metadata/typed-array.ts";
import type { ArrayChunk } from "./array-access.ts";
import { broadcast, checkBox, checkInside, countOf, shapeMismatch } from "./items/item-box.ts";
import { bytesOfList, listOfBytes, notAnItem, requireList, writeItem } from "./items/listed-items.ts";
import {
  bytesOfTypedArray,
  itemCountOf,
  newTypedItems,
  settleBooleans,
  typedScalarAt,
} from "./items/typed-items.ts";

export type { ScalarOf } from "../metadata/element.ts";
export { countOf } from "./items/item-box.ts";

/** A strided box of items: [i, j, …] is item `offset + i * stride[0] + j * stride[1] + …` of `data`. */
export interface NdArray<N extends DataTypeName = DataTypeName> {
  readonly data: TypedArrayOf<N>;
  readonly shape: readonly number[];
  /** In items; default: C order. */
  readonly stride?: readonly number[];
  /** In items; default 0. */
  readonly offset?: number;
}

/** Items for a selection: all in C order, a box of its shape (dimensions of 1 are repeated), or one for all. */
export type ArrayData<N extends DataTypeName = DataTypeName> =
  | TypedArrayOf<N>
  | NdArray<N>
  | ScalarOf<N>
  | number
  | bigint;

/** What decides how an array's items lie in memory. */
export type ItemType = Pick<ArrayMetadata, "dataType" | "fillValue">;

/** Items as the engines take them. */
export interface ItemMemory {
  readonly bytes: Uint8Array;
  readonly memory: MemoryLayout;
  /** Where the items are, if `bytes` has their handles. */
  readonly heap: ItemHeap | undefined;
}

/** Items as the engines give them. */
export interface OutputMemory<N extends DataTypeName> extends ItemMemory {
  /** What the caller gets. */
  readonly result: ArrayChunk<N>;
  /**
   * Makes `result` hold what has been read into `bytes`.
   * @throws QuarryError `CHUNK_CORRUPT` for items that are none
   */
  complete(): void;
}

/**
 * `value` as the items of a selection of shape `shape`.
 * @throws QuarryError `VALUE_INVALID` for the wrong typed array or an item out of range, `SHAPE_MISMATCH`
 */
export function itemsOf(
  value: ArrayData,
  shape: readonly number[],
  type: ItemType,
  path: string,
): ItemMemory {
  const { dataType } = type;
  const heap = newHeap(type);
  if (isScalar(value, dataType)) {
    const bytes = new Uint8Array(dataType.itemBytes);
    if (!writeItem(value, dataType, heap, bytes)) throw notAnItem(value, dataType, path);
    return { bytes, memory: { offset: 0, strides: shape.map(() => 0) }, heap };
  }
  const box: NdArray = isBox(value) ? value : { data: value as TypedArrayOf, shape };
  checkBox(box, path);
  const strides = box.stride ?? contiguousStrides(box.shape);
  const memory = { offset: box.offset ?? 0, strides };
  const list = isListed(dataType) ? requireList(box.data, dataType, path) : undefined;
  const given = list === undefined ? bytesOfTypedArray(box.data, dataType, path, "value") : undefined;
  const itemCount = itemCountOf(box.data, dataType, path);
  if (!isBox(value) && itemCount !== countOf(shape)) {
    throw shapeMismatch(`${itemCount} items do not fill a selection of shape [${shape.join(", ")}]`, path);
  }
  checkInside(box.shape, memory, itemCount);
  if (given !== undefined) {
    const repeated = broadcast(box.shape, strides, shape, path);
    return { bytes: given, memory: { offset: memory.offset, strides: repeated }, heap };
  }
  const repeated = broadcast(box.shape, contiguousStrides(box.shape), shape, path);
  const bytes = bytesOfList(list!, box.shape, memory, { dataType, heap }, path);
  return { bytes, memory: { offset: 0, strides: repeated }, heap };
}

/**
 * Where the items of a selection of shape `shape` are to go: into `out`, or into new memory.
 * @throws QuarryError `VALUE_INVALID`, `SHAPE_MISMATCH`, `SELECTION_TOO_LARGE`
 */
export function outputOf<N extends DataTypeName>(
  out: TypedArrayOf<N> | NdArray<N> | undefined,
  shape: readonly number[],
  type: ItemType,
  path: string,
): OutputMemory<N> {
  if (out === undefined) {
    const data = newItems<N>(shape, type.dataType, path);
    return outputTo({ data, shape: [...shape], stride: contiguousStrides(shape) }, type, path);
  }
  const box: NdArray<N> = isBox(out) ? out : { data: out, shape };
  checkBox(box, path);
  if (isListed(type.dataType)) requireList(box.data, type.dataType, path);
  else bytesOfTypedArray(box.data, type.dataType, path, "out");
  if (box.shape.length !== shape.length || box.shape.some((extent, axis) => extent !== shape[axis])) {
    throw shapeMismatch(
      `out has the shape [${box.shape.join(", ")}], the selection [${shape.join(", ")}]`,
      path,
    );
  }
  const stride = [...(box.stride ?? contiguousStrides(shape))];
  const offset = box.offset ?? 0;
  const itemCount = itemCountOf(box.data, type.dataType, path);
  if (box.data === out && itemCount !== countOf(shape)) {
    throw shapeMismatch(`out has ${itemCount} items, the selection ${countOf(shape)}`, path);
  }
  checkInside(shape, { offset, strides: stride }, itemCount);
  return outputTo({ data: box.data, shape: [...shape], stride, ...(offset !== 0 && { offset }) }, type, path);
}

/** For a box that is known to be one, and to hold items of that type. */
function outputTo<N extends DataTypeName>(
  result: ArrayChunk<N>,
  type: ItemType,
  path: string,
): OutputMemory<N> {
  const { dataType } = type;
  const { shape, stride, offset = 0 } = result;
  const memory = { offset, strides: stride };
  if (!isListed(dataType)) {
    const { buffer, byteOffset, byteLength } = result.data as TypedArray;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    const complete = dataType.kind === "bool" ? () => settleBooleans(bytes, shape, memory) : nothingIsLeft;
    return { bytes, memory, heap: undefined, result, complete };
  }
  const heap = newHeap(type);
  const list = result.data as unknown[];
  const bytes = newMemory(shape, dataType, path, (count) => new Uint8Array(count * dataType.itemBytes));
  return {
    bytes,
    memory: { offset: 0, strides: contiguousStrides(shape) },
    heap,
    result,
    complete: () => listOfBytes(bytes, list, shape, memory, { dataType, heap }, path),
  };
}

function nothingIsLeft(): void {}

/** One item of `data` as a scalar. */
export function scalarAt<N extends DataTypeName>(
  data: TypedArrayOf<N>,
  index: number,
  dataType: DataType,
): ScalarOf<N> {
  const item = isListed(dataType)
    ? (data as readonly unknown[])[index]
    : typedScalarAt(data as TypedArray, index, dataType);
  return item as ScalarOf<N>;
}

function newItems<N extends DataTypeName>(
  shape: readonly number[],
  dataType: DataType,
  path: string,
): TypedArrayOf<N> {
  const items = newMemory(shape, dataType, path, (count) =>
    isListed(dataType) ? new Array<unknown>(count) : newTypedItems(count, dataType),
  );
  return items as TypedArrayOf<N>;
}

function newMemory<T>(
  shape: readonly number[],
  dataType: DataType,
  path: string,
  allocate: (count: number) => T,
): T {
  const count = countOf(shape);
  try {
    return allocate(count);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new QuarryError(
      "SELECTION_TOO_LARGE",
      `a selection of ${count} items of ${dataType.itemBytes} bytes of ${path} does not fit into one typed array; read it in parts, or with blocks()`,
      { path, cause },
    );
  }
}

/** Where one operation's items are, of an array whose items are of variable length. */
export function newHeap({ dataType, fillValue }: ItemType): ItemHeap | undefined {
  return isVariableLength(dataType) ? new ItemHeap(fillValue.value as HeapItem) : undefined;
}

/** Whether `value` is one item. Bytes are one item of raw bits or of a struct where they are as many as it has. */
function isScalar(value: ArrayData, { kind, itemBytes }: DataType): boolean {
  if (typeof value !== "object" || value === null) return true;
  switch (kind) {
    case "complex":
      return Array.isArray(value);
    case "raw":
    case "struct":
      return value instanceof Uint8Array && value.length === itemBytes;
    case "fixed-bytes":
    case "variable-bytes":
      return value instanceof Uint8Array;
    default:
      return false;
  }
}

/** Whether `value` is meant as `{ data, shape, stride }`. */
export function isBox(value: unknown): value is NdArray {
  if (typeof value !== "object" || value === null) return false;
  return !ArrayBuffer.isView(value) && !Array.isArray(value) && "data" in value;
}
