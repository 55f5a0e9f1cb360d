/**
 * What one item of NumPy's is made of: of an item that is no struct itself, of a struct each of its fields, those of
 * structs in it included. Zarr has no arrays in items, so that each field becomes an array of its own.
 *
 * Fields follow each other without gaps; what pads an aligned struct is a field without a name.
 */
import { QuarryError } from "../../errors.ts";
import type { ByteOrder } from "../../metadata/byte-order.ts";
import type { DataType } from "../../metadata/data-type.ts";
import { isNumpyShape } from "../../metadata/npy/header.ts";
import { parseNumpyDtype } from "../../metadata/v2/numpy-dtype.ts";
import { countOf } from "../../zarr/array-data.ts";
import { orderedStrides } from "./strided-items.ts";

/** `dtype` as `.npy` headers and sidecars have it: a type string, or a list of fields. */
type NumpyDtype = unknown;

export interface NumpyField {
  /** Of the struct, then of the structs in it; none for an item that is no struct. */
  readonly names: readonly string[];
  readonly offsetBytes: number;
  /** Of the array that stands in each item, and from one value of it to the next; `[]` where a single value does. */
  readonly shape: readonly number[];
  readonly strideBytes: readonly number[];
  /** The data type, or why there is none. */
  readonly type: { readonly dataType: DataType; readonly byteOrder: ByteOrder } | QuarryError;
}

export interface NumpyItem {
  readonly itemBytes: number;
  readonly fields: readonly NumpyField[];
  /** Whether there are references to Python objects in it, so that what a file holds is a pickle. */
  readonly hasObjects: boolean;
}

/** Structs in structs, at most: the parser recurses. */
const NESTING_MAX = 32;

const TYPE_STRING = /^[<>|=]?([A-Za-z])(\d{0,10})(?:\[[^\]]*\])?$/;

/** @throws QuarryError `FILE_INVALID`, without a place, for what is no data type of NumPy's at all */
export function numpyItemOf(dtype: NumpyDtype): NumpyItem {
  const item = itemAtDepth(dtype, 0);
  if (!item.hasObjects) return item;
  // All of the items are one pickle: none of their fields can be had without it.
  return { ...item, fields: item.fields.map((field) => ({ ...field, type: pickled() })) };
}

function itemAtDepth(dtype: NumpyDtype, depth: number): NumpyItem {
  if (typeof dtype === "string") return simpleItem(dtype);
  if (!Array.isArray(dtype)) throw invalid("a data type is a type string or a list of fields");
  if (depth === NESTING_MAX) throw invalid(`there are structs ${NESTING_MAX} deep`);
  let itemBytes = 0;
  let hasObjects = false;
  const names = new Set<string>();
  const fields: NumpyField[] = [];
  for (const entry of dtype) {
    const { name, type, shape } = fieldOf(entry);
    if (name !== "" && names.has(name)) throw invalid(`there are two fields ${JSON.stringify(name)}`);
    names.add(name);
    const inner = itemAtDepth(type, depth + 1);
    hasObjects ||= inner.hasObjects;
    const strides = orderedStrides(shape, "C", inner.itemBytes);
    for (const field of name === "" ? [] : inner.fields) {
      fields.push({
        names: [name, ...field.names],
        offsetBytes: itemBytes + field.offsetBytes,
        shape: [...shape, ...field.shape],
        strideBytes: [...strides, ...field.strideBytes],
        type: field.type,
      });
    }
    itemBytes += inner.itemBytes * countOf(shape);
  }
  if (!Number.isSafeInteger(itemBytes)) throw invalid("its items are too large");
  return { itemBytes, fields, hasObjects };
}

function simpleItem(dtype: string): NumpyItem {
  const [, letter, digits] = TYPE_STRING.exec(dtype) ?? [];
  if (letter === undefined)
    throw invalid(`${JSON.stringify(dtype.slice(0, 80))} is no type string of NumPy's`);
  const itemBytes = letter === "O" ? 8 : Number(digits) * (letter === "U" ? 4 : 1);
  return {
    itemBytes,
    fields: [{ names: [], offsetBytes: 0, shape: [], strideBytes: [], type: typeOf(dtype, letter) }],
    hasObjects: letter === "O",
  };
}

function typeOf(dtype: string, letter: string): NumpyField["type"] {
  if (letter === "O") return pickled();
  try {
    const { dataType, order } = parseNumpyDtype(dtype, undefined);
    return { dataType, byteOrder: order === "big" ? "big" : "little" };
  } catch (error) {
    if (!(error instanceof QuarryError)) throw error;
    return error;
  }
}

function pickled(): QuarryError {
  return new QuarryError(
    "UNSUPPORTED_DATA_TYPE",
    "it holds pickled Python objects; a pickle can run any program, so that none is ever unpickled: convert it to a plain data type with NumPy, if you trust the file",
  );
}

/** `("px", "<f8")`, `("px", "<f8", (5, 2))`; a name may have a title before it: `(("title", "px"), "<f8")`. */
function fieldOf(entry: unknown): {
  readonly name: string;
  readonly type: unknown;
  readonly shape: readonly number[];
} {
  if (!Array.isArray(entry) || entry.length < 2 || entry.length > 3) {
    throw invalid("a field of a data type is a name, a type and perhaps a shape");
  }
  const [named, type, extents = []] = entry;
  const name = Array.isArray(named) && named.length === 2 ? named[1] : named;
  if (typeof name !== "string") throw invalid("the name of a field is no string");
  const shape = typeof extents === "number" ? [extents] : extents;
  if (!isNumpyShape(shape)) throw invalid(`the shape of the field ${JSON.stringify(name)} is none`);
  return { name, type, shape };
}

function invalid(reason: string): QuarryError {
  return new QuarryError("FILE_INVALID", reason);
}
