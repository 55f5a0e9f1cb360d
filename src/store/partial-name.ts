/**
 * Names of files that are not finished: `<name>.<16 hex digits>.partial`, in the directory of `<name>`, because
 * a rename is atomic only within a file system. The native core (`native/core/os/file.cc`) names its own in the
 * same way.
 */
import { randomBytes } from "node:crypto";

/** A name for the unfinished version of `file` that nobody else has. */
export function partialName(file: string): string {
  return `${file}.${randomBytes(8).toString("hex")}.partial`;
}

/** Whether `name`, the last segment of a path, is one that {@link partialName} gives. */
export function isPartialName(name: string): boolean {
  return /\.[0-9a-f]{16}\.partial$/.test(name);
}
