/** What is at a path, whichever kind of source it is. */
import { stat } from "node:fs/promises";
import { type FileSourceOptions, isFileSource, openFileSource } from "./files/open-file-source.ts";
import type { MigrationSource } from "./source.ts";
import { openZarrSource } from "./zarr-source.ts";

export type { FileSourceOptions } from "./files/open-file-source.ts";

/**
 * Opens the Zarr hierarchy or the file at `path`.
 * @throws QuarryError `NOT_FOUND`, `UNSUPPORTED_FORMAT`, `FILE_INVALID`, `STORE_FAILED`; what is wrong with a root's
 *   document
 */
export async function openSource(path: string, options: FileSourceOptions): Promise<MigrationSource> {
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isDirectory && !(await isFileSource(path)) ? openZarrSource(path) : openFileSource(path, options);
}
