/** Taking hold of a store: the lease, what a stopped writer has left, and the store's documents. */
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createChain } from "../codec/backend.ts";
import { type Addon, findAddon } from "../codec/native/addon.ts";
import { decodePairs } from "../codec/sharding/shard.ts";
import { isQuarryError, QuarryError } from "../errors.ts";
import { FileSystemStore } from "../store/file-system-store.ts";
import { resolveLocation } from "../store/location.ts";
import { isPartialName } from "../store/partial-name.ts";
import { realPathOf } from "../store/real-path.ts";
import { HOLDER_NAME, journalDirectoryOf } from "../store/shared-lease.ts";
import type { ReadableStore } from "../store/store.ts";
import { arrayLayout } from "../zarr/array-layout.ts";
import { DOCUMENT_NAME, requireDocument } from "../zarr/node-document.ts";
import { Documents } from "./documents.ts";
import { type AppendFiles, makeDirectories, writeSynced } from "./files.ts";
import { Journal, type SyncMode, segmentsIn } from "./journal/journal.ts";
import { type JournalContent, readJournal } from "./journal/read-journal.ts";
import { describeHolder, takeLease } from "./lease.ts";
import { NodeFiles } from "./node-files.ts";
import { OpenedStore } from "./opened-store.ts";
import { mendPages, type PendingPage, planRecovery, type RecoveryPlan } from "./recovery.ts";
import { storeFailed } from "./store-failed.ts";
import { objectsOf, ShardCompaction } from "./stored-shards.ts";
import type { Table } from "./table.ts";
import type { TailClock } from "./tail/tail-object.ts";

/** What a stopped writer had left, and what became of it. */
export interface RecoveryReport {
  /** Acknowledged rows that only the journal had. */
  readonly rowsRecovered: number;
  /** Frames of the journal that had not been written to their end, and were never acknowledged. */
  readonly framesDropped: number;
  /** Unfinished files, and objects behind the committed rows. */
  readonly filesRemoved: number;
  /** Rows of the arrays that were being written, as readers see them now. */
  readonly committedRows: number;
}

export interface OpenStoreOptions {
  readonly sync: SyncMode;
  readonly syncIntervalMs: number;
}

/** What a writer stands on; tests put other things in their place. */
export interface WriterPlatform {
  readonly files: AppendFiles;
  readonly clock: TailClock;
  readonly settleMs: number;
}

/** How long a reader may take from an index to its chunks before their place is used again. */
const GRACE_MS = 10_000;
/** How long a reader may take for a whole shard in one piece. */
const SETTLE_MS = 250;

/**
 * @throws QuarryError `LEASE_HELD`, `NOT_FOUND`, `JOURNAL_CORRUPT`, `UNSUPPORTED_FORMAT`, `BACKEND_UNAVAILABLE`,
 *   `STORE_FAILED` …
 */
