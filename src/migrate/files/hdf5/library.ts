/**
 * h5wasm, the HDF5 library compiled to WebAssembly, in a thread of its own for each file: one that is built so that the
 * library does not come to an end, or crashes, is given up with its thread, and takes nothing else along. The memory of
 * a file goes with it as well, which WebAssembly never gives back otherwise.
 *
 * Calls wait for their answer. They are many and short while a file is opened; what takes long is asked for in slabs
 * (slabs.ts), between which others get their turn.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Module } from "h5wasm/node";
import { type ErrorCode, QuarryError } from "../../../errors.ts";
import { LIBRARY_WORKER } from "./library-worker.ts";

type Library = typeof Module;

/** What is asked of the library as it stands; the file is its first argument. */
type Question =
  | "get_names"
  | "get_type"
  | "get_symbolic_link"
  | "get_external_link"
  | "create_object_reference"
  | "get_attribute_names"
  | "get_attribute_metadata"
  | "get_dataset_metadata"
  | "get_dataset_filters"
  | "get_scale_name"
  | "get_dimension_labels"
  | "get_attached_scales";

type ArgumentsOf<Q extends Question> = Parameters<Library[Q]> extends [unknown, ...infer Rest] ? Rest : never;

/** Items as the library has them in memory; of text each one's bytes, which end at `ends`. */
export interface LibraryItems {
  readonly bytes: Uint8Array;
  readonly ends?: Uint32Array;
}

/** Any call of an undamaged file is done long before. */
const CALL_MS_MAX = 20_000;
/** And what is read comes at this rate at least. */
const BYTES_A_MS_MIN = 1000;

export class LibraryFile {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #signal: Int32Array;
  readonly #callMsMax: number;
  #isOver = false;

  private constructor(worker: Worker, port: MessagePort, signal: Int32Array, callMsMax: number) {
    this.#worker = worker;
    this.#port = port;
    this.#signal = signal;
    this.#callMsMax = callMsMax;
  }

  /**
   * @param callMsMax what a call may take, and what is read adds to
   * @throws QuarryError `FILE_INVALID`
   */
  static async open(path: string, callMsMax = CALL_MS_MAX): Promise<LibraryFile> {
    const { port1, port2 } = new MessageChannel();
    const signal = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const worker = new Worker(LIBRARY_WORKER, {
      eval: true,
      workerData: { port: port2, signal, url: libraryUrl(), path },
      transferList: [port2],
      // What it has to say is in its errors.
      stdout: true,
      stderr: true,
    });
    const problem = await new Promise<unknown>((resolve) => {
      worker.once("message", resolve).once("error", resolve);
    });
    // Whoever has forgotten to close a file does not keep the process.
    worker.unref();
    const file = new LibraryFile(worker, port1, signal, callMsMax);
    try {
      calling(path, "FILE_INVALID", () => {
        if (problem !== undefined) throw new Error(String(problem));
        file.#call("open", []);
      });
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  }

  ask<Q extends Question>(question: Q, ...args: ArgumentsOf<Q>): ReturnType<Library[Q]> {
    return this.#call("ask", [question, ...args]) as ReturnType<Library[Q]>;
  }

  /** @param lengthBytes of its items in the library's memory */
  attribute(path: string, name: string, lengthBytes: number, isText: boolean): LibraryItems {
    return this.#call("attribute", [path, name, lengthBytes, isText]) as LibraryItems;
  }

  /** A box of the items of a dataset; all of one without dimensions. */
  items(
    path: string,
    { start, count }: { readonly start: readonly number[]; readonly count: readonly number[] },
    lengthBytes: number,
    isText: boolean,
    chunkBytes: number,
  ): LibraryItems {
    const args = [path, start, count, lengthBytes, isText];
    return this.#call("items", args, (lengthBytes + chunkBytes) / BYTES_A_MS_MIN) as LibraryItems;
  }

  async close(): Promise<void> {
    this.#isOver = true;
    this.#port.close();
    await this.#worker.terminate();
  }

  #call(method: string, args: readonly unknown[], extraMs = 0): unknown {
    if (this.#isOver) throw new Error("the file is closed, or was given up");
    Atomics.store(this.#signal, 0, 0);
    this.#port.postMessage([method, args]);
    const timeMs = Math.ceil(this.#callMsMax + extraMs);
    // The waking that belongs to the call before may come late.
    for (const endMs = performance.now() + timeMs; Atomics.load(this.#signal, 0) === 0; ) {
      const leftMs = endMs - performance.now();
      if (leftMs > 0) Atomics.wait(this.#signal, 0, 0, leftMs);
      else {
        void this.close();
        throw new Error(`it does not come to an end, and was given up after ${timeMs} ms`);
      }
    }
    const { value, error } = receiveMessageOnPort(this.#port)!.message as { value?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return value;
  }
}

/** Where the library is. Tools that run TypeScript as it stands leave `import.meta.resolve` out. */
function libraryUrl(): string {
  if (import.meta.resolve !== undefined) return import.meta.resolve("h5wasm/node");
  const folders = createRequire(import.meta.url).resolve.paths("h5wasm") ?? [];
  const files = folders.map((folder) => join(folder, "h5wasm", "dist", "node", "hdf5_hl.js"));
  const file = files.find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error("the package h5wasm is not installed");
  return pathToFileURL(file).href;
}

/**
 * What `use` gives.
 * @param code of a failure, which concerns `place`
 * @throws QuarryError
 */
export function calling<T>(place: string, code: ErrorCode, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    if (cause instanceof QuarryError) throw cause;
    throw new QuarryError(code, `${place} cannot be read by the HDF5 library: ${reasonOf(cause as Error)}`, {
      path: place,
      cause,
    });
  }
}

/** The last of the library's stack of reasons: each line is `#004: file line 1 in function(): reason`. */
function reasonOf(error: Error): string {
  const reasons = [...error.message.matchAll(/^ *#\d+: .* in \w+\(\): (.*)$/gm)];
  return reasons.at(-1)?.[1] ?? error.message;
}
