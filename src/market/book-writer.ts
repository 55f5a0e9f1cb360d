/**
 * Writes book rows and trades to stores, one for each partition of time, and shows all of them at the end.
 *
 * Rows keep the order in which they come. A row goes to the partition of its own time, so rows that are late
 * by a little (a few milliseconds around midnight, say) still end up in the right store.
 */
import { join } from "node:path";
import { QuarryError } from "../errors.ts";
import type { JsonObject } from "../metadata/json.ts";
import type { Group } from "../zarr/group.ts";
import { createGroup } from "../zarr/open.ts";
import { BOOK_COLUMNS, TRADE_COLUMNS } from "./book-columns.ts";
import { BookRows, TradeRows } from "./book-rows.ts";
import { createFromSchema, type SchemaLayoutOptions } from "./create-from-schema.ts";
import { contains, isoTime, type Partition, type PartitionKind, partitionOf } from "./partition.ts";
import type { PresetOptions } from "./presets.ts";
import type { GroupSchema } from "./schema.ts";
import { groupSchemaToJson } from "./schema-json.ts";
import { type BookScale, bookSchema } from "./schemas/book.ts";
import { StoreDraft, type SyncMode } from "./store-draft.ts";
import { type Table, TableWriter } from "./table-writer.ts";

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
}

export interface WrittenStore {
  readonly path: string;
  readonly symbol: string;
  readonly rows: number;
  readonly trades: number;
  /** ISO 8601 with nanoseconds, of the earliest and latest row; of the trades where there are no rows. */
  readonly first: string;
  readonly last: string;
  /** Bytes of all items, before encoding. */
  readonly rawBytes: number;
  /** Bytes of all files. */
  readonly storedBytes: number;
}

/**
 * Partitions that are written at a time. Late rows reach back over one boundary; a clock that jumps between
 * more weeks than this is damage.
 */
const OPEN_PARTITIONS_MAX = 64;

interface OpenStore {
  readonly partition: Partition;
  readonly draft: StoreDraft;
  readonly group: Group;
  readonly book: TableWriter<BookRows>;
  readonly trades: TableWriter<TradeRows>;
}

export class BookWriter {
  readonly #options: BookWriterOptions;
  readonly #schema: GroupSchema;
  readonly #stores: OpenStore[] = [];

  /** @throws RangeError for levels, a tick, a lot or a zstd level out of range */
  constructor(options: BookWriterOptions) {
    this.#options = options;
    this.#schema = bookSchema(options, options);
  }

  /**
   * Takes rows and trades; both are free again when the promise resolves. They are not durable before
   * {@link publish}.
   * @throws QuarryError `ALREADY_EXISTS` for a partition that has a store already; `STORE_FAILED`
   */
  async append(rows: BookRows, trades: TradeRows): Promise<void> {
    await this.#distribute(rows, (store) => store.book);
    await this.#distribute(trades, (store) => store.trades);
  }

  /**
   * Completes the stores and moves them to their places.
   * @param attributes go to the root of each
   */
  async publish(attributes: JsonObject = {}): Promise<WrittenStore[]> {
    const written: WrittenStore[] = [];
    for (const store of this.#stores) {
      await store.book.flush();
      await store.trades.flush();
      await store.group.updateAttributes({ ...contentAttributes(store), ...attributes });
      await store.group.consolidate();
      written.push(await this.#describe(store));
    }
    const isSynced = this.#options.sync !== "none";
    if (isSynced) for (const store of this.#stores) await store.draft.sync();
    // All of them first, so that a place that was taken meanwhile keeps every store from appearing.
    for (const store of this.#stores) await store.draft.checkPlace();
    for (const store of this.#stores) await store.draft.publish(isSynced);
    this.#stores.length = 0;
    return written;
  }

  /** Deletes what has been written since the writer was made, or since it last published. */
  async discard(): Promise<void> {
    for (const store of this.#stores) await store.draft.discard();
    this.#stores.length = 0;
  }

  /** Hands each run of rows of one partition to that partition's table. */
  async #distribute<Rows extends Table<Rows>>(
    rows: Rows,
    tableOf: (store: OpenStore) => TableWriter<Rows>,
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

  async #storeFor(timestampNs: bigint): Promise<OpenStore> {
    const open = this.#stores.find((store) => contains(store.partition, timestampNs));
    if (open !== undefined) return open;
    if (this.#stores.length === OPEN_PARTITIONS_MAX) {
      throw new QuarryError(
        "VALUE_INVALID",
        `rows of more than ${OPEN_PARTITIONS_MAX} partitions in one go, the last at ${isoTime(timestampNs)}: ` +
          "the times are damaged, or the partition is too short",
      );
    }
    const store = await this.#open(partitionOf(timestampNs, this.#options.partition ?? "week"));
    this.#stores.push(store);
    return store;
  }

  async #open(partition: Partition): Promise<OpenStore> {
    const { path, symbol, levels, tickSize, lotSize, overwrite = false } = this.#options;
    const place = partition.name === "" ? path : join(path, `${partition.name}.zarr`);
    const draft = await StoreDraft.begin(place, overwrite);
    try {
      const group = await createGroup(draft.path, {
        attributes: {
          Conventions: "CF-1.11",
          symbol,
          levels,
          tick_size: tickSize,
          lot_size: lotSize,
          schema: groupSchemaToJson(this.#schema),
        },
      });
      await createFromSchema(group, this.#schema, { disableSharding: this.#options.disableSharding });
      const level = await group.array("level");
      await level.set(
        null,
        Uint8Array.from({ length: levels }, (_, distance) => distance),
      );
      return {
        partition,
        draft,
        group,
        book: await TableWriter.open(group, BOOK_COLUMNS, new BookRows(levels)),
        trades: await TableWriter.open(await group.group("trades"), TRADE_COLUMNS, new TradeRows()),
      };
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }

  async #describe(store: OpenStore): Promise<WrittenStore> {
    const book = store.book.summary;
    const trades = store.trades.summary;
    const shown = book.rows > 0 ? book : trades;
    return {
      path: store.draft.place,
      symbol: this.#options.symbol,
      rows: book.rows,
      trades: trades.rows,
      first: isoTime(shown.firstNs!),
      last: isoTime(shown.lastNs!),
      rawBytes: await rawBytes(store.group),
      storedBytes: await store.draft.storedBytes(),
    };
  }
}

/** What is in the store, for those who look at it without reading it. */
function contentAttributes(store: OpenStore): JsonObject {
  const { rows, firstNs, lastNs, inOrder } = store.book.summary;
  return {
    rows,
    trades: store.trades.summary.rows,
    first: firstNs === undefined ? null : isoTime(firstNs),
    last: lastNs === undefined ? null : isoTime(lastNs),
    ts_event_in_order: inOrder,
  };
}

async function rawBytes(group: Group): Promise<number> {
  let bytes = 0;
  for await (const [, node] of group.members({ depth: 2 })) {
    if ("shape" in node)
      bytes += node.shape.reduce((items, length) => items * length, node.dataType.itemBytes);
  }
  return bytes;
}
