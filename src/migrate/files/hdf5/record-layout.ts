/**
 * How items of an HDF5 type, as the library gives them, become items of Zarr's data types: what bytes of a record go
 * where, and which of them are turned round or mended.
 *
 * A compound of single values is a struct. One that has arrays in it becomes an array for each of its members, since
 * Zarr has no arrays in items. What has no equal is refused by name.
 */
import { copyBox } from "../../../codec/box-copy.ts";
import { contiguousStrides } from "../../../codec/c-order.ts";
import { QuarryError } from "../../../errors.ts";
import {
  type DataType,
  dataTypeOf,
  fixedBytesType,
  rawType,
  structType,
} from "../../../metadata/data-type.ts";
import type { JsonObject } from "../../../metadata/json.ts";
import { parseNumpyDtype } from "../../../metadata/v2/numpy-dtype.ts";
import { countOf } from "../../../zarr/array-data.ts";
import { orderedStrides } from "../strided-items.ts";
import type { Hdf5Type } from "./datatype.ts";

/** An array that records give: their values, or those of a member. */
export interface RecordField {
  /** Below the dataset; none for the records themselves. */
  readonly names: readonly string[];
  readonly offsetBytes: number;
  /** Of the array in each record. */
  readonly shape: readonly number[];
  readonly strideBytes: readonly number[];
  readonly leaf: Leaf;
}

/** A single value in a record. */
export interface Leaf {
  readonly dataType: DataType;
  readonly attributes: JsonObject;
  readonly pieces: readonly Piece[];
}

/** Bytes of a value that are taken together. */
interface Piece {
  readonly fromBytes: number;
  readonly toBytes: number;
  readonly bytes: number;
  readonly mend: "none" | "turn round" | "cut at zero" | "cut blanks";
}

/**
 * The arrays that records of `type` become.
 * @param state whether big-endian values are as the file has them, or have been turned round by the library, as it does
 *   where all of a record's are big-endian
 * @throws QuarryError `UNSUPPORTED_DATA_TYPE`
 */
export function fieldsOf(type: Hdf5Type, state: "as stored" | "as read"): RecordField[] {
  const orders = new Set(ordersIn(type));
  const isTurned = state === "as read" && orders.size === 1 && orders.has("big");
  if (isTurned && hasEnum(type)) throw unsupported("big-endian enumerations");
  return fieldsAt(type, !isTurned);
}

function fieldsAt(type: Hdf5Type, turnsBig: boolean): RecordField[] {
  if (type.kind === "array") {
    const strides = orderedStrides(type.shape, "C", type.base.bytes);
    return fieldsAt(type.base, turnsBig).map((field) => ({
      ...field,
      shape: [...type.shape, ...field.shape],
      strideBytes: [...strides, ...field.strideBytes],
    }));
  }
  if (type.kind !== "compound" || type.members.every((member) => isSingle(member.type))) {
    return [{ names: [], offsetBytes: 0, shape: [], strideBytes: [], leaf: leafOf(type, turnsBig) }];
  }
  return type.members.flatMap((member) =>
    fieldsAt(member.type, turnsBig).map((field) => ({
      ...field,
      names: [member.name, ...field.names],
      offsetBytes: member.offsetBytes + field.offsetBytes,
    })),
  );
}

function isSingle(type: Hdf5Type): boolean {
  if (type.kind === "compound") return type.members.every((member) => isSingle(member.type));
  return type.kind !== "array";
}

function leafOf(type: Hdf5Type, turnsBig: boolean): Leaf {
  const whole = (mend: Piece["mend"]): Piece[] => [{ fromBytes: 0, toBytes: 0, bytes: type.bytes, mend }];
  const attributes = {};
  switch (type.kind) {
    case "int":
    case "uint":
    case "float": {
      const mend = turnsBig && type.order === "big" ? "turn round" : "none";
      return { dataType: dataTypeOf(`${type.kind}${8 * type.bytes}`), attributes, pieces: whole(mend) };
    }
    case "text": {
      const mend = ({ nul: "cut at zero", zeros: "none", blanks: "cut blanks" } as const)[type.padding];
      return { dataType: fixedBytesType(type.bytes), attributes, pieces: whole(mend) };
    }
    case "vlen-text":
      return { dataType: dataTypeOf("string"), attributes, pieces: [] };
    case "opaque":
      return { dataType: opaqueType(type.tag, type.bytes), attributes, pieces: whole("none") };
    case "enum":
      return enumLeaf(type, turnsBig);
    case "compound":
      return complexLeaf(type, turnsBig) ?? structLeaf(type, turnsBig);
    case "array":
      throw unsupported("arrays in a struct");
    case "other":
      throw unsupported(type.what);
  }
}

/** As h5py writes NumPy's times: `NUMPY:<M8[ns]`. */
function opaqueType(tag: string, bytes: number): DataType {
  const numpy = /^NUMPY:(<[mM]8(?:\[\w+\])?)$/.exec(tag)?.[1];
  return numpy === undefined || bytes !== 8 ? rawType(bytes) : parseNumpyDtype(numpy, undefined).dataType;
}

