/** What is at a path, whichever kind of source it is, in the layout that is asked for. */
import { stat } from "node:fs/promises";
import { type BookScaleOptions, bookSource } from "./book/book-source.ts";
import { type FileSourceOptions, isFileSource, openFileSource } from "./files/open-file-source.ts";
import type { MigrationSource } from "./source.ts";
import { openZarrSource, type ZarrSourceOptions } from "./zarr-source.ts";

export interface SourceOptions extends ZarrSourceOptions {
  /** For files that do not describe themselves. */
  readonly files: FileSourceOptions;
  /** The steps of prices and sizes, where these are to become ticks and lots; undefined: arrays as they are. */
  readonly book: BookScaleOptions | undefined;
}

/**
 * Opens the Zarr hierarchy or the file at `path`.
 * @throws QuarryError `NOT_FOUND`, `UNSUPPORTED_FORMAT`, `FILE_INVALID`, `STORE_FAILED`; what is wrong with a root's
 *   document; for books, what `bookSource` throws
 */
export async function openSource(
  path: string,
  { files, book, measuresFiles }: SourceOptions,
): Promise<MigrationSource> {
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const isZarr = isDirectory && !(await isFileSource(path));
  const source = isZarr ? await openZarrSource(path, { measuresFiles }) : await openFileSource(path, files);
  return book === undefined ? source : bookSource(source, book);
}
