/** Files as old as a test wants them, so that it does not depend on how fast it runs whether they have a version. */
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import type { FileSystemStore } from "../../src/store/file-system-store.ts";
import type { AbsolutePath } from "../../src/store/store.ts";

const HOUR_MS = 3_600_000;

/** Sets a value as if that had been an hour ago, so that the store can tell it from what comes after it. */
export async function putSettled(
  store: FileSystemStore,
  key: AbsolutePath,
  value: Uint8Array,
): Promise<void> {
  await store.set(key, value);
  await settle(store, key);
}

/** Makes the value of `key` look as if it had been set an hour ago. */
export async function settle(store: FileSystemStore, key: AbsolutePath): Promise<void> {
  await setModified(store, key, Date.now() - HOUR_MS);
}

/** Makes the value of `key` look as if it had just been set, for an hour. */
export async function unsettle(store: FileSystemStore, key: AbsolutePath): Promise<void> {
  await setModified(store, key, Date.now() + HOUR_MS);
}

export async function setModified(
  store: FileSystemStore,
  key: AbsolutePath,
  modifiedMs: number,
): Promise<void> {
  const modified = new Date(modifiedMs);
  await utimes(join(store.localDirectory, key), modified, modified);
}
