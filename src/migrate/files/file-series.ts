/** An array whose rows lie in several files, one after another: little-endian items in C order, without headers. */
import type { DataType } from "../../metadata/data-type.ts";
import type { JsonObject } from "../../metadata/json.ts";
import type { NodePath } from "../../metadata/node-name.ts";
import type { TypedArrayOf } from "../../metadata/typed-array.ts";
import type { Archive } from "../../store/zip/archive.ts";
import { countOf } from "../../zarr/array-data.ts";
import { itemRange, newItems } from "../items.ts";
import type { ReadRegionOptions, SourceArray } from "../source.ts";
import { orderedStrides, readStridedItems } from "./strided-items.ts";
import { unchunkedArray } from "./unchunked-array.ts";

export interface SeriesPart {
  readonly file: Archive;
  /** Whole rows that lie at its beginning. */
  readonly rows: number;
}

/** @param itemShape of a row */
export function fileSeries(
  path: NodePath,
  {
    dataType,
    itemShape,
    attributes,
  }: { readonly dataType: DataType; readonly itemShape: readonly number[]; readonly attributes: JsonObject },
  parts: readonly SeriesPart[],
): SourceArray {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const shape = [rows, ...itemShape];
  return unchunkedArray({
    path,
    dataType,
    shape,
    attributes,
    encoding: "",
    encodedBytes: countOf(shape) * dataType.itemBytes,
    verifiesContent: false,
    readRegion: (start, count, options = {}) =>
      readSeries({ path, dataType, itemShape }, parts, { start, count }, options),
  });
}

async function readSeries(
  {
    path,
    dataType,
    itemShape,
  }: { readonly path: string; readonly dataType: DataType; readonly itemShape: readonly number[] },
  parts: readonly SeriesPart[],
  { start, count }: { readonly start: readonly number[]; readonly count: readonly number[] },
  { signal, reuse }: ReadRegionOptions,
): Promise<TypedArrayOf> {
  const [firstRow, ...restStart] = start as [number, ...number[]];
  const [rowCount, ...restCount] = count as [number, ...number[]];
  const items = reuse ?? newItems(dataType, count);
  const rowItems = countOf(restCount);
  let partStart = 0;
  for (const { file, rows } of parts) {
    const from = Math.max(firstRow, partStart);
    const until = Math.min(firstRow + rowCount, partStart + rows);
    if (from < until) {
      const region = { start: [from - partStart, ...restStart], count: [until - from, ...restCount] };
      const shape = [rows, ...itemShape];
      const strideBytes = orderedStrides(shape, "C", dataType.itemBytes);
      const target = itemRange(items, dataType, (from - firstRow) * rowItems, (until - firstRow) * rowItems);
      await readStridedItems(
        file,
        { dataType, byteOrder: "little", shape, offsetBytes: 0, strideBytes },
        region,
        `${file.name}, ${path}`,
        { signal, reuse: target },
      );
    }
    partStart += rows;
  }
  return items;
}
