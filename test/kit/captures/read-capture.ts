/** A capture read to its end, as plain values that compare. */
import {
  type CaptureOptions,
  type CaptureScale,
  type CaptureStatistics,
  type FormatName,
  openCapture,
} from "../../../src/market/sources/index.ts";
import type { StepColumn } from "../../../src/market/step-types.ts";

export interface ReadBook {
  readonly eventNs: bigint;
  readonly recvNs: bigint;
  readonly sequence: bigint;
  /** `[ticks…, lots…]` of the best levels, missing ones as they are stored. */
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

export interface ReadTrade {
  readonly eventNs: bigint;
  readonly recvNs: bigint;
  readonly tradeId: bigint;
  readonly ticks: number;
  readonly lots: number;
  readonly side: string;
}

export interface ReadBar {
  readonly eventNs: bigint;
  readonly prices: readonly number[];
  readonly volume: number;
}

export interface ReadCapture {
  readonly statistics: CaptureStatistics;
  readonly scale: CaptureScale | undefined;
  readonly books: readonly ReadBook[];
  readonly trades: readonly ReadTrade[];
  readonly bars: readonly ReadBar[];
}

export async function readCapture(
  format: FormatName,
  files: readonly string[],
  options: Partial<CaptureOptions> = {},
): Promise<ReadCapture> {
  const capture = openCapture(format, files, { symbol: "SIM", levels: 10, ...options });
  const books: ReadBook[] = [];
  const trades: ReadTrade[] = [];
  const bars: ReadBar[] = [];
  for await (const block of capture.blocks()) {
    const { rows } = block;
    for (let row = 0; row < rows.count; row += 1) {
      const levels = (column: StepColumn) => column.subarray(row * rows.levels, (row + 1) * rows.levels);
      books.push({
        eventNs: rows.tsEventNs[row]!,
        recvNs: rows.tsRecvNs[row]!,
        sequence: rows.sequence[row]!,
        bids: [...levels(rows.bidTicks), ...levels(rows.bidLots)],
        asks: [...levels(rows.askTicks), ...levels(rows.askLots)],
      });
    }
    for (let row = 0; row < block.trades.count; row += 1) {
      trades.push({
        eventNs: block.trades.tsEventNs[row]!,
        recvNs: block.trades.tsRecvNs[row]!,
        tradeId: block.trades.tradeId[row]!,
        ticks: block.trades.priceTicks[row]!,
        lots: block.trades.sizeLots[row]!,
        side: String.fromCharCode(block.trades.side[row]!),
      });
    }
    for (let row = 0; row < block.bars.count; row += 1) {
      const { openTicks, highTicks, lowTicks, closeTicks } = block.bars;
      bars.push({
        eventNs: block.bars.tsEventNs[row]!,
        prices: [openTicks[row]!, highTicks[row]!, lowTicks[row]!, closeTicks[row]!],
        volume: block.bars.volume[row]!,
      });
    }
  }
  return { statistics: capture.statistics, scale: capture.scale, books, trades, bars };
}
