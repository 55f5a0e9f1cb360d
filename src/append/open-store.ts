/** Taking hold of a store: the lease, what a stopped writer has left, and the store's documents. */
import { basename, dirname, join } from "node:path";
import { type Addon, findAddon } from "../codec/native/addon.ts";
import { QuarryError } from "../errors.ts";
import { FileSystemStore } from "../store/file-system-store.ts";
import { resolveLocation } from "../store/location.ts";
import { realPathOf } from "../store/real-path.ts";
import { HOLDER_NAME, journalDirectoryOf } from "../store/shared-lease.ts";
import type { ReadableStore } from "../store/store.ts";
import { DOCUMENT_NAME, requireDocument } from "../zarr/node-document.ts";
import { Documents } from "./documents.ts";
import { makeDirectories, writeSynced } from "./files.ts";
import { Journal, type SyncMode } from "./journal/journal.ts";
import { readJournal } from "./journal/read-journal.ts";
import { nextSequenceOf, readSegments, removeJournal, segmentsIn } from "./journal/segment-files.ts";
import { describeHolder, takeLease } from "./lease.ts";
import { OpenedStore } from "./opened-store.ts";
import { clearUp, replay } from "./recovery.ts";
import { planRecovery } from "./recovery-plan.ts";
import { storeFailed } from "./store-failed.ts";
import { removeUnfinished } from "./unfinished-files.ts";
import { platformOf, type WriterPlatform } from "./writer-platform.ts";

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
    const content = readJournal(await readSegments(files, journalDirectory, segments), addon);
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
    if (plan === undefined) await documents.beginCommitting();
    const unfinished = await removeUnfinished(files, directory);
    const rowsRecovered = plan === undefined ? 0 : await replay(opened, plan);
    const report = {
      rowsRecovered,
      framesDropped: content.framesDropped,
      filesRemoved: removed + unfinished,
      committedRows: committedRowsOf(documents),
    };
    return { opened, report };
  } catch (error) {
    // Nothing is left of an attempt that had nothing to recover.
    if (isJournalEmpty) await removeJournal(files, journalDirectory).catch(() => {});
    if (opened === undefined) lease.release();
    else await opened.close({ keepJournal: true }).catch(() => {});
    throw storeFailed(directory, error);
  }
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
