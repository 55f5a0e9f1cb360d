/**
 * One book store whose rows survive as they come: an append is acknowledged when it is in the journal of the durable
 * append (`spec/durable-append.md`), and readers see it within `publishIntervalMs`.
 *
 * The store is at its place from the first row on. One that is there already, left by a process that was stopped, or
 * closed yesterday, goes on. While it grows its attributes do not say what is in it.
 */
import { openWriter } from "../append/open-writer.ts";
import type { StoreWriter } from "../append/writer.ts";
import { isQuarryError, QuarryError } from "../errors.ts";
import type { JsonObject } from "../metadata/json.ts";
import type { Gate } from "../store/gate.ts";
import type { Group } from "../zarr/group.ts";
import { openGroup } from "../zarr/open.ts";
import { BOOK_COLUMNS, TRADE_COLUMNS } from "./book-columns.ts";
import { BookDraft, placeOf } from "./book-draft.ts";
import { BookRows, TradeRows } from "./book-rows.ts";
import { BookStore } from "./book-store.ts";
import type { BookWriterOptions } from "./book-writer.ts";
import { checkItems, type RowItems } from "./check-rows.ts";
import { arrayOptions } from "./create-from-schema.ts";
import { DurableTable } from "./durable-table.ts";
import { contentAttributes, describeBook, type OpenBook, type WrittenStore } from "./open-book.ts";
import type { Partition } from "./partition.ts";
import { type ArraySchema, defineGroup, type GroupSchema } from "./schema.ts";
import { groupSchemaToJson } from "./schema-json.ts";
import type { BookScale } from "./schemas/book.ts";
import { stepTypesOf } from "./step-types.ts";
import { bytesOfFilesIn } from "./store-draft.ts";
import type { TableSummary } from "./table-times.ts";

/** Of a store that grows: what a process that is killed would leave must not be wrong. */
const NOT_KNOWN: JsonObject = {
  rows: null,
  trades: null,
  first: null,
  last: null,
  ts_event_in_order: null,
  all_chunks_stored: false,
};

export class DurableBook implements OpenBook {
  readonly partition: Partition;
  readonly path: string;
  readonly book: DurableTable<BookRows>;
  readonly trades: DurableTable<TradeRows>;
  readonly #symbol: string;
  readonly #writer: StoreWriter;
  #schema: GroupSchema;
  /** What it was when it was closed. */
  #written: WrittenStore | undefined;

  /**
   * Opens the store of `partition`, which is created where it is not there.
   * @throws QuarryError `METADATA_INVALID` where there is a store of another symbol, scale or step type; `LEASE_HELD`,
   *   `JOURNAL_CORRUPT`, `BACKEND_UNAVAILABLE`, `STORE_FAILED`
   */
  static async open(
    partition: Partition,
    schema: GroupSchema,
    options: BookWriterOptions,
    gate: Gate,
  ): Promise<DurableBook> {
    const path = placeOf(partition, options);
    await createWhereMissing(partition, schema, options, gate);
    const { sync, publishIntervalMs } = options;
    const writer = await openWriter(path, { sync, publishIntervalMs });
    try {
      const store = await BookStore.open(path);
      checkContinues(store, options);
      await writer.finalize(NOT_KNOWN);
      const book = new DurableBook(partition, path, store, writer);
      const group = await openGroup(path);
      await book.book.resume(await timesIn(group, "ts_event"));
      await book.trades.resume(await timesIn(group, "trades/ts_event"));
      return book;
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  private constructor(partition: Partition, path: string, store: BookStore, writer: StoreWriter) {
    this.partition = partition;
    this.path = path;
    this.#symbol = store.symbol;
    this.#schema = store.schema;
    this.#writer = writer;
    this.book = new DurableTable(writer, "", BOOK_COLUMNS, new BookRows(store.scale.levels, store.scale));
    this.trades = new DurableTable(writer, "trades", TRADE_COLUMNS, new TradeRows(store.scale));
  }

  get rows(): TableSummary {
    return this.book.summary;
  }

  async addArray(schema: ArraySchema, values: RowItems): Promise<void> {
    const { rows, items } = checkItems(schema, values);
    const { chunks, shards } = await (await openGroup(this.path)).array("ts_event");
    const layout = { chunkRows: chunks[0]!, shardRows: shards?.[0] };
    await this.#writer.addArray(schema.name, arrayOptions(schema, layout, rows), items);
    this.#schema = defineGroup({ ...this.#schema, arrays: [...this.#schema.arrays, schema] });
  }

  async complete(attributes: JsonObject): Promise<WrittenStore> {
    this.#written ??= await this.#close(attributes);
    return this.#written;
  }

  /** The place is the store's since it was opened. */
  async checkPlace(): Promise<void> {}

  /** It is seen already. */
  async publish(): Promise<void> {}

  /** Rows that were acknowledged stay: the store is closed as it is. */
  async discard(): Promise<void> {
    await this.#writer.close();
  }

  async #close(attributes: JsonObject): Promise<WrittenStore> {
    await this.#writer.finalize({
      schema: groupSchemaToJson(this.#schema),
      ...contentAttributes(this.book.summary, this.trades.summary),
      ...attributes,
    });
    await this.#writer.close();
    return describeBook(this, this.#symbol, await openGroup(this.path), await bytesOfFilesIn(this.path));
  }
}

async function createWhereMissing(
  partition: Partition,
  schema: GroupSchema,
  options: BookWriterOptions,
  gate: Gate,
): Promise<void> {
  let draft: BookDraft | undefined;
  try {
    draft = await BookDraft.begin(partition, schema, options, gate);
    await draft.seal(NOT_KNOWN);
    await draft.publish();
  } catch (error) {
    await draft?.discard();
    // Somebody was there before, maybe just now: whether it is ours to go on with, the writer finds out.
    if (!isQuarryError(error, "ALREADY_EXISTS")) throw error;
  }
}

function checkContinues({ path, symbol, scale }: BookStore, options: BookWriterOptions): void {
  const of = (name: string, { levels, tickSize, lotSize, ...types }: BookScale) => {
    const { priceType, sizeType } = stepTypesOf(types);
    return [name, levels, tickSize, lotSize, priceType, sizeType];
  };
  const present = of(symbol, scale);
  const wanted = of(options.symbol, options);
  if (String(present) === String(wanted)) return;
  throw new QuarryError(
    "METADATA_INVALID",
    `${path} is of symbol, levels, tick, lot and their types ${present.join(", ")}, and cannot go on with ${wanted.join(", ")}`,
    { path },
  );
}

async function timesIn(group: Group, path: string) {
  const times = await group.array(path);
  if (times.is("int64")) return times;
  throw new QuarryError("METADATA_INVALID", `${path} is ${times.dataType.name}, not int64`, {
    path: times.path,
  });
}
