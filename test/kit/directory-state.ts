/** What a directory holds: its files by name, and what is in them, to show that nothing has changed. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/** Paths of all files, relative to `directory` and sorted. */
export async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

/** The SHA-256 of every file by its path relative to `directory`. */
export async function directoryState(directory: string): Promise<Record<string, string>> {
  const state: Record<string, string> = {};
  for (const file of await filesIn(directory)) {
    state[file] = createHash("sha256")
      .update(await readFile(join(directory, file)))
      .digest("hex");
  }
  return state;
}
