/**
 * What `json2` and `msgpack2` store: a list of the items of a chunk, followed by the dtype and the shape,
 *
 *     [[a, b], [c, d], "|O", [2, 2]]
 *
 * nested as deep as the shape is long. The items may be lists themselves. Before numcodecs 0.6, which gave the format
 * new names, the shape was left out.
 */
import { isVariableLength } from "../../src/metadata/data-type.ts";
import { elementBytes } from "../../src/metadata/element.ts";
import { byteLengthOf, checkLength, elementCountOf } from "../decoded-size.ts";
import type { ChunkType } from "../definition.ts";
import { CodecFault } from "../fault.ts";
import type { HeapItem, ItemHeap } from "../item-heap.ts";

/** numcodecs counts in int32. */
export const ITEM_LIST_BYTES_MAX = 2 ** 31 - 1;

/** Whether the list ends with a shape. */
export type ListShape = "stated" | "left-out";

/** A chunk of type `chunk` from the list, in memory. The order of a stated shape counts, not its extents. */
export function chunkOfItemList(
  list: unknown,
  listShape: ListShape,
  chunk: ChunkType,
  heap: ItemHeap | undefined,
): Uint8Array {
  const endCount = listShape === "stated" ? 2 : 1;
  if (!Array.isArray(list) || list.length < endCount) {
    throw new CodecFault("malformed");
  }
  const shape: unknown = listShape === "stated" ? list.at(-1) : chunk.shape;
  if (!Array.isArray(shape) || !shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw new CodecFault("malformed");
  }
  const items = itemsOf(list.slice(0, -endCount), shape);
  checkLength(items.length, elementCountOf(chunk));
  const { dataType } = chunk;
  const memory = new Uint8Array(byteLengthOf(chunk));
  if (isVariableLength(dataType)) {
    const handles = new Uint32Array(memory.buffer);
    for (const [index, item] of items.entries()) {
      handles[index] = heap!.add(item as HeapItem);
    }
    return memory;
  }
  for (const [index, item] of items.entries()) {
    const bytes = elementBytes(item, dataType);
    if (bytes === undefined) {
      throw new CodecFault("not-representable");
    }
    memory.set(bytes, index * dataType.itemBytes);
  }
  return memory;
}

/** The items in C order. An array without dimensions is a list of its only item. */
function itemsOf(list: readonly unknown[], shape: readonly number[]): unknown[] {
  if (shape.length === 0) {
    checkLength(list.length, 1);
    return [...list];
  }
  let level: readonly unknown[] = [list];
  for (const extent of shape) {
    const next: unknown[] = [];
    for (const row of level) {
      if (!Array.isArray(row) || row.length !== extent) {
        throw new CodecFault("malformed");
      }
      for (const item of row) {
        next.push(item);
      }
    }
    level = next;
  }
  return [...level];
}
