/**
 * Writes book rows and trades to stores, one for each partition of time.
 *
 * Rows keep the order in which they come. A row goes to the partition of its own time, so rows that are late
 * by a little (a few milliseconds around midnight, say) still end up in the right store. Each store is complete in
 * itself, and appears by one rename: when it can get no more rows, or all of them in the end.
 */
import type { SyncMode } from "../append/index.ts";
import { QuarryError } from "../errors.ts";
import type { JsonObject } from "../metadata/json.ts";
import { Gate } from "../store/gate.ts";
import { BookDraft } from "./book-draft.ts";
import type { BookRows, TradeRows } from "./book-rows.ts";
import { checkBookRows, checkTrades } from "./check-steps.ts";
import { checkTrial } from "./codec-trial.ts";
import type { SchemaLayoutOptions } from "./create-from-schema.ts";
import { DurableBook } from "./durable-book.ts";
import { LateRows } from "./late-rows.ts";
import type { OpenBook, WrittenStore } from "./open-book.ts";
import { contains, isoTime, type PartitionKind, partitionOf } from "./partition.ts";
import type { PresetOptions } from "./presets.ts";
import type { GroupSchema } from "./schema.ts";
import { type BookScale, bookSchema } from "./schemas/book.ts";
import { type StepTypes, stepTypesOf } from "./step-types.ts";
import type { RowSink, Table } from "./table-writer.ts";

export interface BookWriterOptions extends BookScale, PresetOptions, SchemaLayoutOptions {
  /** Directory of the symbol; with partition `none`, the store itself. */
  readonly path: string;
  readonly symbol: string;
  /** Default `week`. */
  readonly partition?: PartitionKind | undefined;
  /** Whether stores that are there already give way. Default `false`. */
  readonly overwrite?: boolean | undefined;
  /** Default `always`. */
  readonly sync?: SyncMode | undefined;
  /**
   * Nanoseconds that a row may be earlier than the latest row before it; so may a trade. Default: any. With it, stores
   * that can get no more rows may be published while others still grow.
   */
  readonly lateToleranceNs?: bigint | undefined;
  /** Arrays that are written at a time, 1 or more. Default 4. */
  readonly maxConcurrentWrites?: number | undefined;
  /**
   * Whether chains are tried on the first rows of each store, and the best for what the preset is for are taken in place
   * of its own: `portable` for both size and speed, `small` for size, `fast` for speed. Default `false`.
   */
  readonly tryCodecs?: boolean | undefined;
  /**
   * Whether rows survive the end of the process, and, by default, of the power, once their `append` has resolved
   * (`spec/durable-append.md`); takes the C++ core. Stores are then at their places from the first row on and are read
   * while they grow, and those that are there already go on. Default `false`.
   */
  readonly durable?: boolean | undefined;
  /** With `durable`: the longest that readers lag behind, in milliseconds. Default 1000. */
  readonly publishIntervalMs?: number | undefined;
}

/** Attributes for the root of each store, or what makes them for one. */
export type FinalAttributes = JsonObject | ((store: OpenBook) => JsonObject);

/**
 * Partitions that are written at a time. Late rows reach back over one boundary; a clock that jumps between
 * more weeks than this is damage.
 */
const OPEN_PARTITIONS_MAX = 64;

const CONCURRENT_WRITES = 4;

export class BookWriter {
  readonly #options: BookWriterOptions;
  readonly #types: StepTypes;
  readonly #schema: GroupSchema;
  readonly #gate: Gate;
  readonly #lateRows: LateRows;
  readonly #lateTrades: LateRows;
  readonly #published = new Set<string>();
  #stores: readonly OpenBook[] = [];
  /** The last call's work: calls that do not wait for each other are done one after another. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws RangeError for levels, a tick, a lot, a step type, a zstd level, a tolerance or a number of writes out of range */
  constructor(options: BookWriterOptions) {
    const { lateToleranceNs, maxConcurrentWrites = CONCURRENT_WRITES } = options;
    if (lateToleranceNs !== undefined && lateToleranceNs < 0n) {
      throw new RangeError(`lateToleranceNs is ${lateToleranceNs}; a row can be late by 0 or more`);
    }
    if (!Number.isInteger(maxConcurrentWrites) || maxConcurrentWrites < 1) {
      throw new RangeError(`maxConcurrentWrites is a whole number of writes, not ${maxConcurrentWrites}`);
    }
    checkTrial(options);
    if (options.durable === true && (options.overwrite === true || options.tryCodecs === true)) {
      throw new RangeError(
        "a durable store goes on with what is there: it is not written over, nor are codecs tried on its rows",
      );
    }
    this.#options = options;
    this.#types = stepTypesOf(options);
    this.#schema = bookSchema(options, options);
    this.#gate = new Gate(maxConcurrentWrites);
    this.#lateRows = new LateRows(`${options.path}: row`, lateToleranceNs);
    this.#lateTrades = new LateRows(`${options.path}: trade`, lateToleranceNs);
  }

