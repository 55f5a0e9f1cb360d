/** Keys of a store: absolute, and meaning exactly what they say. */
import { QuarryError } from "../errors.ts";
import type { AbsolutePath, RangeQuery } from "./store.ts";

/**
 * That `key` can name a value: `/` and segments that are not empty and could not climb out of a directory.
 * @throws QuarryError `KEY_INVALID`
 */
export function checkKey(key: string): void {
  if (!key.startsWith("/")) throw invalid(key, 'a key begins with "/"');
  for (const segment of key.slice(1).split("/")) {
    if (segment === "") throw invalid(key, "a segment is empty");
    if (/^\.+$/.test(segment)) throw invalid(key, "a segment consists of periods only");
    if (segment.includes("\\")) throw invalid(key, "a segment contains a backslash");
    if (segment.includes("\0")) throw invalid(key, "a segment contains NUL");
    if (/\p{Surrogate}/u.test(segment)) throw invalid(key, "it is not well-formed Unicode");
  }
}

/**
 * That `prefix` is `/` or a key.
 * @throws QuarryError `KEY_INVALID`
 */
export function checkPrefix(prefix: string): void {
  if (prefix !== "/") checkKey(prefix);
}

/** The key of `name` directly below `prefix`. */
export function keyBelow(prefix: AbsolutePath, name: string): AbsolutePath {
  return prefix === "/" ? `/${name}` : `${prefix}/${name}`;
}

/**
 * The part of a value of `valueBytes` bytes that `range` covers, cut at the value's end.
 * @throws RangeError if an offset or a length is not a non-negative safe integer
 */
export function rangeWithin(range: RangeQuery, valueBytes: number): { start: number; end: number } {
  if ("suffixLength" in range) {
    const suffixBytes = checkedCount("suffixLength", range.suffixLength);
    return { start: Math.max(0, valueBytes - suffixBytes), end: valueBytes };
  }
  const start = Math.min(checkedCount("offset", range.offset), valueBytes);
  return { start, end: Math.min(start + checkedCount("length", range.length), valueBytes) };
}

function checkedCount(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`${name} must be a non-negative integer, not ${value}`);
}

function invalid(key: string, reason: string): QuarryError {
  return new QuarryError("KEY_INVALID", `${JSON.stringify(key)} is not a key: ${reason}`, { path: key });
}
