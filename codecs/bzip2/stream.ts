/**
 * The bzip2 format: one or more streams,
 *
 *     "BZh" level (1, "1"…"9")
 *     blocks       31 41 59 26 53 59  checksum (4)  block, not aligned to bytes
 *     end          17 72 45 38 50 90  checksum of the blocks' checksums (4), zeros to the next byte
 *
 * and nothing behind the last. All checksums are verified. One stream is written.
 *
 * Own code because no package that npm has bounds its output and says where the stream ended.
 */
import { BoundedOutput } from "../bounded-output.ts";
import { crc32Msb } from "../checksum/crc32-msb.ts";
import { checkDecodedBytes } from "../decoded-size.ts";
import type { DecodedSize } from "../definition.ts";
import { CodecFault } from "../fault.ts";
import { BitReader } from "./bit-reader.ts";
import { BitWriter } from "./bit-writer.ts";
import { decodeBlock } from "./decode-block.ts";
import { encodeBlock } from "./encode-block.ts";
import { takeRuns } from "./runs.ts";

const HEADER_BYTES = 4;
const MAGIC = 0x425a68;
const DIGIT_ZERO = 0x30;
const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
const LEVEL_BYTES = 100_000;
const INITIAL_EXPANSION = 4;

/** @param level 1…9, by which blocks have at most that many times 100,000 bytes */
export function encodeBzip2(decoded: Uint8Array, level: number): Uint8Array {
  const writer = new BitWriter();
  writer.write(MAGIC, 24);
  writer.write(DIGIT_ZERO + level, 8);
  // Counts of runs make four bytes five.
  const block = new Uint8Array(Math.min(level * LEVEL_BYTES, Math.ceil(1.25 * decoded.length)));
  let combined = 0;
  for (let start = 0; start < decoded.length; ) {
    const { end, blockBytes } = takeRuns(decoded, start, block);
    const checksum = crc32Msb(decoded.subarray(start, end));
    combined = combineChecksums(combined, checksum);
    writer.writeLong(BLOCK_MAGIC, 48);
    writer.writeLong(checksum, 32);
    encodeBlock(block.subarray(0, blockBytes), writer);
    start = end;
  }
  writer.writeLong(END_MAGIC, 48);
  writer.writeLong(combined, 32);
  return writer.finish();
}

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
    combined = combineChecksums(combined, computed);
  }
}

function combineChecksums(combined: number, next: number): number {
  return (((combined << 1) | (combined >>> 31)) ^ next) >>> 0;
}

function verify(stored: number, computed: number): void {
  if (stored !== computed) {
    throw new CodecFault("checksum-mismatch", { expected: stored, actual: computed });
  }
}
