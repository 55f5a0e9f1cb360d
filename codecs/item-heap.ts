/**
 * Where items of variable length are during one operation. Between codecs, and to the engines, such an item is its
 * handle: a uint32, little-endian. Handle 0 is the fill value and every item equal to it, so that a chunk of nothing
 * else is a chunk of zeros.
 */
import type { ObjectItem } from "../src/metadata/typed-array.ts";

/** A string, bytes, or, in Zarr v2 arrays of objects, any other value. */
export type HeapItem = string | Uint8Array | ObjectItem;

export class ItemHeap {
  readonly #items: HeapItem[];

  constructor(fill: HeapItem) {
    this.#items = [fill];
  }

  /** The handle of `item`, which must not change from now on. */
  add(item: HeapItem): number {
    return isSame(item, this.#items[0]!) ? 0 : this.#items.push(item) - 1;
  }

  /** The item of a handle that {@link add} gave. */
  get(handle: number): HeapItem {
    return this.#items[handle]!;
  }
}

/** The handles in the memory of a chunk. */
export function handlesIn(chunk: Uint8Array): Uint32Array {
  const aligned = chunk.byteOffset % Uint32Array.BYTES_PER_ELEMENT === 0 ? chunk : chunk.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / Uint32Array.BYTES_PER_ELEMENT);
}

function isSame(a: HeapItem, b: HeapItem): boolean {
  if (a === b) return true;
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array) || a.length !== b.length) return false;
  return a.every((byte, at) => byte === b[at]);
}
