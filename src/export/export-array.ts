/** An array as one file of another format, by the ending of the file's name. */
import { basename } from "node:path";
import type { ZarrArray } from "../zarr/array.ts";
import { countOf } from "../zarr/array-data.ts";
import { bin } from "./bin.ts";
import { csv } from "./csv.ts";
import { FileDraft } from "./file-draft.ts";
import type { ExportFormat } from "./format.ts";
import { type ItemRun, itemRuns } from "./item-runs.ts";
import { npy } from "./npy.ts";
import { npz } from "./npz.ts";
import { parquet } from "./parquet.ts";

const FORMATS: readonly ExportFormat[] = [npy, npz, bin, csv, parquet];

/** What the names of files end with that an array can be exported to. */
export const EXPORT_ENDINGS: readonly string[] = FORMATS.map(({ ending }) => ending);

export interface ExportOptions {
  /** What the array is called in the file. Default: the last name of its path; of a root, that of the file. */
  readonly name?: string | undefined;
  /** Whether files that are there already give way. Default `false`: they are an error, and stay. */
  readonly overwrite?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the items that have been written. */
  readonly onProgress?:
    | ((progress: { readonly items: number; readonly totalItems: number }) => void)
    | undefined;
}

export interface ExportReport {
  /** All files that were written, the array's own last. */
  readonly files: readonly string[];
  readonly format: string;
  readonly items: number;
  /** Of all files. */
  readonly bytes: number;
}

/**
 * Writes the items of `array` to `file`, in memory that does not depend on how many there are. The file appears when it
 * is complete; on an error, or an abort, nothing does.
 * @throws RangeError for a name that ends with none of {@link EXPORT_ENDINGS}
 * @throws QuarryError `UNSUPPORTED_DATA_TYPE`, `SHAPE_MISMATCH` or `SELECTION_TOO_LARGE` for what the format cannot
 *   hold, before anything is written; `ALREADY_EXISTS`, `STORE_FAILED`; what `ZarrArray.get` throws
 */
export async function exportArray(
  array: ZarrArray,
  file: string,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const { overwrite = false, signal, onProgress } = options;
  const format = FORMATS.find(({ ending }) => file.toLowerCase().endsWith(ending));
  if (format === undefined) {
    throw new RangeError(`${file} ends with none of ${EXPORT_ENDINGS.join(", ")}`);
  }
  const nodeName = array.path.slice(array.path.lastIndexOf("/") + 1);
  const name = options.name ?? (nodeName || basename(file).slice(0, -format.ending.length) || "data");
  const { sidecars = new Map<string, Uint8Array>(), write } = format.plan(array, name, file);
  const items = countOf(array.shape);
  const drafts: FileDraft[] = [];
  try {
    for (const [place, bytes] of sidecars) {
      drafts.push(await FileDraft.begin(place, overwrite));
      await drafts.at(-1)!.write(bytes);
    }
    const draft = await FileDraft.begin(file, overwrite);
    drafts.push(draft);
    await write(
      draft,
      counted(itemRuns(array, signal), (done) => onProgress?.({ items: done, totalItems: items })),
    );
    signal?.throwIfAborted();
    for (const finished of drafts) await finished.publish(overwrite);
    return {
      files: drafts.map(({ place }) => place),
      format: format.ending.slice(1),
      items,
      bytes: drafts.reduce((bytes, { bytes: own }) => bytes + own, 0),
    };
  } catch (error) {
    for (const draft of drafts) await draft.discard();
    throw error;
  }
}

/** Calls `onItems` with the items of the runs that have been used up. */
async function* counted(
  runs: AsyncIterable<ItemRun>,
  onItems: (items: number) => void,
): AsyncGenerator<ItemRun, void, undefined> {
  let items = 0;
  for await (const run of runs) {
    yield run;
    items += countOf(run.shape);
    onItems(items);
  }
}
