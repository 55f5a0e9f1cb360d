/**
 * Order, filters and compressor of a Zarr v2 array as a chain of Zarr v3.
 *
 * In v2 every codec takes bytes. What goes into the first is the chunk as it lies in memory: in C or F order, its
 * items in the byte order of the dtype. A filter that works on numbers takes these bytes for items of its own `dtype`
 * and leaves items of its own `astype`, in their byte order. In v3, on the other hand, numbers have no byte order
 * until the `bytes` codec gives them one. Hence:
 *
 * - order F is a `transpose` before all others, since the filters see the memory;
 * - as long as each filter takes just the items that the one before it leaves, they stand before `bytes`, and `bytes`
 *   has the byte order of the last one's `astype`, or of the array's dtype where there is none;
 * - a filter that takes the bytes for something else (an array of times as int64, items in the other byte order,
 *   what a byte shuffle left) stands behind `bytes`, in {@link REINTERPRETED_FILTER}.
 */
import type { CodecMetadata } from "../array-metadata.ts";
import { hasByteOrder } from "../byte-order.ts";
import {
  type DataType,
  dataTypeOf,
  isVariableLength,
  NUMERIC_TYPE_NAMES,
  serializeDataType,
} from "../data-type.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { codecOfV2 } from "./codec-names.ts";
import { parseNumpyDtype, type StoredOrder, type StoredType } from "./numpy-dtype.ts";

/** A filter on numbers that is given bytes: codecs/v2-filter.ts. */
export const REINTERPRETED_FILTER = "quarry.v2_filter";
/** `bytes` for structs whose fields have different byte orders: codecs/v2-struct.ts. */
export const STRUCT_BYTES = "quarry.v2_struct";

export type CodecKind = "array-to-array" | "array-to-bytes" | "bytes-to-bytes";
/** The kind of the codec called `name` in Zarr v3, undefined for one that is not known. */
export type CodecKindOf = (name: string) => CodecKind | undefined;

/** The parts of a `.zarray` that make its chain. */
export interface ChainOfV2 {
  readonly order: "C" | "F";
  readonly filters: readonly JsonObject[];
  readonly compressor: JsonObject | null;
}

/**
 * @param stored items and byte order of the array
 * @param rank dimensions of the array
 */
export function codecsOfV2(
  { order, filters, compressor }: ChainOfV2,
  stored: StoredType,
  rank: number,
  kindOf: CodecKindOf,
): CodecMetadata[] {
  const codecs: CodecMetadata[] = [];
  if (order === "F" && rank > 1) {
    const axes = Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
    codecs.push({ name: "transpose", configuration: { order: axes } });
  }
  /** What the next codec is given: items, or bytes once an array-to-bytes codec stands in the chain. */
  let items: StoredType | undefined = stored;
  for (const filter of compressor === null ? filters : [...filters, compressor]) {
    const codec = codecOfV2(filter);
    const kind: CodecKind = kindOf(codec.name) ?? kindOfUnknown(items);
    const filterTypes: FilterTypes | undefined =
      kind === "array-to-array" ? typesOf(codec, items) : undefined;
    if (items !== undefined && filterTypes !== undefined && isSameStored(filterTypes.decoded, items)) {
      codecs.push(filterTypes.codec);
      items = filterTypes.encoded;
      continue;
    }
    if (items !== undefined && kind !== "array-to-bytes") codecs.push(bytesCodec(items));
    items = undefined;
    codecs.push(filterTypes === undefined ? codec : reinterpreted(filterTypes));
  }
  if (items !== undefined) codecs.push(bytesCodec(items));
  return codecs;
}

/** Nobody can open the array; the codecs around the unknown one only have to stand where no other error comes first. */
function kindOfUnknown(items: StoredType | undefined): CodecKind {
  return items !== undefined && isVariableLength(items.dataType) ? "array-to-bytes" : "bytes-to-bytes";
}

/** What a filter on numbers takes and leaves, and the filter itself, which between codecs has no byte order. */
interface FilterTypes {
  readonly codec: CodecMetadata;
  readonly decoded: StoredType;
  readonly encoded: StoredType;
}

