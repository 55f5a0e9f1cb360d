/** Reading and writing single points: the engines take their items one after another, callers as they like. */
import { copyBox } from "../codec/box-copy.ts";
import { contiguousStrides } from "../codec/c-order.ts";
import type { MemoryLayout } from "../codec/engine.ts";
import type { DataTypeName } from "../metadata/data-type.ts";
import type { ArrayChunk, GetOptions, SetOptions } from "./array-access.ts";
import { type ArrayData, countOf, type ItemMemory, itemsOf, outputOf } from "./array-data.ts";
import type { ArrayState } from "./array-state.ts";
import type { ResolvedPoints } from "./indexing/point-selection.ts";
import { checkInside, maximumOf } from "./region-access.ts";
import { checkConcurrency } from "./store-engine/in-flight.ts";
import { inTurn } from "./turn.ts";
import { checkWritable } from "./writable.ts";

export async function readPoints<N extends DataTypeName>(
  array: ArrayState,
  points: ResolvedPoints,
  options: GetOptions<N>,
): Promise<ArrayChunk<N>> {
  checkConcurrency(options.concurrency);
  const { itemBytes } = array.metadata.dataType;
  const output = outputOf<N>(options.out, points.shape, array.metadata, array.path);
  if (points.count > 0) {
    const engine = await array.engine(output.heap);
    const straight = oneAfterAnother(output, points.shape, itemBytes);
    const items = straight ?? new Uint8Array(points.count * itemBytes);
    await engine.readPoints(points, items, options);
    if (straight === undefined) {
      copyBox(
        { ...output.memory, bytes: output.bytes },
        inOrder(items, points.shape),
        points.shape,
        itemBytes,
      );
    }
    output.complete();
  }
  return output.result;
}

/** Writes `value` to `points`, in the array's turn. */
export async function writePoints(
  array: ArrayState,
  points: ResolvedPoints,
  value: ArrayData,
  options: SetOptions,
): Promise<void> {
  checkWritable(array.store, array.path);
  const { itemBytes } = array.metadata.dataType;
  const given = itemsOf(value, points.shape, array.metadata, array.path);
  if (points.count === 0) return;
  let items = oneAfterAnother(given, points.shape, itemBytes);
  if (items === undefined) {
    items = new Uint8Array(points.count * itemBytes);
    copyBox(inOrder(items, points.shape), { ...given.memory, bytes: given.bytes }, points.shape, itemBytes);
  }
  const { signal, writeEmptyChunks = false } = options;
  await inTurn(array.store, array.path, async () => {
    await array.refresh();
    for (const axis of array.shape.keys()) {
      const along = points.coordinates.subarray(axis * points.count, (axis + 1) * points.count);
      checkInside(array, axis, maximumOf(along));
    }
    const engine = await array.engine(given.heap);
    await engine.writePoints(array.shape, points, items, { signal, writeFillCells: writeEmptyChunks });
  });
}

/** The items where they are, if they lie as the engines take them. */
function oneAfterAnother(
  { bytes, memory }: ItemMemory,
  shape: readonly number[],
  itemBytes: number,
): Uint8Array | undefined {
  const contiguous = contiguousStrides(shape);
  const isContiguous = shape.every(
    (extent, axis) => extent === 1 || memory.strides[axis] === contiguous[axis],
  );
  if (!isContiguous) return undefined;
  const begin = memory.offset * itemBytes;
  return bytes.subarray(begin, begin + countOf(shape) * itemBytes);
}

function inOrder(bytes: Uint8Array, shape: readonly number[]): MemoryLayout & { readonly bytes: Uint8Array } {
  return { bytes, offset: 0, strides: contiguousStrides(shape) };
}
