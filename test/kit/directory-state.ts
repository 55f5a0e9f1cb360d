/** What a directory holds, to show that nothing in it has changed. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Every file's bytes, in hexadecimal, by its path relative to `directory`. */
export async function directoryState(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const state: Record<string, string> = {};
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    state[path.slice(directory.length + 1)] = (await readFile(path)).toString("hex");
  }
  return state;
}
