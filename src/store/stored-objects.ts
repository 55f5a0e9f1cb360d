/**
 * Everything that lies in a store, with its size: the values under keys, and what is no value (unfinished files
 * of a writer that was killed, pipes), which listings of the store itself leave out.
 */
import { QuarryError } from "../errors.ts";
import { directoriesFor } from "./directories.ts";
import type { AbsolutePath, ReadableStore } from "./store.ts";

export interface StoredObject {
  readonly key: AbsolutePath;
  readonly bytes: number;
  /**
   * - `value`: what `get` gives
   * - `unfinished`: a temporary file, or a file in a directory that was being deleted; readers do not see it
   * - `special`: a pipe, a socket, a device, or a link to nothing
   */
  readonly kind: "value" | "unfinished" | "special";
}

/**
 * @param prefix `/` or a key without a slash at its end
 * @param enters whether to look below a directory; default: all of them
 * @throws QuarryError `STORE_FAILED`, also for a store that cannot list
 */
export async function* storedObjects(
  store: ReadableStore,
  prefix: AbsolutePath,
  enters: (directory: AbsolutePath) => boolean = () => true,
): AsyncGenerator<StoredObject, void, undefined> {
  if (store.localDirectory !== undefined) {
    yield* directoriesFor(store.localDirectory).objectsBelow(store.localDirectory, prefix, enters);
    return;
  }
  if (store.list === undefined) {
    throw new QuarryError("STORE_FAILED", `the store of ${prefix} cannot list what it holds`, {
      path: prefix,
    });
  }
  for await (const key of store.list(prefix)) {
    if (!directoriesBetween(prefix, key).every(enters)) continue;
    const value = await store.get(key);
    if (value !== undefined) yield { key, bytes: value.length, kind: "value" };
  }
}

/** `/a` and `/a/b` for the key `/a/b/c` below `/`. */
function directoriesBetween(prefix: AbsolutePath, key: AbsolutePath): AbsolutePath[] {
  const begin = prefix === "/" ? 1 : prefix.length + 1;
  const directories: AbsolutePath[] = [];
  for (let slash = key.indexOf("/", begin); slash !== -1; slash = key.indexOf("/", slash + 1)) {
    directories.push(key.slice(0, slash) as AbsolutePath);
  }
  return directories;
}
