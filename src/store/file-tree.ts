/**
 * Everything that lies in a directory, unfinished and special files among it. A directory is read in steps, so that
 * memory does not depend on how many files it has. The order is the file system's.
 */
import type { Dirent, Stats } from "node:fs";
import { lstat, opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { QuarryError } from "../errors.ts";
import { keyBelow } from "./key.ts";
import { isPartialName } from "./partial-name.ts";
import type { AbsolutePath } from "./store.ts";
import type { StoredObject } from "./stored-objects.ts";

/**
 * What lies in the directory `root` below `prefix`.
 * @param enters whether to look below a directory
 * @throws QuarryError `STORE_FAILED`
 */
export function objectsBelow(
  root: string,
  prefix: AbsolutePath,
  enters: (directory: AbsolutePath) => boolean,
): AsyncGenerator<StoredObject, void, undefined> {
  return filesBelow({ root, enters }, prefix, "value", []);
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

interface FoundFile {
  readonly kind: FileKind;
  readonly bytes: number;
  readonly identity: string;
}

/** Undefined for what is not there (any more). */
async function sizeOf(path: string, key: AbsolutePath): Promise<FoundFile | undefined> {
  try {
    const stats = (await statOf(path, stat)) ?? (await statOf(path, lstat));
    if (stats === undefined) return undefined;
    const kind = stats.isDirectory() ? "directory" : stats.isFile() ? "value" : "special";
    return { kind, bytes: stats.isSymbolicLink() ? 0 : stats.size, identity: `${stats.dev}:${stats.ino}` };
  } catch (cause) {
    throw failed(key, cause);
  }
}

async function statOf(path: string, look: (path: string) => Promise<Stats>): Promise<Stats | undefined> {
  try {
    return await look(path);
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw cause;
  }
}

function pathOf({ root }: Walk, key: AbsolutePath): string {
  return key === "/" ? root : join(root, key.slice(1));
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}

function failed(key: AbsolutePath, cause: unknown): QuarryError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new QuarryError("STORE_FAILED", `could not list ${key}: ${reason}`, { path: key, cause });
}
