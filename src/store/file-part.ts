/**
 * Reads a part of a file, with a version that tells it from any other file that has had, or will have, its name.
 *
 * The version is made of device, inode, size and modification time. A file that replaces another may get the inode
 * of one that was there before, and file times tick coarsely (4 to 10 ms on Linux). So a file that was modified
 * within the last 100 ms has no version yet: its successor's successor could look the same.
 *
 * A shard that a durable writer lets grow is changed in place (`spec/durable-append.md`): its index, which is at its end,
 * after the chunks that it then points to. Who reads such a file from its beginning may pass the place of a chunk before
 * that is there, and find the new index; so a part of a file that changes meanwhile is read again.
 */
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  read,
  readSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { QuarryError } from "../errors.ts";
import type { AbsolutePath, GetOptions, ValuePart } from "./store.ts";

/** The part of a file of `fileBytes` bytes that is wanted. */
export type PartOf = (fileBytes: number) => { readonly start: number; readonly end: number };

/**
 * @param key whose value the file is
 * @returns undefined where there is nothing of that name
 * @throws QuarryError `VALUE_CHANGED`; else what the file system, or the signal, gives as the reason
 */
export async function readFilePart(
  path: string,
  key: AbsolutePath,
  partOf: PartOf,
  { signal, ifVersion }: GetOptions,
): Promise<ValuePart | undefined> {
  // Taken first: whatever replaces the file that is about to be opened is newer than this.
  const beginMs = Date.now();
  const descriptor = openIfThere(path);
  if (descriptor === undefined) {
    if (ifVersion !== undefined) throw changed(key);
    return undefined;
  }
  try {
    for (let attempt = 1; ; attempt++) {
      const stats = fstatSync(descriptor, { bigint: true });
      if (stats.isDirectory()) throw new Error("it is a directory");
      if (!stats.isFile()) throw new Error("it is neither a file nor a directory");
      const version = versionOf(stats);
      if (ifVersion !== undefined && version !== ifVersion) throw changed(key);
      const valueBytes = Number(stats.size);
      const { start, end } = partOf(valueBytes);
      const bytes = await readExactly(descriptor, start, end - start, signal);
      const isSettled = Number(stats.mtimeMs) < beginMs - SETTLED_MS;
      if (versionOf(fstatSync(descriptor, { bigint: true })) === version) {
        return { bytes, valueBytes, ...(isSettled ? { version } : { isUnsettled: true }) };
      }
      if (attempt === ATTEMPTS_MAX) throw changed(key);
    }
  } finally {
    closeSync(descriptor);
  }
}

const SETTLED_MS = 100;

/** A writer shows a few commits a second; a file that changes more often than it can be read is not one of its shards. */
const ATTEMPTS_MAX = 20;

function versionOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].join("-");
}

function changed(key: AbsolutePath): QuarryError {
  return new QuarryError("VALUE_CHANGED", `${key} was replaced while it was being read; read it again`, {
    path: key,
  });
}

/** A named pipe in a store must not block the thread that opens it; for a regular file the flag means nothing. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, READ_WITHOUT_WAITING);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    refuseLinkToNothing(path);
    return undefined;
  }
}

/**
 * A link whose target is away, such as a volume that is not mounted, is no value that was never written: neither
 * `path` itself, which could not be opened, nor the directory nearest to it may be one.
 */
function refuseLinkToNothing(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    const parent = dirname(path);
    if (parent !== path) refuseLinkToNothing(parent);
    return;
  }
  if (stats.isSymbolicLink() && statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new Error(`${path} is a link to what is not there`);
  }
}

/**
 * Opening a file, and reading one that is no longer than this, takes this thread some 20 µs; handing each of the four
 * steps to another thread and hearing back takes five times that, a good part of opening an array.
 */
const AT_ONCE_BYTES_MAX = 64 * 1024;

/** Linux reads at most 2 GiB - 4 KiB at once; smaller steps also let an abort through. */
const READ_STEP_BYTES = 2 ** 28;

const readAsync = promisify(read);

async function readExactly(
  descriptor: number,
  offsetBytes: number,
  lengthBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(lengthBytes);
  for (let filled = 0; filled < lengthBytes; ) {
    signal?.throwIfAborted();
    const step = Math.min(lengthBytes - filled, READ_STEP_BYTES);
    const position = offsetBytes + filled;
    const bytesRead =
      lengthBytes <= AT_ONCE_BYTES_MAX
        ? readSync(descriptor, bytes, filled, step, position)
        : (await readAsync(descriptor, bytes, filled, step, position)).bytesRead;
    if (bytesRead === 0) {
      throw new Error(`it ended after ${position} bytes, and had more when it was opened`);
    }
    filled += bytesRead;
  }
  return bytes;
}
