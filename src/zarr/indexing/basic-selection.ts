/** Selections by ranges and single indices, checked against an array's shape (zarr-python's rules of bounds). */
import type { AxisSelection } from "../../codec/engine.ts";
import { QuarryError } from "../../errors.ts";
import { fullSelection } from "./full-selection.ts";
import type { AxisIndex, BasicSelection, Slice } from "./slice.ts";

export interface ResolvedSelection {
  /** One entry a dimension of the array. */
  readonly axes: readonly AxisSelection[];
  /** The dimensions that the result keeps, in order: those not selected by a single index. */
  readonly kept: readonly number[];
  /** Shape of the result. */
  readonly shape: readonly number[];
}

/**
 * @param selection what it does not name is selected whole; `null` or `undefined`: everything
 * @throws QuarryError `OUT_OF_BOUNDS` for an index outside its dimension, `SHAPE_MISMATCH` for too many entries
 * @throws RangeError for a step below 1, an index that is no whole number
 */
export function resolveSelection(
  selection: BasicSelection | null | undefined,
  arrayShape: readonly number[],
  path: string,
): ResolvedSelection {
  const indices = fullSelection(selection, arrayShape.length, path);
  const axes: AxisSelection[] = [];
  const kept: number[] = [];
  const shape: number[] = [];
  for (const [axis, index] of indices.entries()) {
    const selected = resolveAxis(index, arrayShape[axis]!, axis, path);
    axes.push(selected);
    if (typeof index === "number") continue;
    kept.push(axis);
    shape.push(selected.count);
  }
  return { axes, kept, shape };
}

function resolveAxis(index: AxisIndex, extent: number, axis: number, path: string): AxisSelection {
  if (index === null) return { start: 0, step: 1, count: extent };
  if (!isSlice(index) && typeof index !== "number") throw notAnIndex(index, axis, path);
  if (typeof index === "number") return { start: resolveIndex(index, extent, axis, path), step: 1, count: 1 };
  return resolveSlice(index, extent);
}

/** `index` counted from the start. @throws QuarryError `OUT_OF_BOUNDS` */
export function resolveIndex(index: number, extent: number, axis: number, path: string): number {
  if (!Number.isInteger(index)) throw new RangeError(`an index is a whole number, not ${index}`);
  const fromStart = index < 0 ? index + extent : index;
  if (fromStart < 0 || fromStart >= extent) {
    throw new QuarryError(
      "OUT_OF_BOUNDS",
      `index ${index} is outside dimension ${axis} of ${path}, which has ${extent} items`,
      { path },
    );
  }
  return fromStart;
}

const SLICE_KEYS: ReadonlySet<string> = new Set(["start", "stop", "step"]);

/** Callers without types must not select everything by a slip: that would overwrite it. */
function isSlice(index: unknown): index is Slice {
  if (typeof index !== "object" || index === null) return false;
  let places = 0;
  for (const key in index) {
    const place = (index as { readonly [key: string]: unknown })[key];
    if (!SLICE_KEYS.has(key) || (place !== null && typeof place !== "number")) return false;
    places += 1;
  }
  return places > 0;
}

function notAnIndex(index: unknown, axis: number, path: string): TypeError {
  const what = typeof index === "bigint" ? `${index}n` : Array.isArray(index) ? "a list" : String(index);
  const advice = Array.isArray(index) ? "; lists are for getOrthogonal and setOrthogonal" : "";
  return new TypeError(
    `dimension ${axis} of ${path} is selected by a number, slice(…) or null, not by ${what}${advice}`,
  );
}

/** Python's `slice.indices` for positive steps: ends beyond the array are cut back to it. */
function resolveSlice(slice: Slice, extent: number): AxisSelection {
  const step = slice.step ?? 1;
  if (!Number.isInteger(step) || step < 1)
    throw new RangeError(`the step of a slice is at least 1, not ${step}`);
  const start = clip(slice.start ?? 0, extent);
  const stop = clip(slice.stop ?? extent, extent);
  return { start, step, count: Math.max(0, Math.ceil((stop - start) / step)) };
}

function clip(position: number, extent: number): number {
  if (!Number.isInteger(position))
    throw new RangeError(`an end of a slice is a whole number, not ${position}`);
  return Math.min(Math.max(position < 0 ? position + extent : position, 0), extent);
}
