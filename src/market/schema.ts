/**
 * Schemas: what arrays a store has, what they mean and how they are encoded, as plain data. A schema is written
 * to the attributes of the store that follows it, and read back from there.
 */
import { QuarryError } from "../errors.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import { dataTypeOf, type NumericTypeName } from "../metadata/data-type.ts";
import { defaultFillValue, fillValueOf } from "../metadata/fill-value.ts";
import type { JsonObject } from "../metadata/json.ts";
import { checkNodeName } from "../metadata/node-name.ts";
import { columnLabels } from "./column-labels.ts";
import { chainOf, itemBytesBehind } from "./schema-codecs.ts";

/** One place along the last dimension of an array. */
export interface ColumnSchema {
  readonly name: string;
  /** What it holds, in words. */
  readonly description: string;
  /** As CF writes them (`"nanoseconds"`, `"1"` for a plain number); empty where nothing is said. */
  readonly units: string;
}

export interface ArraySchema {
  readonly name: string;
  /** What the values are, in words. */
  readonly description: string;
  readonly dataType: NumericTypeName;
  /** Name of each dimension. */
  readonly dimensions: readonly string[];
  /** Length of each dimension; `null` where rows are appended, which is the first or none. */
  readonly shape: readonly (number | null)[];
  /** What the places along the last dimension are, where each has a meaning of its own. */
  readonly columns: readonly ColumnSchema[];
  /** `bigint` for 64-bit integers, `boolean` for bool. */
  readonly fillValue: number | bigint | boolean;
  readonly attributes: JsonObject;
  /** Array codecs before `bytes`. */
  readonly filters: readonly CodecMetadata[];
  /** Codecs after `bytes`. */
  readonly compressors: readonly CodecMetadata[];
  /** Raw bytes for each stored byte, as measured on typical data; for estimates only. */
  readonly compressionRatioHint: number | null;
  /**
   * Bytes of an item that the compressors see: what an `astype` filter leaves of it. Less where it is known that not
   * all of them carry information (3 where prices use 24 of 32 bits); for estimates only.
   */
  readonly effectiveItemSize: number;
}

export interface GroupSchema {
  readonly name: string;
  readonly description: string;
  readonly attributes: JsonObject;
  readonly arrays: readonly ArraySchema[];
  readonly groups: readonly GroupSchema[];
}

type Optional = "description" | "attributes" | "filters" | "compressors" | "compressionRatioHint";

export interface ArrayDefinition
  extends Pick<ArraySchema, "name" | "dataType" | "dimensions">,
    Partial<Pick<ArraySchema, Optional>> {
  /** Default: rows are appended along the first dimension, and the columns are the second. */
  readonly shape?: readonly (number | null)[] | undefined;
  /** Names, or names with what they mean. */
  readonly columns?: readonly (string | (Partial<ColumnSchema> & { readonly name: string }))[] | undefined;
  /** Default: that of the data type, 0 or false. */
  readonly fillValue?: number | bigint | boolean | undefined;
  /** Default: what the filters leave. */
  readonly effectiveItemSize?: number | null | undefined;
  /** Of compressors that are derived, 1 … 22; default 9. Costs nothing when reading; above 9 writing is slow. */
  readonly zstdLevel?: number | undefined;
}

export type GroupDefinition = Pick<GroupSchema, "name"> & Partial<GroupSchema>;

/**
 * An array's schema, complete. Filters and compressors that are left out are derived: delta for integers, shuffle for
 * floats of several columns, zstd with a checksum for all.
 *
 * @example
 * defineArray({ name: "close", dataType: "float64", dimensions: ["ts_event"], attributes: { units: "USD" } });
 * @throws QuarryError `METADATA_INVALID` where it contradicts itself, `KEY_INVALID` for a name that no node can have,
 *   `VALUE_INVALID` for a fill value of another type, `UNSUPPORTED_CODEC` and `CODEC_CONFIGURATION` for its codecs
 * @throws RangeError for a zstd level out of range
 */
