/**
 * Fill values: what elements hold that no chunk stores.
 *
 * A fill value is kept as the bit pattern of one element, because a float has NaNs that no JavaScript number
 * can tell apart; `value` is the same element as the typed array of the data type would return it.
 *
 * In JSON: `bool` is true or false, an integer is a number. A float is a number, one of "NaN", "Infinity",
 * "-Infinity", or its bits in hexadecimal, most significant digit first; "NaN" is the quiet NaN of positive
 * sign and zero payload (float32: "0x7fc00000"), and any other NaN has only the hexadecimal form.
 */
import { getFloat16, setFloat16 } from "@petamoriken/float16";
import { QuarryError } from "../errors.ts";
import type { DataType } from "./data-type.ts";
import { describeJson, type JsonValue } from "./json.ts";
import { type DocumentPlace, documentPlace, metadataError } from "./place.ts";

export interface FillValue {
  /** `bigint` for int64 and uint64, `boolean` for bool, `number` for the others. */
  readonly value: boolean | number | bigint;
  /** The element's bits as an unsigned integer of `8 * itemBytes` bits. */
  readonly bits: bigint;
}

/**
 * The fill value that a metadata document declares.
 * @throws QuarryError `METADATA_INVALID`
 */
export function parseFillValue(
  json: JsonValue,
  dataType: DataType,
  path: string,
  place: DocumentPlace = documentPlace(path),
): FillValue {
  const fillValue =
    dataType.kind === "float" && typeof json === "string"
      ? floatFromText(json, dataType)
      : fillValueOrNone(json, dataType);
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
export function fillValueOf(value: boolean | number | bigint, dataType: DataType): FillValue {
  const special = typeof value === "number" && !Number.isFinite(value) && dataType.kind === "float";
  const fillValue = special ? floatFromText(String(value), dataType) : fillValueOrNone(value, dataType);
  if (fillValue === undefined) {
    throw new QuarryError(
      "VALUE_INVALID",
      `the fill value must be ${expectation(dataType)}, not ${String(value)}`,
    );
  }
  return fillValue;
}

/** The JSON form; parsing it gives the same bits. */
export function serializeFillValue(fillValue: FillValue, dataType: DataType): JsonValue {
  const { value, bits } = fillValue;
  if (dataType.kind !== "float" || Number.isFinite(value)) return value;
  if (!Number.isNaN(value) || bits === CANONICAL_NAN_BITS[dataType.itemBytes]) return String(value);
  return `0x${bits.toString(16).padStart(2 * dataType.itemBytes, "0")}`;
}

/** One element: `itemBytes` bytes, little-endian. */
export function fillValueBytes(fillValue: FillValue, dataType: DataType): Uint8Array {
  return bytesOfBits(fillValue.bits).slice(0, dataType.itemBytes);
}

const CANONICAL_NAN_BITS: Readonly<Record<number, bigint>> = {
  2: 0x7e00n,
  4: 0x7fc00000n,
  8: 0x7ff8000000000000n,
};

function fillValueOrNone(value: JsonValue, dataType: DataType): FillValue | undefined {
  switch (dataType.kind) {
    case "bool":
      return typeof value === "boolean" ? { value, bits: value ? 1n : 0n } : undefined;
    case "int":
    case "uint":
      return isIntegral(value) ? integer(BigInt(value), dataType) : undefined;
    case "float":
      return typeof value === "number" || typeof value === "bigint"
        ? finiteFloat(Number(value), dataType)
        : undefined;
  }
}

function isIntegral(value: JsonValue): value is number | bigint {
  // An unsafe `number` may already have lost digits; where it matters the caller has a bigint.
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

function integer(value: bigint, dataType: DataType): FillValue | undefined {
  const width = 8 * dataType.itemBytes;
  const wrapped = dataType.kind === "int" ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
  if (wrapped !== value) return undefined;
  return { value: width === 64 ? value : Number(value), bits: BigInt.asUintN(width, value) };
}

function finiteFloat(value: number, dataType: DataType): FillValue | undefined {
  const view = new DataView(new ArrayBuffer(8));
  if (dataType.itemBytes === 2) setFloat16(view, 0, value, true);
  else if (dataType.itemBytes === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  const fillValue = floatOfBits(view.getBigUint64(0, true), dataType);
  return Number.isFinite(fillValue.value) ? fillValue : undefined;
}

function floatFromText(text: string, dataType: DataType): FillValue | undefined {
  const width = BigInt(8 * dataType.itemBytes);
  const nan = CANONICAL_NAN_BITS[dataType.itemBytes]!;
  // Clearing the quiet bit, the top bit of the fraction, turns the canonical NaN into infinity.
  const infinity = nan & (nan << 1n);
  if (text === "NaN") return floatOfBits(nan, dataType);
  if (text === "Infinity") return floatOfBits(infinity, dataType);
  if (text === "-Infinity") return floatOfBits(infinity | (1n << (width - 1n)), dataType);
  const isHex = text.length === 2 + 2 * dataType.itemBytes && /^0x[0-9a-fA-F]+$/.test(text);
  return isHex ? floatOfBits(BigInt(text), dataType) : undefined;
}

function floatOfBits(bits: bigint, dataType: DataType): FillValue {
  const view = new DataView(bytesOfBits(bits).buffer);
  if (dataType.itemBytes === 2) return { value: getFloat16(view, 0, true), bits };
  if (dataType.itemBytes === 4) return { value: view.getFloat32(0, true), bits };
  return { value: view.getFloat64(0, true), bits };
}

function bytesOfBits(bits: bigint): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits, true);
  return new Uint8Array(view.buffer);
}

function expectation(dataType: DataType): string {
  const width = BigInt(8 * dataType.itemBytes);
  switch (dataType.kind) {
    case "bool":
      return "true or false";
    case "int":
      return `an integer from ${-(2n ** (width - 1n))} to ${2n ** (width - 1n) - 1n} (${dataType.name})`;
    case "uint":
      return `an integer from 0 to ${2n ** width - 1n} (${dataType.name})`;
    case "float":
      return `a number in the range of ${dataType.name}, "NaN", "Infinity", "-Infinity", or "0x" and ${2 * dataType.itemBytes} hexadecimal digits`;
  }
}
