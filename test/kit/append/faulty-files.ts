/** Lets one operation of a writer fail, or that one and all that change the disk after it. */
import type { AppendFile, AppendFiles } from "../../../src/append/files.ts";

export interface Fault {
  /** Which of the operations fails, the first is 0. */
  readonly at: number;
  readonly code: "EIO" | "ENOSPC" | "EROFS";
  /** Whether a write puts half of its bytes on the disk before it fails. Default: none. */
  readonly isShort?: boolean;
  /** Whether everything from there on fails. Default: only that one. */
  readonly isLasting?: boolean;
}

export class FaultyFiles implements AppendFiles {
  readonly #files: AppendFiles;
  readonly #fault: Fault | undefined;
  /** Names of all operations so far that may fail. */
  readonly operations: string[] = [];

  constructor(files: AppendFiles, fault?: Fault) {
    this.#files = files;
    this.#fault = fault;
  }

  async create(path: string): Promise<AppendFile> {
    this.#next("create");
    return this.#faulty(await this.#files.create(path));
  }

  async open(path: string): Promise<AppendFile | undefined> {
    this.#next("open");
    const file = await this.#files.open(path);
    return file && this.#faulty(file);
  }

  async replacePage(path: string, offsetBytes: number, page: Uint8Array): Promise<boolean> {
    this.#next("replacePage");
    return this.#files.replacePage(path, offsetBytes, page);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#next("rename");
    await this.#files.rename(from, to);
  }

  async remove(path: string): Promise<void> {
    this.#next("remove");
    await this.#files.remove(path);
  }

  async removeAll(path: string): Promise<void> {
    this.#next("removeAll");
    await this.#files.removeAll(path);
  }

  async removeDirectory(path: string): Promise<void> {
    this.#next("removeDirectory");
    await this.#files.removeDirectory(path);
  }

  async makeDirectory(path: string): Promise<boolean> {
    this.#next("makeDirectory");
    return this.#files.makeDirectory(path);
  }

  async syncFile(path: string): Promise<void> {
    this.#next("syncFile");
    await this.#files.syncFile(path);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#next("syncDirectory");
    await this.#files.syncDirectory(path);
  }

  async list(path: string): Promise<string[]> {
    this.#next("list");
    return this.#files.list(path);
  }

  #faulty(file: AppendFile): AppendFile {
    return {
      write: async (offsetBytes, bytes) => {
        const failure = this.#failureOf("write");
        if (failure === undefined) return file.write(offsetBytes, bytes);
        if (this.#fault!.isShort) await file.write(offsetBytes, bytes.subarray(0, bytes.length >> 1));
        throw failure;
      },
      writeNow: (offsetBytes, bytes) => {
        const failure = this.#failureOf("writeNow");
        if (failure === undefined) return file.writeNow(offsetBytes, bytes);
        if (this.#fault!.isShort) file.writeNow(offsetBytes, bytes.subarray(0, bytes.length >> 1));
        throw failure;
      },
      read: async (offsetBytes, lengthBytes) => {
        this.#next("read");
        return file.read(offsetBytes, lengthBytes);
      },
      truncate: async (sizeBytes) => {
        this.#next("truncate");
        await file.truncate(sizeBytes);
      },
      sync: async () => {
        this.#next("sync");
        await file.sync();
      },
      touch: async () => {
        this.#next("touch");
        await file.touch();
      },
      size: () => file.size(),
      close: () => file.close(),
    };
  }

  #next(operation: string): void {
    const failure = this.#failureOf(operation);
    if (failure !== undefined) throw failure;
  }

  #failureOf(operation: string): Error | undefined {
    const position = this.operations.push(operation) - 1;
    const fault = this.#fault;
    if (fault === undefined || position < fault.at || (position > fault.at && !fault.isLasting)) {
      return undefined;
    }
    return Object.assign(new Error(`${fault.code}: ${operation} refused`), {
      code: fault.code,
      syscall: operation,
    });
  }
}
