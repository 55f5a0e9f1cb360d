/**
 * The data type that a column of Parquet has in Zarr, and how its stored values become items of it.
 *
 * Times keep their unit, as NumPy's datetime64 and timedelta64; decimals are whole numbers with the attribute
 * `scale_factor`. What has no equal is refused by name; nothing is rounded.
 */
import type { SchemaElement } from "hyparquet";
import { QuarryError } from "../../../errors.ts";
import { type DataType, dataTypeOf, rawType, timeType } from "../../../metadata/data-type.ts";
import type { JsonObject } from "../../../metadata/json.ts";

export interface ColumnType {
  readonly dataType: DataType;
  readonly attributes: JsonObject;
  /** Items as bytes, out of stored values of {@link storedBytes} each; absent where these are items. */
  readonly convert?: (stored: Uint8Array) => Uint8Array;
}

/** Bytes of a stored value; undefined where they differ. A boolean is a byte once its page is unpacked. */
export function storedBytes({ type, type_length: length = 0 }: SchemaElement): number | undefined {
  switch (type) {
    case "BOOLEAN":
      return 1;
    case "INT32":
    case "FLOAT":
      return 4;
    case "INT64":
    case "DOUBLE":
      return 8;
    case "INT96":
      return 12;
    case "FIXED_LEN_BYTE_ARRAY":
      return length;
    default:
      return undefined;
  }
}

const UNITS = { MILLIS: "ms", MICROS: "us", NANOS: "ns" } as const;

/** Digits that an int64 holds, whatever they are. */
const DECIMAL_DIGITS_MAX = 18;

/** @throws QuarryError `UNSUPPORTED_DATA_TYPE` */
export function columnTypeOf(element: SchemaElement): ColumnType {
  const { type, logical_type: logical, converted_type: converted } = element;
  // An annotation that is newer than the reader.
  if (logical !== undefined && logical.type === undefined) throw unsupported(element);
  const kind = logical?.type ?? converted;
  switch (logical?.type) {
    case "TIMESTAMP":
    case "TIME": {
      const attributes: JsonObject = logical.isAdjustedToUTC ? { timezone: "UTC" } : {};
      const { type: what, unit } = logical;
      return { ...timeOf(what === "TIME" ? "timedelta" : "datetime", UNITS[unit], element), attributes };
    }
    case "INTEGER":
      return integerOf(logical.isSigned ? "int" : "uint", logical.bitWidth, element);
    case "FLOAT16":
      if (type === "FIXED_LEN_BYTE_ARRAY" && element.type_length === 2) return plain("float16");
      break;
  }
  const legacy = /^(?:(U?INT)_(8|16|32|64)|(TIMESTAMP|TIME)_(MILLIS|MICROS))$/.exec(converted ?? "");
  if (logical === undefined && legacy !== null) {
    const [, integer, bits, time, unit] = legacy;
    if (integer !== undefined) return integerOf(integer === "INT" ? "int" : "uint", Number(bits), element);
    return timeOf(time === "TIME" ? "timedelta" : "datetime", UNITS[unit as "MILLIS" | "MICROS"], element);
  }
  switch (kind) {
    case "DECIMAL":
      return decimalOf(element);
    case "DATE":
      return timeOf("datetime", "D", element);
    case "STRING":
    case "UTF8":
    case "ENUM":
    case "JSON":
      if (type === "BYTE_ARRAY") return plain("string");
      break;
    case "UUID":
    case undefined:
      return unannotated(element);
  }
  throw unsupported(element);
}

function unannotated(element: SchemaElement): ColumnType {
  switch (element.type) {
    case "BOOLEAN":
      return plain("bool");
    case "INT32":
      return plain("int32");
    case "INT64":
      return plain("int64");
    case "FLOAT":
      return plain("float32");
    case "DOUBLE":
      return plain("float64");
    case "INT96":
      return { dataType: timeType("datetime", "ns", 1), attributes: {}, convert: nanosecondsOfInt96 };
    case "BYTE_ARRAY":
      return plain("variable_length_bytes");
    case "FIXED_LEN_BYTE_ARRAY":
      if ((element.type_length ?? 0) >= 1) return { dataType: rawType(element.type_length!), attributes: {} };
  }
  throw unsupported(element);
}

const plain = (name: string): ColumnType => ({ dataType: dataTypeOf(name), attributes: {} });

function integerOf(sign: "int" | "uint", bits: number, element: SchemaElement): ColumnType {
  const column = plain(`${sign}${bits}`);
  const { itemBytes } = column.dataType;
  const stored = storedBytes(element);
  if (stored === itemBytes && (element.type === "INT32" || element.type === "INT64")) return column;
  if (element.type !== "INT32" || itemBytes > 4) throw unsupported(element);
  return { ...column, convert: (values) => narrowed(values, sign, itemBytes) };
}

