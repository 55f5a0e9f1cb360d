/**
 * Data types of array elements: pure descriptions, no I/O.
 *
 * In memory an element is in the host's byte order (little-endian on every platform that Quarry supports);
 * the order on disk is the business of the `bytes` codec.
 */
import { QuarryError } from "../errors.ts";

export type DataTypeName =
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

export type DataTypeKind = "bool" | "int" | "uint" | "float";

export interface DataType {
  /** The name that `zarr.json` carries in `data_type`. */
  readonly name: DataTypeName;
  readonly kind: DataTypeKind;
  readonly itemBytes: 1 | 2 | 4 | 8;
}

const DATA_TYPES: Readonly<Record<DataTypeName, DataType>> = {
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

export const DATA_TYPE_NAMES = Object.keys(DATA_TYPES) as readonly DataTypeName[];

/**
 * The data type called `name`.
 * @throws QuarryError `UNSUPPORTED_DATA_TYPE`
 */
export function dataTypeOf(name: string, path?: string): DataType {
  const dataType = Object.hasOwn(DATA_TYPES, name) ? DATA_TYPES[name as DataTypeName] : undefined;
  if (dataType === undefined) {
    throw new QuarryError(
      "UNSUPPORTED_DATA_TYPE",
      `data type ${JSON.stringify(name)} is not supported; supported are ${DATA_TYPE_NAMES.join(", ")}`,
      { path },
    );
  }
  return dataType;
}
