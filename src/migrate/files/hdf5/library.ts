/**
 * h5wasm, the HDF5 library compiled to WebAssembly. By itself it gives zeros where a read has failed, and writes what
 * happened to stderr; here every failure is thrown, with the library's own innermost reason.
 *
 * One instance serves the process, and reads files from the disk by itself, a region at a time. Files are hostile:
 * after a crash inside it (memory out of bounds) nothing that it says can be trusted, and every later call is refused.
 */
import type { Module } from "h5wasm/node";
import { type ErrorCode, QuarryError } from "../../../errors.ts";

export type Library = typeof Module;

let loading: Promise<Library> | undefined;
let crash: Error | undefined;

/** Loads the library, with the first HDF5 file. */
export function loadLibrary(): Promise<Library> {
  loading ??= import("h5wasm/node").then(async ({ ready }) => {
    const library = await ready;
    library.activate_throwing_error_handler();
    return library;
  });
  return loading;
}

/**
 * What `use` gives.
 * @param code of a failure, which concerns `place`
 * @throws QuarryError
 */
export function calling<T>(place: string, code: ErrorCode, use: () => T): T {
  if (crash !== undefined) {
    throw new QuarryError(
      code,
      `${place} cannot be read: the HDF5 library has crashed on a damaged file before; start again without that`,
      { path: place, cause: crash },
    );
  }
  try {
    return use();
  } catch (cause) {
    if (cause instanceof QuarryError) throw cause;
    const error = cause as Error;
    if (error.name === "RuntimeError") crash = error;
    throw new QuarryError(code, `${place} cannot be read by the HDF5 library: ${reasonOf(error)}`, {
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
