/**
 * Data types as metadata spells them: a bare name, or a name with a configuration. The spelling is kept, so that a
 * document that is written again says what it said. Errors carry no place; the caller knows it.
 */
import { QuarryError } from "../errors.ts";
import {
  type DataType,
  type DataTypeName,
  dataTypeOf,
  fixedBytesType,
  fixedUnicodeType,
  rawType,
  type StructTypeName,
  structType,
  timeType,
} from "./data-type.ts";
import { describeJson, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/** A data type as callers may name it: what `zarr.json` carries in `data_type`. */
export type DataTypeSpelling<N extends DataTypeName = DataTypeName> =
  | N
  | { readonly name: N; readonly configuration?: { readonly [member: string]: unknown } };

/** Structs in structs, at most: their parser recurses. */
const NESTING_MAX = 32;

/**
 * @param spelling what `data_type` holds
 * @throws QuarryError `UNSUPPORTED_DATA_TYPE`, `METADATA_INVALID`
 */
export function parseDataType(spelling: JsonValue, depth = 0): DataType {
  if (typeof spelling === "string") return dataTypeOf(spelling);
  if (!isJsonObject(spelling) || typeof spelling.name !== "string") {
    throw invalid(`a data type is a name, or an object with a name, not ${describeJson(spelling)}`);
  }
  const { name, configuration = {}, must_understand: _, ...others } = spelling;
  if (!isJsonObject(configuration) || Object.keys(others).length > 0) {
    throw invalid(`the data type ${JSON.stringify(name)} has a name, a configuration and nothing else`);
  }
  switch (name) {
    case "raw_bytes":
      return rawType(lengthBytes(name, configuration));
    case "null_terminated_bytes":
      return fixedBytesType(lengthBytes(name, configuration));
    case "fixed_length_utf32":
      return fixedUnicodeType(lengthBytes(name, configuration) / 4);
    case "numpy.datetime64":
    case "numpy.timedelta64": {
      const { unit, scale_factor } = members(name, configuration, ["unit", "scale_factor"]);
      if (typeof unit !== "string" || typeof scale_factor !== "number") {
        throw invalid(`the data type ${name} has a unit (a string) and a scale_factor (a number)`);
      }
      return timeType(name === "numpy.datetime64" ? "datetime" : "timedelta", unit, scale_factor);
    }
    case "struct":
    case "structured":
      return parseStruct(name, configuration, depth);
    default: {
      const dataType = dataTypeOf(name);
      members(name, configuration, []);
      return dataType;
    }
  }
}

function parseStruct(name: StructTypeName, configuration: JsonObject, depth: number): DataType {
  if (depth >= NESTING_MAX) throw invalid(`a struct may hold structs ${NESTING_MAX} deep, not more`);
  const { fields } = members(name, configuration, ["fields"]);
  if (!Array.isArray(fields) || fields.length === 0) throw invalid(`the data type ${name} has fields`);
  const parsed = fields.map((field) => parseField(field, depth));
  return structType(parsed, { name, configuration });
}

/** `{"name": "x", "data_type": "float32"}`, or, as older libraries write it, `["x", "float32"]`. */
function parseField(field: JsonValue, depth: number): { name: string; dataType: DataType } {
  const isPair = Array.isArray(field) && field.length === 2;
  const isNamed = isJsonObject(field) && Object.keys(field).toSorted().join() === "data_type,name";
  const [name, spelling] = isPair ? field : isNamed ? [field.name, field.data_type] : [];
  if (typeof name !== "string" || name === "" || spelling === undefined) {
    throw invalid(`a field of a struct has a name and a data_type, and is not ${describeJson(field)}`);
  }
  return { name, dataType: parseDataType(spelling, depth + 1) };
}

function lengthBytes(name: string, configuration: JsonObject): number {
  const { length_bytes } = members(name, configuration, ["length_bytes"]);
  if (typeof length_bytes === "number" && Number.isInteger(length_bytes)) return length_bytes;
  throw invalid(`the data type ${name} has a length_bytes, a whole number`);
}

/** `configuration`, which has members of `names` and no others. */
function members(name: string, configuration: JsonObject, names: readonly string[]): JsonObject {
  for (const key of Object.keys(configuration)) {
    if (names.includes(key)) continue;
    throw invalid(
      names.length === 0
        ? `the data type ${JSON.stringify(name)} takes no configuration`
        : `configuration.${key} of the data type ${name} is not a key that belongs there`,
    );
  }
  return configuration;
}

function invalid(message: string): QuarryError {
  return new QuarryError("METADATA_INVALID", message);
}
