/**
 * Decoder of the container in frame.ts. The blocks must tile the bytes behind the block starts, in any order
 * (c-blosc's threads finish in any order) and without a gap or an overlap.
 */
import type { DecodedSize } from "../definition.ts";
import { CodecFault } from "../fault.ts";
import { bitUnshuffle } from "../shuffle/bit-shuffle.ts";
import { byteUnshuffle } from "../shuffle/byte-shuffle.ts";
import type { BlockCompressors, BlockDecompressor } from "./compressors.ts";
import {
  BLOCK_START_BYTES,
  type BloscHeader,
  blockCountOf,
  HEADER_BYTES,
  readBloscHeader,
  SHUFFLE_BITS,
  SHUFFLE_BYTES,
  STREAM_LENGTH_BYTES,
  streamCountOf,
} from "./frame.ts";

/** zstd makes 128 KiB of a block of four bytes; no other compressor makes more of a byte. */
const EXPANSION_MAX = 32 * 1024;

export function decodeBlosc(
  encoded: Uint8Array,
  size: DecodedSize,
  compressors: BlockCompressors,
): Uint8Array {
  const header = readBloscHeader(encoded, size);
  if (header.copied) {
    return encoded.subarray(HEADER_BYTES);
  }
  const compressor = compressors.byFormat(header.compressorFormat);
  if (compressor === undefined) {
    throw new CodecFault("malformed");
  }
  const extents = blockExtents(encoded, header);
  if (header.decodedBytes > encoded.length * EXPANSION_MAX) {
    throw new CodecFault("truncated", { actual: encoded.length });
  }
  const decoded = new Uint8Array(header.decodedBytes);
  for (const [index, extent] of extents.entries()) {
    const start = index * header.blockBytes;
    decodeBlock(extent, decoded.subarray(start, start + header.blockBytes), header, compressor);
  }
  return decoded;
}

/** The encoded bytes of each block, in the order of the blocks. */
function blockExtents(encoded: Uint8Array, header: BloscHeader): readonly Uint8Array[] {
  const blockCount = blockCountOf(header);
  const firstStart = HEADER_BYTES + blockCount * BLOCK_START_BYTES;
  if (firstStart > encoded.length) {
    throw new CodecFault("truncated", { expected: firstStart, actual: encoded.length });
  }
  const view = new DataView(encoded.buffer, encoded.byteOffset);
  const starts: number[] = [];
  for (let index = 0; index < blockCount; index++) {
    starts.push(view.getUint32(HEADER_BYTES + index * BLOCK_START_BYTES, true));
  }
  const ordered = Float64Array.from(starts).sort();
  if (ordered.length > 0 && ordered[0] !== firstStart) {
    throw new CodecFault("malformed");
  }
  const endOf = new Map<number, number>();
  for (const [rank, start] of ordered.entries()) {
    const end = ordered[rank + 1] ?? encoded.length;
    if (start >= end) {
      throw new CodecFault("malformed");
    }
    endOf.set(start, end);
  }
  return starts.map((start) => encoded.subarray(start, endOf.get(start)));
}

function decodeBlock(
  extent: Uint8Array,
  target: Uint8Array,
  header: BloscHeader,
  compressor: BlockDecompressor,
): void {
  const { shuffle, elementBytes } = header;
  const unshuffle =
    shuffle === SHUFFLE_BYTES ? byteUnshuffle : shuffle === SHUFFLE_BITS ? bitUnshuffle : undefined;
  const block = unshuffle === undefined ? target : new Uint8Array(target.length);
  const view = new DataView(extent.buffer, extent.byteOffset);
  const streamCount = streamCountOf(header, target.length);
  if (target.length % streamCount !== 0) {
    throw new CodecFault("malformed");
  }
  const streamBytes = target.length / streamCount;
  let at = 0;
  for (let stream = 0; stream < streamCount; stream++) {
    if (at + STREAM_LENGTH_BYTES > extent.length) {
      throw new CodecFault("truncated", { expected: at + STREAM_LENGTH_BYTES, actual: extent.length });
    }
    const encodedBytes = view.getUint32(at, true);
    at += STREAM_LENGTH_BYTES;
    if (encodedBytes > extent.length - at) {
      throw new CodecFault("truncated", { expected: at + encodedBytes, actual: extent.length });
    }
    if (encodedBytes === 0) {
      throw new CodecFault("malformed");
    }
    const stored = extent.subarray(at, at + encodedBytes);
    block.set(
      encodedBytes === streamBytes ? stored : compressor.decompress(stored, streamBytes),
      stream * streamBytes,
    );
    at += encodedBytes;
  }
  if (at !== extent.length) {
    throw new CodecFault("trailing-bytes", { expected: at, actual: extent.length });
  }
  unshuffle?.(block, target, elementBytes);
}
