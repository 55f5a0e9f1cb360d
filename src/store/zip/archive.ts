/**
 * Where an archive's bytes are: a file, a `Blob`, or a value of another store.
 *
 * Invariant: all reads see the same archive. A file or value that was replaced since the first look at it is
 * `VALUE_CHANGED`.
 */
import { type FileHandle, open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { QuarryError } from "../../errors.ts";
import type { AbsolutePath, GetOptions, ReadableStore } from "../store.ts";

/** An archive under a key of a store that can read ranges, such as one on a web server. */
export interface StoredArchive {
  readonly store: ReadableStore;
  readonly key: AbsolutePath;
}

export interface Archive {
  /** What messages call it. */
  readonly name: string;
  readonly bytes: number;
  /** Bytes that lie inside the archive: the caller has checked. */
  read(offsetBytes: number, lengthBytes: number, options: GetOptions): Promise<Uint8Array>;
}

/** @throws QuarryError `NOT_FOUND`, `STORE_FAILED` */
export async function openArchive(location: string | URL | Blob | StoredArchive): Promise<Archive> {
  if (typeof location === "string") return openFile(location);
  if (location instanceof URL) return openFile(fileURLToPath(location));
  if (location instanceof Blob) {
    return {
      name: "the archive",
      bytes: location.size,
      read: async (offset, length) =>
        new Uint8Array(await location.slice(offset, offset + length).arrayBuffer()),
    };
  }
  return openStored(location);
}

async function openFile(path: string): Promise<Archive> {
  const identity = await inFile(path, identityOf);
  return {
    name: path,
    bytes: identity.bytes,
    read: (offset, length, { signal }) =>
      inFile(path, async (file) => {
        if ((await identityOf(file)).name !== identity.name) throw changed(path);
        const bytes = new Uint8Array(length);
        for (let filled = 0; filled < length; ) {
          signal?.throwIfAborted();
          const step = Math.min(length - filled, READ_STEP_BYTES);
          const { bytesRead } = await file.read(bytes, filled, step, offset + filled);
          if (bytesRead === 0) throw changed(path);
          filled += bytesRead;
        }
        return bytes;
      }),
  };
}

/** Linux reads at most 2 GiB - 4 KiB at once; smaller steps also let an abort through. */
const READ_STEP_BYTES = 2 ** 28;

/** The file is opened for each use, so that a store needs no closing. */
async function inFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    return await use(file);
  } catch (cause) {
    const { code, message, syscall } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new QuarryError("NOT_FOUND", `there is no file ${path}`, { path, cause });
    if (syscall === undefined) throw cause;
    throw new QuarryError("STORE_FAILED", `could not read ${path}: ${message}`, { path, cause });
  } finally {
    await file?.close();
  }
}

async function identityOf(file: FileHandle): Promise<{ readonly name: string; readonly bytes: number }> {
  const { dev, ino, size, mtimeMs } = await file.stat();
  return { name: [dev, ino, size, mtimeMs].join(), bytes: size };
}

async function openStored({ store, key }: StoredArchive): Promise<Archive> {
  const { getTail, getRange } = store;
  if (getTail === undefined || getRange === undefined) {
    throw new TypeError("an archive is read from a store that has getTail and getRange");
  }
  const tail = await getTail.call(store, key, 0);
  if (tail === undefined) throw new QuarryError("NOT_FOUND", `there is no archive ${key}`, { path: key });
  const ifVersion = tail.version === undefined ? {} : { ifVersion: tail.version };
  return {
    name: key,
    bytes: tail.valueBytes,
    read: async (offset, length, options) => {
      const bytes = await getRange.call(store, key, { offset, length }, { ...options, ...ifVersion });
      if (bytes?.length !== length) throw changed(key);
      return bytes;
    },
  };
}

function changed(path: string): QuarryError {
  return new QuarryError("VALUE_CHANGED", `${path} was replaced since it was opened; open it again`, {
    path,
  });
}
