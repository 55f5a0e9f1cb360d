/** Files that were begun and never came to have their names: what is left of a version that no reader has seen. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isPartialName } from "../store/partial-name.ts";
import type { AppendFiles } from "./files.ts";

/** @returns how many there were below `directory` */
export async function removeUnfinished(files: AppendFiles, directory: string): Promise<number> {
  let removed = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!isPartialName(entry.name)) continue;
    await files.removeAll(join(entry.parentPath, entry.name));
    removed += 1;
  }
  return removed;
}
