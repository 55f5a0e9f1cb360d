/**
 * A frame of the journal, byte by byte (spec/durable-append.md); all numbers little-endian:
 *
 *     0  u32  magic "QFR1"
 *     4  u8   kind ({@link FRAME_KINDS})
 *     5  u8   1 where the payload is a piece of the segment's zstd stream, else 0
 *     6  u16  0
 *     8  u64  sequence: 0, 1, 2 … over all segments of a journal
 *    16  u64  sequence of the first frame that was not known to be on the disk when this one was written
 *    24  u32  bytes of the payload as stored
 *    28  u32  bytes of the payload decompressed
 *    32  u32  crc32c of the payload as stored
 *    36  u32  crc32c of bytes 0 … 35
 *    40       payload
 */
import { QuarryError } from "../../errors.ts";

export const FRAME_HEADER_BYTES = 40;
export const FRAME_MAGIC = 0x3152_4651;

/**
 * - `segment`: the first frame of a segment: what its rows belong to (JSON)
 * - `rows`: rows of a table
 * - `indexes`: shard indexes that are about to be replaced in place
 * - `array`: an array that is about to be created (JSON)
 */
export const FRAME_KINDS = ["segment", "rows", "indexes", "array"] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

export interface FrameHeader {
  readonly kind: FrameKind;
  readonly isCompressed: boolean;
  readonly sequence: number;
  readonly syncedBefore: number;
  readonly storedBytes: number;
  readonly rawBytes: number;
  readonly payloadCrc32c: number;
}

/** crc32c of pieces of memory, one after another. */
export type Crc32c = (pieces: readonly Uint8Array[]) => number;

export function encodeFrameHeader(header: FrameHeader, crc32c: Crc32c): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, FRAME_MAGIC, true);
  view.setUint8(4, FRAME_KINDS.indexOf(header.kind));
  view.setUint8(5, header.isCompressed ? 1 : 0);
  view.setBigUint64(8, BigInt(header.sequence), true);
  view.setBigUint64(16, BigInt(header.syncedBefore), true);
  view.setUint32(24, header.storedBytes, true);
  view.setUint32(28, header.rawBytes, true);
  view.setUint32(32, header.payloadCrc32c, true);
  view.setUint32(36, crc32c([bytes.subarray(0, 36)]), true);
  return bytes;
}

/**
 * The header at `offset`, or undefined where there is none that is whole.
 * @throws QuarryError `UNSUPPORTED_FORMAT` for a whole one that says what this version does not know
 */
export function decodeFrameHeader(
  bytes: Uint8Array,
  offset: number,
  crc32c: Crc32c,
): FrameHeader | undefined {
  if (offset + FRAME_HEADER_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, FRAME_HEADER_BYTES);
  if (view.getUint32(0, true) !== FRAME_MAGIC) return undefined;
  if (view.getUint32(36, true) !== crc32c([bytes.subarray(offset, offset + 36)])) return undefined;
  const kind = FRAME_KINDS[view.getUint8(4)];
  const compressed = view.getUint8(5);
  if (kind === undefined || compressed > 1 || view.getUint16(6, true) !== 0) {
    throw new QuarryError(
      "UNSUPPORTED_FORMAT",
      "the journal is of a newer version of Quarry: recover it with that",
    );
  }
  return {
    kind,
    isCompressed: compressed === 1,
    sequence: Number(view.getBigUint64(8, true)),
    syncedBefore: Number(view.getBigUint64(16, true)),
    storedBytes: view.getUint32(24, true),
    rawBytes: view.getUint32(28, true),
    payloadCrc32c: view.getUint32(32, true),
  };
}
