/** Many small reads of neighbouring bytes, as one: opening a file costs more than reading a page of it. */
import type { Archive } from "../../store/zip/archive.ts";

const WINDOW_BYTES = 2 ** 20;

/**
 * `file`, of which the last window that was read is kept; for one reader that goes through a part of it in order.
 * @param endBytes of that part: nothing behind it is read ahead
 */
export function withReadAhead(file: Archive, endBytes: number): Archive {
  let window: { readonly begin: number; readonly bytes: Uint8Array } = { begin: 0, bytes: new Uint8Array(0) };
  return {
    name: file.name,
    bytes: file.bytes,
    read: async (offset, length, options) => {
      if (length >= WINDOW_BYTES) return file.read(offset, length, options);
      const begin = offset - window.begin;
      if (begin >= 0 && begin + length <= window.bytes.length) {
        return window.bytes.subarray(begin, begin + length);
      }
      const windowBytes = Math.max(length, Math.min(WINDOW_BYTES, endBytes - offset));
      const bytes = await file.read(offset, windowBytes, options);
      window = { begin: offset, bytes };
      return bytes.subarray(0, length);
    },
  };
}
