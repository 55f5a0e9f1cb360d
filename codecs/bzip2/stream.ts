/**
 * The bzip2 format: one or more streams,
 *
 *     "BZh" level (1, "1"…"9")
 *     blocks       31 41 59 26 53 59  checksum (4)  block, not aligned to bytes
 *     end          17 72 45 38 50 90  checksum of the blocks' checksums (4), zeros to the next byte
 *
 * and nothing behind the last. All checksums are verified.
 *
 * Own code because no package that npm has bounds its output and says where the stream ended.
 */
import { BoundedOutput } from "../bounded-output.ts";
import { crc32Msb } from "../checksum/crc32-msb.ts";
import { checkDecodedBytes } from "../decoded-size.ts";
import type { DecodedSize } from "../definition.ts";
import { CodecFault } from "../fault.ts";
import { BitReader } from "./bit-reader.ts";
import { decodeBlock } from "./block.ts";

const HEADER_BYTES = 4;
const MAGIC = 0x425a68;
const DIGIT_ZERO = 0x30;
const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
const LEVEL_BYTES = 100_000;
const INITIAL_EXPANSION = 4;

export function decodeBzip2(encoded: Uint8Array, size: DecodedSize): Uint8Array {
  const output = new BoundedOutput(encoded.length * INITIAL_EXPANSION, size.max);
  let at = 0;
  do {
    at = decodeStream(encoded, at, output);
  } while (at < encoded.length);
  checkDecodedBytes(output.length, size);
  return output.written();
}

/** @returns the index of the byte behind the stream */
function decodeStream(encoded: Uint8Array, start: number, output: BoundedOutput): number {
  if (encoded.length - start < HEADER_BYTES) {
    throw new CodecFault("truncated", { expected: start + HEADER_BYTES, actual: encoded.length });
  }
  const reader = new BitReader(encoded, start);
  const level = reader.read(24) === MAGIC ? reader.read(8) - DIGIT_ZERO : 0;
  if (level < 1 || level > 9) {
    throw new CodecFault(start === 0 ? "malformed" : "trailing-bytes");
  }
  let transformed: Uint32Array | undefined;
  let combined = 0;
  for (;;) {
    const magic = reader.readLong(48);
    const stored = reader.readLong(32);
    if (magic === END_MAGIC) {
      verify(stored, combined);
      return reader.alignToByte();
    }
    if (magic !== BLOCK_MAGIC) {
      throw new CodecFault("malformed");
    }
    transformed ??= new Uint32Array(level * LEVEL_BYTES);
    const blockStart = output.length;
    decodeBlock(reader, transformed, output);
    const computed = crc32Msb(output.written().subarray(blockStart));
    verify(stored, computed);
    combined = (((combined << 1) | (combined >>> 31)) ^ computed) >>> 0;
  }
}

function verify(stored: number, computed: number): void {
  if (stored !== computed) {
    throw new CodecFault("checksum-mismatch", { expected: stored, actual: computed });
  }
}
