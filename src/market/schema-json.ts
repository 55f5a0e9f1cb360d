/** Schemas to JSON and back: what the attribute `schema` of a store holds. */

import { QuarryError } from "../errors.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import { NUMERIC_TYPE_NAMES, type NumericTypeName } from "../metadata/data-type.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../metadata/json.ts";
import { type ArraySchema, defineArray, defineGroup, type GroupSchema } from "./schema.ts";

/** The schema as JSON, complete enough for {@link groupSchemaFromJson}. */
export function groupSchemaToJson(schema: GroupSchema): JsonObject {
  return {
    ...schema,
    arrays: schema.arrays.map((array) => ({
      ...array,
      dimensions: [...array.dimensions],
      shape: [...array.shape],
      columns: [...array.columns],
      filters: array.filters.map(({ name, configuration }) => ({ name, configuration })),
      compressors: array.compressors.map(({ name, configuration }) => ({ name, configuration })),
    })),
    groups: schema.groups.map(groupSchemaToJson),
  };
}

/**
 * A group's schema from JSON, such as the attribute `schema` of a store.
 * @throws QuarryError `METADATA_INVALID` naming the member that is missing or of the wrong kind
 */
export function groupSchemaFromJson(json: JsonValue | undefined, where = "schema"): GroupSchema {
  const members = objectAt(json, where);
  return defineGroup({
    name: stringAt(members, "name", where),
    description: stringAt(members, "description", where),
    attributes: objectAt(members.attributes, `${where}.attributes`),
    arrays: listAt(members, "arrays", where).map((item, index) =>
      arrayFromJson(item, `${where}.arrays[${index}]`),
    ),
    groups: listAt(members, "groups", where).map((item, index) =>
      groupSchemaFromJson(item, `${where}.groups[${index}]`),
    ),
  });
}

function arrayFromJson(json: JsonValue, where: string): ArraySchema {
  const members = objectAt(json, where);
  const dataType = stringAt(members, "dataType", where);
  if (!(NUMERIC_TYPE_NAMES as readonly string[]).includes(dataType)) {
    throw invalid(`${where}.dataType is ${JSON.stringify(dataType)}, which is no data type`);
  }
  return defineArray({
    name: stringAt(members, "name", where),
    description: stringAt(members, "description", where),
    dataType: dataType as NumericTypeName,
    dimensions: stringsAt(members, "dimensions", where),
    shape: listAt(members, "shape", where).map((length) => {
      if (length === null || (Number.isSafeInteger(length) && (length as number) >= 0))
        return length as number;
      throw invalid(`${where}.shape holds ${String(length)}, which is no length`);
    }),
    columns: stringsAt(members, "columns", where),
    fillValue: numberAt(members, "fillValue", where),
    attributes: objectAt(members.attributes, `${where}.attributes`),
    filters: codecsAt(members, "filters", where),
    compressors: codecsAt(members, "compressors", where),
    compressionRatioHint: numberOrNullAt(members, "compressionRatioHint", where),
    effectiveItemSize: numberOrNullAt(members, "effectiveItemSize", where),
  });
}

function codecsAt(members: JsonObject, name: string, where: string): CodecMetadata[] {
  return listAt(members, name, where).map((item, index) => {
    const codec = objectAt(item, `${where}.${name}[${index}]`);
    return {
      name: stringAt(codec, "name", `${where}.${name}[${index}]`),
      configuration: objectAt(codec.configuration, `${where}.${name}[${index}].configuration`),
    };
  });
}

function objectAt(value: JsonValue | undefined, where: string): JsonObject {
  if (value !== undefined && isJsonObject(value)) return value;
  throw invalid(`${where} is missing or not an object`);
}

function listAt(members: JsonObject, name: string, where: string): JsonValue[] {
  const value = members[name];
  if (Array.isArray(value)) return value;
  throw invalid(`${where}.${name} is missing or not a list`);
}

function stringsAt(members: JsonObject, name: string, where: string): string[] {
  const values = listAt(members, name, where);
  if (values.every((value) => typeof value === "string")) return values;
  throw invalid(`${where}.${name} holds something that is not a string`);
}

function stringAt(members: JsonObject, name: string, where: string): string {
  const value = members[name];
  if (typeof value === "string") return value;
  throw invalid(`${where}.${name} is missing or not a string`);
}

function numberAt(members: JsonObject, name: string, where: string): number {
  const value = members[name];
  if (typeof value === "number") return value;
  throw invalid(`${where}.${name} is missing or not a number`);
}

function numberOrNullAt(members: JsonObject, name: string, where: string): number | null {
  return members[name] === null ? null : numberAt(members, name, where);
}

function invalid(message: string): QuarryError {
  return new QuarryError("METADATA_INVALID", message);
}
