/**
 * An array as a table: a row for each index of its first dimension, a column for each item of a row.
 *
 * Columns are called as the array where a row is one item, else `<array>_<column>`, by the names in the attribute
 * `columns` where those are the last dimension's, else by index: `bid_px_0`, `data_3_price`.
 */
import { QuarryError } from "../errors.ts";
import { isVariableLength } from "../metadata/data-type.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import type { ZarrArray } from "../zarr/array.ts";
import { type ItemRun, RUN_BYTES } from "./item-runs.ts";

/** More is a picture or a tensor, and no table that anything opens. */
const COLUMNS_MAX = 4096;

/** @throws QuarryError `SHAPE_MISMATCH` for rows that are too long for a table, by items or by bytes */
export function columnNames({ shape, attributes, dataType, path }: ZarrArray, name: string): string[] {
  const extents = shape.slice(1);
  const columns = extents.reduce((product, extent) => product * extent, 1);
  if (columns > COLUMNS_MAX) {
    throw tooLong(path, `has ${columns} items; a table has at most ${COLUMNS_MAX} columns`);
  }
  // A run that begins or ends within a row has no columns.
  const rowBytes = columns * dataType.itemBytes;
  if (columns > 1 && !isVariableLength(dataType) && rowBytes > RUN_BYTES) {
    throw tooLong(path, `takes ${rowBytes} bytes; a row of a table takes at most ${RUN_BYTES}`);
  }
  let names = [name];
  for (const [axis, extent] of extents.entries()) {
    const labels = axis === extents.length - 1 ? labelsOf(attributes.columns, extent) : undefined;
    names = names.flatMap((prefix) =>
      Array.from({ length: extent }, (_, index) => `${prefix}_${labels?.[index] ?? index}`),
    );
  }
  return names;
}

function tooLong(path: string, reason: string): QuarryError {
  return new QuarryError("SHAPE_MISMATCH", `a row of ${path} ${reason}, .npy takes all`, { path });
}

function labelsOf(value: unknown, extent: number): readonly string[] | undefined {
  const areNames = Array.isArray(value) && value.every((label) => typeof label === "string");
  return areNames && value.length === extent && new Set(value).size === extent ? value : undefined;
}

/** The items of each column of a run of whole rows. */
export function columnsOfRun({ data }: ItemRun, columnCount: number): TypedArrayOf[] {
  if (columnCount === 1) return [data];
  const rows = data.length / columnCount;
  return Array.from({ length: columnCount }, (_, column) => {
    const items = data.slice(0, rows) as unknown as unknown[];
    for (let row = 0; row < rows; row += 1) {
      items[row] = (data as unknown as unknown[])[row * columnCount + column];
    }
    return items as unknown as TypedArrayOf;
  });
}
