/** Items that come from and go to callers: typed arrays, with a shape and strides where they have some. */

import { contiguousStrides } from "../codec/c-order.ts";
import type { MemoryLayout } from "../codec/engine.ts";
import { QuarryError } from "../errors.ts";
import type { DataType, DataTypeName } from "../metadata/data-type.ts";
import type { ScalarOf } from "../metadata/element.ts";
import { fillValueOf } from "../metadata/fill-value.ts";
import { type TypedArrayOf, typedArrayOf } from "../metadata/typed-array.ts";

export type { ScalarOf } from "../metadata/element.ts";

/** A strided box of items: [i, j, …] is at `data[offset + i * stride[0] + j * stride[1] + …]`. */
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

/** Items as the engines take them. */
export interface ItemMemory {
  readonly bytes: Uint8Array;
  readonly memory: MemoryLayout;
}

/**
 * `value` as the items of a selection of shape `shape`.
 * @throws QuarryError `VALUE_INVALID` for the wrong typed array or an item out of range, `SHAPE_MISMATCH`
 */
export function itemsOf(
  value: ArrayData,
  shape: readonly number[],
  dataType: DataType,
  path: string,
): ItemMemory {
  if (typeof value !== "object" || value === null) {
    const bytes = bytesOfScalar(value as boolean | number | bigint, dataType, path);
    return { bytes, memory: { offset: 0, strides: shape.map(() => 0) } };
  }
  if (ArrayBuffer.isView(value) || !("data" in value)) {
    const bytes = bytesOfTypedArray(value, dataType, path);
    const count = countOf(shape);
    if (value.length !== count) {
      throw mismatch(`${value.length} items do not fill a selection of shape [${shape.join(", ")}]`, path);
    }
    return { bytes, memory: { offset: 0, strides: contiguousStrides(shape) } };
  }
  const box = value as NdArray;
  const bytes = bytesOfTypedArray(box.data, dataType, path);
  const strides = box.stride ?? contiguousStrides(box.shape);
  const memory = { offset: box.offset ?? 0, strides };
  checkInside(box.shape, memory, box.data.length);
  return { bytes, memory: { offset: memory.offset, strides: broadcast(box.shape, strides, shape, path) } };
}

/**
 * Where the items of a selection of shape `shape` are to go in `out`.
 * @throws QuarryError `VALUE_INVALID`, `SHAPE_MISMATCH`
 */
export function outputOf<N extends DataTypeName>(
  out: TypedArrayOf<N> | NdArray<N>,
  shape: readonly number[],
  dataType: DataType,
  path: string,
): ItemMemory & { readonly result: Required<NdArray<N>> } {
  const box: NdArray<N> = "data" in out ? (out as NdArray<N>) : { data: out as TypedArrayOf<N>, shape };
  const bytes = bytesOfTypedArray(box.data, dataType, path, "out");
  if (box.shape.length !== shape.length || box.shape.some((extent, axis) => extent !== shape[axis])) {
    throw mismatch(`out has the shape [${box.shape.join(", ")}], the selection [${shape.join(", ")}]`, path);
  }
  const stride = box.stride ?? contiguousStrides(shape);
  const offset = box.offset ?? 0;
  const memory = { offset, strides: stride };
  if (!("data" in out) && box.data.length !== countOf(shape)) {
    throw mismatch(`out has ${box.data.length} items, the selection ${countOf(shape)}`, path);
  }
  checkInside(shape, memory, box.data.length);
  return { bytes, memory, result: { data: box.data, shape: [...shape], stride: [...stride], offset } };
}

/** New memory for a selection of shape `shape`. */
export function newOutput<N extends DataTypeName>(
  shape: readonly number[],
  dataType: DataType,
): TypedArrayOf<N> {
  const count = countOf(shape);
  try {
    return new (typedArrayOf(dataType))(count) as TypedArrayOf<N>;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RangeError(
      `a selection of ${count} items of ${dataType.itemBytes} bytes does not fit into one typed array; read it in parts, or with blocks()`,
      { cause },
    );
  }
}

/** One item of `data` as a scalar. */
export function scalarAt<N extends DataTypeName>(
  data: TypedArrayOf<N>,
  index: number,
  dataType: DataType,
): ScalarOf<N> {
  const item = data[index]!;
  return (dataType.kind === "bool" ? item !== 0 : item) as ScalarOf<N>;
}

export function countOf(shape: readonly number[]): number {
  return shape.reduce((count, extent) => count * extent, 1);
}

function bytesOfScalar(value: boolean | number | bigint, dataType: DataType, path: string): Uint8Array {
  try {
    return fillValueOf(value, dataType).bytes;
  } catch (cause) {
    throw new QuarryError("VALUE_INVALID", `${String(value)} is no item of ${path} (${dataType.name})`, {
      path,
      cause,
    });
  }
}

/**
 * The bytes of a typed array of the type that `dataType` has in JavaScript.
 * @throws QuarryError `VALUE_INVALID`
 */
function bytesOfTypedArray(
  data: unknown,
  dataType: DataType,
  path: string,
  role: "value" | "out" = "value",
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

/** NumPy's rule: shapes are matched from the last dimension on, and a dimension of 1 is repeated. */
function broadcast(
  from: readonly number[],
  strides: readonly number[],
  to: readonly number[],
  path: string,
): number[] {
  const missing = to.length - from.length;
  const fits = missing >= 0 && from.every((extent, axis) => extent === 1 || extent === to[axis + missing]);
  if (!fits) {
    throw mismatch(
      `a value of shape [${from.join(", ")}] does not fit a selection of [${to.join(", ")}]`,
      path,
    );
  }
  return to.map((_, axis) => {
    const own = axis - missing;
    return own < 0 || from[own] === 1 ? 0 : strides[own]!;
  });
}

function checkInside(shape: readonly number[], memory: MemoryLayout, length: number): void {
  if (memory.strides.length !== shape.length) throw new RangeError("stride has one entry a dimension");
  if (shape.includes(0)) return;
  let lowest = memory.offset;
  let highest = memory.offset;
  for (const [axis, extent] of shape.entries()) {
    const span = (extent - 1) * memory.strides[axis]!;
    if (span < 0) lowest += span;
    else highest += span;
  }
  const whole = [memory.offset, ...memory.strides, ...shape].every(Number.isSafeInteger);
  if (!whole || lowest < 0 || highest >= length) {
    throw new RangeError("shape, stride and offset reach outside the data");
  }
}

function mismatch(message: string, path: string): QuarryError {
  return new QuarryError("SHAPE_MISMATCH", `${path}: ${message}`, { path });
}
