/** What `../shared/legacy/expected.json` says of files that are not Zarr, and what a source gives in the same terms. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type JsonObject, type JsonValue, parseJson } from "../../../src/metadata/json.ts";
import type { TypedArrayOf } from "../../../src/metadata/typed-array.ts";
import { comparableBytes } from "../../../src/migrate/items.ts";
import type { MigrationSource, SourceArray } from "../../../src/migrate/source.ts";
import { sharedPath } from "../../kit/shared-path.ts";

export interface ExpectedArray {
  readonly shape: readonly number[];
  /** A type string, `string`, or the fields of a struct: name, type and perhaps shape. */
  readonly dtype: string | readonly (readonly [string, string, (readonly number[])?])[];
  readonly sha256: string;
  readonly first_row: JsonValue;
  readonly last_row: JsonValue;
}

export interface ExpectedFile {
  readonly kind: string;
  readonly arrays: Readonly<Record<string, ExpectedArray>>;
}

/** By path below `../shared/legacy`. */
export function expectedFiles(): Readonly<Record<string, ExpectedFile>> {
  const text = readFileSync(sharedPath("legacy", "expected.json"), "utf8");
  return (parseJson(text) as JsonObject).files as unknown as Record<string, ExpectedFile>;
}

export function arrayAt(source: MigrationSource, path: string): SourceArray {
  const array = source.arrays.find((each) => each.path === path);
  if (array !== undefined) return array;
  throw new Error(`${source.location} has no ${path}, but ${source.arrays.map((each) => each.path)}`);
}

/** All items, read in regions of some rows each. */
export async function readByRows(array: SourceArray, rowsAtOnce: number): Promise<Uint8Array> {
  const [rows = 1, ...row] = array.shape;
  const pieces: Uint8Array[] = [];
  for (let first = 0; first < rows; first += rowsAtOnce) {
    const start = array.shape.map((_, axis) => (axis === 0 ? first : 0));
    const count = array.shape.length === 0 ? [] : [Math.min(rowsAtOnce, rows - first), ...row];
    pieces.push(comparableBytes(await array.readRegion(start, count), array.dataType));
  }
  return Buffer.concat(pieces);
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The rows of structs of which `columns` are the fields: field after field, row after row. */
export function interleaved(columns: readonly Uint8Array[], rows: number): Uint8Array {
  return Buffer.concat(
    Array.from({ length: rows }, (_, row) =>
      Buffer.concat(
        columns.map((column) => {
          const rowBytes = column.length / rows;
          return column.subarray(row * rowBytes, (row + 1) * rowBytes);
        }),
      ),
    ),
  );
}

/** Type strings of NumPy's, as `expected.json` has them, by the name of the data type. */
export const NUMPY_TYPES: Readonly<Record<string, string>> = {
  float32: "<f4",
  float64: "<f8",
  int64: "<i8",
  uint64: "<u8",
  int8: "|i1",
  bool: "|b1",
  string: "string",
};

/** The values of a row as `expected.json` spells them. */
export function rowValues(items: TypedArrayOf, rowShape: readonly number[]): JsonValue {
  const values = Array.from(items as ArrayLike<unknown>, (value) => {
    if (typeof value !== "bigint") return value as JsonValue;
    return value > 2n ** 53n ? String(value) : Number(value);
  });
  return nested(values, rowShape);
}

function nested(values: JsonValue[], shape: readonly number[]): JsonValue {
  const [extent, ...inner] = shape;
  if (extent === undefined) return values[0]!;
  const size = values.length / extent;
  return Array.from({ length: extent }, (_, at) => nested(values.slice(at * size, (at + 1) * size), inner));
}
