/**
 * An array cut into windows, each of which is read, written and compared as one piece, and how large they may be.
 *
 * A window of a copy is a run of whole objects of the destination (shards, or chunks where there are none), so that each
 * is written once. A window of a comparison is a run of items in C order, so that one hash runs over all of them; where
 * rows are not cut, both are the same windows.
 *
 * Memory: while one window is written or hashed the next is read, and a comparison does so on two sides, so that four
 * windows are held; beside them what the source takes to decode. Chunks of a source are read at the same time where
 * that fits, else one by one.
 */
import { coordinatesAt } from "../codec/c-order.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { isListed } from "../metadata/typed-array.ts";
import { countOf } from "../zarr/array-data.ts";
import { cellBoxes } from "../zarr/verify/cell-boxes.ts";
import type { SourceArray } from "./source.ts";

/** A box of items. */
export interface Window {
  readonly start: readonly number[];
  readonly shape: readonly number[];
}

/** A run of the destination's objects, counted in C order. */
export interface ObjectWindow extends Window {
  readonly firstObject: number;
  readonly objectCount: number;
}

export interface WindowSizes {
  /** Objects of the destination in a window of the copy. */
  readonly objectsPerWindow: number;
  /** Whether chunks of the source are read one by one. */
  readonly readsChunkByChunk: boolean;
  /** What copying or comparing takes, at most. */
  readonly memoryBytes: number;
}

const WINDOWS_HELD = 4;

/** Of the chunks that the destination's side decodes at the same time. */
const SCRATCH_CHUNKS = 2;

/** JavaScript's own for a string or byte string beside its characters. */
const LISTED_ITEM_BYTES = 96;

/** Windows that are smaller than this cost more calls than they save memory. */
const WINDOW_BYTES_MIN = 8 << 20;

/**
 * @param shareBytes what this array should make do with, where it can
 * @param totalBytes what there is
 * @param threads that decode at the same time
 * @returns `memoryBytes` of more than `totalBytes` where even one chunk and one object at a time take more
 */
export function windowSizes(
  source: SourceArray,
  destination: ArrayMetadata,
  { shareBytes, totalBytes, threads }: { shareBytes: number; totalBytes: number; threads: number },
): WindowSizes {
  const itemBytes = itemMemoryBytes(source);
  const chunkBytes = countOf(source.chunkShape) * itemBytes;
  const objectBytes = Math.max(1, countOf(clipped(destination.chunkShape, source.shape)) * itemBytes);
  const ownScratchBytes = threads * SCRATCH_CHUNKS * Math.min(objectBytes, WINDOW_BYTES_MIN);
  const isCut = objectGrid(destination)
    .slice(1)
    .some((extent) => extent > 1);

  const chunksOf = (windowBytes: number): number =>
    Math.max(1, Math.ceil(windowBytes / Math.max(1, chunkBytes)) + 1);
  const size = (objects: number, isOneByOne: boolean): WindowSizes => {
    const chunksAtOnce = isOneByOne ? 1 : Math.min(threads, chunksOf(objects * objectBytes));
    // Pieces of chunks that are read one by one are put together from memory of their own.
    const windows = WINDOWS_HELD + (isOneByOne ? 1 : 0);
    return {
      objectsPerWindow: objects,
      readsChunkByChunk: isOneByOne,
      memoryBytes: windows * objects * objectBytes + chunksAtOnce * source.chunkMemoryBytes + ownScratchBytes,
    };
  };
  // The larger a window, the fewer chunks of the source lie in two of them and are decoded twice.
  const wantedBytes = Math.max(WINDOW_BYTES_MIN, chunkBytes);
  const wantedObjects = isCut ? 1 : Math.max(1, Math.ceil(wantedBytes / objectBytes));
  const most = (limitBytes: number, isOneByOne: boolean): WindowSizes => {
    let objects = wantedObjects;
    while (objects > 1 && size(objects, isOneByOne).memoryBytes > limitBytes)
      objects = Math.floor(objects / 2);
    return size(objects, isOneByOne);
  };
  const shared = most(shareBytes, false);
  return shared.memoryBytes <= shareBytes ? shared : most(totalBytes, true);
}

/** The windows of a copy, in C order. */
export function* objectWindows(
  destination: ArrayMetadata,
  objectsPerWindow: number,
): Generator<ObjectWindow> {
  const { shape, chunkShape } = destination;
  const grid = objectGrid(destination);
  const count = countOf(grid);
  for (let first = 0; first < count; first += objectsPerWindow) {
    const objectCount = Math.min(objectsPerWindow, count - first);
    const start = coordinatesAt(first, grid).map((at, axis) => at * chunkShape[axis]!);
    const extent = chunkShape.map((length, axis) => (axis === 0 ? length * objectCount : length));
    yield { start, shape: remaining(start, extent, shape), firstObject: first, objectCount };
  }
}

/** The windows of a comparison: every item once, in C order. */
export function* hashedWindows(destination: ArrayMetadata, objectsPerWindow: number): Generator<Window> {
  const { shape, chunkShape } = destination;
  if (shape.includes(0)) return;
  const isCut = objectGrid(destination)
    .slice(1)
    .some((extent) => extent > 1);
  if (!isCut) {
    yield* objectWindows(destination, objectsPerWindow);
    return;
  }
  const itemsMax = countOf(chunkShape) * objectsPerWindow;
  for (const { first, extents } of cellBoxes(
    shape.map(() => 0),
    shape,
    itemsMax,
  )) {
    yield { start: [...first], shape: [...extents] };
  }
}

/** How many objects the destination has along each axis. */
export function objectGrid({ shape, chunkShape }: ArrayMetadata): number[] {
  return shape.map((extent, axis) => Math.ceil(extent / chunkShape[axis]!));
}

function remaining(start: readonly number[], extent: readonly number[], shape: readonly number[]): number[] {
  return extent.map((length, axis) => Math.min(length, shape[axis]! - start[axis]!));
}

function clipped(extents: readonly number[], shape: readonly number[]): number[] {
  return extents.map((extent, axis) => Math.min(extent, shape[axis]!));
}

function itemMemoryBytes({ dataType }: SourceArray): number {
  return isListed(dataType) ? dataType.itemBytes + LISTED_ITEM_BYTES : dataType.itemBytes;
}
