/** Handing files to the disk: a name, and what is under it, survive a power cut when both have been. */
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The content of the file at `path`; nothing where there is none. */
export async function syncFile(path: string): Promise<void> {
  try {
    const file = await open(path, "r");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** All files and directories below `directory`, and itself. */
export async function syncTree(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else await syncFile(path);
  }
  // A directory is opened and synced as a file is.
  await syncFile(directory);
}
