/** Which array of a book store holds which column of the rows in memory. */
import type { BookRows, TradeRows } from "./book-rows.ts";
import { type Column, stepsColumn } from "./table-writer.ts";

export const BOOK_COLUMNS: readonly Column<BookRows>[] = [
  { name: "ts_event", items: (rows) => rows.tsEventNs.subarray(0, rows.count) },
  { name: "ts_recv", items: (rows) => rows.tsRecvNs.subarray(0, rows.count) },
  { name: "sequence", items: (rows) => rows.sequence.subarray(0, rows.count) },
  stepsColumn("bid_px", (rows) => rows.bidTicks.subarray(0, rows.count * rows.levels)),
  stepsColumn("bid_sz", (rows) => rows.bidLots.subarray(0, rows.count * rows.levels)),
  stepsColumn("ask_px", (rows) => rows.askTicks.subarray(0, rows.count * rows.levels)),
  stepsColumn("ask_sz", (rows) => rows.askLots.subarray(0, rows.count * rows.levels)),
];

export const TRADE_COLUMNS: readonly Column<TradeRows>[] = [
  { name: "ts_event", items: (trades) => trades.tsEventNs.subarray(0, trades.count) },
  { name: "ts_recv", items: (trades) => trades.tsRecvNs.subarray(0, trades.count) },
  { name: "trade_id", items: (trades) => trades.tradeId.subarray(0, trades.count) },
  stepsColumn("px", (trades) => trades.priceTicks.subarray(0, trades.count)),
  stepsColumn("sz", (trades) => trades.sizeLots.subarray(0, trades.count)),
  { name: "side", items: (trades) => trades.side.subarray(0, trades.count) },
];
