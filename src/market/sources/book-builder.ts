/**
 * Builds the book from events, whatever format they come from: a row of the best levels after each complete change.
 *
 * Quotes of a capture that has no other book events are changes of the book themselves, of its best levels. Beside
 * snapshots and deltas they are the exchange's own word on the best levels, and are held against the book.
 */
import type { BookRows } from "../book-rows.ts";
import type { BookSide } from "../book-side.ts";
import { OrderBook } from "../order-book.ts";
import { type BookChanges, CHANGE_KINDS } from "./book-changes.ts";
import type { CaptureStatistics } from "./capture-source.ts";
import { TickerCheck } from "./ticker-check.ts";

/** What quotes are to the book. */
export type QuoteRole = "book" | "check";

export class BookBuilder {
  readonly #book: OrderBook;
  readonly #rows: BookRows;
  readonly #quotes: QuoteRole;
  readonly #statistics: CaptureStatistics;
  readonly #tickers = new TickerCheck();

  /** @param rows get the rows; the caller empties them */
  constructor(rows: BookRows, quotes: QuoteRole, statistics: CaptureStatistics) {
    this.#book = new OrderBook(rows);
    this.#rows = rows;
    this.#quotes = quotes;
    this.#statistics = statistics;
  }

  add(changes: BookChanges): void {
    for (let change = 0; change < changes.count; change += 1) {
      if (changes.kind[change] === CHANGE_KINDS.quote) this.#addQuote(changes, change);
      else this.#addChange(changes, change);
    }
    this.#statistics.tickers.shared = this.#tickers.shared;
    this.#statistics.tickers.agreed = this.#tickers.agreed;
  }

  #addChange(changes: BookChanges, change: number): void {
    const book = this.#book;
    const { ticks, lots } = changes;
    const firstBid = changes.firstLevel[change]!;
    const firstAsk = firstBid + changes.bidCount[change]!;
    const end = firstAsk + changes.askCount[change]!;
    if (changes.kind[change] === CHANGE_KINDS.snapshot) {
      book.clear();
      // Best levels lie at the end of a side: put in last, they move no others.
      for (let at = firstAsk - 1; at >= firstBid; at -= 1) book.bids.set(ticks[at]!, lots[at]!);
      for (let at = end - 1; at >= firstAsk; at -= 1) book.asks.set(ticks[at]!, lots[at]!);
    } else {
      for (let at = firstBid; at < firstAsk; at += 1) book.bids.set(ticks[at]!, lots[at]!);
      for (let at = firstAsk; at < end; at += 1) book.asks.set(ticks[at]!, lots[at]!);
    }
    if (changes.endsChange[change] === 1) this.#addRow(changes, change);
  }

  #addQuote(changes: BookChanges, change: number): void {
    const firstBid = changes.firstLevel[change]!;
    const firstAsk = firstBid + changes.bidCount[change]!;
    if (this.#quotes === "check") {
      this.#tickers.addTicker(Number(changes.sequence[change]), {
        bidTicks: changes.ticks[firstBid]!,
        bidLots: changes.lots[firstBid]!,
        askTicks: changes.ticks[firstAsk]!,
        askLots: changes.lots[firstAsk]!,
      });
      return;
    }
    if (changes.bidCount[change]! > 0) replaceSide(this.#book.bids, changes, firstBid);
    if (changes.askCount[change]! > 0) replaceSide(this.#book.asks, changes, firstAsk);
    this.#addRow(changes, change);
  }

  #addRow(changes: BookChanges, change: number): void {
    const book = this.#book;
    const statistics = this.#statistics;
    const sequence = changes.sequence[change]!;
    book.addRow(this.#rows, changes.eventNs[change]!, changes.recvNs[change]!, sequence);
    statistics.rows += 1;
    const state = book.state;
    if (state !== "open") statistics[state] += 1;
    if (this.#quotes === "check") this.#tickers.addRow(Number(sequence), book);
  }
}

function replaceSide(side: BookSide, changes: BookChanges, level: number): void {
  side.clear();
  side.set(changes.ticks[level]!, changes.lots[level]!);
}
