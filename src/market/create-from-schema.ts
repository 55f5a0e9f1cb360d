/** Makes the arrays and groups that a schema describes, with chunks and shards as the layout rules suggest. */
import { type LayoutRequest, suggestLayout } from "../layout/suggest-layout.ts";
import { dataTypeOf } from "../metadata/data-type.ts";
import type { JsonObject } from "../metadata/json.ts";
import type { ZarrArray } from "../zarr/array.ts";
import type { CreateArrayOptions } from "../zarr/create-array.ts";
import type { Group } from "../zarr/group.ts";
import { createGroup, type Location } from "../zarr/open.ts";
import { createColumnLabels } from "./column-labels.ts";
import { type ArraySchema, type GroupSchema, grows } from "./schema.ts";
import { groupSchemaToJson } from "./schema-json.ts";

/** What the layout rules may know beyond what the schema says. */
export type SchemaLayoutOptions = Pick<
  LayoutRequest,
  "access" | "estimatedRows" | "blockBytes" | "disableSharding"
>;

/**
 * Creates an empty store that follows `schema`, and carries it in its attribute `schema`.
 * @param options `attributes`: more of them for the root. `mode`: `w-` (default) fails where there is a node, `w`
 *   deletes it first
 * @throws QuarryError `ALREADY_EXISTS`, `READ_ONLY`, `STORE_FAILED`, and as `Group.createArray`
 * @example
 * const schema = defineGroup({ name: "closes", arrays: [timestampsSchema(), close] });
 * await createStore("closes.zarr", schema, { attributes: { symbol: "BTCUSDT" } });
 */
export async function createStore(
  location: Location,
  schema: GroupSchema,
  options: SchemaLayoutOptions & {
    readonly attributes?: JsonObject | undefined;
    readonly mode?: "w" | "w-" | undefined;
  } = {},
): Promise<Group> {
  const group = await createGroup(location, {
    attributes: {
      Conventions: "CF-1.11",
      ...schema.attributes,
      ...options.attributes,
      schema: groupSchemaToJson(schema),
    },
    mode: options.mode,
  });
  await createFromSchema(group, schema, options);
  await group.consolidate();
  return group;
}

/**
 * Creates the members of `schema` in `group`, which is empty, and coordinates with the names of columns.
 * @throws QuarryError as `Group.createArray`
 */
export async function createFromSchema(
  group: Group,
  schema: GroupSchema,
  options: SchemaLayoutOptions = {},
): Promise<void> {
  const rows = rowsLayout(schema.arrays, options);
  for (const array of schema.arrays) await createArrayFromSchema(group, array, rows);
  await createColumnLabels(group, schema);
  for (const member of schema.groups) {
    const child = await group.createGroup(member.name, { attributes: member.attributes });
    await createFromSchema(child, member, options);
  }
}

/**
 * Creates one array, empty where it grows.
 * @param rows of the arrays that it grows together with
 * @throws QuarryError as `Group.createArray`
 */
export async function createArrayFromSchema(
  group: Group,
  array: ArraySchema,
  rows: RowsLayout,
): Promise<ZarrArray> {
  return group.createArray(array.name, arrayOptions(array, rows));
}

/**
 * What creates one array.
 * @param rowCount rows that it begins with, where it grows
 */
export function arrayOptions(array: ArraySchema, rows: RowsLayout, rowCount = 0): CreateArrayOptions {
  const shape = array.shape.map((length) => length ?? rowCount);
  const rowShape = shape.slice(1);
  return {
    shape,
    dataType: array.dataType,
    ...(grows(array)
      ? {
          chunks: [rows.chunkRows, ...rowShape],
          shards: rows.shardRows === undefined ? undefined : [rows.shardRows, ...rowShape],
        }
      : fixedLayout(shape)),
    codecs: [...array.filters, ...array.compressors],
    dimensionNames: array.dimensions,
    fillValue: array.fillValue,
    attributes: attributesOf(array),
  };
}

export interface RowsLayout {
  readonly chunkRows: number;
  readonly shardRows: number | undefined;
}

/** Rows of a chunk and of a shard, the same for all of `arrays` that grow: the widest of them decides. */
export function rowsLayout(arrays: readonly ArraySchema[], options: SchemaLayoutOptions = {}): RowsLayout {
  const widest = arrays.filter(grows).toSorted((a, b) => rowBytes(b) - rowBytes(a))[0];
  if (widest === undefined) return { chunkRows: 0, shardRows: undefined };
  const { chunks, shards } = suggestLayout({
    ...options,
    shape: widest.shape.map((length) => length ?? 0),
    dataType: widest.dataType,
    effectiveItemSize: widest.effectiveItemSize,
    compressionRatioHint: widest.compressionRatioHint ?? undefined,
  });
  return { chunkRows: chunks[0]!, shardRows: shards?.[0] };
}

/** One chunk: an array that does not grow is a table beside those that do. */
function fixedLayout(shape: readonly number[]): { chunks: readonly number[] } {
  return { chunks: shape.map((length) => Math.max(1, length)) };
}

/** What the array says to CF readers, and what its columns are. */
function attributesOf({ description, columns, attributes }: ArraySchema): JsonObject {
  return {
    ...(description === "" ? {} : { long_name: description }),
    ...(columns.length === 0
      ? {}
      : {
          columns: columns.map((column) => column.name),
          column_descriptions: columns.map((column) => column.description),
          column_units: columns.map((column) => column.units),
        }),
    ...attributes,
  };
}

function rowBytes(array: ArraySchema): number {
  const { itemBytes } = dataTypeOf(array.dataType);
  return array.shape.slice(1).reduce<number>((bytes, length) => bytes * (length ?? 0), itemBytes);
}
