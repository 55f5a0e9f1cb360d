/**
 * An array cut into windows, each of which is read, written and compared as one piece, and how large they may be.
 *
 * The windows of a copy follow the objects of the destination (shards, or chunks where there are none): a window is
 * some whole objects, or some rows of chunks of one object, so that no chunk is encoded twice. Those of a comparison are
 * runs of items in C order, so that one hash runs over all of them.
 *
 * Windows are small, because memory buys nothing else, but where chunks of the source are large: a chunk that lies in
 * many windows is decoded for each. While one window is written or compared the next is read. Where the source's chunks
 * are so large that not every thread can have one, the array is read alone, with one thread and without reading ahead.
 */
import { coordinatesAt } from "../codec/c-order.ts";
import { shardingOf } from "../codec/sharding/configuration.ts";
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
export interface ObjectRun extends Window {
  readonly firstObject: number;
  readonly objectCount: number;
}

export interface CopyWindow extends Window {
  readonly run: ObjectRun;
  /** Whether the run is complete when this window is written. */
  readonly completesRun: boolean;
}

export interface WindowSizes {
  /** Rows of chunks of the destination that are written together. */
  readonly chunkRowsPerWindow: number;
  /** Whether the array is to be read alone, one chunk after the other. */
  readonly isAlone: boolean;
  /** What windows and their encoding take, at most. */
  readonly windowBytes: number;
  /** What decoding chunks of the source takes, at most. */
  readonly decodingBytes: number;
}

const WINDOW_BYTES = 2 << 20;
/** How often a large chunk may be decoded for a copy: where memory leaves smaller windows only, it is too little. */
const DECODINGS_MAX = 32;
/** On each side of a comparison one in use and one to come. */
const WINDOWS_HELD = 4;
/** One on each side, and what a window is put together from. */
const WINDOWS_HELD_ALONE = 3;

/** Of a chunk that is encoded: its input and its output. */
const SCRATCH_CHUNKS = 2;

/** JavaScript's own for a string or byte string beside its characters. */
const LISTED_ITEM_BYTES = 96;

/**
 * @param shareBytes what this array should make do with, where it can
 * @param totalBytes what there is
 * @param threads that decode at the same time
 * @returns sizes that together exceed `totalBytes` where even one chunk at a time takes more
 */
export function windowSizes(
  source: SourceArray,
  destination: ArrayMetadata,
  { shareBytes, totalBytes, threads }: { shareBytes: number; totalBytes: number; threads: number },
): WindowSizes {
  const decodingBytes = threads * source.chunkMemoryBytes;
  const shared = largestWithin(shareBytes - decodingBytes, source, destination, threads, WINDOWS_HELD);
  if (shared.windowBytes + decodingBytes <= shareBytes) return { ...shared, isAlone: false, decodingBytes };
  return aloneSizes(source, destination, totalBytes - source.chunkMemoryBytes);
}

/** Sizes for an array that is read alone, with one thread. @param freeBytes beside what decoding takes */
export function aloneSizes(source: SourceArray, destination: ArrayMetadata, freeBytes: number): WindowSizes {
  const sizes = largestWithin(freeBytes, source, destination, 1, WINDOWS_HELD_ALONE);
  return { ...sizes, isAlone: true, decodingBytes: source.chunkMemoryBytes };
}

/** The size that is wanted, or what of it fits; at least what keeps the number of decodings within its bound. */
function largestWithin(
  limitBytes: number,
  source: SourceArray,
  destination: ArrayMetadata,
  threads: number,
  windowsHeld: number,
): Pick<WindowSizes, "chunkRowsPerWindow" | "windowBytes"> {
  const itemBytes = itemMemoryBytes(source);
  const chunkBytes = countOf(clipped(innerChunkShape(destination), source.shape)) * itemBytes;
  const sourceChunkBytes = countOf(clipped(source.chunkShape, source.shape)) * itemBytes;
  const wantedBytes = Math.max(WINDOW_BYTES, sourceChunkBytes);
  const bytesOf = (chunkRows: number): number =>
    (windowsHeld * chunkRows + SCRATCH_CHUNKS * threads) * chunkBytes;
  const least = Math.max(1, Math.ceil(sourceChunkBytes / DECODINGS_MAX / chunkBytes));
  let chunkRowsPerWindow = Math.max(least, Math.ceil(wantedBytes / chunkBytes));
  while (chunkRowsPerWindow > least && bytesOf(chunkRowsPerWindow) > limitBytes) {
    chunkRowsPerWindow = Math.max(least, Math.floor(chunkRowsPerWindow / 2));
  }
  return { chunkRowsPerWindow, windowBytes: bytesOf(chunkRowsPerWindow) };
}

