/**
 * Giving an array another shape.
 *
 *  1. Where a dimension shrinks, the document gets the smaller shape. From here on readers do not see what lies beyond.
 *  2. What is stored beyond that edge is cleared: objects wholly beyond are deleted, inner chunks wholly beyond are
 *     dropped from their shards, and of the others the items beyond become the fill value.
 *  3. Where a dimension grows, the document gets the larger shape.
 *
 * So no item comes into being with an old value, wherever a crash comes: after step 1 the array is a smaller one, whole,
 * and step 2 is done again before it may grow (also of what other writers left beyond the edge: rows of an append that
 * did not end, chunks that zarr-python's `resize` does not clear). Step 2 replaces each object whole.
 */
import { isFilledWith } from "../codec/box-copy.ts";
import { contiguousStrides } from "../codec/c-order.ts";
import type { AxisSelection } from "../codec/engine.ts";
import { QuarryError } from "../errors.ts";
import { parseChunkKey } from "../metadata/chunk-key.ts";
import type { AbsolutePath, Store } from "../store/store.ts";
import { countOf, newHeap } from "./array-data.ts";
import type { ArrayState } from "./array-state.ts";
import { writeAxes } from "./region-access.ts";
import { forEachConcurrently } from "./store-engine/in-flight.ts";
import { inTurn } from "./turn.ts";
import { checkWritable } from "./writable.ts";

/** What is read to see whether an object needs no clearing; beyond that it is cleared without a look. */
const LOOK_BYTES_MAX = 2 ** 26;

/** @throws QuarryError `SHAPE_MISMATCH`, `VALUE_INVALID`, `READ_ONLY`, `STORE_FAILED`; of a chunk that is cut, what `get` throws */
export async function resizeArray(array: ArrayState, shape: readonly number[]): Promise<void> {
  checkWritable(array.store, array.path);
  checkShape(array, shape);
  await inTurn(array.store, array.path, async () => {
    const document = await array.refresh();
    const { shape: oldShape } = array;
    const kept = shape.map((extent, axis) => Math.min(extent, oldShape[axis]!));
    const shrinks = kept.some((extent, axis) => extent < oldShape[axis]!);
    const grows = kept.some((extent, axis) => extent < shape[axis]!);
    if (shrinks) await array.changeShape(document, kept); // Step 1.
    if (shrinks || grows) await clearBeyond(array, kept, shrinks); // Step 2.
    if (grows) await array.changeShape(shrinks ? await array.refresh() : document, shape); // Step 3.
  });
}

function checkShape({ path, shape }: ArrayState, newShape: readonly number[]): void {
  if (!Array.isArray(newShape)) {
    throw new QuarryError(
      "VALUE_INVALID",
      `the shape of ${path} is a list of whole numbers, not ${newShape}`,
      {
        path,
      },
    );
  }
  if (!newShape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw new RangeError(`the shape of ${path} is whole numbers, not [${newShape.join(", ")}]`);
  }
  if (newShape.length === shape.length) return;
  throw new QuarryError(
    "SHAPE_MISMATCH",
    `${path} has ${shape.length} dimensions, and the shape [${newShape.join(", ")}] has ${newShape.length}`,
    { path },
  );
}

/** @param surely whether there is something beyond for all that is known */
async function clearBeyond(array: ArrayState, edge: readonly number[], surely: boolean): Promise<void> {
  const store = array.store as Store;
  const { chunkShape } = array.metadata;
  const beyond: AbsolutePath[] = [];
  const cut: (readonly number[])[] = [];
  for await (const { key, coordinates } of objectsOf(array)) {
    const begins = coordinates.map((coordinate, axis) => coordinate * chunkShape[axis]!);
    if (begins.some((begin, axis) => begin >= edge[axis]!)) beyond.push(key);
    else if (begins.some((begin, axis) => begin + chunkShape[axis]! > edge[axis]!)) cut.push(begins);
  }
  await forEachConcurrently(beyond, {}, (key) => store.delete(key));
  await forEachConcurrently(cut, {}, async (begins) => {
    const ends = begins.map((begin, axis) => begin + chunkShape[axis]!);
    for (const [axis, end] of ends.entries()) {
      if (end <= edge[axis]!) continue;
      const box = begins.map((begin, i) => rangeOf(i === axis ? edge[axis]! : begin, ends[i]!));
      if (!surely && (await holdsOnlyFill(array, box))) continue;
      await fill(array, ends, box);
    }
  });
}

/** The array's stored chunks, or shards. */
async function* objectsOf({
  store,
  path,
  metadata,
}: ArrayState): AsyncGenerator<{ key: AbsolutePath; coordinates: readonly number[] }> {
  if (store.list === undefined) {
    throw new QuarryError("STORE_FAILED", `the store of ${path} cannot list what lies beyond the new edge`, {
      path,
    });
  }
  const nameStart = path === "/" ? 1 : path.length + 1;
  for await (const key of store.list(path)) {
    const name = key.slice(nameStart);
    const coordinates = parseChunkKey(metadata.chunkKeyEncoding, name, metadata.shape.length);
    if (coordinates !== undefined) yield { key, coordinates };
  }
}

function rangeOf(begin: number, end: number): AxisSelection {
  return { start: begin, step: 1, count: end - begin };
}

async function holdsOnlyFill(array: ArrayState, box: readonly AxisSelection[]): Promise<boolean> {
  const { fillItem } = array.layout;
  const shape = box.map(({ count }) => count);
  const bytes = countOf(shape) * fillItem.length;
  if (bytes > LOOK_BYTES_MAX) return false;
  const items = new Uint8Array(bytes);
  const engine = await array.engine(newHeap(array.metadata));
  await engine.read(box, items, { offset: 0, strides: contiguousStrides(shape) }, {});
  return isFilledWith(items, fillItem);
}

/** Inner chunks that lie wholly in `box` are not decoded, and drop out of their shard. */
async function fill(
  array: ArrayState,
  shape: readonly number[],
  box: readonly AxisSelection[],
): Promise<void> {
  const memory = { offset: 0, strides: box.map(() => 0) };
  const heap = newHeap(array.metadata);
  await writeAxes(array, shape, box, { bytes: array.layout.fillItem, memory, heap }, {});
}
