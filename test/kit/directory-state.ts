/** What a directory holds, to show that nothing in it has changed. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The SHA-256 of every file by its path relative to `directory`. */
export async function directoryState(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const state: Record<string, string> = {};
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    state[path.slice(directory.length + 1)] = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  }
  return state;
}
