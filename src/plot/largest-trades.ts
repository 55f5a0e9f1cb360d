/** The largest trades of a span of time: those that a picture has room for. */
export interface DrawnTrade {
  readonly timeMs: number;
  readonly price: number;
  readonly size: number;
  /** By whom it was made; `unknown` where nobody says. */
  readonly side: "buy" | "sell" | "unknown";
}

export class LargestTrades {
  readonly #countMax: number;
  #trades: DrawnTrade[] = [];
  #least = 0;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  add(trade: DrawnTrade): void {
    if (trade.size < this.#least) return;
    this.#trades.push(trade);
    // Sorting a list of twice the length now and then costs less than keeping it in order.
    if (this.#trades.length >= 2 * this.#countMax) this.#cut();
  }

  /** Largest first, so that small ones are drawn on top. */
  get all(): readonly DrawnTrade[] {
    this.#cut();
    return this.#trades;
  }

  #cut(): void {
    this.#trades.sort((a, b) => b.size - a.size);
    if (this.#trades.length < this.#countMax) return;
    this.#trades.length = this.#countMax;
    this.#least = this.#trades.at(-1)!.size;
  }
}
