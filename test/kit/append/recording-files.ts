/**
 * Does what a writer asks for in a real directory, one operation after another, and keeps a record of it: with the data,
 * and with how many operations were done when it was asked for. From there until its turn in the record a crash may have
 * come before it or after it.
 *
 * Nothing is synced for real: what a sync promises is for `crash-states.ts` to hold the writer to.
 */
import { existsSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { AppendFile, AppendFiles } from "../../../src/append/files.ts";
import { NodeFiles } from "../../../src/append/node-files.ts";
import { Disk, type DiskImage, type History, type Operation } from "./disk.ts";

/** An operation without what the record adds to it. */
type Done = Operation extends infer O ? (O extends Operation ? Omit<O, "issuedAt"> : never) : never;

export class RecordingFiles implements AppendFiles, History {
  readonly base: DiskImage;
  readonly operations: Operation[];
  readonly directory: string;
  readonly #disk: Disk;
  readonly #files = new NodeFiles({ allocateDirect: (bytes) => new Uint8Array(bytes) });
  readonly #hasDirectWrites: boolean;
  #turn: Promise<unknown> = Promise.resolve();
  /** Files that were opened and not closed yet. */
  openFiles = 0;

  /**
   * @param directory is as `history` has left it; the record goes on from there
   * @param options `hasDirectWrites`: whether the file system can replace a page in one piece
   */
  constructor(directory: string, history: History, { hasDirectWrites = true } = {}) {
    this.directory = directory;
    this.base = history.base;
    this.operations = [...history.operations];
    this.#disk = new Disk(history);
    this.#hasDirectWrites = hasDirectWrites;
  }

  create(path: string): Promise<AppendFile> {
    return this.#inTurn(async (note) => {
      const file = await this.#files.create(path);
      const name = this.#nameOf(path);
      const inode = this.#disk.newInode();
      note({ kind: "create", path: name, directory: this.#disk.directoryOf(name), inode });
      return this.#recorded(file, name, inode);
    });
  }

  open(path: string): Promise<AppendFile | undefined> {
    return this.#inTurn(async () => {
      const file = await this.#files.open(path);
      const name = this.#nameOf(path);
      return file && this.#recorded(file, name, this.#disk.inodeOf(name)!);
    });
  }

  async replacePage(path: string, offsetBytes: number, page: Uint8Array): Promise<boolean> {
    if (!this.#hasDirectWrites) return false;
    const bytes = Uint8Array.from(page);
    await this.#inTurn(async (note) => {
      const handle = await open(path, "r+");
      await handle.write(bytes, 0, bytes.length, offsetBytes);
      await handle.close();
      const name = this.#nameOf(path);
      note({ kind: "replacePage", path: name, inode: this.#disk.inodeOf(name)!, offsetBytes, bytes });
    });
    return true;
  }

  rename(from: string, to: string): Promise<void> {
    return this.#inTurn(async (note) => {
      await this.#files.rename(from, to);
      const path = this.#nameOf(from);
      const directory = this.#disk.directoryOf(path);
      if (directory !== this.#disk.directoryOf(this.#nameOf(to)))
        throw new Error("renamed across directories");
      note({ kind: "rename", path, to: this.#nameOf(to), directory, inode: this.#disk.inodeOf(path)! });
    });
  }

  remove(path: string): Promise<void> {
    return this.#inTurn(async (note) => {
      const name = this.#nameOf(path);
      const isThere = this.#disk.inodeOf(name) !== undefined;
      await this.#files.remove(path);
      if (isThere) note({ kind: "remove", path: name, directory: this.#disk.directoryOf(name) });
    });
  }

  async removeAll(path: string): Promise<void> {
    if (this.#disk.inodeOf(this.#nameOf(path)) === undefined) return;
    const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) return this.remove(path);
    const below = entries.map((entry) => ({
      path: join(entry.parentPath, entry.name),
      isDirectory: entry.isDirectory(),
    }));
    for (const { path: inner, isDirectory } of below.sort((a, b) => b.path.length - a.path.length)) {
      if (isDirectory) await this.removeDirectory(inner);
      else await this.remove(inner);
    }
    await this.removeDirectory(path);
  }

  removeDirectory(path: string): Promise<void> {
    return this.#inTurn(async (note) => {
      await this.#files.removeDirectory(path);
      if (existsSync(path)) return;
      const name = this.#nameOf(path);
      if (this.#disk.inodeOf(name) !== undefined)
        note({ kind: "remove", path: name, directory: this.#disk.directoryOf(name) });
    });
  }

  makeDirectory(path: string): Promise<boolean> {
    return this.#inTurn(async (note) => {
      const isNew = await this.#files.makeDirectory(path);
      const name = this.#nameOf(path);
      const directory = isNew ? this.#disk.directoryOf(name) : 0;
      if (isNew) note({ kind: "makeDirectory", path: name, directory, inode: this.#disk.newInode() });
      return isNew;
    });
  }

  syncFile(path: string): Promise<void> {
    return this.#inTurn(async (note) => {
      const name = this.#nameOf(path);
      note({ kind: "sync", path: name, inode: this.#disk.inodeOf(name)! });
    });
  }

  syncDirectory(path: string): Promise<void> {
    return this.#inTurn(async (note) => {
      const name = this.#nameOf(path);
      const directory = this.#disk.inodeOf(name);
      if (directory === undefined) throw Object.assign(new Error(`${path} is not there`), { code: "ENOENT" });
      note({ kind: "syncDirectory", path: name, directory });
    });
  }

  list(path: string): Promise<string[]> {
    return this.#files.list(path);
  }

  #recorded(file: AppendFile, path: string, inode: number): AppendFile {
    this.openFiles += 1;
    const written = (offsetBytes: number, bytes: Uint8Array) =>
      ({ kind: "write", path, inode, offsetBytes, bytes: Uint8Array.from(bytes) }) as const;
    return {
      write: (offsetBytes, bytes) =>
        this.#inTurn(async (note) => {
          await file.write(offsetBytes, bytes);
          note(written(offsetBytes, bytes));
        }),
      writeNow: (offsetBytes, bytes) => {
        file.writeNow(offsetBytes, bytes);
        this.#note(written(offsetBytes, bytes), this.operations.length);
      },
      truncate: (sizeBytes) =>
        this.#inTurn(async (note) => {
          await file.truncate(sizeBytes);
          note({ kind: "truncate", path, inode, sizeBytes });
        }),
      sync: () => this.#inTurn(async (note) => note({ kind: "sync", path, inode })),
      read: (offsetBytes, lengthBytes) => file.read(offsetBytes, lengthBytes),
      size: () => file.size(),
      touch: () => file.touch(),
      close: async () => {
        this.openFiles -= 1;
        await file.close();
      },
    };
  }

  #inTurn<T>(work: (note: (done: Done) => void) => Promise<T>): Promise<T> {
    const issuedAt = this.operations.length;
    const result = this.#turn.then(() => work((done) => this.#note(done, issuedAt)));
    this.#turn = result.catch(() => {});
    return result;
  }

  #note(done: Done, issuedAt: number): void {
    const operation = { ...done, issuedAt } as Operation;
    this.#disk.apply(operation, true);
    this.operations.push(operation);
  }

  #nameOf(path: string): string {
    return relative(this.directory, path).split(sep).join("/");
  }
}
