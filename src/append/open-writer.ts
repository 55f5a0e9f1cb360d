/** The ways to begin: a writer; recovery without one; the dense form of what is there. */
import type { ReadableStore } from "../store/store.ts";
import type { SyncMode } from "./journal/journal.ts";
import { openStore, type RecoveryReport } from "./open-store.ts";
import { placeBelow } from "./paths.ts";
import { storeFailed } from "./store-failed.ts";
import { objectsOf, ShardCompaction } from "./stored-shards.ts";
import { StoreWriter } from "./writer.ts";
import type { WriterPlatform } from "./writer-platform.ts";

export interface WriterOptions {
  /**
   * When an append is acknowledged. A process that is killed loses nothing acknowledged in any of these; a power cut:
   * - `always` (default): nothing either; each group of appends waits for the disk.
   * - `interval`: at most what was acknowledged in the last `syncIntervalMs`.
   * - `none`: at most what was acknowledged since the last commit.
   */
  readonly sync?: SyncMode | undefined;
  /** Milliseconds, default 100. */
  readonly syncIntervalMs?: number | undefined;
  /** The longest that readers lag behind, in milliseconds; default 1000. `Infinity`: only full chunks and `commit`. */
  readonly publishIntervalMs?: number | undefined;
  /** Publish after as many rows, however new they are. Default: when a chunk is full. */
  readonly publishRows?: number | undefined;
  /** Told what a writer that was stopped had left, if one had. */
  readonly onRecovered?: ((report: RecoveryReport) => void) | undefined;
}

/**
 * Opens the one writer of the store in a local directory: rows that it has acknowledged survive the end of the process
 * and, by default, of the power. Readers of any language read meanwhile, and see a commit or the one before.
 *
 * What an earlier writer left when it was stopped is recovered first. The store must be there: see `createGroup`.
 * @throws QuarryError `LEASE_HELD` (with the holder), `NOT_FOUND`, `JOURNAL_CORRUPT`, `UNSUPPORTED_FORMAT`,
 *   `BACKEND_UNAVAILABLE` without the C++ addon, `STORE_FAILED`
 * @example
 * const writer = await openWriter("book.zarr", { sync: "always", publishIntervalMs: 1000 });
 * await writer.append({ ts_event, bid_px, bid_sz, ask_px, ask_sz });
 * await writer.close();
 */
export async function openWriter(
  location: string | URL | ReadableStore,
  options: WriterOptions = {},
): Promise<StoreWriter> {
  return openWriterOn(location, options);
}

/** {@link openWriter} on a platform of the caller's. */
export async function openWriterOn(
  location: string | URL | ReadableStore,
  options: WriterOptions,
  platform?: WriterPlatform,
): Promise<StoreWriter> {
  const { sync = "always", syncIntervalMs = 100, publishIntervalMs = 1000 } = options;
  const { publishRows = Number.POSITIVE_INFINITY, onRecovered } = options;
  if (!["always", "interval", "none"].includes(sync)) {
    throw new RangeError(`sync is "always", "interval" or "none", not ${String(sync)}`);
  }
  checkPositive("syncIntervalMs", syncIntervalMs);
  checkPositive("publishIntervalMs", publishIntervalMs);
  checkTimer("syncIntervalMs", syncIntervalMs);
  if (publishIntervalMs !== Number.POSITIVE_INFINITY) checkTimer("publishIntervalMs", publishIntervalMs);
  checkPositive("publishRows", publishRows);
  const { opened, report } = await openStore(location, { sync, syncIntervalMs }, platform);
  const writer = new StoreWriter(opened, { publishIntervalMs, publishRows });
  try {
    if (report.rowsRecovered + report.framesDropped + report.filesRemoved > 0) onRecovered?.(report);
  } catch (error) {
    // Nobody but the caller could close it, who never gets it.
    await writer.close();
    throw error;
  }
  return writer;
}

/**
 * Finishes what a writer that was stopped has left, and brings the store into its last form.
 * @throws QuarryError as {@link openWriter}
 */
export async function recoverStore(
  location: string | URL | ReadableStore,
  platform?: WriterPlatform,
): Promise<RecoveryReport> {
  const { opened, report } = await openStore(location, { sync: "always", syncIntervalMs: 100 }, platform);
  await opened.sealAndClose();
  return report;
}

export interface CompactionReport {
  /** Shards that were rewritten. */
  readonly shards: number;
  /** Bytes that their files are shorter by. */
  readonly bytesFreed: number;
}

/**
 * Rewrites every shard that holds more than its chunks need, or holds them out of order. A reader that has read such a
 * shard's index and not yet its chunks may get an error once. A writer that was stopped is recovered first.
 * @throws QuarryError as {@link openWriter}; `SHARD_INDEX_CORRUPT`, `SHARD_TRUNCATED`
 */
export async function compactStore(
  location: string | URL | ReadableStore,
  platform?: WriterPlatform,
): Promise<CompactionReport> {
  const { opened } = await openStore(location, { sync: "always", syncIntervalMs: 100 }, platform);
  let shards = 0;
  let bytesFreed = 0;
  try {
    for (const [path, metadata] of opened.documents.nodes) {
      if (metadata.nodeType !== "array" || metadata.shape.length === 0) continue;
      const compaction = await ShardCompaction.of(path, metadata, opened.files);
      if (compaction === undefined) continue;
      for (const object of await objectsOf(placeBelow(opened.directory, path), metadata)) {
        opened.checkPlace();
        const freed = await compaction.compact(object, metadata.shape[0]!);
        if (freed === undefined) continue;
        shards += 1;
        bytesFreed += freed;
      }
    }
  } catch (error) {
    throw storeFailed(opened.directory, error);
  } finally {
    await opened.sealAndClose();
  }
  return { shards, bytesFreed };
}

/** Timers fire at once where they are asked for more. */
const TIMER_MS_MAX = 2 ** 31 - 1;

function checkTimer(name: string, milliseconds: number): void {
  if (milliseconds > TIMER_MS_MAX) {
    throw new RangeError(`${name} is at most ${TIMER_MS_MAX} milliseconds, not ${milliseconds}`);
  }
}

function checkPositive(name: string, value: number): void {
  if (!(value > 0)) throw new RangeError(`${name} is a positive number, not ${value}`);
}
