/**
 * Orthogonal selections: each dimension is selected by itself, also by a list of indices or a mask, and the result has
 * every combination (NumPy's `oindex`, zarr-python's orthogonal selection).
 */
import type { AxisSelection } from "../../codec/engine.ts";
import { QuarryError } from "../../errors.ts";
import { type ResolvedSelection, resolveIndex, resolveSelection } from "./basic-selection.ts";
import { fullSelection } from "./full-selection.ts";
import type { AxisIndex, Ellipsis } from "./slice.ts";

/**
 * Indices in any order, repeated ones and negative ones (from the end) included; or a mask of booleans, one for each
 * item of the dimension. Not a `Uint8Array`, which may be either: a bool array's items are one.
 */
export type IndexList =
  | readonly number[]
  | readonly boolean[]
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint16Array
  | Uint32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

export type OrthogonalIndex = AxisIndex | IndexList;

export type OrthogonalSelection = readonly (OrthogonalIndex | Ellipsis)[];

/**
 * @param selection what it does not name is selected whole
 * @throws QuarryError `OUT_OF_BOUNDS`, `SHAPE_MISMATCH` (a mask of another length, too many entries)
 * @throws RangeError for an index that is no whole number
 */
export function resolveOrthogonal(
  selection: OrthogonalSelection,
  arrayShape: readonly number[],
  path: string,
): ResolvedSelection {
  const indices = fullSelection(selection, arrayShape.length, path);
  // Lists are put in where the basic selection has taken everything.
  const basic = resolveSelection(
    indices.map((index) => (isList(index) ? null : index)),
    arrayShape,
    path,
  );
  const axes = basic.axes.map((axis, i) => {
    const index = indices[i]!;
    return isList(index) ? resolveList(index, arrayShape[i]!, i, path) : axis;
  });
  return { axes, kept: basic.kept, shape: basic.kept.map((axis) => axes[axis]!.count) };
}

function isList(index: OrthogonalIndex): index is IndexList {
  return Array.isArray(index) || ArrayBuffer.isView(index);
}

function resolveList(list: IndexList, extent: number, axis: number, path: string): AxisSelection {
  if (list instanceof Uint8Array) {
    throw new TypeError(
      `dimension ${axis} of ${path} is selected by a Uint8Array, which may be a mask or indices: pass booleans, or an Int32Array`,
    );
  }
  const indices =
    typeof list[0] === "boolean"
      ? indicesOfMask(list as readonly boolean[], extent, axis, path)
      : Float64Array.from(list as Iterable<number | bigint>, (index) => {
          if (typeof index !== "number" && typeof index !== "bigint") {
            throw new TypeError(`a list of indices has numbers only, not ${String(index)}`);
          }
          return resolveIndex(Number(index), extent, axis, path);
        });
  if (indices.length === 0) return { start: 0, step: 1, count: 0 };
  return { start: 0, step: 1, count: indices.length, indices };
}

function indicesOfMask(mask: readonly boolean[], extent: number, axis: number, path: string): Float64Array {
  if (mask.length !== extent) {
    throw new QuarryError(
      "SHAPE_MISMATCH",
      `the mask for dimension ${axis} of ${path} has ${mask.length} entries, not ${extent}`,
      { path },
    );
  }
  if (!mask.every((selected) => typeof selected === "boolean")) {
    throw new TypeError(`the mask for dimension ${axis} of ${path} has booleans only`);
  }
  return Float64Array.from(mask.flatMap((selected, index) => (selected ? [index] : [])));
}
