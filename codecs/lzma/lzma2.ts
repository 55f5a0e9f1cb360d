/**
 * LZMA2: chunks of LZMA, or of bytes as they are, each with its sizes.
 *
 *     00                                                        end
 *     01 | 02     length - 1 (2, big-endian)  bytes             copied; 01 forgets the dictionary
 *     1rruuuuu    ... (2)  encoded length - 1 (2)  [properties] LZMA of 21 bits of length - 1; rr: what begins
 *                                                               anew: 0 nothing, 1 the state, 2 with properties,
 *                                                               3 with the dictionary too
 */
import type { BoundedOutput } from "../bounded-output.ts";
import { CodecFault } from "../fault.ts";
import { LzmaDecoder, parseLzmaProperties } from "./lzma-decoder.ts";
import { RangeDecoder } from "./range-decoder.ts";

const END = 0x00;
const COPY_FORGETTING = 0x01;
const COPY = 0x02;
const LZMA = 0x80;
const RESET_STATE = 0xa0;
const RESET_PROPERTIES = 0xc0;
const RESET_DICTIONARY = 0xe0;
const LITERAL_BITS_MAX = 4;
const NO_PROPERTIES = { literalContextBits: 0, literalPositionBits: 0, positionBits: 0 };

/** Decodes the stream that begins at `start` into `output`. @returns the index of the byte behind it */
export function decodeLzma2(
  encoded: Uint8Array,
  start: number,
  dictionaryBytes: number,
  output: BoundedOutput,
): number {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length);
  let at = start;
  // Copied bytes may come before the properties, and belong to the dictionary.
  const decoder = new LzmaDecoder(output, dictionaryBytes, NO_PROPERTIES);
  let needsDictionary = true;
  let needsProperties = true;

  const requireBytes = (byteCount: number) => {
    if (encoded.length - at < byteCount) {
      throw new CodecFault("truncated", { expected: at + byteCount, actual: encoded.length });
    }
  };
  for (;;) {
    requireBytes(1);
    const control = encoded[at]!;
    if (control === END) {
      return at + 1;
    }
    if (control > COPY && control < LZMA) {
      throw new CodecFault("malformed");
    }
    if (control >= RESET_DICTIONARY || control === COPY_FORGETTING) {
      decoder.forget();
      needsDictionary = false;
      needsProperties = true;
    } else if (needsDictionary) {
      throw new CodecFault("malformed");
    }
    if (control < LZMA) {
      requireBytes(3);
      const byteCount = view.getUint16(at + 1, false) + 1;
      at += 3;
      requireBytes(byteCount);
      output.append(encoded.subarray(at, at + byteCount));
      at += byteCount;
      continue;
    }
    requireBytes(6);
    const decodedBytes = (control & 0x1f) * 0x10000 + view.getUint16(at + 1, false) + 1;
    const encodedBytes = view.getUint16(at + 3, false) + 1;
    at += 5;
    if (control >= RESET_PROPERTIES) {
      const properties = parseLzmaProperties(encoded[at]!);
      if (properties.literalContextBits + properties.literalPositionBits > LITERAL_BITS_MAX) {
        throw new CodecFault("malformed");
      }
      at += 1;
      needsProperties = false;
      decoder.reset(properties);
    } else if (needsProperties) {
      throw new CodecFault("malformed");
    } else if (control >= RESET_STATE) {
      decoder.reset();
    }
    requireBytes(encodedBytes);
    const range = new RangeDecoder(encoded, at, at + encodedBytes);
    const isMarked = decoder.decode(range, output.length + decodedBytes);
    at += encodedBytes;
    if (isMarked || range.positionBytes !== at || !range.isFinished) {
      throw new CodecFault("malformed");
    }
  }
}
