/**
 * Raw captures of Binance's websocket streams: COIN-M and USD-M futures, and spot.
 *
 * Several files are one stream: a file without a snapshot goes on with the book of the one before.
 * What a line is stands in `binance/message.ts`, how diffs become a book in `binance/depth-sync.ts`.
 */

import { BookRows, TradeRows } from "../book-rows.ts";
import { BookFeed } from "./binance/book-feed.ts";
import { settleScale } from "./binance/capture-scale.ts";
import { InstrumentReader } from "./binance/instrument-reader.ts";
import { type CaptureMessage, parseLine } from "./binance/message.ts";
import { captureLines, LINE_BYTES_MAX, type LineBlock } from "./capture-lines.ts";
import type {
  CaptureOptions,
  CaptureScale,
  CaptureSource,
  CaptureStatistics,
  MarketBlock,
} from "./capture-source.ts";
import { LineFault, type LinePlace, RefusedLines } from "./refused-lines.ts";

/**
 * Capture text that is looked at before the scale is settled: thousands of depth changes, and some tens of
 * megabytes of parsed messages.
 */
const SAMPLE_BYTES = 4 * 1024 * 1024;

/** A line of the sample; its fault is kept with it, so that refused lines are named in the order of the file. */
interface SampledLine {
  readonly place: LinePlace;
  readonly message: CaptureMessage | LineFault;
}

export class BinanceCapture implements CaptureSource {
  readonly statistics: CaptureStatistics;
  readonly #files: readonly string[];
  readonly #options: CaptureOptions;
  readonly #refused = new RefusedLines();
  readonly #rows: BookRows;
  readonly #trades = new TradeRows();
  #sample: SampledLine[] = [];
  #scale: CaptureScale | undefined;
  #feed: BookFeed | undefined;
  #reader: InstrumentReader | undefined;

  constructor(files: readonly string[], options: CaptureOptions) {
    this.#files = files;
    this.#options = options;
    this.#rows = new BookRows(options.levels);
    this.statistics = {
      rows: 0,
      trades: 0,
      gaps: 0,
      crossed: 0,
      locked: 0,
      duplicates: 0,
      unsynced: 0,
      ignored: 0,
      tickers: { shared: 0, agreed: 0 },
      refused: this.#refused,
      captureBytes: 0,
    };
  }

  async *blocks(): AsyncGenerator<MarketBlock> {
    for (const file of this.#files) {
      for await (const lines of captureLines(file, this.#options.signal)) {
        this.#addLines(lines, file);
        if (this.#scale === undefined && this.statistics.captureBytes >= SAMPLE_BYTES) this.#settle();
        yield* this.#takeBlock(false);
      }
      if (this.#options.signal?.aborted) break;
    }
    if (this.#scale === undefined) this.#settle();
    yield* this.#takeBlock(true);
  }

  #addLines(lines: LineBlock, file: string): void {
    const { bytes } = lines;
    this.statistics.captureBytes += bytes.length;
    if (lines.tooLong) {
      this.#refused.add({ file, line: lines.firstLine }, `is longer than ${LINE_BYTES_MAX} bytes`);
    }
    let line = lines.firstLine;
    for (let start = 0; start < bytes.length; line += 1) {
      const lineFeed = bytes.indexOf(10, start);
      const end = lineFeed < 0 ? bytes.length : lineFeed;
      const textEnd = end > start && bytes[end - 1] === 13 ? end - 1 : end;
      if (textEnd > start) this.#addLine(bytes, start, textEnd, { file, line });
      start = end + 1;
    }
  }

  #addLine(bytes: Buffer, start: number, end: number, place: LinePlace): void {
    const reader = this.#reader;
    if (reader === undefined) {
      const message = orFault(() => parseLine(bytes, start, end));
      this.#sample.push({ place, message });
    } else {
      this.#countFault(
        place,
        orFault(() => reader.addLine(bytes, start, end)),
      );
    }
  }

  #settle(): void {
    const sample = this.#sample;
    this.#sample = [];
    const messages = sample.flatMap(({ message }) => (message instanceof LineFault ? [] : [message]));
    const { symbol } = this.#options;
    const scale = settleScale(messages, this.#options);
    const feed = new BookFeed(scale, this.statistics, this.#rows, this.#trades);
    const reader = new InstrumentReader(scale, symbol, this.statistics, feed);
    this.#scale = scale;
    this.#feed = feed;
    this.#reader = reader;
    for (const { place, message } of sample) {
      this.#countFault(
        place,
        message instanceof LineFault ? message : orFault(() => reader.addMessage(message)),
      );
    }
  }

  #countFault(place: LinePlace, result: unknown): void {
    if (result instanceof LineFault) this.#refused.add(place, result.message);
  }

  *#takeBlock(final: boolean): Generator<MarketBlock> {
    if (this.#feed === undefined || this.#scale === undefined) return;
    this.#feed.count(final);
    if (this.#rows.count === 0 && this.#trades.count === 0) return;
    yield { scale: this.#scale, rows: this.#rows, trades: this.#trades };
    this.#rows.clear();
    this.#trades.clear();
  }
}

/** What `read` returns, or the fault that it found in its line. */
function orFault<Result>(read: () => Result): Result | LineFault {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof LineFault) return fault;
    throw fault;
  }
}
