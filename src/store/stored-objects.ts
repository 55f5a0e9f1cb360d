/**
 * Everything that lies in a store, with its size: the values under keys, and what is no value (unfinished files
 * of a writer that was killed, pipes), which listings of the store itself leave out.
 *
 * A directory is read in steps, so that memory does not depend on how many files it has. The order is the file
 * system's.
 */
import type { Dirent } from "node:fs";
import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { QuarryError } from "../errors.ts";
import { keyBelow } from "./key.ts";
import { isPartialName } from "./partial-name.ts";
import type { AbsolutePath, ReadableStore } from "./store.ts";

export interface StoredObject {
  readonly key: AbsolutePath;
  readonly bytes: number;
  /**
   * - `value`: what `get` gives
   * - `unfinished`: a temporary file, or a file in a directory that was being deleted; readers do not see it
   * - `special`: a pipe, a socket or a device
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
    yield* filesBelow({ root: store.localDirectory, enters }, prefix, "value", []);
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

interface Walk {
  readonly root: string;
  readonly enters: (directory: AbsolutePath) => boolean;
}

type FileKind = StoredObject["kind"] | "directory";

/** Entries that are looked at together. */
const STEP_ENTRIES = 128;

/** @param ancestors identities of the directories on the way here: a link back to one of them is not followed */
async function* filesBelow(
  walk: Walk,
  directory: AbsolutePath,
  kind: "value" | "unfinished",
  ancestors: readonly string[],
): AsyncGenerator<StoredObject, void, undefined> {
  const path = pathOf(walk, directory);
  const own = await sizeOf(path, directory);
  if (own === undefined || own.kind !== "directory" || ancestors.includes(own.identity)) return;
  const chain = [...ancestors, own.identity];
  for await (const entries of inSteps(path, directory)) {
    const found = await Promise.all(
      entries.map(async ({ name }) => {
        const key = keyBelow(directory, name);
        return { key, name, size: await sizeOf(pathOf(walk, key), key) };
      }),
    );
    for (const { key, name, size } of found) {
      if (size === undefined) continue;
      const below = isPartialName(name) ? "unfinished" : kind;
      if (size.kind !== "directory") {
        yield { key, bytes: size.bytes, kind: size.kind === "value" ? below : size.kind };
      } else if (walk.enters(key)) {
        yield* filesBelow(walk, key, below, chain);
      }
    }
  }
}

async function* inSteps(path: string, key: AbsolutePath): AsyncGenerator<Dirent[], void, undefined> {
  let step: Dirent[] = [];
  try {
    for await (const entry of await opendir(path)) {
      step.push(entry);
      if (step.length < STEP_ENTRIES) continue;
      yield step;
      step = [];
    }
  } catch (cause) {
    if (!isAbsent(cause)) throw failed(key, cause);
  }
  if (step.length > 0) yield step;
}

/** Undefined for what is not there (any more), dangling links among them. */
async function sizeOf(
  path: string,
  key: AbsolutePath,
): Promise<{ readonly kind: FileKind; readonly bytes: number; readonly identity: string } | undefined> {
  try {
    const stats = await stat(path);
    const kind = stats.isDirectory() ? "directory" : stats.isFile() ? "value" : "special";
    return { kind, bytes: stats.size, identity: `${stats.dev}:${stats.ino}` };
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw failed(key, cause);
  }
}

function pathOf({ root }: Walk, key: AbsolutePath): string {
  return key === "/" ? root : join(root, key.slice(1));
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

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}

function failed(key: AbsolutePath, cause: unknown): QuarryError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new QuarryError("STORE_FAILED", `could not list ${key}: ${reason}`, { path: key, cause });
}
