/**
 * Attributes of HDF5 objects as JSON: numbers, text and truth values, alone or in lists of lists by their shape.
 *
 * Left out is what dimension scales are tied together by, which is told by the names of dimensions. What JSON has no
 * number for is spelled as Zarr spells it, `"NaN"`.
 */
import type { Module } from "h5wasm/node";
import type { JsonObject, JsonValue } from "../../../metadata/json.ts";
import { countOf } from "../../../zarr/array-data.ts";
import { calling, type LibraryFile } from "./library.ts";
import { fixedTextsOf, textsOf } from "./texts.ts";

export interface Hdf5Attributes {
  readonly attributes: JsonObject;
  /** By name: what of those that cannot be represented there is. */
  readonly unsupported: readonly { readonly name: string; readonly reason: string }[];
}

type AttributeMetadata = ReturnType<typeof Module.get_attribute_metadata>;

/** Classes of types, by their numbers in the format. */
const CLASS = { integer: 0, float: 1, text: 3, enum: 8 } as const;

/** Of HDF5's dimension scales, and of netCDF-4's. */
const BOOKKEEPING: ReadonlySet<string> = new Set([
  "CLASS",
  "NAME",
  "DIMENSION_LABELS",
  "DIMENSION_LIST",
  "REFERENCE_LIST",
  "_Netcdf4Dimid",
  "_Netcdf4Coordinates",
  "_NCProperties",
  "_nc3_strict",
]);

/** No more than this is metadata. */
const ATTRIBUTE_BYTES_MAX = 2 ** 24;

/** @throws QuarryError `FILE_INVALID` */
export function readAttributes(library: LibraryFile, path: string, place: string): Hdf5Attributes {
  return calling(place, "FILE_INVALID", () => {
    const attributes: JsonObject = {};
    const unsupported: { name: string; reason: string }[] = [];
    for (const name of library.ask("get_attribute_names", path)) {
      if (BOOKKEEPING.has(name)) continue;
      const metadata = library.ask("get_attribute_metadata", path, name);
      const value = readValue(library, path, name, metadata);
      if (value === undefined)
        unsupported.push({
          name,
          reason: `the attribute ${JSON.stringify(name)} is of a type that JSON has no equal for`,
        });
      else attributes[name] = name === "_FillValue" ? maskValue(value, metadata) : value;
    }
    return { attributes, unsupported };
  });
}

function readValue(
  library: LibraryFile,
  path: string,
  name: string,
  metadata: AttributeMetadata,
): JsonValue | undefined {
  // There is an attribute, and nothing in it.
  if (metadata.shape === null) return null;
  const lengthBytes = metadata.size * metadata.total_size;
  // Lists of empty lists take no bytes in the file, and memory here.
  const lists = countOf(metadata.shape.map((extent) => Math.max(1, extent)));
  if (!(Math.max(lengthBytes, lists) <= ATTRIBUTE_BYTES_MAX)) return undefined;
  const isText = metadata.vlen;
  const items = library.attribute(path, name, lengthBytes, isText);
  const values = isText ? textsOf(items) : valuesOf(items.bytes, metadata);
  return values && nested(values, metadata.shape);
}

function valuesOf(
  bytes: Uint8Array,
  { type, size, signed, enum_type: names }: AttributeMetadata,
): JsonValue[] | undefined {
  if (type === CLASS.text) return fixedTextsOf(bytes, size);
  if (type === CLASS.enum && names !== undefined && "TRUE" in names.members && size === 1) {
    return Array.from(bytes, Boolean);
  }
  if (type === CLASS.enum || type === CLASS.integer) return integersOf(bytes, size, signed);
  return type === CLASS.float ? floatsOf(bytes, size) : undefined;
}

function integersOf(bytes: Uint8Array, size: number, signed: boolean): JsonValue[] | undefined {
  if (![1, 2, 4, 8].includes(size)) return undefined;
  const wrap = signed ? BigInt.asIntN : BigInt.asUintN;
  return itemsIn(bytes, size).map((item) => {
    const value = wrap(
      8 * size,
      item.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
    );
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  });
}

function floatsOf(bytes: Uint8Array, size: number): JsonValue[] | undefined {
  if (size !== 4 && size !== 8) return undefined;
  return itemsIn(bytes, size).map((item) => {
    const view = new DataView(item.buffer, item.byteOffset, size);
    const value = size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
    if (Number.isFinite(value)) return value;
    return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  });
}

function itemsIn(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

function nested(values: JsonValue[], shape: readonly number[]): JsonValue {
  const [extent, ...inner] = shape;
  if (extent === undefined) return values[0] ?? null;
  const size = inner.reduce((product, next) => product * next, 1);
  return Array.from({ length: extent }, (_, at) => nested(values.slice(at * size, (at + 1) * size), inner));
}

/** What netCDF masks by: in Zarr v3 xarray takes that of floats for the bytes of a double, in base64. */
function maskValue(value: JsonValue, { type }: AttributeMetadata): JsonValue {
  const [only = null] = Array.isArray(value) ? value : [value];
  if (type !== CLASS.float) return only;
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, Number(only), true);
  return Buffer.from(bytes.buffer).toString("base64");
}
