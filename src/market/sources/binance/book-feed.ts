/**
 * Messages of one instrument, on a settled scale, into book rows and trades.
 *
 * A message is read whole before anything changes: a price or size that is no whole, positive number of ticks
 * or lots refuses its line, and the book stays as it was.
 */
import { type BookRows, SIDE_CODES, type TradeRows } from "../../book-rows.ts";
import { DecimalGrid, type GridFault } from "../../decimal-grid.ts";
import { LevelChanges } from "../../level-changes.ts";
import { OrderBook } from "../../order-book.ts";
import type { CaptureScale, CaptureStatistics } from "../capture-source.ts";
import { RecentEntries } from "../recent-entries.ts";
import { LineFault } from "../refused-lines.ts";
import { DepthSync, type DiffInTicks } from "./depth-sync.ts";
import type { DepthDiff, DepthSnapshot, LevelText, Ticker, Trade } from "./message.ts";
import { type BestLevels, TickerCheck } from "./ticker-check.ts";

/** A repeated trade comes with a reconnect, seconds after the first. */
const TRADES_REMEMBERED = 65_536;

const FAULT_WORDS: Readonly<Record<GridFault, string>> = {
  "not-a-decimal": "is not a decimal number",
  "off-grid": "is not a whole number of steps of",
  overflow: "does not fit 32 bits in steps of",
};

export class BookFeed {
  readonly #scale: CaptureScale;
  readonly #statistics: CaptureStatistics;
  readonly #trades: TradeRows;
  readonly #sync: DepthSync;
  readonly #tickers = new TickerCheck();
  readonly #tradeIds = new RecentEntries<true>(TRADES_REMEMBERED);
  readonly #bids = new LevelChanges();
  readonly #asks = new LevelChanges();
  #repeatedTrades = 0;
  #venue: DepthDiff["venue"] | undefined;

  constructor(scale: CaptureScale, statistics: CaptureStatistics, rows: BookRows, trades: TradeRows) {
    this.#scale = scale;
    this.#statistics = statistics;
    this.#trades = trades;
    const book = new OrderBook();
    this.#sync = new DepthSync(book, (diff) => {
      book.addRow(rows, diff.eventNs, diff.recvNs, BigInt(diff.lastUpdateId));
      this.#tickers.addRow(diff.lastUpdateId, book);
      statistics.rows += 1;
      const state = book.state;
      if (state !== "open") statistics[state] += 1;
    });
  }

  /** @throws LineFault */
  add(message: DepthSnapshot | DepthDiff | Trade | Ticker): void {
    switch (message.kind) {
      case "snapshot":
        this.#readLevels(message);
        this.#sync.addSnapshot({
          lastUpdateId: message.lastUpdateId,
          bids: this.#bids,
          asks: this.#asks,
        });
        return;
      case "diff":
        this.#readLevels(message);
        this.addDiff({ ...message, bids: this.#bids, asks: this.#asks });
        return;
      case "trade":
        this.#addTrade(message);
        return;
      case "ticker":
        this.addTicker(message.updateId, {
          bidTicks: this.#ticks(message.bid[0]),
          bidLots: this.#lots(message.bid[1]),
          askTicks: this.#ticks(message.ask[0]),
          askLots: this.#lots(message.ask[1]),
        });
    }
  }

  /** Borrows the levels only for the call. @throws LineFault */
  addDiff(diff: DiffInTicks): void {
    this.#venue ??= diff.venue;
    if (diff.venue !== this.#venue) {
      throw new LineFault(
        diff.venue === "spot" ? "fields T and pu are missing" : "is a futures diff in a spot capture",
      );
    }
    this.#sync.addDiff(diff);
  }

  addTicker(updateId: number, best: BestLevels): void {
    this.#tickers.addTicker(updateId, best);
    this.#statistics.ignored += 1;
  }

  /** Brings the statistics up to date; `final` where no message follows. */
  count(final: boolean): void {
    if (final) this.#sync.end();
    this.#statistics.gaps = this.#sync.gaps;
    this.#statistics.duplicates = this.#sync.duplicates + this.#repeatedTrades;
    this.#statistics.unsynced = this.#sync.unsynced;
    this.#statistics.tickers.shared = this.#tickers.shared;
    this.#statistics.tickers.agreed = this.#tickers.agreed;
  }

  #addTrade(message: Trade): void {
    const priceTicks = this.#ticks(message.price);
    const sizeLots = this.#lots(message.size);
    if (sizeLots === 0) throw new LineFault("trade of size 0");
    if (this.#tradeIds.has(message.tradeId)) {
      this.#repeatedTrades += 1;
      return;
    }
    this.#tradeIds.set(message.tradeId, true);
    // The maker was there first: where it is the buyer, the seller crossed the spread.
    const side = message.buyerIsMaker ? SIDE_CODES.A : SIDE_CODES.B;
    this.#trades.add(message.eventNs, message.recvNs, BigInt(message.tradeId), priceTicks, sizeLots, side);
    this.#statistics.trades += 1;
  }

  #readLevels(message: DepthSnapshot | DepthDiff): void {
    this.#readSide(message.bids, this.#bids);
    this.#readSide(message.asks, this.#asks);
  }

  #readSide(levels: readonly LevelText[], changes: LevelChanges): void {
    changes.clear();
    for (const level of levels) changes.add(this.#ticks(level[0]), this.#lots(level[1]));
  }

  #ticks(text: string): number {
    const ticks = this.#scale.tick.stepsOf(text);
    if (ticks === 0 || isNegative(text) || DecimalGrid.faultOf(ticks) !== undefined) {
      throw new LineFault(describe("price", text, ticks, this.#scale.tick));
    }
    return ticks;
  }

  #lots(text: string): number {
    const lots = this.#scale.lot.stepsOf(text);
    if (isNegative(text) || DecimalGrid.faultOf(lots) !== undefined) {
      throw new LineFault(describe("size", text, lots, this.#scale.lot));
    }
    return lots;
  }
}

/** Whether the text has a minus sign; `-0.000` as well, which no exchange sends. */
function isNegative(text: string): boolean {
  return text.charCodeAt(0) === 45;
}

function describe(noun: string, text: string, steps: number, grid: DecimalGrid): string {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const fault = DecimalGrid.faultOf(steps);
  if (fault === undefined) return `${noun} ${shown} is ${isNegative(text) ? "negative" : "zero"}`;
  const words = FAULT_WORDS[fault];
  return `${noun} ${JSON.stringify(shown)} ${words}${fault === "not-a-decimal" ? "" : ` ${grid.step}`}`;
}
