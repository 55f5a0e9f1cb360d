/**
 * Data types of array elements: pure descriptions, no I/O.
 *
 * In memory an element is `itemBytes` bytes in the host's byte order (little-endian on every platform that Quarry
 * supports); the order on disk is the business of the `bytes` codec. An element of variable length (string,
 * variable-bytes, object) is a handle of 4 bytes there; see codecs/item-heap.ts.
 */
import { QuarryError } from "../errors.ts";
import type { JsonObject } from "./json.ts";

export type NumericTypeName =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float16"
  | "float32"
  | "float64";

export type ComplexTypeName = "complex64" | "complex128";

/** `r24` and so on: 24 raw bits. zarr-python writes them as `raw_bytes`. */
export type RawTypeName = `r${number}` | "raw_bytes";

export type TimeTypeName = "numpy.datetime64" | "numpy.timedelta64";

/** `structured` is the name before the type was registered, and the one that zarr-python 3.1 knows. */
export type StructTypeName = "struct" | "structured";

/** `object` has no name in Zarr v3: its items are what v2 arrays of Python objects hold. */
export type VariableTypeName = "string" | "variable_length_bytes" | "bytes" | "object";

export type DataTypeName =
  | NumericTypeName
  | ComplexTypeName
  | RawTypeName
  | "fixed_length_utf32"
  | "null_terminated_bytes"
  | TimeTypeName
  | StructTypeName
  | VariableTypeName;

interface Described {
  /** The name that `zarr.json` carries in `data_type`. */
  readonly name: DataTypeName;
  readonly itemBytes: number;
  /** As `zarr.json` carries it; absent where the name says everything. */
  readonly configuration?: JsonObject;
}

export interface NumericType extends Described {
  readonly name: NumericTypeName;
  readonly kind: "bool" | "int" | "uint" | "float";
  readonly itemBytes: 1 | 2 | 4 | 8;
}

/** The real part, then the imaginary one. */
export interface ComplexType extends Described {
  readonly name: ComplexTypeName;
  readonly kind: "complex";
  readonly itemBytes: 8 | 16;
}

export interface RawType extends Described {
  readonly name: RawTypeName;
  readonly kind: "raw";
}

/** Bytes, padded with zeros; zeros at the end are padding. */
export interface FixedBytesType extends Described {
  readonly name: "null_terminated_bytes";
  readonly kind: "fixed-bytes";
}

/** Code points of 4 bytes each, padded with zeros; zeros at the end are padding. */
export interface FixedUnicodeType extends Described {
  readonly name: "fixed_length_utf32";
  readonly kind: "fixed-unicode";
}

export const TIME_UNITS: readonly string[] = "Y M W D h m s ms us μs ns ps fs as generic".split(" ");

/** An int64 of `scaleFactor` times `unit`; -2^63 is no time at all ("NaT"). */
export interface TimeType extends Described {
  readonly name: TimeTypeName;
  readonly kind: "datetime" | "timedelta";
  readonly itemBytes: 8;
  /** One of {@link TIME_UNITS}. */
  readonly unit: string;
  readonly scaleFactor: number;
}

export interface StructField {
  readonly name: string;
  readonly dataType: DataType;
  /** Where the field begins in an item: fields follow each other without padding. */
  readonly offsetBytes: number;
}

export interface StructType extends Described {
  readonly name: StructTypeName;
  readonly kind: "struct";
  readonly fields: readonly StructField[];
}

export interface VariableType extends Described {
  readonly name: VariableTypeName;
  readonly kind: "string" | "variable-bytes" | "object";
  /** Of a handle. */
  readonly itemBytes: 4;
}

export type DataType =
  | NumericType
  | ComplexType
  | RawType
  | FixedBytesType
  | FixedUnicodeType
  | TimeType
  | StructType
  | VariableType;

export type DataTypeKind = DataType["kind"];

const NUMERIC_TYPES: Readonly<Record<NumericTypeName, NumericType>> = {
  bool: { name: "bool", kind: "bool", itemBytes: 1 },
  int8: { name: "int8", kind: "int", itemBytes: 1 },
  int16: { name: "int16", kind: "int", itemBytes: 2 },
  int32: { name: "int32", kind: "int", itemBytes: 4 },
  int64: { name: "int64", kind: "int", itemBytes: 8 },
  uint8: { name: "uint8", kind: "uint", itemBytes: 1 },
  uint16: { name: "uint16", kind: "uint", itemBytes: 2 },
  uint32: { name: "uint32", kind: "uint", itemBytes: 4 },
  uint64: { name: "uint64", kind: "uint", itemBytes: 8 },
  float16: { name: "float16", kind: "float", itemBytes: 2 },
  float32: { name: "float32", kind: "float", itemBytes: 4 },
  float64: { name: "float64", kind: "float", itemBytes: 8 },
};

const NAMED_TYPES: Readonly<Record<string, DataType>> = {
  ...NUMERIC_TYPES,
  complex64: { name: "complex64", kind: "complex", itemBytes: 8 },
  complex128: { name: "complex128", kind: "complex", itemBytes: 16 },
  string: { name: "string", kind: "string", itemBytes: 4 },
  variable_length_bytes: { name: "variable_length_bytes", kind: "variable-bytes", itemBytes: 4 },
  bytes: { name: "bytes", kind: "variable-bytes", itemBytes: 4 },
};

/** Items of Zarr v2 arrays with an object codec: any JSON value, or typed arrays. */
export const OBJECT_TYPE: VariableType = { name: "object", kind: "object", itemBytes: 4 };

/** Booleans, integers and floats: the types that one JavaScript number or bigint holds. */
export const NUMERIC_TYPE_NAMES = Object.keys(NUMERIC_TYPES) as readonly NumericTypeName[];

