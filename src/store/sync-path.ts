/** Handing files to the disk: a name, and what is under it, survive a power cut when both have been. */
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Files that are handed over at the same time: the disk takes several in one go. */
const SYNCED_AT_A_TIME = 16;

/** The content of a file; the names in a directory, which is opened and synced as a file is. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** {@link syncPath}; nothing where nothing has this name. */
export async function syncIfThere(path: string): Promise<void> {
  try {
    await syncPath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** All files and directories below `directory`, and itself. */
export async function syncTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = [directory, ...entries.map((entry) => join(entry.parentPath, entry.name))];
  for (let from = 0; from < paths.length; from += SYNCED_AT_A_TIME) {
    await Promise.all(paths.slice(from, from + SYNCED_AT_A_TIME).map(syncPath));
  }
}
