/**
 * The typed array that holds elements of a data type in memory, in the host's byte order.
 *
 * `bool` is a `Uint8Array` of 0 and 1. Node 20 has no `Float16Array`: there `float16` is the ponyfill's, which
 * has the same interface and the same bytes, but is a proxy, so that it is slower and not an
 * `ArrayBuffer.isView`.
 */

import type { Float16Array } from "@petamoriken/float16";
import { Float16Array as PonyfillFloat16Array } from "@petamoriken/float16";
import type { DataTypeName } from "./data-type.ts";

interface TypedArrays {
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
}

/** `TypedArrayOf<"int64">` is `BigInt64Array`. */
export type TypedArrayOf<N extends DataTypeName = DataTypeName> = TypedArrays[N];
export type TypedArray = TypedArrayOf<DataTypeName>;

export interface TypedArrayConstructor<T extends TypedArray = TypedArray> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): T;
}

const CONSTRUCTORS: { readonly [N in DataTypeName]: TypedArrayConstructor<TypedArrayOf<N>> } = {
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
};

/** The constructor of the typed array for `dataType`. */
export function typedArrayOf<N extends DataTypeName>(dataType: {
  readonly name: N;
}): TypedArrayConstructor<TypedArrayOf<N>> {
  return CONSTRUCTORS[dataType.name];
}

function platformFloat16Array(): TypedArrayConstructor<Float16Array> | undefined {
  return (globalThis as { Float16Array?: TypedArrayConstructor<Float16Array> }).Float16Array;
}
