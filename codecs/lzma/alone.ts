/**
 * The `.lzma` format: LZMA with a header and neither checksum nor magic,
 *
 *     properties (1)  dictionary bytes (4)  decoded bytes (8), all ones if an end marker says it  LZMA
 */
import { BoundedOutput } from "../bounded-output.ts";
import { checkDecodedBytes } from "../decoded-size.ts";
import type { DecodedSize } from "../definition.ts";
import { CodecFault } from "../fault.ts";
import { LzmaDecoder, type LzmaProperties, parseLzmaProperties } from "./lzma-decoder.ts";
import { RangeDecoder } from "./range-decoder.ts";

const HEADER_BYTES = 13;
const UNKNOWN_LENGTH = 2n ** 64n - 1n;
const INITIAL_EXPANSION = 4;

export function decodeLzmaAlone(encoded: Uint8Array, size: DecodedSize): Uint8Array {
  if (encoded.length < HEADER_BYTES) {
    throw new CodecFault("truncated", { expected: HEADER_BYTES, actual: encoded.length });
  }
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length);
  const properties = parseLzmaProperties(encoded[0]!);
  const dictionaryBytes = view.getUint32(1, true);
  const declaredBytes = view.getBigUint64(5, true);
  const decodedBytes = declaredBytes === UNKNOWN_LENGTH ? undefined : Number(declaredBytes);
  if (decodedBytes !== undefined) {
    checkDecodedBytes(decodedBytes, size);
  }
  return decodeLzma1(encoded, HEADER_BYTES, { properties, dictionaryBytes, decodedBytes }, size);
}

export interface Lzma1Stream {
  readonly properties: LzmaProperties;
  readonly dictionaryBytes: number;
  /** Undefined where the end is marked. */
  readonly decodedBytes: number | undefined;
}

/** Decodes LZMA that takes the rest of `encoded` from `start` on. */
export function decodeLzma1(
  encoded: Uint8Array,
  start: number,
  { properties, dictionaryBytes, decodedBytes }: Lzma1Stream,
  size: DecodedSize,
): Uint8Array {
  const output = new BoundedOutput(encoded.length * INITIAL_EXPANSION, size.max);
  const range = new RangeDecoder(encoded, start, encoded.length);
  const decoder = new LzmaDecoder(output, dictionaryBytes, properties);
  const isMarked = decoder.decode(range, decodedBytes ?? Number.POSITIVE_INFINITY);
  // A stream of known length may have the marker as well.
  if (!isMarked && (range.positionBytes < encoded.length || !range.isFinished)) {
    decoder.decodeEndMarker(range);
  }
  if (range.positionBytes < encoded.length) {
    throw new CodecFault("trailing-bytes");
  }
  if (!range.isFinished) {
    throw new CodecFault("malformed");
  }
  if (decodedBytes !== undefined && output.length !== decodedBytes) {
    throw new CodecFault("length-mismatch", { expected: decodedBytes, actual: output.length });
  }
  checkDecodedBytes(output.length, size);
  return output.written();
}