export function defineArray(definition: ArrayDefinition): ArraySchema {
  const { name, dimensions } = definition;
  const where = `schema of array ${name}`;
  checkNodeName(name);
  const dataType = dataTypeOf(definition.dataType);
  const columns = (definition.columns ?? []).map(columnOf);
  const shape = definition.shape ?? defaultShape(dimensions, columns, where);
  checkShape(shape, dimensions, where);
  checkColumns(columns, shape, where);
  if (columns.length > 0) checkNodeName(dimensions.at(-1)!);
  const { filters, compressors } = chainOf(definition, dataType, shape.length > 1);
  const { fillValue } = definition;
  return {
    name,
    description: definition.description ?? "",
    dataType: dataType.name,
    dimensions: [...dimensions],
    shape: [...shape],
    columns,
    fillValue: (fillValue === undefined ? defaultFillValue(dataType) : fillValueOf(fillValue, dataType))
      .value as ArraySchema["fillValue"],
    attributes: definition.attributes ?? {},
    filters,
    compressors,
    compressionRatioHint: definition.compressionRatioHint ?? null,
    effectiveItemSize:
      definition.effectiveItemSize ?? itemBytesBehind({ filters, compressors }, dataType, shape, where),
  };
}

/**
 * A group's schema, complete.
 * @throws QuarryError `METADATA_INVALID` where two members have one name, its arrays grow along several dimensions, or two
 *   of them have other columns along one dimension; `KEY_INVALID` for a name that no node can have
 */
export function defineGroup(definition: GroupDefinition): GroupSchema {
  const { name, description = "", attributes = {}, arrays = [], groups = [] } = definition;
  const where = `schema of group ${name}`;
  checkNodeName(name);
  const names = [...arrays, ...groups].map((member) => member.name);
  const repeated = names.find((member, index) => names.indexOf(member) !== index);
  if (repeated !== undefined) throw invalid(`${where}: two members are named ${repeated}`);
  const growing = [...new Set(arrays.filter(grows).map((array) => array.dimensions[0]!))];
  if (growing.length > 1) {
    throw invalid(
      `${where}: rows are appended along ${growing.join(" and ")}; arrays of a group grow along one dimension ` +
        "together, so put the others into a group of their own",
    );
  }
  columnLabels(arrays);
  return { name, description, attributes, arrays: [...arrays], groups: [...groups] };
}

/** Whether rows are appended to the array. */
export function grows(array: ArraySchema): boolean {
  return array.shape[0] === null;
}

function columnOf(column: string | (Partial<ColumnSchema> & { readonly name: string })): ColumnSchema {
  if (typeof column === "string") return { name: column, description: "", units: "" };
  return { name: column.name, description: column.description ?? "", units: column.units ?? "" };
}

function defaultShape(
  dimensions: readonly string[],
  columns: readonly ColumnSchema[],
  where: string,
): (number | null)[] {
  const shape = columns.length === 0 ? [null] : [null, columns.length];
  if (shape.length === dimensions.length) return shape;
  throw invalid(`${where}: give the shape, since only rows and columns are lengths that can be left out`);
}

function checkShape(shape: readonly (number | null)[], dimensions: readonly string[], where: string): void {
  if (shape.length !== dimensions.length || shape.length === 0) {
    throw invalid(`${where}: ${dimensions.length} dimensions but a shape of ${shape.length}`);
  }
  if (shape.slice(1).includes(null)) throw invalid(`${where}: only the first dimension can grow`);
  const least = shape[0] === null ? 1 : 0;
  const wrong = shape.find((length) => length !== null && !(Number.isSafeInteger(length) && length >= least));
  if (wrong !== undefined) throw invalid(`${where}: ${wrong} is no length; rows have at least one item`);
}

function checkColumns(
  columns: readonly ColumnSchema[],
  shape: readonly (number | null)[],
  where: string,
): void {
  if (columns.length === 0) return;
  if (columns.length !== shape.at(-1)) {
    throw invalid(`${where}: ${columns.length} columns along a dimension of ${shape.at(-1)}`);
  }
  const names = columns.map((column) => column.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw invalid(`${where}: two columns are named ${repeated}`);
}

function invalid(message: string): QuarryError {
  return new QuarryError("METADATA_INVALID", message);
}