const CONFIGURED_TYPE_NAMES: readonly string[] = [
  "raw_bytes",
  "fixed_length_utf32",
  "null_terminated_bytes",
  "numpy.datetime64",
  "numpy.timedelta64",
  "struct",
  "structured",
];

/** More would not fit a chunk: see CHUNK_BYTES_MAX in src/zarr/array-layout.ts. */
const ITEM_BYTES_MAX = 2 ** 31 - 1;

/** `r` and a number of bits; leading zeros are nobody's spelling. */
const RAW_NAME = /^r([1-9]\d*)$/;

/**
 * The data type called `name`, one whose name says everything.
 * @throws QuarryError `UNSUPPORTED_DATA_TYPE`; `METADATA_INVALID` for raw bits that are no whole bytes, and for the
 *   name of a type that needs a configuration
 */
export function dataTypeOf(name: NumericTypeName, path?: string): NumericType;
export function dataTypeOf(name: string, path?: string): DataType;
export function dataTypeOf(name: string, path?: string): DataType {
  if (Object.hasOwn(NAMED_TYPES, name)) return NAMED_TYPES[name]!;
  const bits = RAW_NAME.exec(name)?.[1];
  if (bits !== undefined) {
    const itemBytes = Number(bits) / 8;
    if (Number.isInteger(itemBytes) && itemBytes <= ITEM_BYTES_MAX) {
      return { name: name as RawTypeName, kind: "raw", itemBytes };
    }
    throw new QuarryError("METADATA_INVALID", `data type ${name} is no whole number of bytes`, { path });
  }
  if (CONFIGURED_TYPE_NAMES.includes(name)) {
    throw new QuarryError("METADATA_INVALID", `data type ${name} needs a configuration`, { path });
  }
  const names = [...Object.keys(NAMED_TYPES), "r<bits>", ...CONFIGURED_TYPE_NAMES].join(", ");
  const message = `data type ${JSON.stringify(name)} is not supported; supported are ${names}`;
  throw new QuarryError("UNSUPPORTED_DATA_TYPE", message, { path });
}

/** Raw bytes, in zarr-python's spelling. */
export function rawType(itemBytes: number): RawType {
  const configuration = { length_bytes: checkedItemBytes(itemBytes) };
  return { name: "raw_bytes", kind: "raw", itemBytes, configuration };
}

export function fixedBytesType(itemBytes: number): FixedBytesType {
  const configuration = { length_bytes: checkedItemBytes(itemBytes) };
  return { name: "null_terminated_bytes", kind: "fixed-bytes", itemBytes, configuration };
}

export function fixedUnicodeType(codePoints: number): FixedUnicodeType {
  const itemBytes = checkedItemBytes(Number.isInteger(codePoints) ? 4 * codePoints : Number.NaN);
  const configuration = { length_bytes: itemBytes };
  return { name: "fixed_length_utf32", kind: "fixed-unicode", itemBytes, configuration };
}

/** @param unit one of {@link TIME_UNITS} */
export function timeType(kind: TimeType["kind"], unit: string, scaleFactor: number): TimeType {
  const isScale = Number.isInteger(scaleFactor) && scaleFactor >= 1 && scaleFactor < 2 ** 31;
  if (!TIME_UNITS.includes(unit) || !isScale) {
    throw new QuarryError("METADATA_INVALID", `${scaleFactor} ${unit} is no unit of NumPy's ${kind}64`);
  }
  const configuration = { unit, scale_factor: scaleFactor };
  return { name: `numpy.${kind}64`, kind, itemBytes: 8, configuration, unit, scaleFactor };
}

/**
 * A struct of `fields` in this order.
 * @param configuration how metadata spells the fields; default: as the type is registered
 */
export function structType(
  fields: readonly { readonly name: string; readonly dataType: DataType }[],
  spelling: { readonly name: StructTypeName; readonly configuration?: JsonObject } = { name: "struct" },
): StructType {
  const placed: StructField[] = [];
  const names = new Set<string>();
  let itemBytes = 0;
  for (const { name, dataType } of fields) {
    const problem = isVariableLength(dataType)
      ? `is of ${dataType.name}, which has no fixed size`
      : names.has(name)
        ? "is there twice"
        : undefined;
    if (problem !== undefined) {
      throw new QuarryError("METADATA_INVALID", `the field ${JSON.stringify(name)} of a struct ${problem}`);
    }
    names.add(name);
    placed.push({ name, dataType, offsetBytes: itemBytes });
    itemBytes += dataType.itemBytes;
  }
  checkedItemBytes(itemBytes);
  const configuration = spelling.configuration ?? {
    fields: fields.map(({ name, dataType }) => ({ name, data_type: serializeDataType(dataType) })),
  };
  return { name: spelling.name, kind: "struct", itemBytes, configuration, fields: placed };
}

/** As `zarr.json` carries it in `data_type`. */
export function serializeDataType({ name, configuration }: DataType): string | JsonObject {
  return configuration === undefined ? name : { name, configuration };
}

/** Whether an item has no fixed size, so that the engines move handles. */
export function isVariableLength(dataType: DataType): dataType is VariableType {
  return dataType.kind === "string" || dataType.kind === "variable-bytes" || dataType.kind === "object";
}

export function isNumeric(dataType: DataType): dataType is NumericType {
  return Object.hasOwn(NUMERIC_TYPES, dataType.name);
}

function checkedItemBytes(itemBytes: number): number {
  if (Number.isInteger(itemBytes) && itemBytes >= 1 && itemBytes <= ITEM_BYTES_MAX) return itemBytes;
  throw new QuarryError(
    "METADATA_INVALID",
    `an item of a data type has 1 to ${ITEM_BYTES_MAX} bytes, not ${itemBytes}`,
  );
}
