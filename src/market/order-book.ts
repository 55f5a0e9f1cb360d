/** An order book by price: two sides, and the top levels as a row. */
import type { BookRows } from "./book-rows.ts";
import { BookSide } from "./book-side.ts";
import type { StepTypes } from "./step-types.ts";

/** How the best bid stands to the best ask. A book with an empty side is `open`. */
export type BookState = "open" | "locked" | "crossed";

export class OrderBook {
  readonly bids: BookSide;
  readonly asks: BookSide;

  constructor(types: StepTypes) {
    this.bids = new BookSide("bid", types);
    this.asks = new BookSide("ask", types);
  }

  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }

  /** `crossed` where the best bid is above the best ask, `locked` where they are equal. */
  get state(): BookState {
    if (this.bids.levelCount === 0 || this.asks.levelCount === 0) return "open";
    const spreadTicks = this.asks.bestTicks - this.bids.bestTicks;
    if (spreadTicks > 0) return "open";
    return spreadTicks === 0 ? "locked" : "crossed";
  }

  /** Appends the best `rows.levels` levels of both sides as one row; `rows` are of the same types. */
  addRow(rows: BookRows, tsEventNs: bigint, tsRecvNs: bigint, sequence: bigint): void {
    const offset = rows.add(tsEventNs, tsRecvNs, sequence) * rows.levels;
    const { levels, missingTicks, missingLots } = rows;
    this.bids.copyTop(levels, rows.bidTicks, rows.bidLots, offset, missingTicks, missingLots);
    this.asks.copyTop(levels, rows.askTicks, rows.askLots, offset, missingTicks, missingLots);
  }
}
