/** From capture files to book stores, in one pass and in memory that does not grow with the capture. */
import { join } from "node:path";
import { QuarryError } from "../errors.ts";
import type { JsonObject } from "../metadata/json.ts";
import { BarWriter } from "./bar-writer.ts";
import { BookWriter, type BookWriterOptions } from "./book-writer.ts";
import type { WrittenStore } from "./open-book.ts";
import type {
  CaptureOptions,
  CaptureScale,
  CaptureStatistics,
  MarketBlock,
} from "./sources/capture-source.ts";
import { detectFormat, type FormatName, openCapture } from "./sources/index.ts";

/** How the stores are written; what is left out is as {@link BookWriterOptions} says. */
type StoreOptions = Pick<
  BookWriterOptions,
  | "partition"
  | "preset"
  | "zstdLevel"
  | "tryCodecs"
  | "disableSharding"
  | "maxConcurrentWrites"
  | "lateToleranceNs"
  | "overwrite"
  | "sync"
  | "priceType"
  | "sizeType"
  | "priceUnits"
  | "sizeUnits"
>;

export interface IngestOptions
  extends StoreOptions,
    Pick<CaptureOptions, "tickSize" | "lotSize" | "refusedMax" | "columns"> {
  /** Read one after another as one stream. */
  readonly files: readonly string[];
  /** Default: told by what the first file begins with. */
  readonly format?: FormatName | undefined;
  /** Directory that gets `SYMBOL.zarr`. */
  readonly out: string;
  /** Letters, digits, `.`, `_` and `-`; the name of the output, and which instrument to take from several. */
  readonly symbol: string;
  /** Levels a side, default 20. */
  readonly levels?: number | undefined;
  /** Ends the capture early: what has been read is stored, and marked as not complete. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the running totals. */
  readonly onProgress?: ((statistics: CaptureStatistics) => void) | undefined;
}

export interface IngestReport extends CaptureStatistics {
  readonly symbol: string;
  readonly format: FormatName;
  /** Levels a side in each row. */
  readonly levels: number;
  /** `null` where no line gave a price or size; bars have no lot. */
  readonly tickSize: number | null;
  readonly lotSize: number | null;
  /** Whether all files were read to their end. */
  readonly complete: boolean;
  readonly seconds: number;
  /** Bytes of all items of all arrays, before encoding; {@link CaptureStatistics.captureBytes} is the text. */
  readonly rawBytes: number;
  /** Bytes of all files written. */
  readonly storedBytes: number;
  readonly stores: readonly WrittenStore[];
}

const SYMBOL = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/**
 * Ingests a capture. The stores appear when everything has been read, one rename after the other; on an error before
 * that there are none.
 * @throws QuarryError `NOT_FOUND`, `CAPTURE_INVALID`, `ALREADY_EXISTS`, `STORE_FAILED`, with the file or store
 * @throws RangeError for a symbol, levels or step that no capture can have
 */
export async function ingestCapture(options: IngestOptions): Promise<IngestReport> {
  const { files, out, symbol, levels = 20, onProgress } = options;
  if (!SYMBOL.test(symbol)) {
    throw new RangeError(`symbol ${JSON.stringify(symbol)}: use letters, digits, ".", "_" and "-"`);
  }
  const started = performance.now();
  const format = options.format ?? (await detectFormat(files, options));
  const capture = openCapture(format, files, { ...options, levels });
  let writer: BookWriter | BarWriter | undefined;
  let scale: CaptureScale | undefined;
  try {
    for await (const block of capture.blocks()) {
      scale = block.scale;
      writer ??= writerFor(block, options, join(out, `${symbol}.zarr`));
      await appendBlock(writer, block);
      onProgress?.(capture.statistics);
    }
    const complete = options.signal?.aborted !== true;
    const attributes = sourceAttributes(format, symbol, capture.statistics, scale, complete);
    const stores = (await writer?.publish(attributes)) ?? [];
    return {
      ...capture.statistics,
      symbol,
      format,
      levels,
      tickSize: scale?.tick.scaleFactor ?? null,
      lotSize: writer instanceof BarWriter ? null : (scale?.lot.scaleFactor ?? null),
      complete,
      seconds: (performance.now() - started) / 1000,
      rawBytes: stores.reduce((bytes, store) => bytes + store.rawBytes, 0),
      storedBytes: stores.reduce((bytes, store) => bytes + store.storedBytes, 0),
      stores,
    };
  } catch (error) {
    await writer?.discard();
    throw error;
  }
}

/** A capture is of bars, or of books and trades, which its first block shows. */
function writerFor(block: MarketBlock, options: IngestOptions, path: string): BookWriter | BarWriter {
  const tickSize = block.scale.tick.step;
  if (block.bars.count > 0) return new BarWriter({ ...options, path, tickSize });
  return new BookWriter({
    ...options,
    path,
    levels: block.rows.levels,
    tickSize,
    lotSize: block.scale.lot.step,
  });
}

async function appendBlock(writer: BookWriter | BarWriter, block: MarketBlock): Promise<void> {
  const { rows, trades, bars } = block;
  const isOfBars = writer instanceof BarWriter;
  if (isOfBars ? rows.count + trades.count > 0 : bars.count > 0) {
    throw new QuarryError(
      "CAPTURE_INVALID",
      "the capture holds bars as well as books or trades; ingest them apart",
    );
  }
  await (isOfBars ? writer.append(bars) : writer.append(rows, trades));
}

/** Where the rows come from and what was wrong there. The counts are of the whole capture, not of one week. */
function sourceAttributes(
  format: FormatName,
  symbol: string,
  statistics: CaptureStatistics,
  scale: CaptureScale | undefined,
  complete: boolean,
): JsonObject {
  return {
    capture: {
      format,
      symbol: scale?.symbol ?? symbol,
      complete,
      rows: statistics.rows,
      trades: statistics.trades,
      bars: statistics.bars,
      gaps: statistics.gaps,
      crossed: statistics.crossed,
      locked: statistics.locked,
      duplicates: statistics.duplicates,
      unsynced: statistics.unsynced,
      refused: statistics.refused.count,
    },
  };
}
