/** Bytes seen as the elements of a data type, and back. */
import type { NumericType } from "../../src/metadata/data-type.ts";
import { type TypedArray, type TypedArrayOf, typedArrayOf } from "../../src/metadata/typed-array.ts";

export type BigIntArray = TypedArrayOf<"int64" | "uint64">;
export type NumberArray = Exclude<TypedArray, BigIntArray>;

/** A view where `bytes` are aligned for it, a copy where not. Their length is a multiple of the item size. */
export function elementsOf(bytes: Uint8Array, dataType: NumericType): TypedArray {
  const aligned = bytes.byteOffset % dataType.itemBytes === 0 ? bytes : bytes.slice();
  const Elements = typedArrayOf(dataType);
  return new Elements(aligned.buffer, aligned.byteOffset, bytes.length / dataType.itemBytes);
}

export function newElements(elementCount: number, dataType: NumericType): TypedArray {
  const Elements = typedArrayOf(dataType);
  return new Elements(elementCount);
}

export function bytesOf(elements: TypedArray): Uint8Array {
  return new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
}
