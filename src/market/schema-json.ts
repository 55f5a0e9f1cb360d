/** Schemas to JSON and back: what the attribute `schema` of a store holds, and what people write by hand. */
import arraySchemaFile from "../../spec/schemas/array-schema.schema.json" with { type: "json" };
import groupSchemaFile from "../../spec/schemas/group-schema.schema.json" with { type: "json" };
import { QuarryError } from "../errors.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import { dataTypeOf, type NumericTypeName } from "../metadata/data-type.ts";
import { DescribedSchema, type SchemaProblem } from "../metadata/described-schema.ts";
import { fillValueOf, parseFillValue, serializeFillValue } from "../metadata/fill-value.ts";
import { describeJson, isJsonObject, type JsonObject, type JsonValue } from "../metadata/json.ts";
import {
  type ArrayDefinition,
  type ArraySchema,
  defineArray,
  defineGroup,
  type GroupSchema,
} from "./schema.ts";

const GROUP_SCHEMA = new DescribedSchema(groupSchemaFile, [arraySchemaFile]);
const ARRAY_SCHEMA = new DescribedSchema(arraySchemaFile);

export interface FromJsonOptions {
  /** Level of derived compressors, see {@link ArrayDefinition.zstdLevel}. */
  readonly zstdLevel?: number | undefined;
}

/** The schema as JSON, complete: {@link groupSchemaFromJson} gives an equal one. */
export function groupSchemaToJson(schema: GroupSchema): JsonObject {
  return {
    ...schema,
    arrays: schema.arrays.map(arraySchemaToJson),
    groups: schema.groups.map(groupSchemaToJson),
  };
}

/** The schema as JSON, complete: {@link arraySchemaFromJson} gives an equal one. */
export function arraySchemaToJson(array: ArraySchema): JsonObject {
  const dataType = dataTypeOf(array.dataType);
  return {
    ...array,
    dimensions: [...array.dimensions],
    shape: [...array.shape],
    columns: array.columns.map((column) => ({ ...column })),
    fillValue: serializeFillValue(fillValueOf(array.fillValue, dataType), dataType),
    filters: array.filters.map(codecToJson),
    compressors: array.compressors.map(codecToJson),
  };
}

/**
 * A group's schema from JSON, such as the attribute `schema` of a store, or a file that somebody wrote.
 * @param where what messages begin with
 * @throws QuarryError `METADATA_INVALID` naming the member, and as {@link defineGroup} and {@link defineArray}
 */
export function groupSchemaFromJson(
  json: JsonValue | undefined,
  where = "schema",
  { zstdLevel }: FromJsonOptions = {},
): GroupSchema {
  const document = objectOf(json, where);
  const problem = groupSchemaProblem(document);
  if (problem !== undefined) throw invalid(`${where}: ${problem.message}`);
  return groupOf(document, where, zstdLevel);
}

/** An array's schema from JSON. @throws QuarryError as {@link groupSchemaFromJson} */
export function arraySchemaFromJson(
  json: JsonValue | undefined,
  where = "schema",
  { zstdLevel }: FromJsonOptions = {},
): ArraySchema {
  const document = objectOf(json, where);
  const problem = ARRAY_SCHEMA.problemOf(document);
  if (problem !== undefined) throw invalid(`${where}: ${problem.message}`);
  return arrayOf(document, where, zstdLevel);
}

/** What keeps `document` from being a group's schema, by its structure; undefined where nothing does. */
export function groupSchemaProblem(document: JsonObject): SchemaProblem | undefined {
  return GROUP_SCHEMA.problemOf(document);
}

/** What JSON of the right structure holds. */
interface GroupDocument {
  readonly $schema?: string;
  readonly name: string;
  readonly description?: string;
  readonly attributes?: JsonObject;
  readonly arrays?: readonly JsonObject[];
  readonly groups?: readonly JsonObject[];
}

interface ArrayDocument extends Omit<ArrayDefinition, "shape" | "fillValue" | "filters" | "compressors"> {
  readonly shape?: readonly (number | null | "grows")[];
  readonly fillValue?: JsonValue;
  readonly filters?: readonly CodecDocument[];
  readonly compressors?: readonly CodecDocument[];
}

interface CodecDocument {
  readonly name: string;
  readonly configuration?: JsonObject;
}

function groupOf(document: JsonObject, where: string, zstdLevel: number | undefined): GroupSchema {
  const { $schema: _, arrays = [], groups = [], ...members } = document as unknown as GroupDocument;
  return within(where, () =>
    defineGroup({
      ...members,
      arrays: arrays.map((array) => arrayOf(array, where, zstdLevel)),
      groups: groups.map((group) => groupOf(group, where, zstdLevel)),
    }),
  );
}

function arrayOf(document: JsonObject, where: string, zstdLevel: number | undefined): ArraySchema {
  const { shape, fillValue, filters, compressors, ...members } = document as unknown as ArrayDocument;
  const { compressionRatioHint: ratio, effectiveItemSize: size } = members;
  const dataType = dataTypeOf(members.dataType as NumericTypeName);
  const place = { path: where, label: `schema of array ${members.name}: ` };
  return within(where, () =>
    defineArray({
      ...members,
      ...(filters && { filters: filters.map(codecOf) }),
      ...(compressors && { compressors: compressors.map(codecOf) }),
      shape: shape?.map((length) => (length === "grows" ? null : length)),
      fillValue:
        fillValue === undefined
          ? undefined
          : (parseFillValue(fillValue, dataType, where, place).value as ArraySchema["fillValue"]),
      // A long integer is a bigint in JSON.
      compressionRatioHint: ratio == null ? null : Number(ratio),
      effectiveItemSize: size == null ? null : Number(size),
      zstdLevel,
    }),
  );
}

function codecOf({ name, configuration = {} }: CodecDocument): CodecMetadata {
  return { name, configuration };
}

function codecToJson({ name, configuration }: CodecMetadata): JsonObject {
  return { name, configuration };
}

function objectOf(json: JsonValue | undefined, where: string): JsonObject {
  if (json !== undefined && isJsonObject(json)) return json;
  throw invalid(`${where} ${json === undefined ? "is missing" : `is ${describeJson(json)}, not an object`}`);
}

/** Puts `where` before what is wrong with a schema, unless what is in it has done so. */
function within<Result>(where: string, define: () => Result): Result {
  try {
    return define();
  } catch (cause) {
    if (!(cause instanceof QuarryError) || cause.message.startsWith(where)) throw cause;
    throw new QuarryError(cause.code, `${where}: ${cause.message}`, { codec: cause.codec, cause });
  }
}

function invalid(message: string): QuarryError {
  return new QuarryError("METADATA_INVALID", message);
}