export async function openStore(
  location: string | URL | ReadableStore,
  options: OpenStoreOptions,
  platform?: WriterPlatform,
): Promise<{ readonly opened: OpenedStore; readonly report: RecoveryReport }> {
  const addon = requireAddon();
  const { files, clock, settleMs } = platform ?? platformOf(addon);
  const directory = directoryOf(location);
  const store = new FileSystemStore(directory);
  await checkRoot(store);
  const journalDirectory = journalDirectoryOf(directory);
  const lease = await takeLease(addon, directory);
  let isJournalEmpty = false;
  let opened: OpenedStore | undefined;
  try {
    await makeDirectories(files, journalDirectory);
    // One that was there may have been made by a process that was killed before it could do this.
    await files.syncDirectory(dirname(journalDirectory));
    const segments = await segmentsIn(files, journalDirectory);
    isJournalEmpty = segments.length === 0;
    await files.remove(join(journalDirectory, HOLDER_NAME));
    await writeSynced(files, join(journalDirectory, HOLDER_NAME), describeHolder());
    const content = readJournal(await contentOf(files, journalDirectory, segments), addon);
    const documents = await Documents.load(store, directory, files);
    const plan = segments.length > 0 ? planRecovery(content, documents, journalDirectory) : undefined;
    const journal = new Journal(journalDirectory, files, addon, {
      mode: options.sync,
      syncIntervalMs: options.syncIntervalMs,
      nextSequence: nextSequenceOf(content, segments),
      segments,
    });
    opened = new OpenedStore({ directory, store, files, clock, documents, journal, lease, settleMs });
    const removed = plan === undefined ? 0 : await clearUp(opened, plan);
    if (plan === undefined && !documents.isCommitted()) await documents.commit(new Map());
    const partials = await removePartials(files, directory);
    const rowsRecovered = plan === undefined ? 0 : await replay(opened, plan);
    const report = {
      rowsRecovered,
      framesDropped: content.framesDropped,
      filesRemoved: removed + partials,
      committedRows: committedRowsOf(documents),
    };
    return { opened, report };
  } catch (error) {
    // Nothing is left of an attempt that had nothing to recover.
    if (isJournalEmpty) await files.removeAll(journalDirectory).catch(() => {});
    if (opened === undefined) lease.release();
    else await opened.close({ keepJournal: true }).catch(() => {});
    throw storeFailed(directory, error);
  }
}

/** What was begun and never shown goes; pages that were cut short are written again. */
async function clearUp(opened: OpenedStore, plan: RecoveryPlan): Promise<number> {
  const { directory, files, documents } = opened;
  let filesRemoved = 0;
  for (const path of plan.begunArrays) {
    const array = join(directory, ...path.split("/"));
    filesRemoved += await countFiles(array);
    await files.removeAll(array);
    documents.forget(path);
  }
  documents.rewind();
  await mendPages(files, directory, plan.pages, (page, current) => isWholePage(documents, page, current));
  for (const [path, metadata] of documents.nodes) {
    if (metadata.nodeType !== "array" || metadata.shape.length === 0) continue;
    const rows = metadata.shape[0]!;
    const compaction = await ShardCompaction.of(path, metadata, files);
    for (const object of await objectsOf(join(directory, ...path.split("/")), metadata)) {
      if (object.coordinates[0]! * metadata.chunkShape[0]! >= rows) {
        await files.remove(object.file);
        filesRemoved += 1;
      } else if (await isUnsealed(compaction, object, rows)) {
        opened.addUnsealed(path, object);
      }
    }
  }
  await syncNames(files, directory);
  return filesRemoved;
}

/**
 * What names a process has made and removed before it was killed, and this one since, is on the disk from here on: they are
 * built on, and the journal that tells of them goes.
 */
async function syncNames(files: AppendFiles, directory: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) await files.syncDirectory(join(entry.parentPath, entry.name));
  }
  await files.syncDirectory(directory);
}

async function isUnsealed(
  compaction: ShardCompaction | undefined,
  object: Parameters<ShardCompaction["isNeedful"]>[0],
  rows: number,
): Promise<boolean> {
  try {
    return (await compaction?.isNeedful(object, rows)) === true;
  } catch (error) {
    // Damage is for `verify` to report; what cannot be read is not rewritten.
    if (isQuarryError(error)) return false;
    throw error;
  }
}

/** Puts the journal's rows behind the committed ones, in one commit. */
async function replay(opened: OpenedStore, plan: RecoveryPlan): Promise<number> {
  let recovered = 0;
  const goals = new Map<Table, number>();
  for (const { path, batches } of plan.tables) {
    const table = await opened.openTable(path);
    for (const { rows, pieces } of batches) {
      // In the order of this table, which is not that of the journal where an array has joined it.
      const items = table.tails.map((tail) => pieces.get(tail.path)!);
      table.add(rows, items);
      recovered += rows;
    }
    table.journaledRows = table.rows;
    goals.set(table, table.rows);
  }
  const segmentsToCut = await opened.rotate(() => {});
  await opened.publish(goals, { again: true });
  await opened.journal.cut(segmentsToCut);
  // A segment that ends in the middle of a frame, and comes back, would take those behind it along.
  await opened.files.syncDirectory(opened.journal.directory);
  return recovered;
}

