/**
 * Lengths, compared before anything is allocated for them. Every decoder calls these on what its input
 * declares, so that a hostile header costs a comparison and not memory.
 */
import type { ChunkType, DecodedSize } from "./definition.ts";
import { CodecFault } from "./fault.ts";

/** Refuses a decoded length that the metadata does not allow. */
export function checkDecodedBytes(decodedBytes: number, size: DecodedSize): void {
  if (decodedBytes > size.max) {
    throw new CodecFault("too-large", { expected: size.max, actual: decodedBytes });
  }
  if (size.exact !== undefined) {
    checkLength(decodedBytes, size.exact);
  }
}

/** Refuses bytes that are not as many as the chunk's shape and data type make. */
export function checkLength(actualBytes: number, expectedBytes: number): void {
  if (actualBytes !== expectedBytes) {
    throw new CodecFault("length-mismatch", { expected: expectedBytes, actual: actualBytes });
  }
}

export function elementCountOf(chunk: ChunkType): number {
  return chunk.shape.reduce((count, length) => count * length, 1);
}

export function byteLengthOf(chunk: ChunkType): number {
  return elementCountOf(chunk) * chunk.dataType.itemBytes;
}

/**
 * Upper bound of what any writer makes of `decodedBytes` bytes with a general compressor. Ours stay far below;
 * the slack is for writers that flush often, each flush costing a block header.
 */
export function compressedBytesMax(decodedBytes: number): number {
  return decodedBytes + Math.ceil(decodedBytes / 8) + 64 * 1024;
}
