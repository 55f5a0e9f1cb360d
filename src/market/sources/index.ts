/** The formats that captures come in, by name. A format is one file beside this one, and a line here. */
import { BinanceCapture } from "./binance.ts";
import type { CaptureOptions, CaptureSource } from "./capture-source.ts";

export type {
  CaptureOptions,
  CaptureScale,
  CaptureSource,
  CaptureStatistics,
  MarketBlock,
} from "./capture-source.ts";
export type { RefusedLine } from "./refused-lines.ts";

const FORMATS = {
  binance: (files: readonly string[], options: CaptureOptions): CaptureSource =>
    new BinanceCapture(files, options),
} as const;

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
  return FORMATS[format](files, options);
}
