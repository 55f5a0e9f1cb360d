/** How a migration is done: what callers may say, and what it comes to. */
import { PRESET_NAMES, type PresetName } from "../market/presets.ts";
import { type StepType, stepTypesOf } from "../market/step-types.ts";
import type { FileSourceOptions } from "./files/open-file-source.ts";
import type { SourceOptions } from "./open-source.ts";
import type { MigrationProgress } from "./report.ts";
import { PROCESS_BYTES, type StorePlanOptions } from "./store-plan.ts";

export type LayoutName = "raw" | "book";
export const LAYOUT_NAMES: readonly LayoutName[] = ["raw", "book"];

export interface MigrateOptions {
  /** How arrays are compressed. Default `portable`, which every Zarr v3 reader reads. */
  readonly preset?: PresetName | undefined;
  /**
   * `raw` (default): arrays as they are. `book`: a collector's `data` and `timestamps` become `bid_px`, `bid_sz`,
   * `ask_px`, `ask_sz` and so on in whole ticks and lots, and `ts_event` in nanoseconds; a store in which a value is not
   * on the grid is refused.
   */
  readonly layout?: LayoutName | undefined;
  /** With `book`: the price step, such as `"0.1"`. Default: found from the values. */
  readonly tickSize?: string | undefined;
  /** With `book`: the size step. Default: found from the values. */
  readonly lotSize?: string | undefined;
  /** With `book`: what prices in ticks are stored as. Default `int32`. */
  readonly priceType?: StepType | undefined;
  /** With `book`: what sizes in lots are stored as. Default `int32`. */
  readonly sizeType?: StepType | undefined;
  /** Paths of arrays that are left out, such as `/text_pickled`. */
  readonly exclude?: readonly string[] | undefined;
  /** Continue what an earlier migration has begun, at the last finished shard. Default: unfinished work is an error. */
  readonly resume?: boolean | undefined;
  /** Keep what can be read of a damaged store, and the fill value for what is lost. Default: it is not migrated. */
  readonly skipCorrupt?: boolean | undefined;
  /** Read and compare everything after writing. Default `true`. */
  readonly verify?: boolean | undefined;
  /** Bytes that the process may take. Default 1 GiB, at least 256 MiB. */
  readonly memoryBytes?: number | undefined;
  /** Stores that are migrated at the same time, within the same memory. Default 2. */
  readonly jobs?: number | undefined;
  /** For files that do not describe themselves. */
  readonly files?: FileSourceOptions | undefined;
  /** Stops the migration; what is done can be resumed. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined;
}

export interface SettledOptions extends StorePlanOptions, SourceOptions {
  readonly resume: boolean;
  readonly skipCorrupt: boolean;
  readonly verify: boolean;
  readonly jobs: number;
}

const MEMORY_BYTES_DEFAULT = 2 ** 30;
const MEMORY_BYTES_MIN = 2 ** 28;
const JOBS_DEFAULT = 2;
const JOBS_MAX = 256;

/** @throws RangeError for options that cannot be */
export function settledOptions(options: MigrateOptions): SettledOptions {
  const { preset = "portable", memoryBytes = MEMORY_BYTES_DEFAULT, jobs = JOBS_DEFAULT } = options;
  const { skipCorrupt = false, files = {}, layout = "raw" } = options;
  const { tickSize, lotSize, priceType, sizeType } = options;
  if (!PRESET_NAMES.includes(preset))
    throw new RangeError(`preset is one of ${PRESET_NAMES.join(", ")}, not ${preset}`);
  if (!LAYOUT_NAMES.includes(layout))
    throw new RangeError(`layout is one of ${LAYOUT_NAMES.join(", ")}, not ${layout}`);
  if (layout === "raw" && (tickSize ?? lotSize ?? priceType ?? sizeType) !== undefined)
    throw new RangeError("steps of prices and sizes, and their types, say something of the layout book only");
  if (!(Number.isSafeInteger(memoryBytes) && memoryBytes >= MEMORY_BYTES_MIN)) {
    throw new RangeError(`memory is ${memoryBytes} bytes; it must be at least ${MEMORY_BYTES_MIN}`);
  }
  if (!(Number.isSafeInteger(jobs) && jobs >= 1 && jobs <= JOBS_MAX))
    throw new RangeError(`jobs is ${jobs}; it may be a whole number from 1 to ${JOBS_MAX}`);
  const totalBytes = memoryBytes - PROCESS_BYTES;
  return {
    preset,
    exclude: (options.exclude ?? []).map((path) => (path.startsWith("/") ? path : `/${path}`)),
    resume: options.resume ?? false,
    skipCorrupt,
    verify: options.verify ?? true,
    jobs,
    files,
    book: layout === "book" ? { tickSize, lotSize, ...stepTypesOf({ priceType, sizeType }) } : undefined,
    totalBytes,
    shareBytes: Math.floor(totalBytes / jobs),
    identity: [`skipCorrupt=${skipCorrupt}`],
  };
}
