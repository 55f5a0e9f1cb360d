/**
 * Decoder of a raw Snappy block (https://github.com/google/snappy/blob/main/format_description.txt). It begins with
 * the number of decoded bytes, in groups of seven bits, low ones first, of which all but the last have their top bit
 * set; elements follow, all integers little-endian, the kind in the low two bits of the first byte:
 *
 *     llllll00                       l + 1 literal bytes follow, l < 60
 *     llllll00 length (l - 59)       with l from 60 on, length + 1 of them
 *     dddlll01 dddddddd              a match of l + 4 bytes that begins d bytes back, high bits of d first
 *     llllll10 distance (2)          a match of l + 1 bytes
 *     llllll11 distance (4)          the same
 */
import { CodecFault } from "../fault.ts";
import { copyMatch } from "./match.ts";

const LITERALS = 0;
const NEAR_MATCH = 1;
const FAR_MATCH = 2;
const LONGEST_INLINE = 59;
const DECLARED_LENGTH_BYTES_MAX = 5;

/** Fills `decoded` from the block `encoded`, both to the last byte. */
export function decompressSnappy(encoded: Uint8Array, decoded: Uint8Array): void {
  let from = 0;
  let to = 0;

  /** At most four bytes, as an unsigned number. */
  function takeInteger(byteCount: number): number {
    if (byteCount > encoded.length - from) {
      throw new CodecFault("truncated", { actual: encoded.length });
    }
    let value = 0;
    for (let index = 0; index < byteCount; index++) {
      value += encoded[from++]! * 2 ** (8 * index);
    }
    return value;
  }

  function takeDeclaredLength(): number {
    let length = 0;
    for (let index = 0; index < DECLARED_LENGTH_BYTES_MAX; index++) {
      const group = takeInteger(1);
      length += (group & 0x7f) * 2 ** (7 * index);
      if (group < 0x80) {
        return length;
      }
    }
    throw new CodecFault("malformed");
  }

  function copyLiterals(byteCount: number): void {
    if (byteCount > encoded.length - from) {
      throw new CodecFault("truncated", { actual: encoded.length });
    }
    if (byteCount > decoded.length - to) {
      throw new CodecFault("malformed");
    }
    decoded.set(encoded.subarray(from, from + byteCount), to);
    from += byteCount;
    to += byteCount;
  }

  function repeat(byteCount: number, distance: number): void {
    copyMatch(decoded, to, distance, byteCount);
    to += byteCount;
  }

  const declaredBytes = takeDeclaredLength();
  if (declaredBytes !== decoded.length) {
    throw new CodecFault("length-mismatch", { expected: decoded.length, actual: declaredBytes });
  }
  while (from < encoded.length) {
    const tag = takeInteger(1);
    const kind = tag & 3;
    const length = tag >> 2;
    if (kind === LITERALS) {
      copyLiterals(1 + (length > LONGEST_INLINE ? takeInteger(length - LONGEST_INLINE) : length));
    } else if (kind === NEAR_MATCH) {
      repeat((length & 7) + 4, ((tag >> 5) << 8) | takeInteger(1));
    } else {
      repeat(length + 1, takeInteger(kind === FAR_MATCH ? 2 : 4));
    }
  }
  if (to !== decoded.length) {
    throw new CodecFault("length-mismatch", { expected: decoded.length, actual: to });
  }
}
