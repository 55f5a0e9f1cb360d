/** What the filters of numcodecs that work on numbers take and leave, as their configurations say it. */
import type { CodecMetadata } from "../array-metadata.ts";
import { hasByteOrder } from "../byte-order.ts";
import { type DataType, dataTypeOf, NUMERIC_TYPE_NAMES } from "../data-type.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { parseNumpyDtype, type StoredType } from "./numpy-dtype.ts";

export interface FilterTypes {
  /** The filter as it stands between codecs, where items have no byte order. */
  readonly codec: CodecMetadata;
  readonly decoded: StoredType;
  readonly encoded: StoredType;
  /** How many items it leaves of so many that it takes. */
  readonly encodedItems: (items: number) => number;
}

/** Members of the configuration that name the two types; the second may be left out. */
const TYPE_MEMBERS: ReadonlyMap<string, readonly [decoded: string, encoded: string]> = new Map([
  ["numcodecs.delta", ["dtype", "astype"]],
  ["numcodecs.fixedscaleoffset", ["dtype", "astype"]],
  ["numcodecs.quantize", ["dtype", "astype"]],
  ["numcodecs.categorize", ["dtype", "astype"]],
  ["numcodecs.astype", ["decode_dtype", "encode_dtype"]],
]);

const BOOL: StoredType = { dataType: dataTypeOf("bool"), order: "little" };
const UINT8: StoredType = { dataType: dataTypeOf("uint8"), order: "little" };

/**
 * @param given what stands before the filter; undefined where it is bytes
 * @returns undefined for a filter that says nothing of types and is given none
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_DATA_TYPE` for a dtype that is none
 */
export function filterTypesOf(codec: CodecMetadata, given: StoredType | undefined): FilterTypes | undefined {
  const { name, configuration } = codec;
  if (name === "numcodecs.packbits") {
    return { codec, decoded: BOOL, encoded: UINT8, encodedItems: (items) => 1 + Math.ceil(items / 8) };
  }
  const encodedItems = (items: number): number => items;
  const members = TYPE_MEMBERS.get(name);
  if (members === undefined) return given && { codec, decoded: given, encoded: given, encodedItems };
  const [decodedMember, encodedMember] = members;
  const decodedText = configuration[decodedMember] ?? null;
  const encodedText = configuration[encodedMember] ?? null;
  const decoded = decodedText === null ? given : parseFilterDtype(decodedText, given?.dataType);
  const encoded = encodedText === null ? decoded : parseFilterDtype(encodedText, undefined);
  if (decoded === undefined || encoded === undefined) return undefined;
  const inItems = { name, configuration: inHostOrder(configuration, members) };
  return { codec: inItems, decoded, encoded, encodedItems };
}

/** Whether the one's items are the other's, byte for byte. */
export function isSameStored(a: StoredType, b: StoredType): boolean {
  const isSameType =
    a.dataType.name === b.dataType.name && isSameJson(a.dataType.configuration, b.dataType.configuration);
  return isSameType && (!hasByteOrder(a.dataType) || isSameJson(a.order, b.order));
}

/** Filters may also leave the byte order out (`"u1"`, `"f4"`), and use NumPy's long names (`"float32"`). */
function parseFilterDtype(dtype: JsonValue, objectType: DataType | undefined): StoredType {
  if (typeof dtype !== "string" || /^[<>|]/.test(dtype)) return parseNumpyDtype(dtype, objectType);
  const name = NUMERIC_TYPE_NAMES.find((known) => known === dtype);
  return name === undefined
    ? parseNumpyDtype(`<${dtype}`, objectType)
    : { dataType: dataTypeOf(name), order: "little" };
}

/** Type strings without the byte order that they have in a document. */
function inHostOrder(configuration: JsonObject, members: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(configuration).map(([member, value]) => [
      member,
      members.includes(member) && typeof value === "string" ? value.replace(/^>/, "<") : value,
    ]),
  );
}

function isSameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
