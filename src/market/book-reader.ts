/**
 * Reads the order books of one symbol or of many as one stream: all weeks, in the order of time.
 *
 * What a week cannot give is left out and named (`onSkip`, `report`), and the others are read: only the machine
 * failing, an abort, or a wrong call ends the stream. What is given is never a guess.
 */
import { QuarryError } from "../errors.ts";
import type { JsonObject } from "../metadata/json.ts";
import { Gate } from "../store/gate.ts";
import type { Location } from "../zarr/open.ts";
import { rowBlocks } from "../zarr/row-blocks.ts";
import type { BookSelection } from "./book-selection.ts";
import type { BlockRead, BookBlock, BookWeek, RowRange } from "./book-week.ts";
import { findBooks, isFaultOfStore, type SkippedWeek, skippedWeek } from "./find-books.ts";
import { mergedByTime } from "./merge-by-time.ts";
import { isoTime } from "./partition.ts";
import { weekAsOf } from "./week-as-of.ts";

export interface BookReaderOptions {
  /** Reads of arrays at a time, over all symbols. Default 8. */
  readonly maxConcurrentReads?: number | undefined;
  /** Told once of each store that is left out, when that is found. */
  readonly onSkip?: ((week: SkippedWeek) => void) | undefined;
  /**
   * Whether the times of stores that do not say it are in order all the same. Default `false`: before such a store is
   * searched by time, all its times are read once.
   */
  readonly trustOrder?: boolean | undefined;
}

export interface BlocksOptions extends BookSelection {
  /** Rows from this time on, nanoseconds since 1970. Default: from the first. */
  readonly fromNs?: bigint | undefined;
  /** Rows before this time. Default: to the last. */
  readonly toNs?: bigint | undefined;
  /** Default: all. */
  readonly symbols?: readonly string[] | undefined;
  /** Rows of a block, counted from the first row of its store. Default: what is one file, as far as 32 MiB go. */
  readonly blockRows?: number | undefined;
  /** Blocks of each symbol that are being read while one is in use. Default 1. */
  readonly readAhead?: number | undefined;
  /**
   * Whether a week with a fault in what is asked for gives nothing. Default `true`: each week is read through once
   * before its first block is given. With `false` it is read once, and gives what precedes the fault.
   */
  readonly wholeWeeks?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SymbolBooks {
  readonly symbol: string;
  /** Those that can be read, in the order of time. */
  readonly weeks: readonly BookWeek[];
  /** Of the root of the first week. */
  readonly attributes: JsonObject;
  /** Rows of all weeks, as their metadata says. */
  readonly estimatedSnapshots: number;
  /** Rows of what is one file of the first week: a shard, or else a chunk. */
  readonly sourceChunkRows: number;
}

export interface BookReport {
  readonly symbols: readonly {
    readonly symbol: string;
    /** How many of its stores can be read. */
    readonly weeks: number;
    readonly estimatedSnapshots: number;
  }[];
  /** Rows of all blocks, over every call of `blocks()`. */
  readonly rowsGiven: number;
  /** Which stores, or ends of them, and why. */
  readonly skipped: readonly SkippedWeek[];
}

const CONCURRENT_READS = 8;

/** Decoded bytes of a block, where the caller does not say how many rows it has. */
const BLOCK_BYTES_MAX = 32 * 1024 * 1024;

export class BookReader {
  /** Sorted by name. */
  readonly symbols: readonly SymbolBooks[];
  readonly #skipped = new Map<string, SkippedWeek>();
  readonly #onSkip: ((week: SkippedWeek) => void) | undefined;
  readonly #gate: Gate;
  #rowsGiven = 0;

