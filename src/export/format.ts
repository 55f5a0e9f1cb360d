/** What a format of files is to an export. */
import type { ZarrArray } from "../zarr/array.ts";
import type { FileDraft } from "./file-draft.ts";
import type { ItemRun } from "./item-runs.ts";

export interface ExportPlan {
  /** Files beside the file itself, by their names, whole: they appear before it does. */
  readonly sidecars?: ReadonlyMap<string, Uint8Array>;
  /** Writes the file from the array's items. */
  write(file: FileDraft, runs: AsyncIterable<ItemRun>): Promise<void>;
}

export interface ExportFormat {
  /** What the names of such files end with. */
  readonly ending: string;
  /**
   * How `array` is going to be written, before anything is.
   * @param name what the array is called where the format wants a name
   * @throws QuarryError `UNSUPPORTED_DATA_TYPE`, `SHAPE_MISMATCH`, `SELECTION_TOO_LARGE` for what the format cannot hold
   */
  plan(array: ZarrArray, name: string, file: string): ExportPlan;
}