/** Members of the configuration that name the two types; the second may be left out. */
const TYPE_MEMBERS: ReadonlyMap<string, readonly [decoded: string, encoded: string]> = new Map([
  ["numcodecs.delta", ["dtype", "astype"]],
  ["numcodecs.fixedscaleoffset", ["dtype", "astype"]],
  ["numcodecs.quantize", ["dtype", "astype"]],
  ["numcodecs.categorize", ["dtype", "astype"]],
  ["numcodecs.astype", ["decode_dtype", "encode_dtype"]],
]);

/** @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_DATA_TYPE` for a dtype that is none */
function typesOf(codec: CodecMetadata, given: StoredType | undefined): FilterTypes | undefined {
  const { name, configuration } = codec;
  if (name === "numcodecs.packbits") {
    const decoded: StoredType = { dataType: dataTypeOf("bool"), order: "little" };
    return { codec, decoded, encoded: { dataType: dataTypeOf("uint8"), order: "little" } };
  }
  const members = TYPE_MEMBERS.get(name);
  // A filter that says nothing of types leaves what it is given.
  if (members === undefined) return given && { codec, decoded: given, encoded: given };
  const [decodedMember, encodedMember] = members;
  const decodedText = configuration[decodedMember] ?? null;
  const encodedText = configuration[encodedMember] ?? null;
  const decoded = decodedText === null ? given : parseFilterDtype(decodedText, given?.dataType);
  const encoded = encodedText === null ? decoded : parseFilterDtype(encodedText, undefined);
  if (decoded === undefined || encoded === undefined) return undefined;
  return { codec: { name, configuration: inHostOrder(configuration, members) }, decoded, encoded };
}

/** Filters may also leave the byte order out (`"u1"`, `"f4"`), and use NumPy's long names (`"float32"`). */
function parseFilterDtype(dtype: JsonValue, objectType: DataType | undefined): StoredType {
  if (typeof dtype !== "string" || /^[<>|]/.test(dtype)) return parseNumpyDtype(dtype, objectType);
  const name = NUMERIC_TYPE_NAMES.find((known) => known === dtype);
  return name === undefined
    ? parseNumpyDtype(`<${dtype}`, objectType)
    : { dataType: dataTypeOf(name), order: "little" };
}

/** Type strings as items between codecs have them: in the host's byte order. */
function inHostOrder(configuration: JsonObject, members: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(configuration).map(([member, value]) => [
      member,
      members.includes(member) && typeof value === "string" ? value.replace(/^>/, "<") : value,
    ]),
  );
}

function isSameStored(a: StoredType, b: StoredType): boolean {
  if (!isSameType(a.dataType, b.dataType)) return false;
  return !hasByteOrder(a.dataType) || isSameOrder(a.order, b.order);
}

function isSameType(a: DataType, b: DataType): boolean {
  return a.name === b.name && JSON.stringify(a.configuration) === JSON.stringify(b.configuration);
}

function isSameOrder(a: StoredOrder, b: StoredOrder): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function bytesCodec({ dataType, order }: StoredType): CodecMetadata {
  if (typeof order !== "string")
    return { name: STRUCT_BYTES, configuration: { endian: [...order] as never } };
  const hasOrder = isVariableLength(dataType) || hasByteOrder(dataType);
  return { name: "bytes", configuration: hasOrder ? { endian: order } : {} };
}

function jsonOfOrder(order: StoredOrder): JsonValue {
  return typeof order === "string" ? order : order.map(jsonOfOrder);
}

function reinterpreted({ codec, decoded, encoded }: FilterTypes): CodecMetadata {
  const { name, configuration } = codec;
  const stored = ({ dataType, order }: StoredType): JsonObject => ({
    data_type: serializeDataType(dataType),
    endian: jsonOfOrder(order),
  });
  return {
    name: REINTERPRETED_FILTER,
    configuration: {
      codec: { name, configuration },
      decoded: stored(decoded),
      encoded: stored(encoded),
    },
  };
}
