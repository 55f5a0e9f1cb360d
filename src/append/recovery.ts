/**
 * Carries out what a journal asks for (`recovery-plan.ts`): what was begun and never shown goes, rows that only the journal
 * has are put behind the committed ones. A crash anywhere in between leaves what recovery can begin with again.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createChain } from "../codec/backend.ts";
import { decodePairs } from "../codec/sharding/shard.ts";
import { isQuarryError } from "../errors.ts";
import { arrayLayout } from "../zarr/array-layout.ts";
import type { Documents } from "./documents.ts";
import type { AppendFiles } from "./files.ts";
import type { JournaledPage } from "./journal/pages-frame.ts";
import type { OpenedStore } from "./opened-store.ts";
import { placeBelow } from "./paths.ts";
import type { RecoveryPlan } from "./recovery-plan.ts";
import { objectsOf, ShardCompaction, type StoredObject } from "./stored-shards.ts";
import type { Table } from "./table.ts";

/**
 * What was begun and never shown goes; pages that were cut short are written again; shards that are not in their last form
 * are noted.
 * @returns how many files were removed
 */
export async function clearUp(opened: OpenedStore, plan: RecoveryPlan): Promise<number> {
  const { directory, files, documents } = opened;
  let filesRemoved = 0;
  for (const path of plan.begunArrays) {
    const array = placeBelow(directory, path);
    filesRemoved += await countFiles(array);
    await files.removeAll(array);
    documents.forget(path);
  }
  documents.rewind();
  await mendPages(opened, plan.pages);
  for (const [path, metadata] of documents.nodes) {
    if (metadata.nodeType !== "array" || metadata.shape.length === 0) continue;
    const rows = metadata.shape[0]!;
    const compaction = await ShardCompaction.of(path, metadata, files);
    for (const object of await objectsOf(placeBelow(directory, path), metadata)) {
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
 * Puts the journal's rows behind the committed ones, in one commit.
 * @returns how many there were
 */
export async function replay(opened: OpenedStore, plan: RecoveryPlan): Promise<number> {
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

/** Writes pages again that are not what was being written, nor what was there before: those of which the sum is wrong. */
async function mendPages(
  { directory, files, documents }: OpenedStore,
  pages: readonly JournaledPage[],
): Promise<void> {
  for (const page of pages) {
    const file = await files.open(placeBelow(directory, page.file));
    if (file === undefined) continue;
    try {
      // A file of another size has been replaced since.
      if ((await file.size()) !== page.offsetBytes + page.bytes.length) continue;
      const current = await file.read(page.offsetBytes, page.bytes.length);
      if (await isWholePage(documents, page, current)) continue;
      await file.write(page.offsetBytes, page.bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** Whether `current`, which is in the place of `page`, ends with the index of a shard. */
async function isWholePage(
  documents: Documents,
  { file }: JournaledPage,
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

async function isUnsealed(
  compaction: ShardCompaction | undefined,
  object: StoredObject,
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

async function countFiles(directory: string): Promise<number> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}
