/**
 * Order, filters and compressor of a Zarr v2 array as a chain of Zarr v3.
 *
 * In v2 every codec takes bytes. What goes into the first is the chunk as it lies in memory: in C or F order, its
 * items in the byte order of the dtype. A filter that works on numbers takes these bytes for items of its own `dtype`
 * and leaves items of its own `astype`, in their byte order. In v3, on the other hand, numbers have no byte order
 * until the `bytes` codec gives them one. Hence:
 *
 * - order F is a `transpose` before all others, since the filters see the memory; but not before json2 and msgpack2,
 *   which write nested lists and no memory (zarr-python reads what it has written so in another order);
 * - as long as each filter takes just the items that the one before it leaves, they stand before `bytes`, and `bytes`
 *   has the byte order of the last one's `astype`, or of the array's dtype where there is none;
 * - a filter that takes the bytes for something else (an array of times as int64, items in the other byte order,
 *   what a byte shuffle left) stands behind `bytes`, in {@link V2_FILTER}.
 */
import { QuarryError } from "../../errors.ts";
import type { CodecMetadata } from "../array-metadata.ts";
import { hasByteOrder } from "../byte-order.ts";
import { isVariableLength, serializeDataType } from "../data-type.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { codecOfV2 } from "./codec-names.ts";
import { type FilterTypes, filterTypesOf, isSameStored } from "./filter-types.ts";
import type { StoredOrder, StoredType } from "./numpy-dtype.ts";

/** A filter on numbers that is given bytes: codecs/v2-filter.ts. */
const V2_FILTER = "quarry.v2_filter";
/** `bytes` for structs whose fields have different byte orders: codecs/v2-struct.ts. */
const V2_STRUCT = "quarry.v2_struct";

/** Codecs of objects that store a chunk as lists in lists. */
const NESTED_LISTS: ReadonlySet<string> = new Set(
  ["json", "json2", "msgpack", "msgpack2"].map((id) => `numcodecs.${id}`),
);

export type CodecKind = "array-to-array" | "array-to-bytes" | "bytes-to-bytes";
/** The kind of the codec called `name` in Zarr v3, undefined for one that is not known. */
export type CodecKindOf = (name: string) => CodecKind | undefined;

/** The parts of a `.zarray` that make its chain. */
export interface ChainOfV2 {
  readonly chunkShape: readonly number[];
  readonly order: "C" | "F";
  readonly filters: readonly JsonObject[];
  readonly compressor: JsonObject | null;
}

/**
 * @param stored items and byte order of the array
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_DATA_TYPE`, `UNSUPPORTED_CODEC`; without a place
 */
export function codecsOfV2(
  { chunkShape, order, filters, compressor }: ChainOfV2,
  stored: StoredType,
  kindOf: CodecKindOf,
): CodecMetadata[] {
  const chain = (compressor === null ? filters : [...filters, compressor]).map(codecOfV2);
  const isTransposed =
    order === "F" && chunkShape.length > 1 && !chain.some(({ name }) => NESTED_LISTS.has(name));
  const codecs: CodecMetadata[] = [];
  if (isTransposed) {
    codecs.push({ name: "transpose", configuration: { order: [...chunkShape.keys()].reverse() } });
  }
  let given: Given = { items: stored, itemCount: chunkShape.reduce((items, extent) => items * extent, 1) };
  for (const codec of chain) {
    const kind: CodecKind = kindOf(codec.name) ?? kindOfUnknown(given);
    const types: FilterTypes | undefined =
      kind === "array-to-array" ? filterTypesOf(codec, given.items) : undefined;
    if (isTransposed && types?.looksAtShape === true) {
      throw new QuarryError(
        "UNSUPPORTED_CODEC",
        `the filter ${codec.name} may look at dimensions, and is not supported in arrays of order F`,
      );
    }
    if (types !== undefined && given.items !== undefined && isSameStored(types.decoded, given.items)) {
      codecs.push(types.codec);
      given = { items: types.encoded, itemCount: types.encodedItems(given.itemCount) };
      continue;
    }
    if (kind === "array-to-bytes") {
      codecs.push(codec);
      given = { bytes: undefined };
      continue;
    }
    if (given.items !== undefined) {
      codecs.push(bytesCodec(given.items));
      given = { bytes: given.itemCount * given.items.dataType.itemBytes };
    }
    if (types !== undefined) {
      const itemCount = itemsOfBytes(given.bytes, types);
      codecs.push(filterOfBytes(types, itemCount));
      given = { bytes: types.encodedItems(itemCount) * types.encoded.dataType.itemBytes };
    } else {
      codecs.push(codec);
      if (codec.name !== "numcodecs.shuffle") given = { bytes: undefined };
    }
  }
  return given.items === undefined ? codecs : [...codecs, bytesCodec(given.items)];
}

/** What the next codec is given: items, or so many bytes, undefined where their number depends on the content. */
type Given =
  | { readonly items: StoredType; readonly itemCount: number }
  | { readonly items?: undefined; readonly bytes: number | undefined };

/** Nobody can open the array; the codecs around the unknown one only have to stand where no other error comes first. */
function kindOfUnknown({ items }: Given): CodecKind {
  return items !== undefined && isVariableLength(items.dataType) ? "array-to-bytes" : "bytes-to-bytes";
}

function itemsOfBytes(bytes: number | undefined, { codec, decoded }: FilterTypes): number {
  const itemCount = bytes === undefined ? Number.NaN : bytes / decoded.dataType.itemBytes;
  if (Number.isInteger(itemCount)) return itemCount;
  const problem =
    bytes === undefined
      ? "stands behind a codec whose output has no fixed size, which is not supported"
      : `is given ${bytes} bytes, which are no whole number of its items (${decoded.dataType.name})`;
  throw new QuarryError("UNSUPPORTED_CODEC", `the filter ${codec.name} ${problem}`);
}

function bytesCodec({ dataType, order }: StoredType): CodecMetadata {
  if (typeof order !== "string") return { name: V2_STRUCT, configuration: { endian: jsonOfOrder(order) } };
  return { name: "bytes", configuration: hasByteOrder(dataType) ? { endian: order } : {} };
}

function filterOfBytes({ codec, decoded, encoded }: FilterTypes, itemCount: number): CodecMetadata {
  const { name, configuration } = codec;
  const stored = ({ dataType, order }: StoredType): JsonObject => ({
    data_type: serializeDataType(dataType),
    endian: jsonOfOrder(order),
  });
  return {
    name: V2_FILTER,
    configuration: {
      codec: { name, configuration },
      items: itemCount,
      decoded: stored(decoded),
      encoded: stored(encoded),
    },
  };
}

function jsonOfOrder(order: StoredOrder): JsonValue {
  return typeof order === "string" ? order : order.map(jsonOfOrder);
}
