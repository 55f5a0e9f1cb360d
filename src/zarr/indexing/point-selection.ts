/**
 * Selections of single items: one list of coordinates a dimension, broadcast against each other as NumPy does
 * (zarr-python's `vindex`). The result has the lists' shape, `[1]` where all of them are numbers.
 */
import { copyBox } from "../../codec/box-copy.ts";
import { contiguousStrides } from "../../codec/c-order.ts";
import type { PointSelection } from "../../codec/engine.ts";
import { QuarryError } from "../../errors.ts";
import { resolveIndex } from "./basic-selection.ts";
import { broadcastShape, broadcastStrides } from "./broadcast.ts";
import { boxOfLists } from "./nested-lists.ts";
import { itemsInCOrder, type StridedList } from "./strided-list.ts";

/** A list of whole numbers, negative ones from the end. Not a `Uint8Array`, in which masks are kept. */
export type IntegerArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint16Array
  | Uint32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

export type NestedIntegers = readonly (number | NestedIntegers)[];

/** One index; a list of them; lists inside lists; or such a box by its items, shape and stride, as `get` gives it. */
export type PointCoordinates =
  | number
  | NestedIntegers
  | IntegerArray
  | StridedList<readonly number[] | IntegerArray>;

export interface ResolvedPoints extends PointSelection {
  /** Shape of the result. */
  readonly shape: readonly number[];
}

/**
 * @param selection one entry a dimension
 * @throws QuarryError `OUT_OF_BOUNDS`; `SHAPE_MISMATCH` for a wrong number of entries, and lists that do not fit together
 * @throws TypeError, RangeError for what is no list of whole numbers
 */
export function resolvePoints(
  selection: readonly PointCoordinates[],
  arrayShape: readonly number[],
  path: string,
): ResolvedPoints {
  if (!Array.isArray(selection) || selection.length !== arrayShape.length) {
    throw new QuarryError(
      "SHAPE_MISMATCH",
      `points of ${path} have one list of coordinates for each of its ${arrayShape.length} dimensions`,
      { path },
    );
  }
  const boxes = selection.map((coordinates, axis) => boxOf(coordinates, axis, path));
  const broadcast = broadcastShape(boxes.map(({ shape }) => shape));
  if (broadcast === undefined) {
    const shapes = boxes.map(({ shape }) => `[${shape.join(", ")}]`).join(" and ");
    throw new QuarryError("SHAPE_MISMATCH", `lists of shape ${shapes} do not fit together`, { path });
  }
  const count = broadcast.reduce((product, extent) => product * extent, 1);
  const coordinates = new Float64Array(count * arrayShape.length);
  const target = { bytes: new Uint8Array(coordinates.buffer), strides: contiguousStrides(broadcast) };
  for (const [axis, { items, shape }] of boxes.entries()) {
    const extent = arrayShape[axis]!;
    const indices = new Float64Array(items.length);
    for (let i = 0; i < items.length; i++) indices[i] = resolveIndex(Number(items[i]), extent, axis, path);
    copyBox(
      { ...target, offset: axis * count },
      { bytes: new Uint8Array(indices.buffer), offset: 0, strides: broadcastStrides(shape, broadcast) },
      broadcast,
      Float64Array.BYTES_PER_ELEMENT,
    );
  }
  return { count, coordinates, shape: broadcast.length === 0 ? [1] : broadcast };
}

interface IntegerBox {
  /** In C order. */
  readonly items: ArrayLike<number | bigint>;
  readonly shape: readonly number[];
}

function boxOf(coordinates: PointCoordinates, axis: number, path: string): IntegerBox {
  const where = `the coordinates for dimension ${axis} of ${path}`;
  if (typeof coordinates === "number") return { items: [coordinates], shape: [] };
  if (isIntegerArray(coordinates)) return { items: coordinates, shape: [coordinates.length] };
  const isList = Array.isArray(coordinates);
  if (!isList && (typeof coordinates !== "object" || coordinates === null || !("data" in coordinates))) {
    throw notCoordinates(where);
  }
  const box = isList ? boxOfLists(coordinates) : { items: coordinates.data, shape: coordinates.shape };
  if (box === undefined || !isIntegers(box.items)) throw notCoordinates(where);
  const items = isList
    ? box.items
    : itemsInCOrder<number | bigint>(coordinates as StridedList<ArrayLike<number | bigint>>);
  if (items === undefined) throw notCoordinates(where);
  return { items, shape: box.shape };
}

/** Of plain lists only that they hold numbers: that these are whole is for `resolveIndex` to say. */
function isIntegers(items: unknown): items is readonly number[] | IntegerArray {
  return isIntegerArray(items) || (Array.isArray(items) && items.every((item) => typeof item === "number"));
}

function isIntegerArray(value: unknown): value is IntegerArray {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Uint8ClampedArray)
  );
}

function notCoordinates(where: string): TypeError {
  return new TypeError(
    `${where} are a whole number, or such in lists of equal length, or { data, shape, stride }; masks are for getMask and setMask`,
  );
}
