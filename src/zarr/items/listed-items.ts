/**
 * Items that are values in a plain JavaScript array: strings and byte strings. The engines work on a copy, in C order,
 * of their bytes, or of their handles where they are of variable length.
 */
import { type HeapItem, handlesIn, type ItemHeap } from "../../../codecs/item-heap.ts";
import type { MemoryLayout } from "../../codec/engine.ts";
import { QuarryError } from "../../errors.ts";
import type { DataType, VariableType } from "../../metadata/data-type.ts";
import { copyOfElement, elementOf, isVariableItem, writeElement } from "../../metadata/element.ts";
import { countOf, positionsIn } from "./item-box.ts";

/** @throws QuarryError `VALUE_INVALID` */
export function requireList(data: unknown, dataType: DataType, path: string): unknown[] {
  if (Array.isArray(data)) return data;
  throw new QuarryError("VALUE_INVALID", `the items of ${path} (${dataType.name}) are in a plain array`, {
    path,
  });
}

/**
 * The items of a box of `list`, in C order, as the engines take them.
 * @param heap where items of variable length go
 * @throws QuarryError `VALUE_INVALID`
 */
export function bytesOfList(
  list: readonly unknown[],
  shape: readonly number[],
  memory: MemoryLayout,
  type: { readonly dataType: DataType; readonly heap: ItemHeap | undefined },
  path: string,
): Uint8Array {
  const { dataType, heap } = type;
  const { itemBytes } = dataType;
  const bytes = new Uint8Array(countOf(shape) * itemBytes);
  const handles = heap && handlesIn(bytes);
  let item = 0;
  for (const position of positionsIn(shape, memory)) {
    const value = list[position];
    const handle = handles && handleOf(value, dataType, heap!);
    if (handle !== undefined) handles![item] = handle;
    else if (
      handles ||
      !writeElement(value, dataType, bytes.subarray(item * itemBytes, (item + 1) * itemBytes))
    ) {
      throw notAnItem(value, dataType, path, `item ${position}: `);
    }
    item += 1;
  }
  return bytes;
}

/**
 * Puts items in C order, as an engine has read them, into a box of `list`.
 * @throws QuarryError `CHUNK_CORRUPT` for an item that is no Unicode
 */
export function listOfBytes(
  bytes: Uint8Array,
  list: unknown[],
  shape: readonly number[],
  memory: MemoryLayout,
  type: { readonly dataType: DataType; readonly heap: ItemHeap | undefined },
  path: string,
): void {
  const { dataType, heap } = type;
  const { itemBytes } = dataType;
  const handles = heap && handlesIn(bytes);
  let item = 0;
  for (const position of positionsIn(shape, memory)) {
    // The caller may change what it is given, and the fill value stands for many items.
    const value = handles
      ? copyOfElement(heap!.get(handles[item]!))
      : elementOf(bytes.subarray(item * itemBytes, (item + 1) * itemBytes), dataType);
    if (value === undefined) throw notUnicode(item, shape, path);
    list[position] = value;
    item += 1;
  }
}

/**
 * That bytes which an engine has read are items: the first ones of `bytes`, a box of `shape`.
 * @throws QuarryError `CHUNK_CORRUPT` for an item that is no Unicode
 */
export function checkItems(
  bytes: Uint8Array,
  shape: readonly number[],
  dataType: DataType,
  path: string,
): void {
  if (dataType.kind !== "fixed-unicode") return;
  const { itemBytes } = dataType;
  for (let item = 0; item < countOf(shape); item++) {
    const unicode = elementOf(bytes.subarray(item * itemBytes, (item + 1) * itemBytes), dataType);
    if (unicode === undefined) throw notUnicode(item, shape, path);
  }
}

/** An item of the type, written over `bytes`; whether it is one. */
export function writeItem(
  value: unknown,
  dataType: DataType,
  heap: ItemHeap | undefined,
  bytes: Uint8Array,
): boolean {
  if (heap === undefined) return writeElement(value, dataType, bytes);
  const handle = handleOf(value, dataType, heap);
  if (handle !== undefined) handlesIn(bytes)[0] = handle;
  return handle !== undefined;
}

/** The handle of an item of variable length; undefined where `value` is none. */
function handleOf(value: unknown, dataType: DataType, heap: ItemHeap): number | undefined {
  if (!isVariableItem(value, dataType.kind as VariableType["kind"])) return undefined;
  return heap.add(value instanceof Uint8Array ? value.slice() : (value as HeapItem));
}

export function notAnItem(value: unknown, dataType: DataType, path: string, where = ""): QuarryError {
  const shown = typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value).slice(0, 40);
  const length = dataType.configuration?.length_bytes;
  const type = length === undefined ? dataType.name : `${dataType.name} of ${length} bytes`;
  return new QuarryError("VALUE_INVALID", `${where}${shown} is no item of ${path} (${type})`, { path });
}

function notUnicode(item: number, shape: readonly number[], path: string): QuarryError {
  const coordinates = shape.map(() => 0);
  let rest = item;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    coordinates[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return new QuarryError(
    "CHUNK_CORRUPT",
    `${path}: the item at [${coordinates.join(", ")}] of the selection is not Unicode; run \`quarry verify\``,
    { path },
  );
}
