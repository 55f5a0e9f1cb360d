/** Whole numbers from 0 to 2^53 − 1, seven bits a byte, the lowest first; all bytes but the last have the highest bit set. */

/** @returns the offset behind it */
export function writeVarint(bytes: Uint8Array, offset: number, value: number): number {
  let rest = value;
  let at = offset;
  while (rest > 0x7f) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[at++] = rest;
  return at;
}

export const VARINT_BYTES_MAX = 8;

/** Undefined where there is none that is whole and in range. */
export function readVarint(
  bytes: Uint8Array,
  offset: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  let scale = 1;
  for (let at = offset; at < Math.min(offset + VARINT_BYTES_MAX, bytes.length); at++) {
    value += (bytes[at]! & 0x7f) * scale;
    if (bytes[at]! < 0x80) return Number.isSafeInteger(value) ? { value, end: at + 1 } : undefined;
    scale *= 0x80;
  }
  return undefined;
}
