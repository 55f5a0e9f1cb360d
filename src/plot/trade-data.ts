/** What a picture shows of trades: the largest of them, and how much was bought and sold in each span of time. */
import type { Table } from "../market/tables/table.ts";
import { scaleOf } from "./book-data.ts";
import { Extremes } from "./extremes.ts";
import { LargestTrades } from "./largest-trades.ts";
import { readableBlocks, TimeColumns } from "./time-columns.ts";

export interface TradeData {
  readonly largest: LargestTrades;
  readonly count: number;
  /** Spans of the bars of volume, wider than the columns of the picture. */
  readonly spans: TimeColumns;
  readonly bought: Float64Array;
  readonly sold: Float64Array;
  /** Of all trades, in the columns of the picture. */
  readonly columns: TimeColumns;
  readonly prices: Extremes;
}

const DRAWN_MAX = 3000;
const SPANS = 177;
const SIDES: Readonly<Record<number, "buy" | "sell">> = { 66: "buy", 65: "sell" };

export async function tradeData(
  tables: readonly Table[],
  columns: TimeColumns,
  signal: AbortSignal | undefined,
): Promise<TradeData> {
  const spans = new TimeColumns(columns, SPANS);
  const largest = new LargestTrades(DRAWN_MAX);
  const bought = new Float64Array(SPANS);
  const sold = new Float64Array(SPANS);
  const paid = new Extremes(columns.count);
  let count = 0;
  for await (const { table, block, timesMs } of readableBlocks(tables, ({ columns }) => columns, signal)) {
    const { price, size, side } = table.trade!;
    const prices = block.columns.get(price.column)!;
    const sizes = block.columns.get(size.column)!;
    const sides = side && block.columns.get(side.column);
    const [priceScale, sizeScale] = [scaleOf(table, price), scaleOf(table, size)];
    for (let row = 0; row < block.count; row += 1) {
      const timeMs = timesMs[row]!;
      const span = spans.at(timeMs);
      const amount = sizes[row]! * sizeScale;
      if (span === undefined || !(amount > 0)) continue;
      const drawnSide = SIDES[sides?.[row] ?? 0] ?? "unknown";
      if (drawnSide === "sell") sold[span]! += amount;
      else bought[span]! += amount;
      const tradePrice = prices[row]! * priceScale;
      paid.add(columns.at(timeMs)!, tradePrice);
      largest.add({ timeMs, price: tradePrice, size: amount, side: drawnSide });
      count += 1;
    }
  }
  return { largest, count, spans, bought, sold, columns, prices: paid };
}
