/**
 * One book store while it is written: the rows and trades of one partition of time, arrays that come late, attributes.
 * `spec/book-store.md` is the page for implementers.
 *
 * It is written beside its place, and nobody sees it before it is published.
 */
import { join } from "node:path";
import { QuarryError } from "../errors.ts";
import type { JsonObject } from "../metadata/json.ts";
import type { Gate } from "../store/gate.ts";
import type { Group } from "../zarr/group.ts";
import { createGroup } from "../zarr/open.ts";
import { BOOK_COLUMNS, TRADE_COLUMNS } from "./book-columns.ts";
import { BookRows, TradeRows } from "./book-rows.ts";
import type { BookWriterOptions } from "./book-writer.ts";
import { checkItems, type RowItems } from "./check-rows.ts";
import { triedSchema } from "./codec-trial.ts";
import { createArrayFromSchema, createFromSchema } from "./create-from-schema.ts";
import { contentAttributes, describeBook, type OpenBook, type WrittenStore } from "./open-book.ts";
import type { Partition } from "./partition.ts";
import { type ArraySchema, defineGroup, type GroupSchema, grows } from "./schema.ts";
import { groupSchemaToJson } from "./schema-json.ts";
import { StoreDraft } from "./store-draft.ts";
import type { TableSummary } from "./table-times.ts";
import { TableWriter } from "./table-writer.ts";

export class BookDraft implements OpenBook {
  readonly partition: Partition;
  /** @internal */
  readonly book: TableWriter<BookRows>;
  /** @internal */
  readonly trades: TableWriter<TradeRows>;
  readonly #options: BookWriterOptions;
  readonly #draft: StoreDraft;
  readonly #group: Group;
  #schema: GroupSchema;
  readonly #lateRows = new Map<string, number>();

  /** @throws QuarryError `ALREADY_EXISTS` where there is a store already and it is not to give way; `STORE_FAILED` */
  static async begin(
    partition: Partition,
    schema: GroupSchema,
    options: BookWriterOptions,
    gate: Gate,
  ): Promise<BookDraft> {
    const { symbol, levels, tickSize, lotSize, overwrite = false } = options;
    const draft = await StoreDraft.begin(placeOf(partition, options), overwrite);
    try {
      const attributes = {
        Conventions: "CF-1.11",
        symbol,
        levels,
        tick_size: tickSize,
        lot_size: lotSize,
      };
      const group = await createGroup(draft.path, { attributes });
      return new BookDraft(partition, schema, options, draft, group, gate);
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }

  private constructor(
    partition: Partition,
    schema: GroupSchema,
    options: BookWriterOptions,
    draft: StoreDraft,
    group: Group,
    gate: Gate,
  ) {
    this.partition = partition;
    this.#schema = schema;
    this.#options = options;
    this.#draft = draft;
    this.#group = group;
    const rows = new BookRows(options.levels, options);
    this.book = new TableWriter(BOOK_COLUMNS, rows, (first) => this.#createBook(first), gate);
    this.trades = new TableWriter(
      TRADE_COLUMNS,
      new TradeRows(options),
      (first) => this.#createTrades(first),
      gate,
    );
  }

  get path(): string {
    return this.#draft.place;
  }
  get rows(): TableSummary {
    return this.book.summary;
  }

  async addArray(schema: ArraySchema, values: RowItems): Promise<void> {
    const { rows, items } = checkItems(schema, values);
    await this.book.flush();
    const array = await createArrayFromSchema(this.#group, schema, await this.#rowsLayout());
    if (grows(schema)) await array.append(items, { writeEmptyChunks: true });
    else await array.set(null, items, { writeEmptyChunks: true });
    if (schema.dimensions[0] === "ts_event") this.#lateRows.set(schema.name, rows);
    this.#schema = defineGroup({ ...this.#schema, arrays: [...this.#schema.arrays, schema] });
  }

  async complete(attributes: JsonObject): Promise<WrittenStore> {
    await this.seal(attributes);
    return this.#describe();
  }

  /**
   * Writes what has collected and the root's attributes, seals the store, and has the disk hold it, unless that is
   * not wanted.
   * @throws QuarryError `SHAPE_MISMATCH` where a late array has not as many rows as the book; `STORE_FAILED`
   */
  async seal(attributes: JsonObject): Promise<void> {
    await this.book.flush();
    await this.trades.flush();
    for (const [name, rows] of this.#lateRows) this.#checkLate(name, rows);
    await this.#group.updateAttributes({
      schema: groupSchemaToJson(this.#schema),
      ...contentAttributes(this.book.summary, this.trades.summary),
      all_chunks_stored: true,
      ...attributes,
    });
    await this.#group.consolidate();
    if (this.#isSynced) await this.#draft.sync();
  }

  checkPlace(): Promise<void> {
    return this.#draft.checkPlace();
  }

  /** Moves the store to its place, which is when it exists. */
  publish(): Promise<void> {
    return this.#draft.publish(this.#isSynced);
  }

  discard(): Promise<void> {
    return this.#draft.discard();
  }

  get #isSynced(): boolean {
    return this.#options.sync !== "none";
  }

  async #createBook(first: BookRows): Promise<Group> {
    const { levels } = this.#options;
    const layout = this.#layout();
    const tried = await triedSchema(this.#schema, BOOK_COLUMNS, first, this.#options, layout);
    this.#schema = { ...tried.schema, groups: this.#schema.groups };
    await createFromSchema(this.#group, { ...tried.withFigures, groups: [] }, layout);
    const level = await this.#group.array("level");
    const distances = Uint8Array.from({ length: levels }, (_, distance) => distance);
    await level.set(null, distances, { writeEmptyChunks: true });
    return this.#group;
  }

  async #createTrades(first: TradeRows): Promise<Group> {
    const layout = this.#layout();
    const [schema, ...others] = this.#schema.groups as [GroupSchema, ...GroupSchema[]];
    const tried = await triedSchema(schema, TRADE_COLUMNS, first, this.#options, layout);
    this.#schema = { ...this.#schema, groups: [tried.schema, ...others] };
    const group = await this.#group.createGroup(schema.name, { attributes: schema.attributes });
    await createFromSchema(group, tried.withFigures, layout);
    return group;
  }

  #layout() {
    const { access, estimatedRows, blockBytes, disableSharding } = this.#options;
    return { access, estimatedRows, blockBytes, disableSharding };
  }

  /** Late arrays have chunks of the same rows as the book's. */
  async #rowsLayout() {
    const { chunks, shards } = await this.#group.array("ts_event");
    return { chunkRows: chunks[0]!, shardRows: shards?.[0] };
  }

  #checkLate(name: string, rows: number): void {
    if (rows === this.rows.rows) return;
    const { path } = this;
    const message = `${path}: ${name} has ${rows} rows, the book ${this.rows.rows}: add it when all rows are there`;
    throw new QuarryError("SHAPE_MISMATCH", message, { path });
  }

  async #describe(): Promise<WrittenStore> {
    return describeBook(this, this.#options.symbol, this.#group, await this.#draft.storedBytes());
  }
}

/** Where the store of a partition is to be. */
export function placeOf({ name }: Partition, { path }: Pick<BookWriterOptions, "path">): string {
  return name === "" ? path : join(path, `${name}.zarr`);
}
