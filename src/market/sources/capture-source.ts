/**
 * What every vendor's format looks like from above: a stream of events on one grid of ticks and lots, the book rows,
 * trades and bars that come of them, and the counts of what did and did not go in.
 */
import type { BarRows } from "../bar-rows.ts";
import type { BookRows, TradeRows } from "../book-rows.ts";
import type { DecimalGrid } from "../decimal-grid.ts";
import type { StepTypeOptions } from "../step-types.ts";
import type { EventBatch } from "./event-batch.ts";
import type { MarketEvent } from "./events.ts";
import type { RefusedLine } from "./refused-lines.ts";

export interface CaptureOptions extends StepTypeOptions {
  /** Instrument to take from a capture of several. A capture of one instrument is taken whatever its name. */
  readonly symbol: string;
  /** Levels a side in each row, from 1. */
  readonly levels: number;
  /** Decimal text; found from the data where absent. */
  readonly tickSize?: string | undefined;
  readonly lotSize?: string | undefined;
  /** Refused lines beyond which the capture is given up; default: none. */
  readonly refusedMax?: number | undefined;
  /** What the columns of a CSV file are, by the names in its header: `{ time: "date", size: "qty" }`. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  /** Stops the stream after the rows at hand, as if the capture ended there. */
  readonly signal?: AbortSignal | undefined;
}

/** Ticks and lots that every price and size of the capture is counted in, and of which type the counts are. */
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
  readonly bars: BarRows;
}

export interface CaptureStatistics {
  /** Book rows: one for each change of the book that was complete. */
  rows: number;
  trades: number;
  bars: number;
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
  /** States of the book that the exchange sent a checksum of, and how many of them have it. */
  readonly checksums: { checked: number; agreed: number };
  readonly refused: { readonly count: number; readonly lines: readonly RefusedLine[] };
  /** Bytes of capture text, decompressed. */
  captureBytes: number;
}

/**
 * A capture, read as one stream through one of its three views. Each is the same stream, and only one of them may be
 * read, once; a second time is a `TypeError`.
 *
 * @throws QuarryError `NOT_FOUND`, `CAPTURE_INVALID`, `STORE_FAILED` naming the file
 */
export interface CaptureSource {
  /** Complete when the stream has ended; running totals before. */
  readonly statistics: CaptureStatistics;
  /** Settled before the first event comes. */
  readonly scale: CaptureScale | undefined;
  /** One event after another. */
  events(): AsyncIterable<MarketEvent>;
  /** The events in columns. A batch is only valid until the next is asked for. */
  batches(): AsyncIterable<EventBatch>;
  /** What a book store holds: the book after each change, trades, and bars. */
  blocks(): AsyncIterable<MarketBlock>;
}
