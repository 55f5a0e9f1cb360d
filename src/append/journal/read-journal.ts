/**
 * Reads what a writer that was stopped has left in its journal.
 *
 * Frames are taken in order up to the first that is not whole. What follows it was never acknowledged as safe, and is
 * dropped, unless a frame behind it says that this one had been on the disk by then: then it was whole once, and has been
 * damaged since, and nothing is decided here (`JOURNAL_CORRUPT`).
 */
import type { Addon } from "../../codec/native/addon.ts";
import { QuarryError } from "../../errors.ts";
import {
  type Crc32c,
  decodeFrameHeader,
  FRAME_HEADER_BYTES,
  FRAME_MAGIC,
  type FrameHeader,
  type FrameKind,
} from "./frame.ts";

/** Two to this power is the window of a segment's zstd stream, in bytes: what a decoder must have room for. */
export const WINDOW_LOG = 20;

/** What a frame may hold decompressed; a writer refuses larger batches. */
export const FRAME_RAW_BYTES_MAX = 2 ** 30;

export interface Frame {
  readonly kind: FrameKind;
  readonly sequence: number;
  /** Decompressed. */
  readonly payload: Uint8Array;
}

export interface Segment {
  readonly path: string;
  readonly frames: readonly Frame[];
}

export interface JournalContent {
  readonly segments: readonly Segment[];
  /** Frames, whole or not, that were written and cannot be relied on. */
  readonly framesDropped: number;
}

export type JournalCodec = Pick<Addon, "crc32c" | "createFrameDecompressor" | "decompressFrame">;

/**
 * @param segments paths and content, in their order
 * @throws QuarryError `JOURNAL_CORRUPT`, `UNSUPPORTED_FORMAT`
 */
export function readJournal(
  segments: Iterable<{ readonly path: string; readonly bytes: Uint8Array }>,
  codec: JournalCodec,
): JournalContent {
  const read: Segment[] = [];
  let next: number | undefined;
  let tornAt: { readonly path: string; readonly offset: number; readonly sequence: number } | undefined;
  let framesDropped = 0;
  for (const { path, bytes } of segments) {
    if (tornAt !== undefined) {
      framesDropped += checkUnsynced(bytes, 0, tornAt, codec.crc32c);
      continue;
    }
    const decompressor = codec.createFrameDecompressor(WINDOW_LOG);
    const frames: Frame[] = [];
    let offset = 0;
    while (offset < bytes.length) {
      // Segments whose rows were committed may be gone, any of them; rows that are missing show in the rows themselves.
      const expected = offset === 0 ? undefined : next;
      const frame = frameAt(bytes, offset, expected, decompressor, codec);
      if (frame === undefined) {
        tornAt = { path, offset, sequence: next ?? 0 };
        framesDropped += 1 + checkUnsynced(bytes, offset + 1, tornAt, codec.crc32c);
        break;
      }
      frames.push(frame);
      next = frame.sequence + 1;
      offset = frame.end;
    }
    read.push({ path, frames });
  }
  return { segments: read, framesDropped };
}

function frameAt(
  bytes: Uint8Array,
  offset: number,
  sequence: number | undefined,
  decompressor: ReturnType<JournalCodec["createFrameDecompressor"]>,
  codec: JournalCodec,
): (Frame & { readonly end: number }) | undefined {
  const header = decodeFrameHeader(bytes, offset, codec.crc32c);
  if (header === undefined || header.sequence !== (sequence ?? header.sequence)) return undefined;
  const end = offset + FRAME_HEADER_BYTES + header.storedBytes;
  if (end > bytes.length) return undefined;
  const stored = bytes.subarray(offset + FRAME_HEADER_BYTES, end);
  if (codec.crc32c([stored]) !== header.payloadCrc32c) return undefined;
  const payload = payloadOf(stored, header, decompressor, codec);
  if (payload === undefined) return undefined;
  return { kind: header.kind, sequence: header.sequence, payload, end };
}

function payloadOf(
  stored: Uint8Array,
  { isCompressed, rawBytes }: FrameHeader,
  decompressor: ReturnType<JournalCodec["createFrameDecompressor"]>,
  codec: JournalCodec,
): Uint8Array | undefined {
  if (rawBytes > FRAME_RAW_BYTES_MAX) return undefined;
  if (isCompressed) return codec.decompressFrame(decompressor, stored, rawBytes);
  return stored.length === rawBytes ? stored : undefined;
}

/**
 * That no frame from `offset` on says that the one at `torn` had been safe.
 * @returns how many whole headers there are
 */
function checkUnsynced(
  bytes: Uint8Array,
  offset: number,
  torn: { readonly path: string; readonly offset: number; readonly sequence: number },
  crc32c: Crc32c,
): number {
  let found = 0;
  const first = FRAME_MAGIC & 0xff;
  for (let at = bytes.indexOf(first, offset); at !== -1; at = bytes.indexOf(first, at + 1)) {
    const header = decodeFrameHeader(bytes, at, crc32c);
    if (header === undefined) continue;
    found += 1;
    if (header.syncedBefore > torn.sequence) {
      throw new QuarryError(
        "JOURNAL_CORRUPT",
        `${torn.path} is damaged at byte ${torn.offset}: frame ${torn.sequence} had been on the disk, and is not whole any ` +
          "more. Nothing has been changed; to go on without the rows from there on, move the journal away",
        { path: torn.path },
      );
    }
  }
  return found;
}
