/**
 * Keeps a durable writer (`src/append/`) and others that change a store apart. The writer holds a lock of the operating
 * system on the directory of the hierarchy's root alone; whoever changes something shares that lock for as long as the
 * change takes. Changes do not keep each other away: within a process they take turns, and processes that write regions
 * of whole shards at the same time are meant to.
 *
 * Where the platform gives no locks there is no durable writer either.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { QuarryError } from "../errors.ts";
import { realPathOf } from "./real-path.ts";

export interface DirectoryLocks {
  /** A handle, or undefined where somebody else's lock is in conflict. */
  lockDirectory(path: string, exclusive: boolean): number | undefined;
  unlockDirectory(handle: number): void;
}

let findLocks = (): DirectoryLocks | undefined => undefined;

/** Says how locks are found, on a platform that can have them. */
export function provideDirectoryLocks(find: () => DirectoryLocks | undefined): void {
  findLocks = find;
}

/** In the journal's directory: who holds the lease. */
export const HOLDER_NAME = "holder.json";
export const SEGMENT_NAME = /^[0-9a-f]{16}\.segment$/;

/** Where the journal of the store at `directory` is. */
export function journalDirectoryOf(directory: string): string {
  return join(dirname(directory), `${basename(directory)}.journal`);
}

interface SharedLease {
  readonly handle: number;
  changes: number;
}

/** By directory of the root. */
const shared = new Map<string, SharedLease>();

/**
 * Begins a change of the hierarchy that `directory` is a part of.
 * @returns what ends it
 * @throws QuarryError `LEASE_HELD` where a durable writer holds it, or one has been stopped and not been recovered
 */
export function shareLease(directory: string): () => void {
  const locks = findLocks();
  const root = rootAbove(realPathOf(directory));
  if (locks === undefined || !existsSync(root)) return () => {};
  const held = shared.get(root) ?? takeShare(root, locks);
  held.changes += 1;
  return () => {
    held.changes -= 1;
    if (held.changes > 0) return;
    shared.delete(root);
    locks.unlockDirectory(held.handle);
  };
}

function takeShare(root: string, locks: DirectoryLocks): SharedLease {
  const handle = locks.lockDirectory(root, false);
  if (handle === undefined) throw leaseHeld(root);
  try {
    checkRecovered(root);
  } catch (error) {
    locks.unlockDirectory(handle);
    throw error;
  }
  const share = { handle, changes: 0 };
  shared.set(root, share);
  return share;
}

/** That no writer was stopped whose rows are still in its journal. */
function checkRecovered(root: string): void {
  if (segmentsOf(journalDirectoryOf(root)).length === 0) return;
  throw new QuarryError(
    "LEASE_HELD",
    `the writer of ${root} was stopped, and rows that it acknowledged are in its journal: open a writer, or run ` +
      "`quarry recover`, before anything else changes the store",
    { path: root },
  );
}

/** The one error of whoever comes second. */
export function leaseHeld(root: string): QuarryError {
  return new QuarryError(
    "LEASE_HELD",
    `${root} has a writer already: ${holderOf(root)}. One writer at a time; readers are free`,
    { path: root },
  );
}

function holderOf(root: string): string {
  try {
    const text = readFileSync(join(journalDirectoryOf(root), HOLDER_NAME), "utf8");
    const { pid, host, since } = JSON.parse(text) as Record<string, unknown>;
    return `process ${String(pid)} on ${String(host)}, since ${String(since)}`;
  } catch {
    // It may have taken the lease a moment ago.
    return "a process that has not said its name yet";
  }
}

/** Names of a journal's segments, in their order. */
function segmentsOf(journalDirectory: string): string[] {
  try {
    return readdirSync(journalDirectory).filter((name) => SEGMENT_NAME.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** The topmost directory from which documents lead down to this one. */
function rootAbove(directory: string): string {
  let root = directory;
  for (let above = dirname(root); existsSync(join(above, "zarr.json")); above = dirname(root)) root = above;
  return root;
}
