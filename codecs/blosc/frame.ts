/**
 * The container of Blosc 1 (format version 2, what c-blosc 1.x writes), all integers little-endian:
 *
 *      0  u8   format version, 2
 *      1  u8   version of the compressor's format, 1
 *      2  u8   flags: 0x01 byte shuffle, 0x02 the rest is a plain copy, 0x04 bit shuffle,
 *              0x10 blocks are not split, top three bits: compressor
 *      3  u8   element size in bytes
 *      4  u32  decoded length
 *      8  u32  decoded length of a block; the last block may be shorter
 *     12  u32  encoded length, this header included
 *     16  i32  for each block: where it starts, counted from byte 0
 *         blocks: for each stream of the block i32 encoded length, then that many bytes
 *
 * A block is one stream, or one for each byte of the element ("split") if the flag allows it, the element has at
 * most 16 bytes, the block at least 128 elements, and the block is not the short last one. A stream as long as
 * what it decodes to is a plain copy. Snappy's may be longer, where the chunk as a whole still shrinks.
 */
import { checkDecodedBytes, checkLength } from "../decoded-size.ts";
import type { DecodedSize } from "../definition.ts";
import { CodecFault } from "../fault.ts";

export const HEADER_BYTES = 16;
export const BLOCK_START_BYTES = 4;
export const STREAM_LENGTH_BYTES = 4;

/** `BLOSC_MAX_BUFFERSIZE`: the decoded length and the header fit a signed 32-bit integer. */
export const DECODED_BYTES_MAX = 0x7fffffff - HEADER_BYTES;
/** `BLOSC_MAX_BLOCKSIZE`. */
export const BLOCK_BYTES_MAX = Math.floor((0x7fffffff - 255 * 4) / 3);
/** `MIN_BUFFERSIZE`: shorter buffers are copied, shorter streams are not split off. */
export const STREAM_BYTES_MIN = 128;
const SPLIT_STREAMS_MAX = 16;

const FORMAT_VERSION = 2;
const COMPRESSOR_VERSION = 1;
const BLOSC2_VERSION_MAX = 5;
const FLAG_BYTE_SHUFFLE = 0x01;
const FLAG_COPY = 0x02;
const FLAG_RESERVED = 0x08;
const FLAG_BIT_SHUFFLE = 0x04;
const FLAG_NO_SPLIT = 0x10;

export const SHUFFLE_NONE = 0;
export const SHUFFLE_BYTES = 1;
export const SHUFFLE_BITS = 2;
export type Shuffle = typeof SHUFFLE_NONE | typeof SHUFFLE_BYTES | typeof SHUFFLE_BITS;

export interface BloscHeader {
  readonly shuffle: Shuffle;
  readonly copied: boolean;
  readonly split: boolean;
  /** Number of the compressor's format, 0…7. */
  readonly compressorFormat: number;
  readonly elementBytes: number;
  readonly decodedBytes: number;
  readonly blockBytes: number;
  readonly encodedBytes: number;
}

export function blockCountOf({ decodedBytes, blockBytes }: BloscHeader): number {
  return Math.ceil(decodedBytes / blockBytes);
}

/** Whether blocks of this shape may be split at all. */
export function isSplittable(elementBytes: number, blockBytes: number): boolean {
  return elementBytes <= SPLIT_STREAMS_MAX && Math.floor(blockBytes / elementBytes) >= STREAM_BYTES_MIN;
}

/** How many streams a block of `bytes` bytes has; only a short last block has fewer than `header.blockBytes`. */
export function streamCountOf(header: BloscHeader, bytes: number): number {
  const whole = bytes === header.blockBytes;
  return header.split && whole && isSplittable(header.elementBytes, bytes) ? header.elementBytes : 1;
}

export function writeBloscHeader(target: Uint8Array, header: BloscHeader): void {
  const view = new DataView(target.buffer, target.byteOffset);
  view.setUint8(0, FORMAT_VERSION);
  view.setUint8(1, COMPRESSOR_VERSION);
  view.setUint8(
    2,
    (header.shuffle === SHUFFLE_BYTES ? FLAG_BYTE_SHUFFLE : 0) |
      (header.shuffle === SHUFFLE_BITS ? FLAG_BIT_SHUFFLE : 0) |
      (header.copied ? FLAG_COPY : 0) |
      (header.split ? 0 : FLAG_NO_SPLIT) |
      (header.compressorFormat << 5),
  );
  view.setUint8(3, header.elementBytes);
  view.setUint32(4, header.decodedBytes, true);
  view.setUint32(8, header.blockBytes, true);
  view.setUint32(12, header.encodedBytes, true);
}

/** Reads the header and holds its lengths against the input and against `size`. */
export function readBloscHeader(encoded: Uint8Array, size: DecodedSize): BloscHeader {
  if (encoded.length < HEADER_BYTES) {
    throw new CodecFault("truncated", { expected: HEADER_BYTES, actual: encoded.length });
  }
  const view = new DataView(encoded.buffer, encoded.byteOffset);
  const flags = view.getUint8(2);
  const byteShuffled = (flags & FLAG_BYTE_SHUFFLE) !== 0;
  const bitShuffled = (flags & FLAG_BIT_SHUFFLE) !== 0;
  const header: BloscHeader = {
    shuffle: byteShuffled ? SHUFFLE_BYTES : bitShuffled ? SHUFFLE_BITS : SHUFFLE_NONE,
    copied: (flags & FLAG_COPY) !== 0,
    split: (flags & FLAG_NO_SPLIT) === 0,
    compressorFormat: flags >> 5,
    elementBytes: view.getUint8(3),
    decodedBytes: view.getUint32(4, true),
    blockBytes: view.getUint32(8, true),
    encodedBytes: view.getUint32(12, true),
  };
  const version = view.getUint8(0);
  if (version !== FORMAT_VERSION) {
    throw new CodecFault(version >= 3 && version <= BLOSC2_VERSION_MAX ? "unsupported" : "malformed");
  }
  // Blosc 2 marks its own, longer header by both shuffles at once.
  if ((flags & FLAG_RESERVED) !== 0 || (byteShuffled && bitShuffled)) {
    throw new CodecFault("unsupported");
  }
  if (header.encodedBytes > encoded.length) {
    throw new CodecFault("truncated", { expected: header.encodedBytes, actual: encoded.length });
  }
  if (header.encodedBytes < encoded.length) {
    throw new CodecFault("trailing-bytes", { expected: header.encodedBytes, actual: encoded.length });
  }
  checkDecodedBytes(header.decodedBytes, size);
  if (header.elementBytes === 0 || header.blockBytes === 0) {
    throw new CodecFault("malformed");
  }
  if (header.copied) {
    checkLength(header.encodedBytes, header.decodedBytes + HEADER_BYTES);
  } else if (view.getUint8(1) !== COMPRESSOR_VERSION) {
    throw new CodecFault("unsupported");
  }
  return header;
}
