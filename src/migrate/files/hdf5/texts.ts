/** Text of HDF5, which is UTF-8; ASCII is as well. */
import type { LibraryItems } from "./library.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Text of any length.
 * @throws Error for what is no UTF-8
 */
export function textsOf({ bytes, ends = new Uint32Array(0) }: LibraryItems): string[] {
  return Array.from(ends, (end, i) => decode(bytes.subarray(i === 0 ? 0 : ends[i - 1], end), i));
}

/**
 * Text of `size` bytes each, or up to a NUL.
 * @throws Error for what is no UTF-8
 */
export function fixedTextsOf(bytes: Uint8Array, size: number): string[] {
  return Array.from({ length: bytes.length / size }, (_, i) => {
    const text = bytes.subarray(i * size, (i + 1) * size);
    const end = text.indexOf(0);
    return decode(end < 0 ? text : text.subarray(0, end), i);
  });
}

function decode(bytes: Uint8Array, item: number): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new Error(`item ${item} is not UTF-8`, { cause });
  }
}
