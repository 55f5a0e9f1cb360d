/** Items whose memory is a typed array's: the engines work on it as it stands. */
import { allocateOutput } from "../../codec/backend.ts";
import { contiguousStrides } from "../../codec/c-order.ts";
import type { MemoryLayout } from "../../codec/engine.ts";
import { QuarryError } from "../../errors.ts";
import type { DataType } from "../../metadata/data-type.ts";
import { elementsPerItem, type TypedArray, typedArrayOf } from "../../metadata/typed-array.ts";
import { countOf, positionsIn, shapeMismatch } from "./item-box.ts";

/**
 * How many items are in `data`.
 * @throws QuarryError `SHAPE_MISMATCH` where its elements are no whole items
 */
export function itemCountOf(data: { readonly length: number }, dataType: DataType, path: string): number {
  const perItem = elementsPerItem(dataType);
  const count = data.length / perItem;
  if (Number.isInteger(count)) return count;
  throw shapeMismatch(
    `${data.length} elements are no whole items of ${dataType.name}, which have ${perItem} each`,
    path,
  );
}

/**
 * The bytes of a typed array of the type that `dataType` has in JavaScript.
 * @throws QuarryError `VALUE_INVALID`
 */
export function bytesOfTypedArray(
  data: unknown,
  dataType: DataType,
  path: string,
  role: "value" | "out",
): Uint8Array {
  const expected = typedArrayOf(dataType).name;
  const actual = (data as { readonly [Symbol.toStringTag]?: string } | undefined)?.[Symbol.toStringTag];
  // A Buffer is a Uint8Array in name and kind.
  if (actual !== expected) {
    throw new QuarryError(
      "VALUE_INVALID",
      `the items of ${path} (${dataType.name}) are in a ${expected}, not in ${actual === undefined ? "this value" : `a ${actual}`}`,
      { path },
    );
  }
  const view = data as ArrayBufferView;
  // The core works on the memory itself, which must not go away under it.
  if ((view.buffer as { readonly resizable?: boolean }).resizable === true) {
    throw new TypeError("items must not lie in a resizable buffer");
  }
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  if (role === "value" && dataType.kind === "bool" && bytes.some((item) => item > 1)) {
    throw new QuarryError("VALUE_INVALID", `the items of ${path} (bool) are 0 or 1`, { path });
  }
  if (typeof SharedArrayBuffer === "undefined" || !(view.buffer instanceof SharedArrayBuffer)) return bytes;
  if (role === "value") return bytes.slice();
  throw new TypeError("out must not lie in a SharedArrayBuffer, which others may change while it is written");
}

/**
 * Makes the items of a box of bool, as they have been read, 0 or 1. To numpy, hence to zarr-python, every byte but 0 is
 * true, and masks of 255 are stored so; but whoever gets them from us may count on 1, and can write them again.
 */
export function settleBooleans(bytes: Uint8Array, shape: readonly number[], memory: MemoryLayout): void {
  const { offset, strides } = memory;
  const contiguous = contiguousStrides(shape);
  if (strides.every((stride, axis) => stride === contiguous[axis])) {
    settleRun(bytes.subarray(offset, offset + countOf(shape)));
  } else {
    for (const position of positionsIn(shape, memory)) if (bytes[position]! > 1) bytes[position] = 1;
  }
}

function settleRun(run: Uint8Array): void {
  let settled = 0;
  if (run.byteOffset % Uint32Array.BYTES_PER_ELEMENT === 0) {
    // Four at a time: there is hardly ever anything to do.
    const words = new Uint32Array(run.buffer, run.byteOffset, run.length >> 2);
    while (settled < words.length && (words[settled]! & 0xfefefefe) === 0) settled += 1;
    settled *= Uint32Array.BYTES_PER_ELEMENT;
  }
  for (let i = settled; i < run.length; i++) if (run[i]! > 1) run[i] = 1;
}

/** Memory for `count` items that are about to be read: what it holds before is not defined. */
export function newTypedItems(count: number, dataType: DataType): TypedArray {
  const elements = count * elementsPerItem(dataType);
  const Elements = typedArrayOf(dataType);
  const memory = allocateOutput(count * dataType.itemBytes);
  return memory === undefined ? new Elements(elements) : new Elements(memory, 0, elements);
}

/** The item at `index` of `data` as a scalar. */
export function typedScalarAt(data: TypedArray, index: number, dataType: DataType): unknown {
  switch (dataType.kind) {
    case "bool":
      return data[index] !== 0;
    case "complex":
      return [data[2 * index], data[2 * index + 1]];
    case "raw":
    case "struct":
      return data.slice(index * dataType.itemBytes, (index + 1) * dataType.itemBytes);
    default:
      return data[index];
  }
}
