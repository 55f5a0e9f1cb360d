import { isQuarryError, QuarryError } from "../errors.ts";

/** What a caller is told when the disk has refused; mistakes of the caller's stay what they are. */
export function storeFailed(directory: string, error: unknown): unknown {
  if (isQuarryError(error) || error instanceof TypeError || error instanceof RangeError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new QuarryError("STORE_FAILED", `cannot write to ${directory}: ${reason}`, {
    path: directory,
    cause: error,
  });
}
