/** Captures of every format, as streams of events, or of the book that comes of them. */
import { Capture } from "./capture.ts";
import type { CaptureOptions, CaptureSource } from "./capture-source.ts";
import { type FormatName, formatNamed } from "./formats.ts";

export type {
  CaptureOptions,
  CaptureScale,
  CaptureSource,
  CaptureStatistics,
  MarketBlock,
} from "./capture-source.ts";
export { EventBatch } from "./event-batch.ts";
export {
  type BarEvent,
  type BookLevel,
  type DeltaEvent,
  type MarketEvent,
  type QuoteEvent,
  type SnapshotEvent,
  type TradeEvent,
  UNKNOWN_TIME_NS,
} from "./events.ts";
export { detectFormat, FORMAT_NAMES, type FormatName } from "./formats.ts";
export type { RefusedLine } from "./refused-lines.ts";

/**
 * The capture in `files`, read as one stream in their order.
 *
 * @example
 * const capture = openCapture("binance", ["a.gz", "b.gz"], { symbol: "BTCUSDT", levels: 20 });
 * for await (const { rows, trades, bars } of capture.blocks()) { … }
 * // or: for await (const event of capture.events()) if (event.kind === "trade") { … }
 */
export function openCapture(
  format: FormatName,
  files: readonly string[],
  options: CaptureOptions,
): CaptureSource {
  return new Capture(formatNamed(format), files, options);
}
