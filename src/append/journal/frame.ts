/**
 * A frame of the journal (spec/durable-append.md):
 *
 *     u8      0x51
 *     u8      kind ({@link FRAME_KINDS}), with bit 7 set where the payload is a piece of the segment's zstd stream
 *     varint  place of the frame in its segment: 0, 1, 2 …
 *     varint  frames before it that were not known to be on the disk when it was written
 *     varint  bytes of the payload as stored
 *     varint  bytes of the payload decompressed
 *     u32     crc32c of the frame's sequence (u64), of the bytes before this one, and of the payload as stored
 *             payload
 *
 * A frame's sequence counts over all segments; that of a segment's first frame is the segment's name.
 */
import { QuarryError } from "../../errors.ts";
import { readVarint, VARINT_BYTES_MAX, writeVarint } from "./varint.ts";

const MAGIC = 0x51;
const COMPRESSED = 0x80;
const HEAD_BYTES_MAX = 2 + 4 * VARINT_BYTES_MAX + 4;

/**
 * - `segment`: the first frame of a segment: what its rows belong to (JSON)
 * - `rows`: rows of a table
 * - `indexes`: shard indexes that are about to be replaced in place
 * - `array`: an array that is about to be created (JSON)
 */
export const FRAME_KINDS = ["segment", "rows", "indexes", "array"] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

export interface FrameHead {
  readonly kind: FrameKind;
  readonly isCompressed: boolean;
  readonly sequence: number;
  /** Sequence of the first frame that was not known to be on the disk when this one was written. */
  readonly syncedBefore: number;
  readonly rawBytes: number;
}

/** crc32c of pieces of memory, one after another. */
export type Crc32c = (pieces: readonly Uint8Array[]) => number;

/** What goes before the payload. @param firstSequence of the segment */
export function encodeFrameHead(
  { kind, isCompressed, sequence, syncedBefore, rawBytes }: FrameHead,
  stored: Uint8Array,
  firstSequence: number,
  crc32c: Crc32c,
): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES_MAX);
  bytes[0] = MAGIC;
  bytes[1] = FRAME_KINDS.indexOf(kind) | (isCompressed ? COMPRESSED : 0);
  let end = 2;
  for (const value of [sequence - firstSequence, sequence - syncedBefore, stored.length, rawBytes]) {
    end = writeVarint(bytes, end, value);
  }
  const crc = crc32c([sequenceBytes(sequence), bytes.subarray(0, end), stored]);
  new DataView(bytes.buffer).setUint32(end, crc, true);
  return bytes.subarray(0, end + 4);
}

export interface DecodedFrame extends FrameHead {
  readonly stored: Uint8Array;
  /** Offset behind it. */
  readonly end: number;
}

/**
 * The frame at `offset`, or undefined where there is none that is whole.
 * @throws QuarryError `UNSUPPORTED_FORMAT` for a whole one of a kind that this version does not know
 */
export function decodeFrame(
  bytes: Uint8Array,
  offset: number,
  firstSequence: number,
  crc32c: Crc32c,
): DecodedFrame | undefined {
  if (bytes[offset] !== MAGIC || offset + 2 > bytes.length) return undefined;
  const numbers: number[] = [];
  let at = offset + 2;
  while (numbers.length < 4) {
    const read = readVarint(bytes, at);
    if (read === undefined) return undefined;
    numbers.push(read.value);
    at = read.end;
  }
  const [place, unsynced, storedBytes, rawBytes] = numbers as [number, number, number, number];
  const end = at + 4 + storedBytes;
  if (end > bytes.length) return undefined;
  const stored = bytes.subarray(at + 4, end);
  const sequence = firstSequence + place;
  const crc = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
  if (crc !== crc32c([sequenceBytes(sequence), bytes.subarray(offset, at), stored])) return undefined;
  const kind = FRAME_KINDS[bytes[offset + 1]! & ~COMPRESSED];
  if (kind === undefined) {
    throw new QuarryError(
      "UNSUPPORTED_FORMAT",
      "the journal is of a newer version of Quarry: recover it with that",
    );
  }
  const isCompressed = (bytes[offset + 1]! & COMPRESSED) !== 0;
  return { kind, isCompressed, sequence, syncedBefore: sequence - unsynced, rawBytes, stored, end };
}

/** Where the next frame may begin; −1 where none can. */
export function nextFrameOffset(bytes: Uint8Array, offset: number): number {
  return bytes.indexOf(MAGIC, offset);
}

function sequenceBytes(sequence: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(sequence), true);
  return bytes;
}