/** `FALSE` and `TRUE` are how h5py writes bool. */
function enumLeaf(type: Hdf5Type & { readonly kind: "enum" }, turnsBig: boolean): Leaf {
  const base = leafOf(type.base, turnsBig);
  const isBool =
    type.bytes === 1 &&
    type.names.length === 2 &&
    type.names.every(({ name, value }) => name === ["FALSE", "TRUE"][value[0]!]);
  if (isBool) return { ...base, dataType: dataTypeOf("bool") };
  const isBig = (type.base.kind === "int" || type.base.kind === "uint") && type.base.order === "big";
  const names = type.names.map(({ name, value }) => {
    const bits = (isBig ? value : value.toReversed()).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    const number = type.base.kind === "int" ? BigInt.asIntN(8 * value.length, bits) : bits;
    return [name, value.length === 8 ? number : Number(number)] as const;
  });
  return { ...base, attributes: { enum: Object.fromEntries(names) } };
}

/** As h5py writes complex numbers: two floats, `r` and `i`. */
function complexLeaf(type: Hdf5Type & { readonly kind: "compound" }, turnsBig: boolean): Leaf | undefined {
  const [re, im, ...others] = type.members;
  const isComplex =
    re?.name === "r" &&
    im?.name === "i" &&
    others.length === 0 &&
    [re, im].every(({ type: part, offsetBytes }, index) => {
      const half = type.bytes / 2;
      return part.kind === "float" && part.bytes === half && half >= 4 && offsetBytes === index * half;
    });
  if (!isComplex) return undefined;
  const { pieces } = structLeaf(type, turnsBig);
  return { dataType: dataTypeOf(`complex${8 * type.bytes}`), attributes: {}, pieces };
}

function structLeaf(type: Hdf5Type & { readonly kind: "compound" }, turnsBig: boolean): Leaf {
  const pieces: Piece[] = [];
  const attributes: JsonObject = {};
  let toBytes = 0;
  const fields = type.members.map((member) => {
    if (member.type.kind === "vlen-text") throw unsupported("text of any length in a compound");
    const leaf = leafOf(member.type, turnsBig);
    if (Object.keys(leaf.attributes).length > 0) attributes[member.name] = leaf.attributes;
    for (const piece of leaf.pieces) {
      const from = member.offsetBytes + piece.fromBytes;
      pieces.push({ ...piece, fromBytes: from, toBytes: toBytes + piece.toBytes });
    }
    toBytes += leaf.dataType.itemBytes;
    return { name: member.name, dataType: leaf.dataType };
  });
  return { dataType: structType(fields), attributes, pieces };
}

function ordersIn(type: Hdf5Type): readonly string[] {
  switch (type.kind) {
    case "int":
    case "uint":
    case "float":
      return [type.order];
    case "enum":
    case "array":
      return ordersIn(type.base);
    case "compound":
      return type.members.flatMap((member) => ordersIn(member.type));
    default:
      return [];
  }
}

function hasEnum(type: Hdf5Type): boolean {
  if (type.kind === "compound") return type.members.some((member) => hasEnum(member.type));
  return type.kind === "enum" || (type.kind === "array" && hasEnum(type.base));
}

/**
 * The items of `field` in `records`, as bytes in C order.
 * @param records one after another, `recordBytes` each
 * @param inner which part of the array in each record
 */
export function gatherItems(
  records: Uint8Array,
  recordBytes: number,
  field: RecordField,
  inner: { readonly start: readonly number[]; readonly count: readonly number[] },
): Uint8Array {
  const { itemBytes } = field.leaf.dataType;
  const [piece] = field.leaf.pieces;
  const isRecord = field.shape.length === 0 && piece?.bytes === recordBytes && piece.mend === "none";
  if (isRecord) return records;
  const counts = [records.length / recordBytes, ...inner.count];
  const items = new Uint8Array(countOf(counts) * itemBytes);
  const offset = inner.start.reduce(
    (sum, index, axis) => sum + index * field.strideBytes[axis]!,
    field.offsetBytes,
  );
  const strides = contiguousStrides(counts).map((stride) => stride * itemBytes);
  for (const { fromBytes, toBytes, bytes, mend } of field.leaf.pieces) {
    copyBox(
      { bytes: items, offset: toBytes, strides: [...strides, 1] },
      { bytes: records, offset: offset + fromBytes, strides: [recordBytes, ...field.strideBytes, 1] },
      [...counts, bytes],
      1,
    );
    if (mend === "none") continue;
    for (let at = toBytes; at < items.length; at += itemBytes)
      mendPiece(items.subarray(at, at + bytes), mend);
  }
  return items;
}

const BLANK = 0x20;

function mendPiece(piece: Uint8Array, mend: Exclude<Piece["mend"], "none">): void {
  if (mend === "turn round") {
    piece.reverse();
    return;
  }
  let end = mend === "cut at zero" ? piece.indexOf(0) : piece.length;
  if (end < 0) return;
  if (mend === "cut blanks") while (end > 0 && piece[end - 1] === BLANK) end -= 1;
  piece.fill(0, end);
}

function unsupported(what: string): QuarryError {
  return new QuarryError("UNSUPPORTED_DATA_TYPE", `${what} have no equal in Zarr here`);
}
