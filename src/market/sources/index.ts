/** The formats that captures come in, by name. A format is one file beside this one, and a line here. */
import { BINANCE } from "./binance.ts";
import { Capture } from "./capture.ts";
import type { CaptureOptions, CaptureSource } from "./capture-source.ts";
import { CSV } from "./csv.ts";
import { DBN } from "./dbn.ts";
import { HFTBACKTEST } from "./hftbacktest.ts";
import { LEAN } from "./lean.ts";
import { LOBSTER } from "./lobster.ts";
import { OKX } from "./okx.ts";

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
export type { RefusedLine } from "./refused-lines.ts";

type Open = (files: readonly string[], options: CaptureOptions) => CaptureSource;

const FORMATS = {
  binance: (files, options) => new Capture(BINANCE, files, options),
  csv: (files, options) => new Capture(CSV, files, options),
  dbn: (files, options) => new Capture(DBN, files, options),
  hftbacktest: (files, options) => new Capture(HFTBACKTEST, files, options),
  lean: (files, options) => new Capture(LEAN, files, options),
  lobster: (files, options) => new Capture(LOBSTER, files, options),
  okx: (files, options) => new Capture(OKX, files, options),
} as const satisfies Record<string, Open>;

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];

/**
 * The capture in `files`, read as one stream in their order.
 *
 * @example
 * const capture = openCapture("binance", ["a.gz", "b.gz"], { symbol: "BTCUSDT", levels: 20 });
 * for await (const { rows, trades } of capture.blocks()) { … }
 */
export function openCapture(
  format: FormatName,
  files: readonly string[],
  options: CaptureOptions,
): CaptureSource {
  const open: Open = FORMATS[format];
  return open(files, options);
}
