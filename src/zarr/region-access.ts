/** Reading and writing a resolved selection: from the caller's memory to the engine's call. */
import type { AxisSelection, MemoryLayout } from "../codec/engine.ts";
import { QuarryError } from "../errors.ts";
import type { DataTypeName } from "../metadata/data-type.ts";
import type { ArrayChunk, GetOptions, SetOptions } from "./array-access.ts";
import {
  type ArrayData,
  countOf,
  type ItemMemory,
  itemsOf,
  type NdArray,
  outputOf,
  type ScalarOf,
  scalarAt,
} from "./array-data.ts";
import type { ArrayState } from "./array-state.ts";
import { type ResolvedSelection, resolveSelection } from "./indexing/basic-selection.ts";
import { slice } from "./indexing/slice.ts";
import { checkBox, shapeMismatch } from "./items/item-box.ts";
import { checkConcurrency } from "./store-engine/in-flight.ts";
import { inTurn } from "./turn.ts";
import { checkWritable } from "./writable.ts";

/** The items of `resolved`, or the one item where no dimension is kept. */
export async function readRegion<N extends DataTypeName>(
  array: ArrayState,
  resolved: ResolvedSelection,
  options: GetOptions<N>,
): Promise<ArrayChunk<N> | ScalarOf<N>> {
  checkConcurrency(options.concurrency);
  const output = outputOf<N>(options.out, resolved.shape, array.metadata, array.path);
  if (!resolved.shape.includes(0)) {
    const memory = spread(output.memory, resolved.kept, resolved.axes.length);
    const engine = await array.engine(output.heap);
    await engine.read(resolved.axes, output.bytes, memory, options);
    output.complete();
  }
  const { result, memory } = output;
  if (result.shape.length > 0) return result;
  return scalarAt<N>(result.data, memory.offset, array.metadata.dataType);
}

/**
 * Writes `value` to `resolved`, in the array's turn.
 * @param checkShape that the shape which the array has in that turn is one to write to
 */
export async function writeRegion(
  array: ArrayState,
  resolved: ResolvedSelection,
  value: ArrayData,
  options: SetOptions,
  checkShape: (shape: readonly number[]) => void = () => {},
): Promise<void> {
  checkWritable(array.store, array.path);
  const items = itemsOf(value, resolved.shape, array.metadata, array.path);
  if (countOf(resolved.shape) === 0) return;
  const memory = spread(items.memory, resolved.kept, resolved.axes.length);
  await inTurn(array.store, array.path, async () => {
    // The array may have grown: what then lies in an edge chunk behind the old edge has to stay.
    await array.refresh();
    checkShape(array.shape);
    for (const [axis, { start, step, count, indices }] of resolved.axes.entries()) {
      checkInside(array, axis, indices === undefined ? start + (count - 1) * step : maximumOf(indices));
    }
    await writeAxes(array, array.shape, resolved.axes, { ...items, memory }, options);
  });
}

/**
 * Writes a region of whole objects.
 * @throws QuarryError `REGION_MISALIGNED`, `OUT_OF_BOUNDS`, `SHAPE_MISMATCH`
 */
export async function writeAligned(
  array: ArrayState,
  start: readonly number[],
  value: NdArray,
  options: SetOptions,
): Promise<void> {
  const { path, metadata } = array;
  checkBox(value, path);
  const check = (shape: readonly number[]): void =>
    checkAligned(start, value.shape, shape, metadata.chunkShape, path);
  check(array.shape);
  const region = start.map((first, axis) => slice(first, first + value.shape[axis]!));
  await writeRegion(array, resolveSelection(region, array.shape, path), value, options, check);
}

/** In the array's turn: writes a box of an array that has, or is about to have, the shape `shape`. */
export async function writeAxes(
  array: ArrayState,
  shape: readonly number[],
  axes: readonly AxisSelection[],
  { bytes, memory, heap }: ItemMemory,
  options: SetOptions,
): Promise<void> {
  const engine = await array.engine(heap);
  const { signal, writeEmptyChunks = false } = options;
  await engine.write(shape, axes, bytes, memory, { signal, writeFillCells: writeEmptyChunks });
}

/**
 * In the array's turn: that an index which a selection has resolved to is still there, since another handle may have
 * given the array a smaller shape.
 * @throws QuarryError `OUT_OF_BOUNDS`
 */
export function checkInside({ shape, path }: ArrayState, axis: number, index: number): void {
  if (index < shape[axis]!) return;
  throw new QuarryError(
    "OUT_OF_BOUNDS",
    `index ${index} is outside dimension ${axis} of ${path}, which has ${shape[axis]} items by now`,
    { path },
  );
}

/**
 * That a region consists of whole objects.
 * @throws QuarryError `REGION_MISALIGNED`, `OUT_OF_BOUNDS`, `SHAPE_MISMATCH`
 */
export function checkAligned(
  start: readonly number[],
  extent: readonly number[],
  shape: readonly number[],
  objectShape: readonly number[],
  path: string,
): void {
  if (start.length !== shape.length || extent.length !== shape.length) {
    throw shapeMismatch(`a region of ${path} has ${shape.length} dimensions`, path);
  }
  for (const [axis, first] of start.entries()) {
    const end = first + extent[axis]!;
    if (!Number.isSafeInteger(first) || first < 0 || !(end >= first && end <= shape[axis]!)) {
      throw new QuarryError(
        "OUT_OF_BOUNDS",
        `the region ${first} … ${end} is not inside dimension ${axis} of ${path}, which has ${shape[axis]} items`,
        { path },
      );
    }
    const step = objectShape[axis]!;
    if (first % step === 0 && (end % step === 0 || end === shape[axis])) continue;
    throw misaligned(
      `the region ${first} … ${end} of dimension ${axis} of ${path} shares an object with what lies beside it: begin and end ` +
        `at multiples of ${step}, or end with the array`,
      path,
    );
  }
}

export function misaligned(message: string, path: string): QuarryError {
  return new QuarryError("REGION_MISALIGNED", message, { path });
}

export function maximumOf(indices: Float64Array): number {
  let maximum = -1;
  for (const index of indices) if (index > maximum) maximum = index;
  return maximum;
}

/** A result's memory, as strides of the array's dimensions: those that an index dropped have one item. */
function spread(memory: MemoryLayout, kept: readonly number[], dimensions: number): MemoryLayout {
  if (kept.length === dimensions) return memory;
  const strides = new Array<number>(dimensions).fill(0);
  for (const [i, axis] of kept.entries()) strides[axis] = memory.strides[i]!;
  return { offset: memory.offset, strides };
}
