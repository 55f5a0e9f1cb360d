/**
 * A store in a directory: the value of `/bid_px/c/0` is the file `<directory>/bid_px/c/0`.
 *
 * Invariant: a file under its key's name is complete. This store never writes to it, but replaces or removes it, so that
 * a reader needs no lock and sees a value as it was before a `set` or after it.
 *
 * `set` publishes in these steps:
 *  1. The key is checked: no segment can leave the directory or look like one of our temporary names.
 *  2. `<name>.<16 hex digits>.partial` is created beside the file, exclusively; missing directories are made.
 *  3. The value is written; with `sync`, the file is synced.
 *  4. It is renamed over `<name>`. This is the moment at which readers see the new value.
 *  5. With `sync`, the directory is synced, and the parents of each directory that a step 2 made and nobody has
 *     synced yet.
 * A failure in 2 to 4 removes the temporary file and leaves the old value. A crash in 2 to 4 leaves the old value
 * and a `.partial` file that no reader of this store sees: `get` refuses such names, listings omit them. After 4
 * the new value survives the process; that it survives a power cut is certain after 5, hence only with `sync`.
 *
 * `deletePrefix` renames the directory to a `.partial` name first, so that all its keys vanish at once, and then
 * removes what no reader sees any more.
 *
 * One writer does write to a file under its name: a durable one (`src/append/`) lets the last shards of its arrays grow.
 * It writes where no index points to, then replaces the index at the file's end as one page; the file's size stays, and
 * its modification time is set anew. Bytes that a shown index points to stay as they are. So a part of a file is of one
 * version if the file has the same size and modification time before it is read and after (`file-part.ts`), which reads
 * it again otherwise. Any other program that writes in place breaks what is said here; a file that ends before the size
 * that it had when it was opened is therefore an error and not a shorter value.
 *
 * A key has no value only where nothing has its name. What is there and is no file (a directory, a link whose target
 * is away, a file in place of a directory on the way) is `STORE_FAILED`: a chunk behind it is not one that was never
 * written.
 */
import type { Stats } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isQuarryError, QuarryError } from "../errors.ts";
import { type PartOf, readFilePart } from "./file-part.ts";
import { Gate } from "./gate.ts";
import { checkKey, checkPrefix, keyBelow, rangeWithin } from "./key.ts";
import { isPartialName, partialName } from "./partial-name.ts";
import { realPathOf } from "./real-path.ts";
import { shareLease } from "./shared-lease.ts";
import type { AbsolutePath, DirectoryEntry, GetOptions, RangeQuery, Store, ValuePart } from "./store.ts";
import { syncPath } from "./sync-path.ts";

export interface FileSystemStoreOptions {
  /**
   * Sync files and directories, so that a value is safe from a power cut once `set` has resolved. Costs a few
   * milliseconds a value on most disks. Default false: rows that must survive go through the journal.
   */
  readonly sync?: boolean;
}

export class FileSystemStore implements Store {
  readonly localDirectory: string;
  readonly syncsWrites: boolean;
  /** Directories that were made, and whose names may not be on the disk yet. Empty without `sync`. */
  readonly #unsyncedDirectories = new Set<string>();

  /** @param directory need not exist; the first `set` makes it */
  constructor(directory: string | URL, options: FileSystemStoreOptions = {}) {
    this.localDirectory = resolve(directory instanceof URL ? fileURLToPath(directory) : directory);
    this.syncsWrites = options.sync ?? false;
  }

  placeOf(key: AbsolutePath): string {
    return `file:${realPathOf(join(this.localDirectory, key))}`;
  }

  shareLease(): () => void {
    return shareLease(this.localDirectory);
  }

