/** Why a store was refused or is not whole, in a sentence. */
import { isQuarryError } from "../errors.ts";
import { lostRowsOf } from "./lost-rows.ts";
import type { MigrationRefusal, SourceFault } from "./report.ts";

export function reasonOfRefusals(refusals: readonly MigrationRefusal[]): string {
  const names = refusals.map(({ array, code }) => `${array} [${code}]`);
  return `nothing was written: ${names.join(", ")} cannot be migrated. Leave them out (--exclude) to migrate the others`;
}

export function reasonOfFaults(faults: readonly SourceFault[]): string {
  const arrays = [...new Set(faults.map(({ array }) => array))];
  const texts = arrays.map((array) => {
    const rows = lostRowsOf(array, faults).map(([start, stop]) => `${start}…${stop - 1}`);
    return rows.length === 0 ? array : `${array} rows ${rows.join(", ")}`;
  });
  return `damaged or missing: ${texts.join("; ")}`;
}

/** Of a failure that concerns one store, of whichever kind; undefined for a mistake in the program. */
export function reasonOfFailure(error: unknown): string | undefined {
  if (isQuarryError(error)) return `${error.message} [${error.code}]`;
  // What the file system says by itself: a full disk, missing rights.
  const { syscall, message } = error as NodeJS.ErrnoException;
  return syscall === undefined ? undefined : `${message} [STORE_FAILED]`;
}
