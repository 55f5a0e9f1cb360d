/** What a migration says of what it did: its words, which `quarry migrate --json` prints. `spec/migration.md` explains them. */
import type { ErrorCode } from "../errors.ts";
import type { NodePath } from "../metadata/node-name.ts";

/** From the first row up to the second, without it. */
export type RowRange = readonly [start: number, stop: number];

/**
 * - `migrated`: the destination holds everything
 * - `partial`: the same, but for what `faults` says
 * - `refused`: there is no destination; `reason` says why
 * - `unchanged`: the destination was there already, finished, and was left as it is
 */
export type MigrationStatus = "migrated" | "partial" | "refused" | "unchanged";

export interface MigrationReport {
  /** Whether no store was refused. */
  readonly ok: boolean;
  /** Whether what was written was read back and compared. */
  readonly verified: boolean;
  readonly seconds: number;
  readonly stores: readonly MigratedStore[];
}

export interface MigratedStore {
  readonly source: string;
  readonly dest: string;
  /** What the source is: `Zarr v2`, `.npy`; `null` where it could not be opened. */
  readonly format: string | null;
  readonly status: MigrationStatus;
  /** `null` for a store of which everything was migrated. */
  readonly reason: string | null;
  readonly seconds: number;
  /** Empty for a store that was refused. */
  readonly arrays: readonly MigratedArray[];
  /** What has no equal in the destination, or cannot be read at all: all of it. */
  readonly refusals: readonly MigrationRefusal[];
  /** What is damaged or missing. */
  readonly faults: readonly SourceFault[];
  readonly notes: readonly string[];
}

export interface MigratedArray {
  readonly path: NodePath;
  readonly dataType: string;
  readonly shape: readonly number[];
  /** Items along the first dimension; 1 for an array of a single item. */
  readonly rows: number;
  readonly sourceBytes: number;
  readonly destBytes: number;
  /** Bytes of the source for each of the destination. */
  readonly ratio: number | null;
  /** Of reading, writing and verifying. */
  readonly seconds: number;
  /**
   * Of all items in C order, little-endian, lost ones as the fill value; strings each as a uint32 of their length in
   * bytes and their UTF-8. `null` where nothing was verified.
   */
  readonly sha256: string | null;
  /** Rows in which items could not be read and hold the fill value. */
  readonly lostRows: readonly RowRange[];
  /** Whether checksums in the source vouch for its bytes: without, a flipped bit may have been read as a value. */
  readonly sourceVouched: boolean;
}

export interface MigrationRefusal {
  readonly array: NodePath;
  readonly code: ErrorCode;
  readonly reason: string;
}

export interface SourceFault {
  readonly array: NodePath;
  /** Grid coordinates of the chunk (the inner chunk); `null` where a document, or a whole array, is at fault. */
  readonly chunk: readonly number[] | null;
  /** `null` where no rows can be named. */
  readonly rows: RowRange | null;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface MigrationProgress {
  /** Decoded bytes that were read, of all stores. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Stores that are through, and all of them. */
  readonly doneStores: number;
  readonly stores: number;
}