function timeOf(kind: "datetime" | "timedelta", unit: string, element: SchemaElement): ColumnType {
  const column = { dataType: timeType(kind, unit, 1), attributes: {} };
  if (element.type === "INT64") return column;
  if (element.type === "INT32") return { ...column, convert: widened };
  throw unsupported(element);
}

function decimalOf(element: SchemaElement): ColumnType {
  const { logical_type: logical, precision, scale } = element;
  const digits = logical?.type === "DECIMAL" ? logical.precision : precision;
  const decimals = (logical?.type === "DECIMAL" ? logical.scale : scale) ?? 0;
  const isExact = digits !== undefined && digits <= DECIMAL_DIGITS_MAX && decimals >= 0 && decimals <= digits;
  if (!isExact) throw unsupported(element);
  const column = { ...plain("int64"), attributes: { scale_factor: Number(`1e-${decimals}`) } };
  if (element.type === "INT64") return column;
  if (element.type === "INT32") return { ...column, convert: widened };
  if (element.type !== "FIXED_LEN_BYTE_ARRAY" || !((element.type_length ?? 0) >= 1))
    throw unsupported(element);
  const valueBytes = element.type_length!;
  return { ...column, convert: (values) => integersOfBigEndian(values, valueBytes) };
}

/** Of int32 to the int8, uint8, int16 or uint16 that they are said to be. */
function narrowed(stored: Uint8Array, sign: "int" | "uint", itemBytes: number): Uint8Array {
  const words = new Int32Array(stored.buffer, stored.byteOffset, stored.length / 4);
  const items = new Uint8Array(words.length * itemBytes);
  const bits = 8 * itemBytes;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const unused = 32 - bits;
    const same = sign === "int" ? (word << unused) >> unused : (word << unused) >>> unused;
    if (same !== word) throw new RangeError(`the value ${word} does not fit ${sign}${bits}`);
    for (let byte = 0; byte < itemBytes; byte++) items[i * itemBytes + byte] = word >>> (8 * byte);
  }
  return items;
}

/** Of int32 to int64. */
function widened(stored: Uint8Array): Uint8Array {
  const words = new Int32Array(stored.buffer, stored.byteOffset, stored.length / 4);
  return bytesOf(BigInt64Array.from(words, BigInt));
}

/** Of two's complement of any length, the highest byte first, to int64. */
function integersOfBigEndian(stored: Uint8Array, valueBytes: number): Uint8Array {
  const items = new BigInt64Array(stored.length / valueBytes);
  for (let i = 0; i < items.length; i++) {
    let value = 0n;
    for (const byte of stored.subarray(i * valueBytes, (i + 1) * valueBytes))
      value = (value << 8n) | BigInt(byte);
    const signed = BigInt.asIntN(8 * valueBytes, value);
    items[i] = signed;
    if (items[i] !== signed)
      throw new RangeError(`the decimal ${signed} has more than ${DECIMAL_DIGITS_MAX} digits`);
  }
  return bytesOf(items);
}

const JULIAN_DAY_OF_1970 = 2440588n;
const NANOSECONDS_A_DAY = 86_400_000_000_000n;

/** Nanoseconds of a day in 8 bytes, then its Julian day number in 4. */
function nanosecondsOfInt96(stored: Uint8Array): Uint8Array {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.length);
  const items = new BigInt64Array(stored.length / 12);
  for (let i = 0; i < items.length; i++) {
    const day = BigInt(view.getInt32(12 * i + 8, true)) - JULIAN_DAY_OF_1970;
    const timestampNs = day * NANOSECONDS_A_DAY + view.getBigInt64(12 * i, true);
    items[i] = timestampNs;
    if (items[i] !== timestampNs)
      throw new RangeError(`the time ${timestampNs} ns since 1970 does not fit int64`);
  }
  return bytesOf(items);
}

function bytesOf(items: BigInt64Array): Uint8Array {
  return new Uint8Array(items.buffer, items.byteOffset, items.byteLength);
}

function unsupported(element: SchemaElement): QuarryError {
  const { type, logical_type: logical, converted_type: converted } = element;
  const annotation = logical === undefined ? (converted ?? "") : JSON.stringify(logical);
  return new QuarryError(
    "UNSUPPORTED_DATA_TYPE",
    `a column of ${[type, annotation].filter(Boolean).join(" as ")} has no equal in Zarr that keeps every value`,
  );
}
