/**
 * What a format is made of: how its files are cut into blocks of whole records, and a decoder that makes events of
 * them. Everything else (the sample that settles the grid, the book, the counts, limits) is the same for all.
 */
import type { QuoteRole } from "./book-builder.ts";
import type { CaptureOptions, CaptureStatistics } from "./capture-source.ts";
import type { EventBatch } from "./event-batch.ts";
import type { FileHead } from "./file-head.ts";
import type { InstrumentGrid } from "./instrument.ts";
import type { RefusedLines } from "./refused-lines.ts";

/** Whole records of one file, such as lines. */
export interface CaptureBlock {
  readonly file: string;
  /** Only valid until the next block is asked for. */
  readonly bytes: Buffer;
  /** What belongs to the records and lies in another file; it stays valid. */
  readonly paired?: Buffer;
}

/** What a decoder counts; what comes of the events is counted where they are taken. */
export type DecoderCounts = Pick<
  CaptureStatistics,
  "gaps" | "duplicates" | "unsynced" | "ignored" | "checksums"
>;

export interface DecoderOutput {
  readonly batch: EventBatch;
  readonly counts: DecoderCounts;
  readonly refused: RefusedLines;
}

export interface Decoder<Block extends CaptureBlock> {
  /** Adds the events of the next block to the output. */
  decode(block: Block): void;
  /** No block follows. */
  end(): void;
}

export interface CaptureFormat<Block extends CaptureBlock> {
  readonly quotes: QuoteRole;
  /** Whether a file that begins so is in this format. */
  recognises(head: FileHead, options: Pick<CaptureOptions, "columns">): boolean;
  /** The records of `files`, read one after another. */
  blocks(files: readonly string[], options: CaptureOptions): AsyncIterable<Block>;
  decoder(instrument: InstrumentGrid, output: DecoderOutput, options: CaptureOptions): Decoder<Block>;
}
