/**
 * Reads what a writer that was stopped has left in its journal.
 *
 * Frames are taken in order up to the first that is not whole. What follows it was never acknowledged as safe, and is
 * dropped, unless a frame behind it says that this one had been on the disk by then: then it was whole once, and has been
 * damaged since, and nothing is decided here (`JOURNAL_CORRUPT`).
 */
import { basename } from "node:path";
import type { Addon } from "../../codec/native/addon.ts";
import { QuarryError } from "../../errors.ts";
import { type Crc32c, type DecodedFrame, decodeFrame, type FrameKind, nextFrameOffset } from "./frame.ts";

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
  let tornAt: { readonly path: string; readonly offset: number; readonly sequence: number } | undefined;
  let framesDropped = 0;
  for (const { path, bytes } of segments) {
    const firstSequence = Number.parseInt(basename(path), 16);
    if (tornAt !== undefined) {
      framesDropped += checkUnsynced(bytes, 0, firstSequence, tornAt, codec.crc32c);
      continue;
    }
    const decompressor = codec.createFrameDecompressor(WINDOW_LOG);
    const frames: Frame[] = [];
    let offset = 0;
    // Segments whose rows were committed may be gone, any of them; rows that are missing show in the rows themselves.
    let sequence = firstSequence;
    while (offset < bytes.length) {
      const frame = decodeFrame(bytes, offset, firstSequence, codec.crc32c);
      const payload = frame?.sequence === sequence ? payloadOf(frame, decompressor, codec) : undefined;
      if (frame === undefined || payload === undefined) {
        tornAt = { path, offset, sequence };
        framesDropped += 1 + checkUnsynced(bytes, offset + 1, firstSequence, tornAt, codec.crc32c);
        break;
      }
      frames.push({ kind: frame.kind, sequence, payload });
      sequence += 1;
      offset = frame.end;
    }
    read.push({ path, frames });
  }
  return { segments: read, framesDropped };
}

function payloadOf(
  { stored, isCompressed, rawBytes }: DecodedFrame,
  decompressor: ReturnType<JournalCodec["createFrameDecompressor"]>,
  codec: JournalCodec,
): Uint8Array | undefined {
  if (rawBytes > FRAME_RAW_BYTES_MAX) return undefined;
  if (isCompressed) return codec.decompressFrame(decompressor, stored, rawBytes);
  return stored.length === rawBytes ? stored : undefined;
}

/**
 * That no frame from `offset` on says that the one at `torn` had been safe.
 * @returns how many whole frames there are
 */
function checkUnsynced(
  bytes: Uint8Array,
  offset: number,
  firstSequence: number,
  torn: { readonly path: string; readonly offset: number; readonly sequence: number },
  crc32c: Crc32c,
): number {
  let found = 0;
  for (let at = nextFrameOffset(bytes, offset); at !== -1; at = nextFrameOffset(bytes, at + 1)) {
    const frame = decodeFrame(bytes, at, firstSequence, crc32c);
    if (frame === undefined) continue;
    found += 1;
    if (frame.syncedBefore > torn.sequence) {
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
