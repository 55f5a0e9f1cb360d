/** Text that the library has put into its memory. */
import type { Library } from "./library.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * @param bytes as the library gives them: of text of any length its addresses in the library's memory
 * @param size of each text in `bytes`; "elsewhere" where they are addresses
 * @throws Error for what is no UTF-8, which ASCII is as well
 */
export function readTexts(library: Library, bytes: Uint8Array, size: number | "elsewhere"): string[] {
  const memory = library.HEAPU8;
  if (size !== "elsewhere") {
    return Array.from({ length: bytes.length / size }, (_, i) =>
      decode(endedByNul(bytes.subarray(i * size, (i + 1) * size), 0), i),
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, i) => {
    const address = view.getUint32(4 * i, true);
    // Nothing has been written there.
    return address === 0 ? "" : decode(endedByNul(memory, address), i);
  });
}

function endedByNul(bytes: Uint8Array, begin: number): Uint8Array {
  const end = bytes.indexOf(0, begin);
  return bytes.subarray(begin, end < 0 ? bytes.length : end);
}

function decode(bytes: Uint8Array, item: number): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new Error(`item ${item} is not UTF-8`, { cause });
  }
}
