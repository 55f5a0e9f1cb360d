/**
 * What holds elements of a data type in memory: for most a typed array, in the host's byte order.
 *
 * `bool` is a `Uint8Array` of 0 and 1. A complex number is two floats, the real part first; an item of raw bits or
 * of a struct is its bytes in a `Uint8Array`; times are int64. Strings and byte strings, of fixed length or not,
 * are values in a plain JavaScript array. Node 20 has no `Float16Array`: there `float16` is the ponyfill's, which
 * has the same interface and the same bytes, but is a proxy, so that it is slower and not an
 * `ArrayBuffer.isView`.
 */

import type { Float16Array } from "@petamoriken/float16";
import { Float16Array as PonyfillFloat16Array } from "@petamoriken/float16";
import type { DataType, DataTypeName } from "./data-type.ts";
import type { JsonValue } from "./json.ts";

/** An item of an `object` array. */
export type ObjectItem = JsonValue | TypedArray;

interface ItemArrays {
  readonly bool: Uint8Array;
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly uint8: Uint8Array;
  readonly uint16: Uint16Array;
  readonly uint32: Uint32Array;
  readonly uint64: BigUint64Array;
  readonly float16: Float16Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly complex64: Float32Array;
  readonly complex128: Float64Array;
  readonly [raw: `r${number}`]: Uint8Array;
  readonly raw_bytes: Uint8Array;
  readonly struct: Uint8Array;
  readonly structured: Uint8Array;
  readonly "numpy.datetime64": BigInt64Array;
  readonly "numpy.timedelta64": BigInt64Array;
  readonly fixed_length_utf32: string[];
  readonly null_terminated_bytes: Uint8Array[];
  readonly string: string[];
  readonly variable_length_bytes: Uint8Array[];
  readonly bytes: Uint8Array[];
  readonly object: ObjectItem[];
}

/**
 * What holds several items: `BigInt64Array` for int64 and times, `Uint8Array` of 0 and 1 for bool, of all items' bytes
 * for raw bits and structs, `Float32Array` of pairs for complex64, `string[]` for strings, `Uint8Array[]` for byte
 * strings.
 */
export type TypedArrayOf<N extends DataTypeName = DataTypeName> = ItemArrays[N];

export type TypedArray =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float16Array
  | Float32Array
  | Float64Array;

export interface TypedArrayConstructor<T extends TypedArray = TypedArray> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): T;
}

/** Of the types whose items a typed array holds. */
const CONSTRUCTORS: { readonly [name: string]: TypedArrayConstructor } = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float16: platformFloat16Array() ?? PonyfillFloat16Array,
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
  "numpy.datetime64": BigInt64Array,
  "numpy.timedelta64": BigInt64Array,
};

/** The types whose items are values in a plain array. */
const LISTED_NAMES: ReadonlySet<DataTypeName> = new Set<DataTypeName>([
  "fixed_length_utf32",
  "null_terminated_bytes",
  "string",
  "variable_length_bytes",
  "bytes",
  "object",
]);

/** Whether items are values in a plain JavaScript array, not the memory of a typed one. */
export function isListed({ name }: { readonly name: DataTypeName }): boolean {
  return LISTED_NAMES.has(name);
}

/** Elements of its array that an item of `dataType` takes: two for a complex number, a byte each for raw bits. */
export function elementsPerItem(dataType: DataType): number {
  if (dataType.kind === "complex") return 2;
  return dataType.kind === "raw" || dataType.kind === "struct" ? dataType.itemBytes : 1;
}

/**
 * The constructor of the typed array for `dataType`.
 * @throws TypeError for a type whose items are values in a plain array
 */
export function typedArrayOf<N extends DataTypeName>(dataType: {
  readonly name: N;
}): TypedArrayConstructor<Extract<TypedArrayOf<N>, TypedArray>> {
  if (isListed(dataType)) throw new TypeError(`items of ${dataType.name} are in no typed array`);
  const Items = Object.hasOwn(CONSTRUCTORS, dataType.name) ? CONSTRUCTORS[dataType.name]! : Uint8Array;
  return Items as TypedArrayConstructor<Extract<TypedArrayOf<N>, TypedArray>>;
}

function platformFloat16Array(): TypedArrayConstructor<Float16Array> | undefined {
  return (globalThis as { Float16Array?: TypedArrayConstructor<Float16Array> }).Float16Array;
}
