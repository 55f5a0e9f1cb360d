/** Takes one instrument out of a capture whose scale is settled: lines in, calls on its book feed out. */
import { QuarryError } from "../../../errors.ts";
import type { CaptureScale, CaptureStatistics } from "../capture-source.ts";
import { LineFault } from "../refused-lines.ts";
import type { BookFeed } from "./book-feed.ts";
import { LineScanner } from "./line-scanner.ts";
import { type CaptureMessage, parseLine } from "./message.ts";

export class InstrumentReader {
  readonly #scale: CaptureScale;
  readonly #wantedSymbol: string;
  readonly #statistics: CaptureStatistics;
  readonly #feed: BookFeed;
  readonly #scanner: LineScanner;
  #severalSymbols = false;

  /** @param wantedSymbol what the caller calls the instrument */
  constructor(scale: CaptureScale, wantedSymbol: string, statistics: CaptureStatistics, feed: BookFeed) {
    this.#scale = scale;
    this.#wantedSymbol = wantedSymbol;
    this.#statistics = statistics;
    this.#feed = feed;
    this.#scanner = new LineScanner(scale);
  }

  /**
   * Reads the line in `bytes[start, end)`.
   * @throws LineFault saying what is wrong with it; it has then changed nothing
   * @throws QuarryError `CAPTURE_INVALID` at a second instrument where none has the wanted name
   */
  addLine(bytes: Buffer, start: number, end: number): void {
    const scanner = this.#scanner;
    switch (scanner.scan(bytes, start, end)) {
      case "diff":
        this.#feed.addDiff(scanner);
        return;
      case "ticker":
        this.#feed.addTicker(scanner.lastUpdateId, scanner.best);
        return;
      default:
        this.addMessage(parseLine(bytes, start, end));
    }
  }

  /** As {@link addLine}, for a line that has been parsed. */
  addMessage(message: CaptureMessage): void {
    if (message.kind === "other") {
      this.#statistics.ignored += 1;
      return;
    }
    if (message.symbol === undefined && this.#severalSymbols) {
      throw new LineFault("depth snapshot without a symbol in a capture of several instruments");
    }
    if (message.symbol === undefined || message.symbol === this.#scale.symbol) this.#feed.add(message);
    else this.#ignore(message.symbol);
  }

  /** Lets go of a message of another instrument, as long as it is clear which one is wanted. */
  #ignore(symbol: string): void {
    if (this.#scale.symbol !== this.#wantedSymbol) {
      throw new QuarryError(
        "CAPTURE_INVALID",
        `the capture holds ${this.#scale.symbol} and ${symbol}, and neither is ${this.#wantedSymbol}; ` +
          "name one of them as the symbol",
      );
    }
    this.#severalSymbols = true;
    this.#statistics.ignored += 1;
  }
}
