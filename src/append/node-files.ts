/** {@link AppendFiles} by the operating system. */
import { constants, fdatasync, fstatSync, ftruncate, futimes, readSync, write, writeSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, rmdir, unlink } from "node:fs/promises";
import { promisify } from "node:util";
import type { Addon } from "../codec/native/addon.ts";
import { syncPath } from "../store/sync-path.ts";
import type { AppendFile, AppendFiles } from "./files.ts";

const writeAsync = promisify(write);
const datasyncAsync = promisify(fdatasync);
const truncateAsync = promisify(ftruncate);
const touchAsync = promisify(futimes);

/** What one system call is given: Linux transfers at most 0x7ffff000 bytes. */
const STEP_BYTES = 2 ** 28;

export class NodeFiles implements AppendFiles {
  readonly #addon: Pick<Addon, "allocateDirect">;

  constructor(addon: Pick<Addon, "allocateDirect">) {
    this.#addon = addon;
  }

  async create(path: string): Promise<AppendFile> {
    return new NodeFile(path, await open(path, "wx+"));
  }

  async open(path: string): Promise<AppendFile | undefined> {
    const handle = await ifThere(open(path, "r+"));
    return handle && new NodeFile(path, handle);
  }

  async replacePage(path: string, offsetBytes: number, page: Uint8Array): Promise<boolean> {
    const { O_DIRECT, O_DSYNC, O_WRONLY } = constants;
    if (O_DIRECT === undefined || O_DSYNC === undefined) return false;
    // Direct writes take their bytes from memory that is aligned as the disk is.
    const aligned = this.#addon.allocateDirect(page.length);
    aligned.set(page);
    let handle: Awaited<ReturnType<typeof open>>;
    try {
      handle = await open(path, O_WRONLY | O_DIRECT | O_DSYNC);
    } catch (error) {
      if (codeOf(error) === "EINVAL") return false;
      throw error;
    }
    try {
      const { bytesWritten } = await handle.write(aligned, 0, page.length, offsetBytes);
      if (bytesWritten !== page.length) throw shortWrite(path, bytesWritten, page.length);
      return true;
    } catch (error) {
      if (codeOf(error) === "EINVAL") return false;
      throw error;
    } finally {
      await handle.close();
    }
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(from, to);
  }

  async remove(path: string): Promise<void> {
    await ifThere(unlink(path));
  }

  async removeAll(path: string): Promise<void> {
    await rm(path, { recursive: true, force: true });
  }

  async removeDirectory(path: string): Promise<void> {
    try {
      await ifThere(rmdir(path));
    } catch (error) {
      if (codeOf(error) !== "ENOTEMPTY" && codeOf(error) !== "EEXIST") throw error;
    }
  }

  async makeDirectory(path: string): Promise<boolean> {
    try {
      await mkdir(path);
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  }

  syncFile(path: string): Promise<void> {
    return syncPath(path);
  }

  syncDirectory(path: string): Promise<void> {
    return syncPath(path);
  }

  async list(path: string): Promise<string[]> {
    return ((await ifThere(readdir(path))) ?? []).sort();
  }
}

class NodeFile implements AppendFile {
  readonly #path: string;
  readonly #handle: Awaited<ReturnType<typeof open>>;

  constructor(path: string, handle: Awaited<ReturnType<typeof open>>) {
    this.#path = path;
    this.#handle = handle;
  }

  async write(offsetBytes: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const step = Math.min(bytes.length - done, STEP_BYTES);
      const { bytesWritten } = await writeAsync(this.#handle.fd, bytes, done, step, offsetBytes + done);
      if (bytesWritten === 0) throw shortWrite(this.#path, done, bytes.length);
      done += bytesWritten;
    }
  }

  writeNow(offsetBytes: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const written = writeSync(this.#handle.fd, bytes, done, bytes.length - done, offsetBytes + done);
      if (written === 0) throw shortWrite(this.#path, done, bytes.length);
      done += written;
    }
  }

  async read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(lengthBytes);
    for (let done = 0; done < lengthBytes; ) {
      const step = Math.min(lengthBytes - done, STEP_BYTES);
      const got = readSync(this.#handle.fd, bytes, done, step, offsetBytes + done);
      if (got === 0) throw new Error(`${this.#path} ended after ${offsetBytes + done} bytes`);
      done += got;
    }
    return bytes;
  }

  async size(): Promise<number> {
    return fstatSync(this.#handle.fd).size;
  }

  truncate(sizeBytes: number): Promise<void> {
    return truncateAsync(this.#handle.fd, sizeBytes);
  }

  sync(): Promise<void> {
    return datasyncAsync(this.#handle.fd);
  }

  touch(): Promise<void> {
    const now = Date.now() / 1000;
    return touchAsync(this.#handle.fd, now, now);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function shortWrite(path: string, written: number, wanted: number): Error {
  return Object.assign(new Error(`${path}: ${written} of ${wanted} bytes were written`), {
    code: "EIO",
    syscall: "write",
  });
}

async function ifThere<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
