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
  /** Whether it may matter to it how the items are arranged: those of numcodecs take them one after the other. */
  readonly looksAtShape: boolean;
}

const BOOL: StoredType = { dataType: dataTypeOf("bool"), order: "little" };
const UINT8: StoredType = { dataType: dataTypeOf("uint8"), order: "little" };

/** Members of the configuration that name the two types, and what the second is where it is left out. */
interface TypeMembers {
  readonly decoded: string;
  readonly encoded: string;
  /** Default: the first. */
  readonly encodedDefault?: StoredType;
}

const TYPE_MEMBERS: ReadonlyMap<string, TypeMembers> = new Map<string, TypeMembers>([
  ["numcodecs.delta", { decoded: "dtype", encoded: "astype" }],
  ["numcodecs.fixedscaleoffset", { decoded: "dtype", encoded: "astype" }],
  ["numcodecs.quantize", { decoded: "dtype", encoded: "astype" }],
  ["numcodecs.categorize", { decoded: "dtype", encoded: "astype", encodedDefault: UINT8 }],
  ["numcodecs.astype", { decoded: "decode_dtype", encoded: "encode_dtype" }],
]);

/**
 * @param given what stands before the filter; undefined where it is bytes
 * @returns undefined for a filter that says nothing of types and is given none
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_DATA_TYPE` for a dtype that is none
 */
export function filterTypesOf(codec: CodecMetadata, given: StoredType | undefined): FilterTypes | undefined {
  const { name, configuration } = codec;
  const encodedItems = (items: number): number => items;
  if (name === "numcodecs.packbits") {
    const packed = (items: number): number => 1 + Math.ceil(items / 8);
    return { codec, decoded: BOOL, encoded: UINT8, encodedItems: packed, looksAtShape: false };
  }
  const members = TYPE_MEMBERS.get(name);
  if (members === undefined) {
    const looksAtShape = name !== "numcodecs.bitround";
    return given && { codec, decoded: given, encoded: given, encodedItems, looksAtShape };
  }
  const decodedText = configuration[members.decoded] ?? null;
  const encodedText = configuration[members.encoded] ?? null;
  const decoded = decodedText === null ? given : parseFilterDtype(decodedText, given?.dataType);
  const encoded =
    encodedText === null ? (members.encodedDefault ?? decoded) : parseFilterDtype(encodedText, undefined);
  if (decoded === undefined || encoded === undefined) return undefined;
  const inItems = { name, configuration: inHostOrder(configuration, [members.decoded, members.encoded]) };
  return { codec: inItems, decoded, encoded, encodedItems, looksAtShape: false };
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
