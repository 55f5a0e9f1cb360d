/**
 * The one seam between the durable append and the operating system: every change that a writer makes to a disk is one of
 * these operations. `node-files.ts` does them; tests record them, cut them short and let them fail.
 *
 * Each operation does all that it was asked or fails with the system's error (`code`, `syscall`); what has not been
 * synced may be lost by a power cut, and be on the disk in any order.
 */
import { dirname } from "node:path";
import { partialName } from "../store/partial-name.ts";

export interface AppendFile {
  /** Writes all of `bytes` at `offsetBytes`; what lies between the file's end and there reads as zeros. */
  write(offsetBytes: number, bytes: Uint8Array): Promise<void>;
  /** {@link write} without leaving the thread, for what is no more than a copy into the system's memory. */
  writeNow(offsetBytes: number, bytes: Uint8Array): void;
  /** Exactly `lengthBytes` bytes; fails where the file ends before. */
  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array>;
  size(): Promise<number>;
  /** Sets the size; new bytes are zeros and take no room. */
  truncate(sizeBytes: number): Promise<void>;
  /** Resolves when content and size are on the disk. */
  sync(): Promise<void>;
  /** Sets the modification time to now. */
  touch(): Promise<void>;
  close(): Promise<void>;
}

export interface AppendFiles {
  /** A new file, to be read and written; fails where there is something of that name. */
  create(path: string): Promise<AppendFile>;
  /** An existing file, to be read and written; undefined where there is none. */
  open(path: string): Promise<AppendFile | undefined>;
  /**
   * Replaces bytes inside one page of a file, whole sectors of the disk, in one piece: whoever reads meanwhile sees the old ones or the new, and
   * they are on the disk when it resolves. False, and nothing done, where the file system cannot write so.
   */
  replacePage(path: string, offsetBytes: number, page: Uint8Array): Promise<boolean>;
  rename(from: string, to: string): Promise<void>;
  /** That nothing has this name is no failure. */
  remove(path: string): Promise<void>;
  /** Removes a directory and all in it; that there is none is no failure. */
  removeAll(path: string): Promise<void>;
  /** Removes an empty directory; that there is none, or that there is something in it, is no failure. */
  removeDirectory(path: string): Promise<void>;
  /** Makes a directory; returns false where there is one. */
  makeDirectory(path: string): Promise<boolean>;
  /** Resolves when the content of a file is on the disk, whoever has written it; the right to read it is enough. */
  syncFile(path: string): Promise<void>;
  /** Resolves when names made, changed and removed in the directory are on the disk. */
  syncDirectory(path: string): Promise<void>;
  /** Names in a directory, sorted; none where there is no directory. */
  list(path: string): Promise<string[]>;
}

/** What the page cache deals in. */
export const PAGE_BYTES = 4096;
/** What most disks can write by itself; some take whole pages only. */
export const SECTOR_BYTES = 512;

/** A new file, complete and on the disk. */
export async function writeSynced(files: AppendFiles, path: string, bytes: Uint8Array): Promise<void> {
  const file = await files.create(path);
  try {
    await file.write(0, bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts a new version of a file in place of the old one, or of none, and both facts on the disk. */
export async function replaceFile(files: AppendFiles, path: string, bytes: Uint8Array): Promise<void> {
  const partial = partialName(path);
  await writeSynced(files, partial, bytes);
  await files.rename(partial, path);
  await files.syncDirectory(dirname(path));
}

/** Makes a directory with all above it, each on the disk before the next. */
export async function makeDirectories(files: AppendFiles, directory: string): Promise<void> {
  try {
    if (await files.makeDirectory(directory)) await files.syncDirectory(dirname(directory));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await makeDirectories(files, dirname(directory));
    await makeDirectories(files, directory);
  }
}
