/**
 * What every vendor's format looks like from above: a stream of book rows and trades on one grid of ticks and
 * lots, and the counts of what did and did not go in.
 */
import type { BookRows, TradeRows } from "../book-rows.ts";
import type { DecimalGrid } from "../decimal-grid.ts";
import type { RefusedLine } from "./refused-lines.ts";

export interface CaptureOptions {
  /** Instrument to take from a capture of several. A capture of one instrument is taken whatever its name. */
  readonly symbol: string;
  /** Levels a side in each row, from 1. */
  readonly levels: number;
  /** Decimal text; found from the data where absent. */
  readonly tickSize?: string | undefined;
  readonly lotSize?: string | undefined;
  /** Stops the stream after the rows at hand, as if the capture ended there. */
  readonly signal?: AbortSignal | undefined;
}

/** Ticks and lots that every price and size of the capture is counted in. */
export interface CaptureScale {
  /** The instrument as the capture calls it. */
  readonly symbol: string;
  readonly tick: DecimalGrid;
  readonly lot: DecimalGrid;
}

/** Rows in capture order. Only valid until the next block is asked for. */
export interface MarketBlock {
  readonly scale: CaptureScale;
  readonly rows: BookRows;
  readonly trades: TradeRows;
}

export interface CaptureStatistics {
  /** Book rows: one for each depth change that was applied. */
  rows: number;
  trades: number;
  /** Losses of continuity; after each the book starts again from the next snapshot. */
  gaps: number;
  /** Rows whose best bid is above, and rows whose best bid equals, the best ask. They are kept. */
  crossed: number;
  locked: number;
  /** Depth changes and trades that had already gone in. */
  duplicates: number;
  /** Depth changes that no snapshot leads up to. */
  unsynced: number;
  /** Whole messages of kinds, or of instruments, that a book store does not keep. */
  ignored: number;
  /** Tickers whose update id is that of a row, and how many of them show the same best bid and ask. */
  readonly tickers: { shared: number; agreed: number };
  readonly refused: { readonly count: number; readonly lines: readonly RefusedLine[] };
  /** Bytes of capture text, decompressed. */
  captureBytes: number;
}

export interface CaptureSource {
  /** Complete when {@link blocks} has ended; running totals before. */
  readonly statistics: CaptureStatistics;
  /**
   * Reads the files one after another as one stream. May be called once.
   * @throws QuarryError `NOT_FOUND`, `CAPTURE_INVALID`, `STORE_FAILED` naming the file
   */
  blocks(): AsyncIterable<MarketBlock>;
}
