/**
 * `dtype` of a `.zarray`: NumPy's type strings (`"<i4"`, `">U13"`, `"<M8[ns]"`, `"|O"`) and lists of fields
 * (`[["ts", "<i8"], ["px", ">f8"]]`), as a data type of Zarr v3 and the byte order in which its items are stored.
 *
 * A `|` stands for "byte order means nothing"; for items where it means something it is refused, for it would be a
 * guess. `"|O"` says nothing about the items: the object codec among the filters does.
 */
import { QuarryError } from "../../errors.ts";
import { hasByteOrder } from "../byte-order.ts";
import {
  type DataType,
  dataTypeOf,
  fixedBytesType,
  fixedUnicodeType,
  rawType,
  structType,
  timeType,
} from "../data-type.ts";
import { describeJson, type JsonValue } from "../json.ts";

/** In which order the bytes of an item are stored; of a struct's fields, each for itself where they differ. */
export type StoredOrder = "little" | "big" | readonly StoredOrder[];

export interface StoredType {
  readonly dataType: DataType;
  readonly order: StoredOrder;
}

/** Structs in structs, at most: their parser recurses. */
const NESTING_MAX = 32;

const TYPE_STRING = /^([<>|])([biufcSUVmMO])(\d*)(?:\[(\d*)([A-Za-zμ]+)\])?$/;

const NUMBERS: ReadonlyMap<string, string> = new Map(
  [
    ...["b1:bool", "i1:int8", "i2:int16", "i4:int32", "i8:int64", "u1:uint8", "u2:uint16", "u4:uint32"],
    ...["u8:uint64", "f2:float16", "f4:float32", "f8:float64", "c8:complex64", "c16:complex128"],
  ].map((pair) => pair.split(":") as [string, string]),
);

/**
 * @param objectType what the items of `"|O"` are; undefined where no codec says so
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_DATA_TYPE`; without a place, which the caller knows
 */
export function parseNumpyDtype(dtype: JsonValue, objectType: DataType | undefined): StoredType {
  return parseAtDepth(dtype, objectType, 0);
}

function parseAtDepth(dtype: JsonValue, objectType: DataType | undefined, depth: number): StoredType {
  if (Array.isArray(dtype)) return parseStruct(dtype, depth);
  if (typeof dtype !== "string")
    throw invalid(`dtype must be a type string or a list of fields, not ${describeJson(dtype)}`);
  const [, mark, letter, digits, scale, unit] = TYPE_STRING.exec(dtype) ?? [];
  if (mark === undefined) throw unsupported(dtype);
  const isTime = letter === "m" || letter === "M";
  if (unit !== undefined && !isTime) throw unsupported(dtype);
  const dataType = isTime
    ? timeOf(dtype, letter, digits!, scale, unit)
    : simpleType(dtype, letter!, digits!, objectType);
  if (mark === "|" && letter !== "O" && hasByteOrder(dataType)) {
    throw invalid(`dtype ${JSON.stringify(dtype)} does not say in which byte order its items are`);
  }
  return { dataType, order: mark === ">" ? "big" : "little" };
}

function simpleType(
  dtype: string,
  letter: string,
  digits: string,
  objectType: DataType | undefined,
): DataType {
  const number = NUMBERS.get(`${letter}${digits}`);
  if (number !== undefined) return dataTypeOf(number);
  if (letter === "O" && (digits === "" || digits === "8")) {
    if (objectType !== undefined) return objectType;
    throw invalid(
      `dtype ${JSON.stringify(dtype)} holds Python objects, and no codec among the filters says how they are stored`,
    );
  }
  if (digits === "") throw unsupported(dtype);
  if (letter === "S") return fixedBytesType(Number(digits));
  if (letter === "U") return fixedUnicodeType(Number(digits));
  if (letter === "V") return rawType(Number(digits));
  throw unsupported(dtype);
}

/** Without a unit (`"<M8"`) it is NumPy's generic one. */
function timeOf(
  dtype: string,
  letter: string,
  digits: string,
  scale: string | undefined,
  unit: string | undefined,
): DataType {
  if (digits !== "8") throw unsupported(dtype);
  const scaleFactor = scale === undefined || scale === "" ? 1 : Number(scale);
  return timeType(letter === "M" ? "datetime" : "timedelta", unit ?? "generic", scaleFactor);
}

function parseStruct(dtype: JsonValue[], depth: number): StoredType {
  if (depth >= NESTING_MAX) throw invalid(`a dtype may hold structs ${NESTING_MAX} deep, not more`);
  if (dtype.length === 0) throw invalid("a dtype of fields must have one");
  const orders: StoredOrder[] = [];
  const fields = dtype.map((field, index) => {
    const [name, type, shape] = Array.isArray(field) ? field : [];
    const isField = Array.isArray(field) && (field.length === 2 || field.length === 3);
    if (!isField || typeof name !== "string") {
      throw invalid(`a field of a dtype is a name and a type, not ${describeJson(field)}`);
    }
    if (shape !== undefined) {
      throw new QuarryError(
        "UNSUPPORTED_DATA_TYPE",
        `the field ${JSON.stringify(name)} of the dtype is an array in each item, which is not supported`,
      );
    }
    const { dataType, order } = parseAtDepth(type!, undefined, depth + 1);
    orders.push(order);
    // NumPy leaves the padding of an aligned struct without a name, and calls it so when it reads it.
    return { name: name === "" ? `f${index}` : name, dataType };
  });
  return { dataType: structType(fields), order: commonOrder(fields, orders) };
}

/** One order for all fields that have any, or else one for each. */
function commonOrder(
  fields: readonly { readonly dataType: DataType }[],
  orders: readonly StoredOrder[],
): StoredOrder {
  const telling = orders.filter((_, index) => hasByteOrder(fields[index]!.dataType));
  const first = telling[0] ?? "little";
  return typeof first === "string" && telling.every((order) => order === first) ? first : orders;
}

function unsupported(dtype: string): QuarryError {
  return new QuarryError(
    "UNSUPPORTED_DATA_TYPE",
    `dtype ${JSON.stringify(dtype.slice(0, 80))} is not supported; supported are NumPy's b, i, u, f, c, S, U, V, M8, m8 and O with a byte order and a size ("<i4"), and lists of fields`,
  );
}

function invalid(message: string): QuarryError {
  return new QuarryError("METADATA_INVALID", message);
}
