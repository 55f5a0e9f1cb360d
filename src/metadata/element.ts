/** One element as a JavaScript value, and as its bytes in memory. */
import type { ComplexTypeName, DataType, DataTypeName, TimeTypeName } from "./data-type.ts";
import { isVariableLength } from "./data-type.ts";
import { isWellFormed, readPadded, readUtf32, writePadded, writeUtf32 } from "./fixed-strings.ts";
import { readFloat, writeFloat } from "./float.ts";
import type { ObjectItem, TypedArray, TypedArrayOf } from "./typed-array.ts";

/**
 * One item: `bigint` for int64, uint64 and times (in their units), `boolean` for bool, `[re, im]` for complex
 * numbers, its bytes for raw bits and structs, what the array holds for strings and byte strings, and `number`
 * for the others.
 */
export type ScalarOf<N extends DataTypeName = DataTypeName> = N extends "int64" | "uint64" | TimeTypeName
  ? bigint
  : N extends "bool"
    ? boolean
    : N extends ComplexTypeName
      ? readonly [number, number]
      : N extends "object"
        ? ObjectItem
        : TypedArrayOf<N> extends (infer Item)[]
          ? Item
          : TypedArrayOf<N> extends Uint8Array
            ? N extends "uint8"
              ? number
              : Uint8Array
            : number;

/**
 * The bytes of an element `value`: those of the handle 0 for a type of variable length, whose items are elsewhere.
 * A float is rounded to the data type, as it is on assignment to its typed array.
 * @returns undefined if `value` is of another kind, out of range, or too long: nothing is ever cut
 */
export function elementBytes(value: unknown, dataType: DataType): Uint8Array | undefined {
  const item = new Uint8Array(dataType.itemBytes);
  return writeElement(value, dataType, item) ? item : undefined;
}

/** @returns whether `value` is an element of `dataType`; if not, `item` is left in any state */
export function writeElement(value: unknown, dataType: DataType, item: Uint8Array): boolean {
  if (isVariableLength(dataType)) return isVariableItem(value, dataType.kind);
  switch (dataType.kind) {
    case "bool":
      item[0] = value === true ? 1 : 0;
      return typeof value === "boolean";
    case "int":
    case "datetime":
    case "timedelta":
      return writeInteger(value, BigInt.asIntN, item);
    case "uint":
      return writeInteger(value, BigInt.asUintN, item);
    case "float":
      return writeNumber(value, item);
    case "complex": {
      const half = dataType.itemBytes / 2;
      if (!Array.isArray(value) || value.length !== 2) return false;
      return writeNumber(value[0], item.subarray(0, half)) && writeNumber(value[1], item.subarray(half));
    }
    case "raw":
    case "struct":
      if (!(value instanceof Uint8Array) || value.length !== item.length) return false;
      item.set(value);
      return true;
    case "fixed-bytes":
      return value instanceof Uint8Array && writePadded(value, item);
    case "fixed-unicode":
      return typeof value === "string" && writeUtf32(value, item);
  }
}

/**
 * The element that `item` holds, of a type of fixed size.
 * @returns undefined where the bytes are no element: UTF-32 that is no Unicode
 */
export function elementOf(item: Uint8Array, dataType: DataType): ScalarOf | undefined {
  switch (dataType.kind) {
    case "bool":
      return item[0] !== 0;
    case "int":
    case "uint": {
      const bits = bitsOf(item);
      const value = dataType.kind === "int" ? BigInt.asIntN(8 * item.length, bits) : bits;
      return item.length === 8 ? value : Number(value);
    }
    case "datetime":
    case "timedelta":
      return BigInt.asIntN(64, bitsOf(item));
    case "float":
      return readFloat(item);
    case "complex": {
      const half = dataType.itemBytes / 2;
      return [readFloat(item.subarray(0, half)), readFloat(item.subarray(half))];
    }
    case "fixed-bytes":
      return readPadded(item);
    case "fixed-unicode":
      return readUtf32(item);
    case "raw":
    case "struct":
      return item.slice();
    default:
      throw new TypeError(`an item of ${dataType.name} is not in its bytes`);
  }
}

/** Whether `value` can be an item of a type of variable length. */
export function isVariableItem(value: unknown, kind: "string" | "variable-bytes" | "object"): boolean {
  if (kind === "string") return typeof value === "string" && isWellFormed(value);
  return kind === "variable-bytes" ? value instanceof Uint8Array : value !== undefined;
}

/** An element for someone who may change it: bytes, the parts of a complex number and objects are held by reference. */
export function copyOfElement(value: ScalarOf): ScalarOf {
  // The slice of a Buffer would be the same memory, and a structured clone of a part of a buffer is all of it.
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return (value as TypedArray).slice();
  return typeof value === "object" ? structuredClone(value) : value;
}

function writeInteger(
  value: unknown,
  wrap: (width: number, value: bigint) => bigint,
  item: Uint8Array,
): boolean {
  // An unsafe `number` may already have lost digits; where it matters the caller has a bigint.
  if (typeof value !== "bigint" && !Number.isSafeInteger(value)) return false;
  const integer = BigInt(value as number | bigint);
  if (wrap(8 * item.length, integer) !== integer) return false;
  for (let at = 0; at < item.length; at++) item[at] = Number((integer >> BigInt(8 * at)) & 0xffn);
  return true;
}

/** A finite number must stay finite. */
function writeNumber(value: unknown, item: Uint8Array): boolean {
  if (typeof value !== "number" && typeof value !== "bigint") return false;
  const number = Number(value);
  writeFloat(number, item);
  return Number.isFinite(readFloat(item)) || (typeof value === "number" && !Number.isFinite(number));
}

function bitsOf(item: Uint8Array): bigint {
  return item.reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}
