/**
 * How long a block is where the configuration leaves it open (`blocksize: 0`): the choices of c-blosc 1.21
 * (`compute_blocksize` in blosc.c), so that ratios and partial reads are those that users of Blosc know.
 */
import type { BlockCompressor } from "./compressors.ts";
import { BLOCK_BYTES_MAX, isSplittable, STREAM_BYTES_MIN } from "./frame.ts";

const L1_CACHE_BYTES = 32 * 1024;
/** By `clevel`, in units of the L1 cache. */
const BLOCK_FACTORS = [1 / 4, 1 / 2, 1, 2, 4, 4, 8, 8, 8, 8] as const;
const SPLIT_STREAM_BYTES_MAX = 256 * 1024;
const SPLIT_BLOCK_BYTES_MIN = 64 * 1024;
const SPLIT_BLOCK_BYTES_MAX = 1024 * 1024;

export interface BlockSizeInput {
  readonly decodedBytes: number;
  readonly elementBytes: number;
  readonly level: number;
  readonly compressor: BlockCompressor;
  /** What the configuration asks for; 0 leaves the choice to this function. */
  readonly requestedBytes: number;
}

export function blockBytesFor(input: BlockSizeInput): number {
  const { decodedBytes, elementBytes, level, compressor, requestedBytes } = input;
  if (decodedBytes < elementBytes) {
    return 1;
  }
  let blockBytes = decodedBytes;
  if (requestedBytes > 0) {
    blockBytes = Math.min(Math.max(requestedBytes, STREAM_BYTES_MIN), BLOCK_BYTES_MAX);
  } else if (decodedBytes >= L1_CACHE_BYTES) {
    blockBytes = L1_CACHE_BYTES * BLOCK_FACTORS[level]! * (compressor.wantsLargeBlocks ? 2 : 1);
    if (level === 9 && compressor.wantsLargeBlocks) {
      blockBytes *= 2;
    }
  }
  if (level > 0 && compressor.splits && isSplittable(elementBytes, blockBytes)) {
    const split = Math.min(blockBytes, SPLIT_STREAM_BYTES_MAX) * elementBytes;
    blockBytes = Math.min(Math.max(split, SPLIT_BLOCK_BYTES_MIN), SPLIT_BLOCK_BYTES_MAX);
  }
  blockBytes = Math.min(blockBytes, decodedBytes);
  return blockBytes > elementBytes ? blockBytes - (blockBytes % elementBytes) : blockBytes;
}
