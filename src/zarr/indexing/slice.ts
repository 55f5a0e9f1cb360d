/** A range of indices of one dimension, as in Python: `start` included, `stop` excluded, negative ones from the end. */
export interface Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;
}

/** One entry a dimension: a range, one index (which drops the dimension), or `null` for all of it. */
export type AxisIndex = Slice | number | null;

/** All of as many dimensions as the other entries of a selection leave over; none, maybe. */
export type Ellipsis = "...";
export const ellipsis: Ellipsis = "...";

/** Entries for the first dimensions, or, around one ellipsis, for the first and the last. */
export type BasicSelection = readonly (AxisIndex | Ellipsis)[];

/**
 * `slice(stop)`, `slice(start, stop)`, `slice(start, stop, step)`; `null` leaves a place open, as in Python.
 *
 * @example
 * await array.get([slice(0, 100), slice(null, null, 10), 3]);
 */
export function slice(stop: number | null): Slice;
export function slice(start: number | null, stop: number | null, step?: number | null): Slice;
export function slice(first: number | null, second?: number | null, step: number | null = null): Slice {
  if (second === undefined) return { start: null, stop: first, step };
  return { start: first, stop: second, step };
}
