/**
 * Decoder of one LZ4 block (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md):
 *
 *     sequence := token (literal length : match length - 4, four bits each) [more length…] literals
 *                 [offset (2, little-endian) [more length…]]
 *
 * The last sequence ends after its literals. Checked throughout: no length leaves the input or the output, no
 * offset points before the output, no match reaches into the last five bytes, which every encoder leaves to
 * literals.
 */
import { CodecFault } from "../fault.ts";

const LENGTH_NIBBLE_FULL = 15;
const MATCH_BYTES_MIN = 4;
const LAST_LITERAL_BYTES = 5;

/** Fills `decoded` from the block `encoded`, both to the last byte. */
export function decompressLz4Block(encoded: Uint8Array, decoded: Uint8Array): void {
  let from = 0;
  let to = 0;

  function truncated(): CodecFault {
    return new CodecFault("truncated", { actual: encoded.length });
  }

  /** A length whose first four bits are `nibble`; bytes of 255 go on. */
  function readLength(nibble: number): number {
    let length = nibble;
    if (nibble === LENGTH_NIBBLE_FULL) {
      let byte: number;
      do {
        if (from >= encoded.length) {
          throw truncated();
        }
        byte = encoded[from++]!;
        length += byte;
      } while (byte === 255);
    }
    return length;
  }

  for (;;) {
    if (from >= encoded.length) {
      throw truncated();
    }
    const token = encoded[from++]!;
    const literalBytes = readLength(token >> 4);
    if (literalBytes > encoded.length - from) {
      throw truncated();
    }
    if (literalBytes > decoded.length - to) {
      throw new CodecFault("malformed");
    }
    decoded.set(encoded.subarray(from, from + literalBytes), to);
    from += literalBytes;
    to += literalBytes;
    if (from === encoded.length) {
      break;
    }

    if (encoded.length - from < 2) {
      throw truncated();
    }
    const offset = encoded[from]! | (encoded[from + 1]! << 8);
    from += 2;
    const matchBytes = readLength(token & 15) + MATCH_BYTES_MIN;
    if (offset === 0 || offset > to || matchBytes > decoded.length - LAST_LITERAL_BYTES - to) {
      throw new CodecFault("malformed");
    }
    copyMatch(decoded, to, offset, matchBytes);
    to += matchBytes;
  }
  if (to !== decoded.length) {
    throw new CodecFault("length-mismatch", { expected: decoded.length, actual: to });
  }
}

/** A match may overlap what it makes; then it repeats, and must be copied byte by byte. */
function copyMatch(decoded: Uint8Array, to: number, offset: number, matchBytes: number): void {
  if (offset >= matchBytes && matchBytes > 32) {
    decoded.copyWithin(to, to - offset, to - offset + matchBytes);
    return;
  }
  for (let at = to; at < to + matchBytes; at++) {
    decoded[at] = decoded[at - offset]!;
  }
}
