/**
 * Writing one array of a source to its destination, window by window, each of which is noted when its files are on the
 * disk. Where a chunk is lost and nobody wants what is left, the rest of the source is still read, so that all that is
 * damaged is known, and no more is written.
 */
import { join } from "node:path";
import { coordinatesAt } from "../codec/c-order.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { chunkKey } from "../metadata/chunk-key.ts";
import type { ZarrArray } from "../zarr/array.ts";
import { slice } from "../zarr/indexing/slice.ts";
import type { FinishedObjects, ProgressRecord } from "./progress-record.ts";
import { readAhead } from "./read-ahead.ts";
import type { SourceFault } from "./report.ts";
import type { SourceArray } from "./source.ts";
import { syncFile } from "./sync-files.ts";
import { WindowReader } from "./window-reader.ts";
import { type ObjectWindow, objectGrid, objectWindows, type WindowSizes } from "./windows.ts";

export interface ReadingOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the decoded bytes of each window. */
  readonly onBytes: (bytes: number) => void;
}

export interface CopyOptions extends ReadingOptions {
  /** Whether what can be read is wanted where something is lost. */
  readonly keepsReadable: boolean;
}

/** Where a copy goes. */
export interface CopyTarget {
  readonly array: ZarrArray;
  readonly metadata: ArrayMetadata;
  /** Directory of the hierarchy. */
  readonly directory: string;
}

/**
 * Copies what is not finished yet.
 * @returns the chunks that are lost, those of an earlier, interrupted copy included
 * @throws QuarryError what reading and writing throw, but for damaged chunks; the signal's reason
 */
export async function copyArray(
  source: SourceArray,
  target: CopyTarget,
  sizes: WindowSizes,
  record: ProgressRecord,
  options: CopyOptions,
): Promise<readonly SourceFault[]> {
  const { keepsReadable, signal, onBytes } = options;
  const finished = record.finishedOf(source.path);
  const lost: SourceFault[] = [...finished.lost];
  const reader = new WindowReader(source, {
    chunkByChunk: sizes.readsChunkByChunk,
    lost,
    onLost: (fault) => lost.push(fault),
    signal,
  });
  const windows = unfinished(objectWindows(target.metadata, sizes.objectsPerWindow), finished);
  const read = readAhead(windows, source.dataType, (window, reuse) => reader.read(window, reuse));
  for await (const { window, items } of read) {
    signal?.throwIfAborted();
    if (lost.length === 0 || keepsReadable) {
      await target.array.set(selectionOf(window), { data: items, shape: window.shape }, { signal });
      await syncObjects(target, window);
      await record.add(
        source.path,
        window,
        lost.filter((fault) => touches(fault, window)),
      );
    }
    onBytes(bytesOf(source, window));
  }
  return lost;
}

/**
 * Reads all of an array and writes nothing.
 * @returns the chunks that are lost
 * @throws QuarryError what reading throws, but for damaged chunks; the signal's reason
 */
export async function findLost(
  source: SourceArray,
  destination: ArrayMetadata,
  sizes: WindowSizes,
  { signal, onBytes }: ReadingOptions,
): Promise<readonly SourceFault[]> {
  const lost: SourceFault[] = [];
  const reader = new WindowReader(source, {
    chunkByChunk: sizes.readsChunkByChunk,
    lost,
    onLost: (fault) => lost.push(fault),
    signal,
  });
  const windows = objectWindows(destination, sizes.objectsPerWindow);
  const read = readAhead(windows, source.dataType, (window, reuse) => reader.read(window, reuse));
  for await (const { window } of read) {
    signal?.throwIfAborted();
    onBytes(bytesOf(source, window));
  }
  return lost;
}

function selectionOf({ start, shape }: ObjectWindow) {
  return start.map((first, axis) => slice(first, first + shape[axis]!));
}

function* unfinished(windows: Iterable<ObjectWindow>, finished: FinishedObjects): Generator<ObjectWindow> {
  for (const window of windows) {
    if (!finished.has(window.firstObject, window.objectCount)) yield window;
  }
}

function bytesOf({ dataType }: SourceArray, { shape }: ObjectWindow): number {
  return shape.reduce((bytes, extent) => bytes * extent, dataType.itemBytes);
}

function touches({ rows }: SourceFault, { start, shape }: ObjectWindow): boolean {
  return rows === null || start[0] === undefined || (rows[0] < start[0] + shape[0]! && rows[1] > start[0]);
}

/** What is noted as finished is there after a power cut, too. Objects of nothing but the fill value have no file. */
async function syncObjects({ array, metadata, directory }: CopyTarget, window: ObjectWindow): Promise<void> {
  const grid = objectGrid(metadata);
  for (let object = window.firstObject; object < window.firstObject + window.objectCount; object++) {
    const key = chunkKey(metadata.chunkKeyEncoding, coordinatesAt(object, grid));
    await syncFile(join(directory, array.path, key));
  }
}
