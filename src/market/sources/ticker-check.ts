/**
 * Holds the rebuilt book against the exchange's own best bid and ask: both streams number their messages from
 * one sequence, so where a ticker has the id of a row they must show the same. Either may come first.
 */
import type { OrderBook } from "../order-book.ts";
import { RecentEntries } from "./recent-entries.ts";

export interface BestLevels {
  readonly bidTicks: number;
  readonly bidLots: number;
  readonly askTicks: number;
  readonly askLots: number;
}

/** The two streams of one exchange are milliseconds apart; this is seconds of a busy market. */
const REMEMBERED = 4096;

export class TickerCheck {
  shared = 0;
  agreed = 0;
  readonly #rows = new RecentEntries<BestLevels>(REMEMBERED);
  readonly #tickers = new RecentEntries<BestLevels>(REMEMBERED);

  addRow(updateId: number, book: OrderBook): void {
    const best = {
      bidTicks: book.bids.bestTicks,
      bidLots: book.bids.bestLots,
      askTicks: book.asks.bestTicks,
      askLots: book.asks.bestLots,
    };
    const ticker = this.#tickers.take(updateId);
    if (ticker === undefined) this.#rows.set(updateId, best);
    else this.#compare(best, ticker);
  }

  addTicker(updateId: number, best: BestLevels): void {
    const row = this.#rows.take(updateId);
    if (row === undefined) this.#tickers.set(updateId, best);
    else this.#compare(row, best);
  }

  #compare(row: BestLevels, ticker: BestLevels): void {
    this.shared += 1;
    if (
      row.bidTicks === ticker.bidTicks &&
      row.bidLots === ticker.bidLots &&
      row.askTicks === ticker.askTicks &&
      row.askLots === ticker.askLots
    ) {
      this.agreed += 1;
    }
  }
}
