/**
 * The items of an array in C order, in runs of bounded size, while the next run is being read.
 *
 * A run is as many rows as fit, in whole chunks where a chunk fits. Where a single row is larger than a run may be, it
 * is cut along the next dimension, and so on: memory does not depend on the array's shape.
 */
import { isVariableLength } from "../metadata/data-type.ts";
import { elementsPerItem, isListed, type TypedArrayOf, typedArrayOf } from "../metadata/typed-array.ts";
import type { ZarrArray } from "../zarr/array.ts";
import type { ArrayChunk } from "../zarr/array-access.ts";
import { type AxisIndex, slice } from "../zarr/indexing/slice.ts";

export interface ItemRun {
  readonly data: TypedArrayOf;
  /** Of as many dimensions as the array has; those that the run is cut off from the others by have length 1. */
  readonly shape: readonly number[];
}

/** Large enough that the disk is the limit, small enough for any machine. */
export const RUN_BYTES = 16 * 2 ** 20;
/** What an item of variable length is taken for. */
const VARIABLE_ITEM_BYTES = 64;

export async function* itemRuns(
  array: ZarrArray,
  signal?: AbortSignal,
  runBytes = RUN_BYTES,
): AsyncGenerator<ItemRun, void, undefined> {
  let next: Promise<ItemRun> | undefined;
  for (const selection of runSelections(array, runBytes)) {
    const read = readRun(array, selection, signal);
    // Its failure is told when its turn comes.
    read.catch(() => {});
    if (next !== undefined) yield await next;
    next = read;
  }
  if (next !== undefined) yield await next;
}

async function readRun(
  array: ZarrArray,
  selection: readonly AxisIndex[],
  signal: AbortSignal | undefined,
): Promise<ItemRun> {
  if (selection.length > 0) {
    const { data, shape } = (await array.get(selection, { signal })) as ArrayChunk;
    return { data, shape };
  }
  // Of an array without dimensions `get` gives the item itself, not what it lies in.
  const { dataType } = array;
  const out = isListed(dataType) ? [undefined] : new (typedArrayOf(dataType))(elementsPerItem(dataType));
  await array.get([], { out: out as TypedArrayOf, signal });
  return { data: out as TypedArrayOf, shape: [] };
}

/** Boxes that follow each other in C order; nothing for an array without items. */
function* runSelections(array: ZarrArray, runBytes: number): Generator<AxisIndex[]> {
  const { shape, chunks, dataType } = array;
  if (shape.includes(0)) return;
  const itemBytes = isVariableLength(dataType) ? VARIABLE_ITEM_BYTES : dataType.itemBytes;
  // The first axis of which one index, with all that is below it, fits a run.
  let axis = shape.length - 1;
  let indexBytes = itemBytes;
  while (axis > 0 && indexBytes * shape[axis]! <= runBytes) {
    indexBytes *= shape[axis]!;
    axis -= 1;
  }
  const fitting = Math.max(1, Math.floor(runBytes / indexBytes));
  const chunkLength = chunks[axis] ?? 1;
  const length = fitting > chunkLength ? fitting - (fitting % chunkLength) : fitting;
  const below = shape.slice(axis + 1).map(() => null);
  for (const above of indicesOf(shape.slice(0, Math.max(0, axis)))) {
    const outer = above.map((index) => slice(index, index + 1));
    if (shape.length === 0) yield [];
    for (let start = 0; start < (shape[axis] ?? 0); start += length) {
      yield [...outer, slice(start, start + length), ...below];
    }
  }
}

/** All indices of a box in C order; the empty one of a box without dimensions. */
function* indicesOf(shape: readonly number[]): Generator<number[]> {
  const [extent, ...below] = shape;
  if (extent === undefined) {
    yield [];
    return;
  }
  for (let index = 0; index < extent; index += 1) {
    for (const rest of indicesOf(below)) yield [index, ...rest];
  }
}
