/**
 * The frames of a Zstandard stream (RFC 8878), read far enough to know where each ends and how much it can
 * make, before the decompressor sees it:
 *
 *     frame   := magic (4) descriptor (1) [window (1)] [dictionary id (0-4)] [content size (0-8)]
 *                block… [checksum (4)]
 *     block   := header (3: last 1 bit, type 2 bits, size 21 bits) content
 *     skipped := magic 0x184D2A5? (4) size (4) content
 *
 * A block makes at most 128 KiB, so that the blocks present bound the output whatever the header claims.
 */
import { CodecFault } from "../fault.ts";

export interface ZstdFrame {
  /** The whole frame, its checksum included. */
  readonly encoded: Uint8Array;
  /** Decoded length if the header says it, or 0 for a skippable frame. */
  readonly contentBytes: number | undefined;
  /** The most that the blocks of this frame can make. */
  readonly contentBytesMax: number;
  readonly skippable: boolean;
}

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const CHECKSUM_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const BLOCK_CONTENT_BYTES_MAX = 128 * 1024;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const BLOCK_RAW = 0;
const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;

interface FrameHeader {
  readonly headerBytes: number;
  readonly contentBytes: number | undefined;
  readonly windowBytes: number;
  readonly hasChecksum: boolean;
}

/** Little-endian integer of up to 8 bytes; beyond 2^53 it is inexact, and larger than any limit all the same. */
function readInteger(encoded: Uint8Array, start: number, byteCount: number): number {
  if (start + byteCount > encoded.length) {
    throw new CodecFault("truncated", { expected: start + byteCount, actual: encoded.length });
  }
  let value = 0;
  for (let at = start + byteCount - 1; at >= start; at--) {
    value = value * 256 + encoded[at]!;
  }
  return value;
}

function readFrameHeader(encoded: Uint8Array, start: number): FrameHeader {
  let at = start + 4;
  const descriptor = readInteger(encoded, at, 1);
  at += 1;
  if ((descriptor & 0x08) !== 0) {
    throw new CodecFault("malformed");
  }
  const singleSegment = (descriptor & 0x20) !== 0;
  let windowBytes = 0;
  if (!singleSegment) {
    const window = readInteger(encoded, at, 1);
    at += 1;
    const base = 2 ** (10 + (window >> 3));
    windowBytes = base + (base / 8) * (window & 7);
  }
  const dictionaryIdBytes = DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3];
  if (readInteger(encoded, at, dictionaryIdBytes) !== 0) {
    throw new CodecFault("unsupported");
  }
  at += dictionaryIdBytes;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? (singleSegment ? 1 : 0) : 1 << sizeFlag;
  let contentBytes: number | undefined;
  if (sizeBytes > 0) {
    contentBytes = readInteger(encoded, at, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
    at += sizeBytes;
  }
  return {
    headerBytes: at - start,
    contentBytes,
    windowBytes: singleSegment ? contentBytes! : windowBytes,
    hasChecksum: (descriptor & 0x04) !== 0,
  };
}

function readSkippableFrame(encoded: Uint8Array, start: number): ZstdFrame {
  const end = start + 8 + readInteger(encoded, start + 4, 4);
  if (end > encoded.length) {
    throw new CodecFault("truncated", { expected: end, actual: encoded.length });
  }
  return { encoded: encoded.subarray(start, end), contentBytes: 0, contentBytesMax: 0, skippable: true };
}

function readFrame(encoded: Uint8Array, start: number): ZstdFrame {
  const header = readFrameHeader(encoded, start);
  const blockBytesMax = Math.min(BLOCK_CONTENT_BYTES_MAX, header.windowBytes);
  let at = start + header.headerBytes;
  let contentBytesMax = 0;
  for (let last = false; !last; ) {
    const blockHeader = readInteger(encoded, at, BLOCK_HEADER_BYTES);
    at += BLOCK_HEADER_BYTES;
    last = (blockHeader & 1) === 1;
    const type = (blockHeader >> 1) & 3;
    const blockBytes = blockHeader >> 3;
    if (type === BLOCK_RESERVED || blockBytes > blockBytesMax) {
      throw new CodecFault("malformed");
    }
    contentBytesMax += type === BLOCK_RAW || type === BLOCK_RLE ? blockBytes : blockBytesMax;
    at += type === BLOCK_RLE ? 1 : blockBytes;
  }
  if (header.hasChecksum) {
    at += CHECKSUM_BYTES;
  }
  if (at > encoded.length) {
    throw new CodecFault("truncated", { expected: at, actual: encoded.length });
  }
  if (header.contentBytes !== undefined && header.contentBytes > contentBytesMax) {
    throw new CodecFault("malformed");
  }
  return {
    encoded: encoded.subarray(start, at),
    contentBytes: header.contentBytes,
    contentBytesMax,
    skippable: false,
  };
}

/** All frames of `encoded`, which they cover to its last byte. */
export function readZstdFrames(encoded: Uint8Array): readonly ZstdFrame[] {
  const frames: ZstdFrame[] = [];
  for (let at = 0; at < encoded.length || frames.length === 0; ) {
    if (frames.length > 0 && encoded.length - at < 4) {
      throw new CodecFault("trailing-bytes", { expected: at, actual: encoded.length });
    }
    const magic = readInteger(encoded, at, 4);
    let frame: ZstdFrame;
    if (magic === MAGIC) {
      frame = readFrame(encoded, at);
    } else if (magic - (magic % 16) === SKIPPABLE_MAGIC) {
      frame = readSkippableFrame(encoded, at);
    } else {
      throw new CodecFault(frames.length === 0 ? "malformed" : "trailing-bytes");
    }
    frames.push(frame);
    at += frame.encoded.length;
  }
  return frames;
}