  /**
   * Finds and opens the stores at one location, or at several: a store, a symbol's directory with its weeks, a directory
   * of symbols. Reads metadata alone.
   * @throws QuarryError `NOT_FOUND`, `STORE_FAILED`; where no store can be read, what is wrong with the first
   * @example
   * const reader = await BookReader.open("stores", { onSkip: ({ path, reason }) => console.warn(path, reason) });
   * for await (const block of reader.blocks({ levels: 5, fromNs: 1723161600000000000n })) …
   */
  static async open(
    locations: Location | readonly Location[],
    options: BookReaderOptions = {},
  ): Promise<BookReader> {
    const { maxConcurrentReads = CONCURRENT_READS, trustOrder = false } = options;
    if (!Number.isInteger(maxConcurrentReads) || maxConcurrentReads < 1) {
      throw new RangeError(`maxConcurrentReads is a whole number of reads, not ${maxConcurrentReads}`);
    }
    const gate = new Gate(maxConcurrentReads);
    const places = Array.isArray(locations) ? locations : [locations];
    const { weeks, skipped } = await findBooks(places, trustOrder, gate);
    const [fault] = skipped;
    if (weeks.length === 0 && fault !== undefined) {
      throw new QuarryError(fault.code, `no store can be read: ${fault.reason}`, { path: fault.path });
    }
    return new BookReader(weeks, skipped, gate, options.onSkip);
  }

  private constructor(
    weeks: readonly BookWeek[],
    skipped: readonly SkippedWeek[],
    gate: Gate,
    onSkip: ((week: SkippedWeek) => void) | undefined,
  ) {
    this.#gate = gate;
    this.#onSkip = onSkip;
    const names = [...new Set(weeks.map(({ symbol }) => symbol))].sort();
    this.symbols = names.map((name) => symbolBooks(weeks.filter(({ symbol }) => symbol === name)));
    for (const week of skipped) this.#skip(week);
  }

