/** A capture of any format as one stream: the sample that settles its grid, then block by block. */
import { BookRows } from "../book-rows.ts";
import { INT32_STEPS, type StepTypes, stepTypesOf } from "../step-types.ts";
import { BookBuilder } from "./book-builder.ts";
import type {
  CaptureOptions,
  CaptureScale,
  CaptureSource,
  CaptureStatistics,
  MarketBlock,
} from "./capture-source.ts";
import type { CaptureBlock, CaptureFormat, Decoder } from "./decoder.ts";
import { EventBatch } from "./event-batch.ts";
import type { MarketEvent } from "./events.ts";
import { Instrument } from "./instrument.ts";
import { InstrumentSample } from "./instrument-sample.ts";
import { RefusedLines } from "./refused-lines.ts";

/**
 * What is looked at before the scale is settled: thousands of depth changes, and some tens of megabytes of numbers
 * taken from them.
 */
const SAMPLE_BYTES = 4 * 1024 * 1024;

export class Capture<Block extends CaptureBlock> implements CaptureSource {
  readonly statistics: CaptureStatistics;
  readonly #format: CaptureFormat<Block>;
  readonly #files: readonly string[];
  readonly #options: CaptureOptions;
  readonly #refused: RefusedLines;
  readonly #types: StepTypes;
  readonly #batch: EventBatch;
  #scale: CaptureScale | undefined;
  #isRead = false;

  constructor(format: CaptureFormat<Block>, files: readonly string[], options: CaptureOptions) {
    this.#format = format;
    this.#files = files;
    this.#options = options;
    this.#types = stepTypesOf(options);
    this.#batch = new EventBatch(this.#types);
    this.#refused = new RefusedLines(options.refusedMax);
    this.statistics = noStatistics(this.#refused);
  }

  get scale(): CaptureScale | undefined {
    return this.#scale;
  }

  async *events(): AsyncGenerator<MarketEvent> {
    for await (const batch of this.batches()) yield* batch.events();
  }

  async *blocks(): AsyncGenerator<MarketBlock> {
    const rows = new BookRows(this.#options.levels, this.#types);
    const builder = new BookBuilder(rows, this.#format.quotes, this.statistics);
    for await (const batch of this.batches()) {
      builder.add(batch.changes);
      const { trades, bars } = batch;
      if (rows.count + trades.count + bars.count === 0) continue;
      yield { scale: this.#scale as CaptureScale, rows, trades, bars };
      rows.clear();
    }
  }

  async *batches(): AsyncGenerator<EventBatch> {
    if (this.#isRead) throw new TypeError("a capture is read once: open it again");
    this.#isRead = true;
    let sample: Block[] = [];
    let decoder: Decoder<Block> | undefined;
    for await (const block of this.#format.blocks(this.#files, this.#options)) {
      this.statistics.captureBytes += block.bytes.length + (block.paired?.length ?? 0);
      if (decoder !== undefined) {
        decoder.decode(block);
        yield* this.#takeBatch();
        continue;
      }
      sample.push({ ...block, bytes: Buffer.from(block.bytes) });
      if (this.statistics.captureBytes < SAMPLE_BYTES) continue;
      decoder = this.#settle(sample);
      yield* this.#decodeSample(decoder, sample);
      sample = [];
    }
    decoder ??= this.#settle(sample);
    yield* this.#decodeSample(decoder, sample);
    decoder.end();
    yield* this.#takeBatch();
  }

  /** Decodes the sample for its numbers alone. */
  #settle(sample: readonly Block[]): Decoder<Block> {
    const instrument = new InstrumentSample();
    const refused = new RefusedLines();
    const batch = new EventBatch(INT32_STEPS);
    const decoder = this.#format.decoder(
      instrument,
      { batch, counts: noStatistics(refused), refused },
      this.#options,
    );
    for (const block of sample) {
      decoder.decode(block);
      batch.clear();
    }
    this.#scale = instrument.settle(this.#options);
    return this.#format.decoder(
      new Instrument(this.#scale, this.#options.symbol),
      { batch: this.#batch, counts: this.statistics, refused: this.#refused },
      this.#options,
    );
  }

  *#decodeSample(decoder: Decoder<Block>, sample: readonly Block[]): Generator<EventBatch> {
    for (const block of sample) {
      decoder.decode(block);
      yield* this.#takeBatch();
    }
  }

  *#takeBatch(): Generator<EventBatch> {
    const batch = this.#batch;
    if (batch.count === 0) return;
    this.statistics.trades += batch.trades.count;
    this.statistics.bars += batch.bars.count;
    yield batch;
    batch.clear();
  }
}

function noStatistics(refused: RefusedLines): CaptureStatistics {
  return {
    rows: 0,
    trades: 0,
    bars: 0,
    gaps: 0,
    crossed: 0,
    locked: 0,
    duplicates: 0,
    unsynced: 0,
    ignored: 0,
    tickers: { shared: 0, agreed: 0 },
    checksums: { checked: 0, agreed: 0 },
    refused,
    captureBytes: 0,
  };
}