  /** The stores that are being written, in the order of their first rows: for late arrays. */
  get stores(): readonly OpenBook[] {
    return this.#stores;
  }

  /**
   * Takes rows and trades; both are free again when the promise resolves. They are not durable before
   * {@link publish}, unless the writer is `durable`: then they are when it resolves.
   * @throws QuarryError `ALREADY_EXISTS` for a partition that has a store already; `STORE_FAILED`; `VALUE_INVALID` for
   *   a row that is too late, `PRECISION_LOSS` for one with a price or size that its type does not hold, of which nothing
   *   has been taken, nor of those with it
   */
  append(rows: BookRows, trades: TradeRows): Promise<void> {
    return this.#inTurn(() => this.#append(rows, trades));
  }

  /**
   * Completes the stores that are still being written and moves them to their places.
   * @param attributes go to the root of each
   */
  publish(attributes: FinalAttributes = {}): Promise<WrittenStore[]> {
    return this.#inTurn(() => this.#publish(this.#stores, attributes));
  }

  /**
   * The same for those stores alone that can get no more rows, because these would be too late.
   * @throws RangeError without `lateToleranceNs`: then any row may still come
   */
  publishFinished(attributes: FinalAttributes = {}): Promise<WrittenStore[]> {
    const { lateToleranceNs } = this.#options;
    if (lateToleranceNs === undefined) {
      throw new RangeError("without lateToleranceNs a store may get rows until all are published");
    }
    return this.#inTurn(() => {
      const latestNs = [this.#lateRows.latestNs, this.#lateTrades.latestNs].filter(
        (time) => time !== undefined,
      );
      const isFinished = ({ partition }: OpenBook): boolean =>
        latestNs.every((time) => partition.endNs <= time - lateToleranceNs);
      return this.#publish(this.#stores.filter(isFinished), attributes);
    });
  }

  /** Deletes what has been written and not been published; of a durable writer, closes it as it is. */
  discard(): Promise<void> {
    return this.#inTurn(async () => {
      for (const store of this.#stores) await store.discard();
      this.#stores = [];
    });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #append(rows: BookRows, trades: TradeRows): Promise<void> {
    const times = rows.tsEventNs.subarray(0, rows.count);
    const tradeTimes = trades.tsEventNs.subarray(0, trades.count);
    this.#lateRows.check(times);
    this.#lateTrades.check(tradeTimes);
    checkBookRows(rows, this.#types, this.#options.path);
    checkTrades(trades, this.#types, this.#options.path);
    await this.#distribute(rows, (store) => store.book);
    await this.#distribute(trades, (store) => store.trades);
    this.#lateRows.note(times);
    this.#lateTrades.note(tradeTimes);
  }

  async #publish(stores: readonly OpenBook[], attributes: FinalAttributes): Promise<WrittenStore[]> {
    const written: WrittenStore[] = [];
    for (const store of stores) {
      written.push(await store.complete(typeof attributes === "function" ? attributes(store) : attributes));
    }
    // All of them first, so that a place that was taken meanwhile keeps every store from appearing.
    for (const store of stores) await store.checkPlace();
    for (const store of stores) {
      await store.publish();
      this.#published.add(store.partition.name);
      this.#stores = this.#stores.filter((open) => open !== store);
    }
    return written;
  }

  /** Hands each run of rows of one partition to that partition's table. */
  async #distribute<Rows extends Table<Rows>>(
    rows: Rows,
    tableOf: (store: OpenBook) => RowSink<Rows>,
  ): Promise<void> {
    let from = 0;
    while (from < rows.count) {
      const store = await this.#storeFor(rows.tsEventNs[from]!);
      let to = from + 1;
      while (to < rows.count && contains(store.partition, rows.tsEventNs[to]!)) to += 1;
      await tableOf(store).append(rows, from, to);
      from = to;
    }
  }

  async #storeFor(timestampNs: bigint): Promise<OpenBook> {
    const open = this.#stores.find((store) => contains(store.partition, timestampNs));
    if (open !== undefined) return open;
    if (this.#stores.length === OPEN_PARTITIONS_MAX) {
      throw new QuarryError(
        "VALUE_INVALID",
        `rows of more than ${OPEN_PARTITIONS_MAX} partitions in one go, the last at ${isoTime(timestampNs)}: ` +
          "the times are damaged, or the partition is too short",
      );
    }
    const partition = partitionOf(timestampNs, this.#options.partition ?? "week");
    if (this.#published.has(partition.name)) {
      throw new QuarryError(
        "VALUE_INVALID",
        `a row of ${isoTime(timestampNs)}, whose store ${partition.name} has been published already`,
        { path: this.#options.path },
      );
    }
    const begin = this.#options.durable === true ? DurableBook.open : BookDraft.begin;
    const store = await begin(partition, this.#schema, this.#options, this.#gate);
    this.#stores = [...this.#stores, store];
    return store;
  }
}
