/** Arrays of files that know neither chunks nor fill values, and name no dimensions. */
import { defaultFillValue } from "../../metadata/fill-value.ts";
import { countOf } from "../../zarr/array-data.ts";
import type { SourceArray } from "../source.ts";
import { WINDOW_BYTES } from "./strided-items.ts";

type Unchunked = Omit<
  SourceArray,
  "chunkShape" | "chunkMemoryBytes" | "fillValue" | "fillValueIsUndefined" | "dimensionNames"
>;

/** `array`, whose items are read through windows of the file. */
export function unchunkedArray(array: Unchunked): SourceArray {
  return {
    ...array,
    chunkShape: wholeRows(array.shape, array.dataType.itemBytes),
    chunkMemoryBytes: WINDOW_BYTES,
    fillValue: defaultFillValue(array.dataType),
    fillValueIsUndefined: true,
    dimensionNames: undefined,
  };
}

/** The chunk shape of what has no chunks: as many rows as are read at once. */
export function wholeRows(shape: readonly number[], itemBytes: number): number[] {
  const [rows, ...row] = shape.map((extent) => Math.max(1, extent));
  if (rows === undefined) return [];
  return [Math.min(rows, Math.max(1, Math.floor(WINDOW_BYTES / (countOf(row) * itemBytes)))), ...row];
}
