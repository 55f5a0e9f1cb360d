/**
 * Selections by blocks: a block is what the store holds under one key, the shard where the array is sharded, else the
 * chunk, as in zarr-python's `blocks`. An index keeps its dimension, and ranges have no steps.
 *
 * A range that begins where there is no block is out of bounds, as in zarr-python; one that ends there is cut back. An
 * open start is never out of bounds, not in a dimension of no items either, where zarr-python raises.
 */
import type { AxisSelection } from "../../codec/engine.ts";
import { QuarryError } from "../../errors.ts";
import { type ResolvedSelection, resolveSelection } from "./basic-selection.ts";
import { fullSelection } from "./full-selection.ts";
import type { AxisIndex, BasicSelection, Slice } from "./slice.ts";

/**
 * @param blockShape items along each dimension of a block
 * @throws QuarryError `OUT_OF_BOUNDS` for a block outside its dimension, `SHAPE_MISMATCH` for too many entries
 * @throws RangeError for a step other than 1
 */
export function resolveBlocks(
  selection: BasicSelection,
  arrayShape: readonly number[],
  blockShape: readonly number[],
  path: string,
): ResolvedSelection {
  const entries = fullSelection(selection, arrayShape.length, path);
  // Checks what kind of thing each entry is.
  const blockCounts = arrayShape.map((extent, axis) => Math.ceil(extent / blockShape[axis]!));
  const unbounded = entries.map((entry) => (typeof entry === "number" ? null : entry));
  const checked = resolveSelection(unbounded, blockCounts, path);
  const axes = entries.map((entry, axis): AxisSelection => {
    const blocks = blocksOf(entry, blockCounts[axis]!, axis, path);
    if (checked.axes[axis]!.step !== 1) throw new RangeError("ranges of blocks have no step");
    const start = blocks.first * blockShape[axis]!;
    const stop = Math.min((blocks.first + blocks.count) * blockShape[axis]!, arrayShape[axis]!);
    return { start, step: 1, count: Math.max(0, stop - start) };
  });
  return { axes, kept: axes.map((_, axis) => axis), shape: axes.map(({ count }) => count) };
}

function blocksOf(
  entry: AxisIndex,
  blockCount: number,
  axis: number,
  path: string,
): { first: number; count: number } {
  if (entry === null) return { first: 0, count: blockCount };
  if (typeof entry === "number") return { first: blockAt(entry, blockCount, axis, path), count: 1 };
  const { start, stop } = entry as Partial<Slice>;
  const first = start == null ? 0 : blockAt(start, blockCount, axis, path);
  const end = stop == null ? blockCount : Math.min(stop < 0 ? stop + blockCount : stop, blockCount);
  return { first, count: Math.max(0, end - first) };
}

function blockAt(block: number, blockCount: number, axis: number, path: string): number {
  if (!Number.isInteger(block)) throw new RangeError(`a block is a whole number, not ${block}`);
  const fromStart = block < 0 ? block + blockCount : block;
  if (fromStart >= 0 && fromStart < blockCount) return fromStart;
  throw new QuarryError(
    "OUT_OF_BOUNDS",
    `block ${block} is outside dimension ${axis} of ${path}, which has ${blockCount} blocks`,
    { path },
  );
}
