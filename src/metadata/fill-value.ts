/**
 * Fill values: what elements hold that no chunk stores.
 *
 * A fill value is kept as the bytes of one element, because a float has NaNs that no JavaScript number can tell
 * apart; `value` is the same element as `get` would return it. A type of variable length has its fill value behind
 * the handle 0, so that its bytes are zeros.
 *
 * In JSON: `bool` is true or false, an integer is a number, floats are as float.ts says, and a complex number is a
 * list of two. A time is its integer, or "NaT". Strings are strings. Bytes are base64; for `r<bits>` and variable
 * length a list of integers, too, and for `r<bits>` that is what is written. A struct has a value for each field
 * (`struct`), or, as zarr-python 3.1 writes it, the base64 of its bytes as they are stored (`structured`).
 */
import { QuarryError } from "../errors.ts";
import { base64OfBytes, bytesOfBase64 } from "./base64.ts";
import { type ByteOrder, withUnitsReversed } from "./byte-order.ts";
import { type DataType, isVariableLength, type StructField, type StructType } from "./data-type.ts";
import { copyOfElement, elementBytes, elementOf, isVariableItem, type ScalarOf } from "./element.ts";
import { jsonOfFloat, writeFloatOfJson } from "./float.ts";
import { describeJson, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { type DocumentPlace, documentPlace, metadataError } from "./place.ts";

export interface FillValue {
  readonly value: ScalarOf;
  /** One element in memory: `itemBytes` bytes, little-endian. */
  readonly bytes: Uint8Array;
}

/**
 * The fill value that a metadata document declares.
 * @param packed byte order of a struct in base64: that of the array's `bytes` codec
 * @throws QuarryError `METADATA_INVALID`
 */
export function parseFillValue(
  json: JsonValue,
  dataType: DataType,
  path: string,
  place: DocumentPlace = documentPlace(path),
  packed: ByteOrder = "little",
): FillValue {
  const fillValue = fillValueOfJson(json, dataType, packed);
  if (fillValue === undefined) {
    throw metadataError(place, `fill_value must be ${expectation(dataType)}, not ${describeJson(json)}`);
  }
  return fillValue;
}

/**
 * The fill value of an element `value`, for arrays that are being created. A float is rounded to the data
 * type, as it is on assignment to its typed array.
 * @throws QuarryError `VALUE_INVALID` if `value` is of another kind or out of range
 */
export function fillValueOf(value: unknown, dataType: DataType): FillValue {
  const bytes = elementBytes(value, dataType);
  if (bytes === undefined) {
    throw new QuarryError(
      "VALUE_INVALID",
      `the fill value must be ${expectation(dataType)}, not ${String(value).slice(0, 80)}`,
    );
  }
  return fillValueOfBytes(bytes, dataType) ?? { value: copyOfElement(value as ScalarOf), bytes };
}

/** What an array has whose creator does not say: zero, nothing, no time at all, as in zarr-python. */
export function defaultFillValue(dataType: DataType): FillValue {
  const bytes = new Uint8Array(dataType.itemBytes);
  switch (dataType.kind) {
    case "string":
      return { value: "", bytes };
    case "variable-bytes":
      return { value: new Uint8Array(0), bytes };
    case "object":
      return { value: null, bytes };
    case "datetime":
    case "timedelta":
      return fillValueOf(NOT_A_TIME, dataType);
    default:
      return fillValueOfBytes(bytes, dataType)!;
  }
}

/** The JSON form; parsing it gives the same bytes. `packed`: see {@link parseFillValue}. */
export function serializeFillValue(
  { value, bytes }: FillValue,
  dataType: DataType,
  packed: ByteOrder = "little",
): JsonValue {
  switch (dataType.kind) {
    case "float":
      return jsonOfFloat(bytes);
    case "complex":
      return [
        jsonOfFloat(bytes.subarray(0, bytes.length / 2)),
        jsonOfFloat(bytes.subarray(bytes.length / 2)),
      ];
    case "raw":
      return dataType.name === "raw_bytes" ? base64OfBytes(bytes) : [...bytes];
    case "fixed-bytes":
    case "variable-bytes":
      return base64OfBytes(value as Uint8Array);
    case "datetime":
    case "timedelta":
      // The one form that zarr-python reads where the unit is "generic".
      return value === NOT_A_TIME ? "NaT" : (value as bigint);
    case "struct":
      return dataType.name === "structured"
        ? base64OfBytes(inOrder(packed, bytes, dataType))
        : jsonOfFields(bytes, dataType);
    default:
      return value as JsonValue;
  }
}

const NOT_A_TIME = -(2n ** 63n);

function fillValueOfBytes(bytes: Uint8Array | undefined, dataType: DataType): FillValue | undefined {
  if (bytes === undefined || isVariableLength(dataType)) return undefined;
  if (dataType.kind === "struct") {
    for (const field of dataType.fields) {
      if (fillValueOfBytes(fieldBytes(bytes, field), field.dataType) === undefined) return undefined;
    }
  }
  const value = elementOf(bytes, dataType);
  return value === undefined ? undefined : { value, bytes };
}

function fillValueOfJson(json: JsonValue, dataType: DataType, packed: ByteOrder): FillValue | undefined {
  switch (dataType.kind) {
    case "string":
    case "variable-bytes":
    case "object": {
      const value = dataType.kind === "variable-bytes" ? bytesOfJson(json) : json;
      if (value === undefined || !isVariableItem(value, dataType.kind)) return undefined;
      return { value, bytes: new Uint8Array(dataType.itemBytes) };
    }
    default:
      return fillValueOfBytes(fixedBytesOfJson(json, dataType, packed), dataType);
  }
}

/** The bytes of one element of a type of fixed size. */
function fixedBytesOfJson(json: JsonValue, dataType: DataType, packed: ByteOrder): Uint8Array | undefined {
  const { itemBytes } = dataType;
  switch (dataType.kind) {
    case "float":
    case "complex": {
      const item = new Uint8Array(itemBytes);
      const parts = dataType.kind === "float" ? [json] : json;
      if (!Array.isArray(parts) || parts.length !== (dataType.kind === "float" ? 1 : 2)) return undefined;
      const partBytes = itemBytes / parts.length;
      const isWritten = parts.every((part, i) =>
        writeFloatOfJson(part, item.subarray(i * partBytes, (i + 1) * partBytes)),
      );
      return isWritten ? item : undefined;
    }
    case "datetime":
    case "timedelta":
      return elementBytes(json === "NaT" ? NOT_A_TIME : json, dataType);
    case "raw":
      return ofLength(bytesOfJson(json), itemBytes);
    case "fixed-bytes":
      return typeof json === "string" ? elementBytes(bytesOfBase64(json), dataType) : undefined;
    case "struct": {
      if (isJsonObject(json)) return bytesOfFields(json, dataType, packed);
      const bytes = typeof json === "string" ? ofLength(bytesOfBase64(json), itemBytes) : undefined;
      return bytes && inOrder(packed, bytes, dataType);
    }
    default:
      return elementBytes(json, dataType);
  }
}

/** Bytes as base64 or as a list of integers. */
function bytesOfJson(json: JsonValue): Uint8Array | undefined {
  if (typeof json === "string") return bytesOfBase64(json);
  const isByte = (item: JsonValue): item is number =>
    typeof item === "number" && Number.isInteger(item) && item >= 0 && item <= 255;
  return Array.isArray(json) && json.every(isByte) ? Uint8Array.from(json) : undefined;
}

function inOrder(order: ByteOrder, bytes: Uint8Array, dataType: DataType): Uint8Array {
  return order === "big" ? withUnitsReversed(bytes, dataType) : bytes;
}

function ofLength(bytes: Uint8Array | undefined, length: number): Uint8Array | undefined {
  return bytes?.length === length ? bytes : undefined;
}

/** Every field, and nothing else. */
function bytesOfFields(
  json: JsonObject,
  { fields, itemBytes }: StructType,
  packed: ByteOrder,
): Uint8Array | undefined {
  if (Object.keys(json).length !== fields.length) return undefined;
  const item = new Uint8Array(itemBytes);
  for (const { name, dataType, offsetBytes } of fields) {
    const bytes = Object.hasOwn(json, name) ? fixedBytesOfJson(json[name]!, dataType, packed) : undefined;
    if (bytes === undefined) return undefined;
    item.set(bytes, offsetBytes);
  }
  return item;
}

function jsonOfFields(item: Uint8Array, { fields }: StructType): JsonValue {
  return Object.fromEntries(
    fields.map((field) => {
      const value = fillValueOfBytes(fieldBytes(item, field), field.dataType)!;
      return [field.name, serializeFillValue(value, field.dataType)];
    }),
  );
}

function fieldBytes(item: Uint8Array, { offsetBytes, dataType }: StructField): Uint8Array {
  return item.subarray(offsetBytes, offsetBytes + dataType.itemBytes);
}

function expectation(dataType: DataType): string {
  const width = BigInt(8 * dataType.itemBytes);
  const float = (bytes: number): string =>
    `a number in the range of float${8 * bytes}, "NaN", "Infinity", "-Infinity", or "0x" and ${2 * bytes} hexadecimal digits`;
  switch (dataType.kind) {
    case "bool":
      return "true or false";
    case "int":
      return `an integer from ${-(2n ** (width - 1n))} to ${2n ** (width - 1n) - 1n} (${dataType.name})`;
    case "uint":
      return `an integer from 0 to ${2n ** width - 1n} (${dataType.name})`;
    case "float":
      return float(dataType.itemBytes);
    case "complex":
      return `a list of two: the real and the imaginary part, each ${float(dataType.itemBytes / 2)}`;
    case "raw":
      return `${dataType.itemBytes} bytes, as base64 or as a list of integers (${dataType.name})`;
    case "fixed-bytes":
      return `at most ${dataType.itemBytes} bytes, as base64 (${dataType.name})`;
    case "fixed-unicode":
      return `a string of at most ${dataType.itemBytes / 4} code points (${dataType.name})`;
    case "datetime":
    case "timedelta":
      return `an integer of 64 bits or "NaT" (${dataType.name})`;
    case "struct":
      return `an object with a value for each field and nothing else, or ${dataType.itemBytes} bytes as base64 (${dataType.name})`;
    case "string":
      return "a string (of well-formed Unicode)";
    case "variable-bytes":
      return `bytes, as base64 or as a list of integers (${dataType.name})`;
    case "object":
      return "any value";
  }
}
