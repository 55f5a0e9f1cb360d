/**
 * `.parquet`: a column for each item of a row, a row group for each run of rows. Items keep their type: narrow and
 * unsigned integers are annotated as such, float16 as FLOAT16, times of nano-, micro- and milliseconds as timestamps
 * without a zone, in which a time that is none is null. The array's attributes are in the file's metadata, as JSON
 * under `zarr_attributes`.
 */
import type { SchemaElement } from "hyparquet";
import { QuarryError } from "../errors.ts";
import type { DataType } from "../metadata/data-type.ts";
import { stringifyJson } from "../metadata/json.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import type { FileDraft } from "./file-draft.ts";
import type { ExportFormat } from "./format.ts";
import { columnNames, columnsOfRun } from "./table-columns.ts";

export const parquet: ExportFormat = {
  ending: ".parquet",
  plan(array, name) {
    const column = parquetColumn(array.dataType, array.path);
    const names = columnNames(array, name);
    const schema: SchemaElement[] = [
      { name: "root", num_children: names.length },
      ...names.map((columnName) => ({
        repetition_type: "REQUIRED" as const,
        ...column.element,
        name: columnName,
      })),
    ];
    return {
      async write(file, runs) {
        const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
        const buffer = new ByteWriter();
        const writer = new ParquetWriter({
          writer: buffer,
          schema,
          createdBy: "quarry",
          kvMetadata: [{ key: "zarr_attributes", value: stringifyJson(array.attributes, 0) }],
        });
        for await (const run of runs) {
          const columns = columnsOfRun(run, names.length);
          const rowGroupSize = columns[0]!.length;
          const columnData = columns.map((items, index) => ({
            name: names[index]!,
            data: column.values(items) as never,
          }));
          await writer.write({ columnData, rowGroupSize });
          await flush(buffer, file);
        }
        await writer.finish();
        await flush(buffer, file);
      },
    };
  },
};

/** Moves what is in the buffer to the file; the buffer goes on counting from where it is. */
async function flush(buffer: { index: number; getBytes(): Uint8Array }, file: FileDraft): Promise<void> {
  await file.write(buffer.getBytes());
  buffer.index = 0;
}

interface ParquetColumn {
  readonly element: Omit<SchemaElement, "name">;
  /** The items as the writer takes them. */
  values(items: TypedArrayOf): ArrayLike<unknown>;
}

const asTheyAre = (items: TypedArrayOf): ArrayLike<unknown> => items as ArrayLike<unknown>;
const asPlainArray = (items: TypedArrayOf): unknown[] => Array.from(items as ArrayLike<unknown>);
const NOT_A_TIME = -(2n ** 63n);
const TIMESTAMP_UNITS: Readonly<Record<string, "MILLIS" | "MICROS" | "NANOS">> = {
  ms: "MILLIS",
  us: "MICROS",
  μs: "MICROS",
  ns: "NANOS",
};

/** @throws QuarryError `UNSUPPORTED_DATA_TYPE` */
function parquetColumn(dataType: DataType, path: string): ParquetColumn {
  const { kind, itemBytes } = dataType;
  switch (kind) {
    case "bool":
      return {
        element: { type: "BOOLEAN" },
        values: (items) => Array.from(items as Uint8Array, (item) => item === 1),
      };
    case "int":
    case "uint": {
      const type = itemBytes === 8 ? "INT64" : "INT32";
      const annotation =
        `${kind === "uint" ? "U" : ""}INT_${8 * itemBytes}` as SchemaElement["converted_type"];
      // The writer takes a Uint32Array for one that has been brought to signed integers already.
      const values = dataType.name === "uint32" ? asPlainArray : asTheyAre;
      return { element: { type, ...(annotation && { converted_type: annotation }) }, values };
    }
    case "float":
      if (itemBytes === 2) {
        const logical_type = { type: "FLOAT16" as const };
        return {
          element: { type: "FIXED_LEN_BYTE_ARRAY", type_length: 2, logical_type },
          values: asPlainArray,
        };
      }
      return { element: { type: itemBytes === 4 ? "FLOAT" : "DOUBLE" }, values: asTheyAre };
    case "datetime": {
      const unit = dataType.scaleFactor === 1 ? TIMESTAMP_UNITS[dataType.unit] : undefined;
      if (unit === undefined) break;
      const logical_type = { type: "TIMESTAMP" as const, isAdjustedToUTC: false, unit };
      return {
        element: { type: "INT64", logical_type, repetition_type: "OPTIONAL" },
        values: (items) => Array.from(items as BigInt64Array, (item) => (item === NOT_A_TIME ? null : item)),
      };
    }
    case "string":
    case "fixed-unicode":
      return { element: { type: "BYTE_ARRAY", converted_type: "UTF8" }, values: asTheyAre };
    case "variable-bytes":
    case "fixed-bytes":
      return { element: { type: "BYTE_ARRAY" }, values: asTheyAre };
  }
  const message = `${path} holds ${dataType.name}, which has no counterpart in .parquet`;
  throw new QuarryError("UNSUPPORTED_DATA_TYPE", message, { path });
}