  async get(key: AbsolutePath, options: GetOptions = {}): Promise<Uint8Array | undefined> {
    return (await this.#read(key, (fileBytes) => ({ start: 0, end: fileBytes }), options))?.bytes;
  }

  async getRange(
    key: AbsolutePath,
    range: RangeQuery,
    options: GetOptions = {},
  ): Promise<Uint8Array | undefined> {
    return (await this.#readRange(key, range, options))?.bytes;
  }

  async getTail(
    key: AbsolutePath,
    lengthBytes: number,
    options: GetOptions = {},
  ): Promise<ValuePart | undefined> {
    return this.#readRange(key, { suffixLength: lengthBytes }, options);
  }

  async getHead(
    key: AbsolutePath,
    lengthBytes: number,
    options: GetOptions = {},
  ): Promise<ValuePart | undefined> {
    return this.#readRange(key, { offset: 0, length: lengthBytes }, options);
  }

  async set(key: AbsolutePath, value: Uint8Array): Promise<void> {
    const file = this.#fileOf(key); // Step 1.
    const directory = dirname(file);
    const partial = partialName(file);
    try {
      await this.#writeNew(partial, value, directory); // Steps 2 and 3.
      await rename(partial, file); // Step 4.
      if (this.syncsWrites) await this.#syncNames(directory); // Step 5.
    } catch (cause) {
      // Its own failure would hide the one that matters, and the name is hidden from readers anyway.
      await unlink(partial).catch(() => {});
      throw failed("write", key, cause);
    }
  }

  async delete(key: AbsolutePath): Promise<void> {
    const file = this.#fileOf(key);
    try {
      await unlink(file);
      if (this.syncsWrites) await syncPath(dirname(file));
    } catch (cause) {
      if (!isAbsent(cause)) throw failed("delete", key, cause);
    }
  }

  async deletePrefix(prefix: AbsolutePath): Promise<void> {
    if (prefix === "/") {
      // The directory itself is the user's, and may be a mount point: only what is in it goes.
      for (const { name } of await this.listDirectory("/")) await this.deletePrefix(`/${name}`);
      return;
    }
    const target = this.#fileOf(prefix);
    const hidden = partialName(target);
    try {
      await rename(target, hidden);
      if (this.syncsWrites) await syncPath(dirname(target));
      await rm(hidden, { recursive: true });
    } catch (cause) {
      if (!isAbsent(cause)) throw failed("delete", prefix, cause);
    }
  }

  async listDirectory(prefix: AbsolutePath): Promise<DirectoryEntry[]> {
    checkPrefix(prefix);
    const directory = prefix === "/" ? this.localDirectory : this.#fileOf(prefix);
    try {
      const found = await readdir(directory, { withFileTypes: true });
      const entries: DirectoryEntry[] = [];
      for (const entry of found) {
        if (isPartialName(entry.name)) continue;
        const kind = entry.isSymbolicLink() ? await kindBehind(join(directory, entry.name)) : kindOf(entry);
        if (kind !== undefined) entries.push({ name: entry.name, kind });
      }
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (cause) {
      if (isAbsent(cause)) return [];
      throw failed("list", prefix, cause);
    }
  }

  async *list(prefix: AbsolutePath): AsyncIterable<AbsolutePath> {
    for (const { name, kind } of await this.listDirectory(prefix)) {
      const key = keyBelow(prefix, name);
      if (kind === "object") yield key;
      else yield* this.list(key);
    }
  }

  #fileOf(key: AbsolutePath): string {
    checkKey(key);
    if (key.split("/").some(isPartialName)) {
      throw new QuarryError("KEY_INVALID", `${key}: names like this one are kept for unfinished files`, {
        path: key,
      });
    }
    return join(this.localDirectory, ...key.slice(1).split("/"));
  }

  async #readRange(
    key: AbsolutePath,
    range: RangeQuery,
    options: GetOptions,
  ): Promise<ValuePart | undefined> {
    // Before the file is looked at: a wrong range is wrong whether or not there is a value.
    rangeWithin(range, 0);
    return this.#read(key, (fileBytes) => rangeWithin(range, fileBytes), options);
  }

  async #read(key: AbsolutePath, partOf: PartOf, options: GetOptions): Promise<ValuePart | undefined> {
    const path = this.#fileOf(key);
    return openFiles.through(async () => {
      try {
        return await readFilePart(path, key, partOf, options);
      } catch (cause) {
        if (isQuarryError(cause, "VALUE_CHANGED")) throw cause;
        if (options.signal?.aborted && cause === options.signal.reason) throw cause;
        throw failed("read", key, cause);
      }
    }, options.signal);
  }

  /** Steps 2 and 3. */
  async #writeNew(partial: string, value: Uint8Array, directory: string): Promise<void> {
    let file: FileHandle;
    try {
      file = await open(partial, "wx");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      await this.#makeDirectories(directory);
      file = await open(partial, "wx");
    }
    try {
      await file.writeFile(value);
      if (this.syncsWrites) await file.datasync();
    } finally {
      await file.close();
    }
  }

  async #makeDirectories(directory: string): Promise<void> {
    const outermost = await mkdir(directory, { recursive: true });
    if (!this.syncsWrites || outermost === undefined) return;
    for (let made = directory; made !== dirname(outermost); made = dirname(made)) {
      this.#unsyncedDirectories.add(made);
    }
  }

  /**
   * Step 5. Who made a directory may still be at it, or have failed: whoever writes into it sees to its name as well.
   */
  async #syncNames(directory: string): Promise<void> {
    await syncPath(directory);
    for (let made = directory; this.#unsyncedDirectories.has(made); made = dirname(made)) {
      await syncPath(dirname(made));
    }
    for (let made = directory; this.#unsyncedDirectories.delete(made); made = dirname(made));
  }
}

/** Of all stores of the process, since a process may have only so many files open. */
const openFiles = new Gate(64);

function kindOf(entry: Pick<Stats, "isFile" | "isDirectory">): DirectoryEntry["kind"] | undefined {
  if (entry.isFile()) return "object";
  return entry.isDirectory() ? "directory" : undefined;
}

async function kindBehind(link: string): Promise<DirectoryEntry["kind"] | undefined> {
  try {
    return kindOf(await stat(link));
  } catch (cause) {
    if (!isAbsent(cause)) throw cause;
    return "object"; // A link to nothing is not hidden: reading it says what is wrong.
  }
}

/** Nothing to delete or to list: also where a segment of the path is a file, or where the key is itself a directory. */
function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR";
}

function failed(verb: "read" | "write" | "delete" | "list", key: AbsolutePath, cause: unknown): QuarryError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new QuarryError("STORE_FAILED", `could not ${verb} ${key}: ${reason}`, { path: key, cause });
}