  /** What was found, and what was given and left out so far. */
  get report(): BookReport {
    return {
      symbols: this.symbols.map((books) => ({
        symbol: books.symbol,
        weeks: books.weeks.length,
        estimatedSnapshots: books.estimatedSnapshots,
      })),
      rowsGiven: this.#rowsGiven,
      skipped: [...this.#skipped.values()],
    };
  }

  /** Of the first symbol's first week. */
  get attributes(): JsonObject {
    return this.symbols[0]?.attributes ?? {};
  }

  /** Rows of all symbols and weeks, as their metadata says: what `blocks()` gives, if nothing is damaged. */
  get estimatedSnapshots(): number {
    return this.symbols.reduce((rows, symbol) => rows + symbol.estimatedSnapshots, 0);
  }

  /**
   * The rows that are asked for, in blocks; those of several symbols by the time of their first row. The rows of one
   * week are in the order in which they are stored. Memory: `readAhead` + 2 blocks of each symbol.
   * @throws RangeError for a symbol, column or level that there is not
   * @throws QuarryError `STORE_FAILED`, `BACKEND_UNAVAILABLE`; the reason of an aborted `signal`
   */
  async *blocks(options: BlocksOptions = {}): AsyncGenerator<BookBlock, void, undefined> {
    const { blockRows, symbols = this.symbols.map(({ symbol }) => symbol) } = options;
    if (blockRows !== undefined && !(Number.isInteger(blockRows) && blockRows > 0)) {
      throw new RangeError(`blockRows is a whole number of rows, not ${blockRows}`);
    }
    const streams = symbols.map((symbol) => this.#blocksOf(this.#booksOf(symbol), options));
    for await (const block of mergedByTime(streams, ({ timestampsNs }) => timestampsNs[0]!)) {
      this.#rowsGiven += block.count;
      yield block;
    }
  }

  /**
   * The last row at or before a time, as a block of one row; undefined where the first row is later. Its own time says
   * how old it is: weeks that were left out when they were opened leave gaps. The first call reads a chunk of times of
   * every week.
   * @param options `symbol`: may be left out where there is one
   * @throws RangeError as {@link blocks}
   * @throws QuarryError what is wrong with the week that has the row, or may have it, such as `CHUNK_CORRUPT`: an older
   *   row would not be the answer. `VALUE_INVALID` where times, or weeks, are not in order
   */
  async asOf(
    timestampNs: bigint,
    options: BookSelection & {
      readonly symbol?: string | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<BookBlock | undefined> {
    const { weeks } = this.#booksOf(options.symbol);
    const week = await weekAsOf(weeks, timestampNs, this.#gate);
    if (week === undefined) return undefined;
    const { signal } = options;
    const next = await this.#gate.through(() => week.times.firstRowFrom(timestampNs + 1n), signal);
    return week.select(options)({ start: next - 1, end: next }, this.#gate, signal);
  }

  async *#blocksOf(books: SymbolBooks, options: BlocksOptions): AsyncGenerator<BookBlock, void, undefined> {
    const { fromNs, toNs, wholeWeeks = true } = options;
    let latest: BookBlock | undefined;
    for (const week of books.weeks) {
      let left: RowRange = { start: 0, end: week.rowCount };
      try {
        if (fromNs !== undefined || toNs !== undefined) {
          left = await this.#gate.through(() => week.times.rangeBetween(fromNs, toNs), options.signal);
        }
        const read = week.select(options);
        if (wholeWeeks) await exhaust(this.#weekBlocks(week, left, read, options));
        for await (const block of this.#weekBlocks(week, left, read, options)) {
          if (latest !== undefined && latest.path !== week.path) checkFollows(block, latest);
          yield block;
          latest = block;
          left = { start: block.start + block.count, end: left.end };
        }
      } catch (error) {
        if (!isFaultOfStore(error)) throw error;
        this.#skip(skippedWeek(week.path, error, left));
      }
    }
  }

  #weekBlocks(
    week: BookWeek,
    { start, end }: RowRange,
    read: BlockRead,
    { readAhead = 1, blockRows = usualBlockRows(week), signal }: BlocksOptions,
  ): AsyncGenerator<BookBlock, void, undefined> {
    const first = Math.floor(start / blockRows);
    const blockCount = start === end ? 0 : Math.ceil(end / blockRows) - first;
    return rowBlocks(blockCount, 1, readAhead, (index) => {
      const from = (first + index) * blockRows;
      const range = { start: Math.max(start, from), end: Math.min(end, from + blockRows) };
      return read(range, this.#gate, signal);
    });
  }

  #booksOf(symbol: string | undefined): SymbolBooks {
    const names = this.symbols.map((books) => books.symbol);
    if (symbol === undefined && names.length > 1) {
      throw new RangeError(`there are several symbols: say which of ${names.join(", ")}`);
    }
    const books = symbol === undefined ? this.symbols[0] : this.symbols[names.indexOf(symbol)];
    if (books === undefined)
      throw new RangeError(`no symbol ${symbol}; there are ${names.join(", ") || "none"}`);
    return books;
  }

  #skip(week: SkippedWeek): void {
    const isNew = !this.#skipped.has(week.path);
    this.#skipped.set(week.path, week);
    if (isNew) this.#onSkip?.(week);
  }
}

function symbolBooks(weeks: readonly BookWeek[]): SymbolBooks {
  const first = weeks[0]!;
  return {
    symbol: first.symbol,
    weeks,
    attributes: first.attributes,
    estimatedSnapshots: weeks.reduce((rows, week) => rows + week.rowCount, 0),
    sourceChunkRows: first.sourceChunkRows,
  };
}

/** What is one file, or as many whole chunks of it as {@link BLOCK_BYTES_MAX} hold. */
function usualBlockRows({ sourceChunkRows, chunkRows, rowBytes }: BookWeek): number {
  if (sourceChunkRows * rowBytes <= BLOCK_BYTES_MAX) return sourceChunkRows;
  return Math.max(1, Math.floor(BLOCK_BYTES_MAX / (rowBytes * chunkRows))) * chunkRows;
}

/** @throws QuarryError `VALUE_INVALID` where `block`, of another week, begins before `latest` ends */
function checkFollows(block: BookBlock, latest: BookBlock): void {
  const firstNs = block.timestampsNs[0]!;
  const lastNs = latest.timestampsNs.at(-1)!;
  if (firstNs >= lastNs) return;
  throw new QuarryError(
    "VALUE_INVALID",
    `${block.path} begins at ${isoTime(firstNs)}, before ${latest.path} ends at ${isoTime(lastNs)}`,
    { path: block.path },
  );
}

async function exhaust(blocks: AsyncGenerator<unknown, void, undefined>): Promise<void> {
  while ((await blocks.next()).done !== true);
}