async function isWholePage(
  documents: Documents,
  { file }: PendingPage,
  current: Uint8Array,
): Promise<boolean> {
  for (const [path, metadata] of documents.nodes) {
    if (metadata.nodeType !== "array" || !file.startsWith(path === "" ? "" : `${path}/`)) continue;
    const { sharding } = arrayLayout(metadata, `/${path}`);
    if (sharding === undefined) continue;
    const indexChain = await createChain(sharding.indexPipeline, "shard index");
    const indexBytes = indexChain.pipeline.encodedBytes!;
    try {
      await decodePairs(current.subarray(current.length - indexBytes), indexChain, { path: `/${path}` });
      return true;
    } catch (error) {
      if (isQuarryError(error)) return false;
      throw error;
    }
  }
  return true;
}

/** Of the table with the most arrays; 0 where there is none. */
function committedRowsOf({ nodes }: Documents): number {
  const rows = new Map<number, number>();
  for (const node of nodes.values()) {
    if (node.nodeType !== "array" || node.shape.length === 0) continue;
    rows.set(node.shape[0]!, (rows.get(node.shape[0]!) ?? 0) + 1);
  }
  return [...rows].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 0;
}

async function removePartials(files: AppendFiles, directory: string): Promise<number> {
  let removed = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!isPartialName(entry.name)) continue;
    await files.removeAll(join(entry.parentPath, entry.name));
    removed += 1;
  }
  return removed;
}

async function countFiles(directory: string): Promise<number> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}

async function contentOf(
  files: AppendFiles,
  directory: string,
  segments: readonly string[],
): Promise<{ path: string; bytes: Uint8Array }[]> {
  const content = [];
  for (const name of segments) {
    const path = join(directory, name);
    const file = await files.open(path);
    if (file === undefined) continue;
    try {
      // A process that was killed leaves frames that no sync has covered; what is built on them now must not outlive them.
      await file.sync();
      content.push({ path, bytes: await file.read(0, await file.size()) });
    } finally {
      await file.close();
    }
  }
  return content;
}

/** Above all that was ever used: a segment is named by its first frame, and a torn one has the name of a frame. */
function nextSequenceOf({ segments }: JournalContent, names: readonly string[]): number {
  const read = segments.flatMap(({ frames }) => frames.map(({ sequence }) => sequence));
  const named = names.map((name) => Number.parseInt(name, 16));
  return Math.max(-1, ...read, ...named) + 1;
}

function platformOf(addon: Addon): WriterPlatform {
  const clock = { nowMs: () => performance.now(), graceMs: GRACE_MS };
  return { files: new NodeFiles(addon), clock, settleMs: SETTLE_MS };
}

function requireAddon(): Addon {
  const found = findAddon();
  if (found.addon !== undefined) return found.addon;
  throw new QuarryError(
    "BACKEND_UNAVAILABLE",
    `a durable writer takes a lock of the operating system, which is the C++ addon's to give: ${found.reason}`,
  );
}

function directoryOf(location: string | URL | ReadableStore): string {
  const { localDirectory } = resolveLocation(location as ReadableStore);
  if (localDirectory !== undefined) return realPathOf(localDirectory);
  throw new QuarryError("UNSUPPORTED_FORMAT", "a durable writer needs a store in a local directory");
}

/** A commit is one document of one root, which is there. */
async function checkRoot(store: FileSystemStore): Promise<void> {
  await requireDocument(store, "/");
  const directory = store.localDirectory;
  const above = dirname(directory);
  if (above === directory || (await new FileSystemStore(above).get(`/${DOCUMENT_NAME}`)) === undefined)
    return;
  throw new QuarryError(
    "UNSUPPORTED_FORMAT",
    `${directory} is a part of the hierarchy at ${above}; a writer is opened at the root, and takes paths below it ` +
      `(${basename(directory)}/…)`,
    { path: directory },
  );
}
