/**
 * Writing one array of a source to its destination, window by window. Shards that are complete are noted when they are on
 * the disk. Where a chunk is lost and nobody wants what is left, the rest of the source is still read, so that all that is
 * damaged is known, and no more is written.
 */
import { join } from "node:path";
import { coordinatesAt } from "../codec/c-order.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { chunkKey } from "../metadata/chunk-key.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import { syncIfThere } from "../store/sync-path.ts";
import type { ZarrArray } from "../zarr/array.ts";
import type { RegionWriter } from "../zarr/region-writer.ts";
import type { FinishedObjects, ProgressRecord } from "./progress-record.ts";
import { readWindows } from "./read-windows.ts";
import type { SourceFault } from "./report.ts";
import type { SourceArray } from "./source.ts";
import type { WindowMemory } from "./window-memory.ts";
import { WindowReader } from "./window-reader.ts";
import {
  type CopyWindow,
  copyWindows,
  type ObjectRun,
  objectGrid,
  type Window,
  type WindowSizes,
} from "./windows.ts";

export interface ReadingOptions {
  readonly memory: WindowMemory;
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
  const { keepsReadable, memory, signal, onBytes } = options;
  const finished = record.finishedOf(source.path);
  const lost: SourceFault[] = [...finished.lost];
  const reader = new WindowReader(source, {
    chunkByChunk: sizes.isAlone,
    lost,
    onLost: (fault) => lost.push(fault),
    signal,
  });
  const windows = unfinished(copyWindows(target.metadata, sizes.chunkRowsPerWindow), finished);
  const read = readWindows(windows, source.dataType, { memory, isAhead: !sizes.isAlone }, (window, reuse) =>
    reader.read(window, reuse),
  );
  const writer = new RunWriter(target.array);
  // The disk takes a finished run while the next one is read and encoded.
  let noting: Promise<void> = Promise.resolve();
  try {
    for await (const { window, items } of read) {
      signal?.throwIfAborted();
      if (lost.length === 0 || keepsReadable) {
        await writer.write(window, items, signal);
        if (window.completesRun) {
          await noting;
          noting = note(source, target, window.run, record, lost);
          // Its failure is heard of when it is waited for, which is later than it may fail.
          noting.catch(() => {});
        }
      }
      onBytes(bytesOf(source, window));
    }
  } finally {
    writer.abandon();
    await noting;
  }
  return lost;
}

/** Writes windows in their order, and each object once, however many windows it takes. */
class RunWriter {
  readonly #array: ZarrArray;
  /** Of the run whose windows are being written. */
  #region: RegionWriter | undefined;

  constructor(array: ZarrArray) {
    this.#array = array;
  }

  async write(
    { run, shape, completesRun }: CopyWindow,
    items: TypedArrayOf,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const block = { data: items, shape };
    if (this.#region === undefined && completesRun) {
      await this.#array.writeRegion(run.start, block, { signal });
      return;
    }
    this.#region ??= this.#array.openRegion(run.start, run.shape);
    await this.#region.write(block, { signal });
    if (!completesRun) return;
    await this.#region.close();
    this.#region = undefined;
  }

  /** Drops a run that is not complete. */
  abandon(): void {
    this.#region?.abandon();
  }
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
  { memory, signal, onBytes }: ReadingOptions,
): Promise<readonly SourceFault[]> {
  const lost: SourceFault[] = [];
  const reader = new WindowReader(source, {
    chunkByChunk: sizes.isAlone,
    lost,
    onLost: (fault) => lost.push(fault),
    signal,
  });
  const windows = copyWindows(destination, sizes.chunkRowsPerWindow);
  const read = readWindows(windows, source.dataType, { memory, isAhead: !sizes.isAlone }, (window, reuse) =>
    reader.read(window, reuse),
  );
  for await (const { window } of read) {
    signal?.throwIfAborted();
    onBytes(bytesOf(source, window));
  }
  return lost;
}

function* unfinished(windows: Iterable<CopyWindow>, finished: FinishedObjects): Generator<CopyWindow> {
  for (const window of windows) {
    if (!finished.has(window.run.firstObject, window.run.objectCount)) yield window;
  }
}

/** Notes a run as finished, which it is when it is there after a power cut, too. */
async function note(
  source: SourceArray,
  target: CopyTarget,
  run: ObjectRun,
  record: ProgressRecord,
  lost: readonly SourceFault[],
): Promise<void> {
  await syncObjects(target, run);
  await record.add(
    source.path,
    run,
    lost.filter((fault) => touches(fault, run)),
  );
}

function bytesOf({ dataType }: SourceArray, { shape }: Window): number {
  return shape.reduce((bytes, extent) => bytes * extent, dataType.itemBytes);
}

function touches({ rows }: SourceFault, { start, shape }: Window): boolean {
  return rows === null || start[0] === undefined || (rows[0] < start[0] + shape[0]! && rows[1] > start[0]);
}

/** Objects of nothing but the fill value have no file. */
async function syncObjects({ array, metadata, directory }: CopyTarget, run: ObjectRun): Promise<void> {
  const grid = objectGrid(metadata);
  for (let object = run.firstObject; object < run.firstObject + run.objectCount; object++) {
    const key = chunkKey(metadata.chunkKeyEncoding, coordinatesAt(object, grid));
    await syncIfThere(join(directory, array.path, key));
  }
}
