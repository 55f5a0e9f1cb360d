/** Encoder of the container in frame.ts. What does not shrink is copied, so that a chunk grows by 16 bytes at most. */
import { CodecFault } from "../fault.ts";
import { bitShuffle } from "../shuffle/bit-shuffle.ts";
import { byteShuffle } from "../shuffle/byte-shuffle.ts";
import { blockBytesFor } from "./block-size.ts";
import type { BlockCompressor } from "./compressors.ts";
import {
  BLOCK_START_BYTES,
  type BloscHeader,
  blockCountOf,
  DECODED_BYTES_MAX,
  HEADER_BYTES,
  isSplittable,
  SHUFFLE_BITS,
  SHUFFLE_BYTES,
  type Shuffle,
  STREAM_BYTES_MIN,
  STREAM_LENGTH_BYTES,
  streamCountOf,
  writeBloscHeader,
} from "./frame.ts";

export interface BloscParameters {
  readonly compressor: BlockCompressor;
  readonly level: number;
  readonly shuffle: Shuffle;
  readonly elementBytes: number;
  /** 0 leaves it to block-size.ts. */
  readonly blockBytes: number;
}

export function encodeBlosc(decoded: Uint8Array, parameters: BloscParameters): Uint8Array {
  if (decoded.length > DECODED_BYTES_MAX) {
    throw new CodecFault("too-large", { expected: DECODED_BYTES_MAX, actual: decoded.length });
  }
  const { compressor, level, shuffle, elementBytes } = parameters;
  const blockBytes = blockBytesFor({
    decodedBytes: decoded.length,
    elementBytes,
    level,
    compressor,
    requestedBytes: parameters.blockBytes,
  });
  const header: BloscHeader = {
    shuffle,
    copied: false,
    split: compressor.splits && isSplittable(elementBytes, blockBytes),
    compressorFormat: compressor.format,
    elementBytes,
    decodedBytes: decoded.length,
    blockBytes,
    encodedBytes: 0,
  };
  const encoded = new Uint8Array(HEADER_BYTES + decoded.length);
  const compressible = level > 0 && decoded.length >= STREAM_BYTES_MIN;
  const encodedBytes = compressible ? writeBlocks(decoded, encoded, header, parameters) : undefined;
  if (encodedBytes === undefined) {
    encoded.set(decoded, HEADER_BYTES);
    writeBloscHeader(encoded, { ...header, copied: true, encodedBytes: encoded.length });
    return encoded;
  }
  writeBloscHeader(encoded, { ...header, encodedBytes });
  return encoded.subarray(0, encodedBytes);
}

/** The length so far, or nothing where the blocks do not fit the room that a copy needs. */
function writeBlocks(
  decoded: Uint8Array,
  encoded: Uint8Array,
  header: BloscHeader,
  { compressor, level }: BloscParameters,
): number | undefined {
  const view = new DataView(encoded.buffer);
  const blockCount = blockCountOf(header);
  let at = HEADER_BYTES + blockCount * BLOCK_START_BYTES;
  if (at > encoded.length) {
    return undefined;
  }
  for (let index = 0; index < blockCount; index++) {
    view.setInt32(HEADER_BYTES + index * BLOCK_START_BYTES, at, true);
    const start = index * header.blockBytes;
    const block = shuffled(decoded.subarray(start, start + header.blockBytes), header);
    const streamCount = streamCountOf(header, block.length);
    const streamBytes = block.length / streamCount;
    for (let stream = 0; stream < streamCount; stream++) {
      const plain = block.subarray(stream * streamBytes, (stream + 1) * streamBytes);
      const compressed = compressor.compress(plain, level);
      const written = compressed.length < plain.length ? compressed : plain;
      if (at + STREAM_LENGTH_BYTES + written.length > encoded.length) {
        return undefined;
      }
      view.setInt32(at, written.length, true);
      encoded.set(written, at + STREAM_LENGTH_BYTES);
      at += STREAM_LENGTH_BYTES + written.length;
    }
  }
  return at;
}

function shuffled(block: Uint8Array, { shuffle, elementBytes }: BloscHeader): Uint8Array {
  const reorder = shuffle === SHUFFLE_BYTES ? byteShuffle : shuffle === SHUFFLE_BITS ? bitShuffle : undefined;
  if (reorder === undefined) {
    return block;
  }
  const result = new Uint8Array(block.length);
  reorder(block, result, elementBytes);
  return result;
}
