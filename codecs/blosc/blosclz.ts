/**
 * Decoder of BloscLZ, Blosc's own compressor, a descendant of FastLZ. A stream is a sequence of instructions, each
 * introduced by a control byte:
 *
 *     000lllll                     l + 1 literal bytes follow
 *     LLLddddd [more …] dddddddd   a match of L + 2 bytes that begins d + 1 bytes back, d being 13 bits, high part
 *                                  first; with L = 7 the bytes `more` add to the length, up to the first that is
 *                                  not 255
 *     … with d = 8191              two more bytes, high part first, add to d
 *
 * The three high bits of the first control byte mean nothing: it always introduces literals.
 */
import { CodecFault } from "../fault.ts";
import { copyMatch } from "./match.ts";

const LOW_BITS = 31;
const LONG_MATCH = 7;
const MATCH_BYTES_LESS = 2;
const FAR_DISTANCE = 8191;

/** Fills `decoded` from the stream `encoded`, both to the last byte. */
export function decompressBlosclz(encoded: Uint8Array, decoded: Uint8Array): void {
  let from = 0;
  let to = 0;

  function nextByte(): number {
    if (from >= encoded.length) {
      throw new CodecFault("truncated", { actual: encoded.length });
    }
    return encoded[from++]!;
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

  function repeat(control: number): void {
    let byteCount = (control >> 5) + MATCH_BYTES_LESS;
    if (control >> 5 === LONG_MATCH) {
      let more: number;
      do {
        more = nextByte();
        byteCount += more;
      } while (more === 255);
    }
    let back = ((control & LOW_BITS) << 8) | nextByte();
    if (back === FAR_DISTANCE) {
      const high = nextByte();
      back += (high << 8) | nextByte();
    }
    copyMatch(decoded, to, back + 1, byteCount);
    to += byteCount;
  }

  for (let control = nextByte() & LOW_BITS; ; control = nextByte()) {
    if (control <= LOW_BITS) {
      copyLiterals(control + 1);
    } else {
      repeat(control);
    }
    if (from === encoded.length) {
      break;
    }
  }
  if (to !== decoded.length) {
    throw new CodecFault("length-mismatch", { expected: decoded.length, actual: to });
  }
}