/** The windows of a copy, in C order; those of one run follow each other. */
export function* copyWindows(destination: ArrayMetadata, chunkRowsPerWindow: number): Generator<CopyWindow> {
  const { shape, chunkShape } = destination;
  const grid = objectGrid(destination);
  const isCut = grid.slice(1).some((extent) => extent > 1);
  const chunkRowsPerObject = (chunkShape[0] ?? 1) / (innerChunkShape(destination)[0] ?? 1);
  const objectsPerRun = isCut ? 1 : Math.max(1, Math.floor(chunkRowsPerWindow / chunkRowsPerObject));
  const windowRows =
    objectsPerRun > 1
      ? objectsPerRun * (chunkShape[0] ?? 1)
      : Math.min(chunkRowsPerWindow, chunkRowsPerObject) * (innerChunkShape(destination)[0] ?? 1);
  const count = countOf(grid);
  for (let first = 0; first < count; first += objectsPerRun) {
    const objectCount = Math.min(objectsPerRun, count - first);
    const start = coordinatesAt(first, grid).map((at, axis) => at * chunkShape[axis]!);
    const extent = chunkShape.map((length, axis) => (axis === 0 ? length * objectCount : length));
    const run = { start, shape: remaining(start, extent, shape), firstObject: first, objectCount };
    yield* windowsOfRun(run, windowRows);
  }
}

/** The windows of a comparison: every item once, in C order. */
export function* comparedWindows(destination: ArrayMetadata, chunkRowsPerWindow: number): Generator<Window> {
  const { shape } = destination;
  if (shape.includes(0)) return;
  const inner = innerChunkShape(destination);
  const isCut = shape.slice(1).some((extent, axis) => extent > inner[axis + 1]!);
  const itemsMax = countOf(clipped(inner, shape)) * chunkRowsPerWindow;
  if (isCut || shape.length === 0) {
    for (const box of cellBoxes(
      shape.map(() => 0),
      shape,
      itemsMax,
    )) {
      yield { start: [...box.first], shape: [...box.extents] };
    }
    return;
  }
  const rows = inner[0]! * chunkRowsPerWindow;
  yield* rowWindows({ start: shape.map(() => 0), shape }, rows);
}

/** How many objects the destination has along each axis. */
export function objectGrid({ shape, chunkShape }: ArrayMetadata): number[] {
  return shape.map((extent, axis) => Math.ceil(extent / chunkShape[axis]!));
}

/** What is encoded as one piece. */
function innerChunkShape({ codecs, chunkShape }: ArrayMetadata): readonly number[] {
  return shardingOf(codecs, chunkShape, "")?.chunkShape ?? chunkShape;
}

function* windowsOfRun(run: ObjectRun, windowRows: number): Generator<CopyWindow> {
  const windows = run.shape.length === 0 ? [run] : [...rowWindows(run, windowRows)];
  for (const [i, { start, shape }] of windows.entries()) {
    yield { start, shape, run, completesRun: i === windows.length - 1 };
  }
}

function* rowWindows({ start, shape }: Window, windowRows: number): Generator<Window> {
  const [rowCount, ...rowShape] = shape as [number, ...number[]];
  for (let row = 0; row < rowCount; row += windowRows) {
    yield {
      start: [start[0]! + row, ...start.slice(1)],
      shape: [Math.min(windowRows, rowCount - row), ...rowShape],
    };
  }
}

function remaining(start: readonly number[], extent: readonly number[], shape: readonly number[]): number[] {
  return extent.map((length, axis) => Math.min(length, shape[axis]! - start[axis]!));
}

function clipped(extents: readonly number[], shape: readonly number[]): number[] {
  return extents.map((extent, axis) => Math.max(1, Math.min(extent, shape[axis]!)));
}

function itemMemoryBytes({ dataType }: SourceArray): number {
  return isListed(dataType) ? dataType.itemBytes + LISTED_ITEM_BYTES : dataType.itemBytes;
}
