/**
 * Writes bars to stores, one for each partition of time, as `BookWriter` does with the rows of a book: each store is
 * complete in itself, and all appear by a rename each when everything has been written.
 */
import { join } from "node:path";
import { QuarryError } from "../errors.ts";
import type { JsonObject } from "../metadata/json.ts";
import { Gate } from "../store/gate.ts";
import type { Group } from "../zarr/group.ts";
import { createGroup } from "../zarr/open.ts";
import { BarRows } from "./bar-rows.ts";
import type { BookWriterOptions } from "./book-writer.ts";
import { checkTrial, withTriedCodecs } from "./codec-trial.ts";
import { createFromSchema } from "./create-from-schema.ts";
import type { WrittenStore } from "./open-book.ts";
import { contains, isoTime, type Partition, partitionOf } from "./partition.ts";
import type { GroupSchema } from "./schema.ts";
import { groupSchemaToJson } from "./schema-json.ts";
import { barsSchema } from "./schemas/bars.ts";
import { StoreDraft } from "./store-draft.ts";
import { type Column, TableWriter } from "./table-writer.ts";

/** As those of a book, which say more. */
export type BarWriterOptions = Omit<BookWriterOptions, "levels" | "lotSize" | "lateToleranceNs">;

const BAR_COLUMNS: readonly Column<BarRows>[] = [
  { name: "ts_event", items: (bars) => bars.tsEventNs.subarray(0, bars.count) },
  { name: "open", items: (bars) => bars.openTicks.subarray(0, bars.count) },
  { name: "high", items: (bars) => bars.highTicks.subarray(0, bars.count) },
  { name: "low", items: (bars) => bars.lowTicks.subarray(0, bars.count) },
  { name: "close", items: (bars) => bars.closeTicks.subarray(0, bars.count) },
  { name: "volume", items: (bars) => bars.volume.subarray(0, bars.count) },
];

interface BarStore {
  readonly partition: Partition;
  readonly draft: StoreDraft;
  readonly group: Group;
  readonly table: TableWriter<BarRows>;
}

/** Twenty years of weeks: bars of more of them in one go are damage. */
const OPEN_PARTITIONS_MAX = 1024;
const CONCURRENT_WRITES = 4;

export class BarWriter {
  readonly #options: BarWriterOptions;
  readonly #schema: GroupSchema;
  readonly #gate: Gate;
  #stores: BarStore[] = [];

  /** @throws RangeError for a tick or a zstd level out of range, or a level where codecs are tried */
  constructor(options: BarWriterOptions) {
    checkTrial(options);
    this.#options = options;
    this.#schema = barsSchema(options, options);
    this.#gate = new Gate(options.maxConcurrentWrites ?? CONCURRENT_WRITES);
  }

  /**
   * Takes bars; they are free again when the promise resolves, and durable after {@link publish}.
   * @throws QuarryError `ALREADY_EXISTS` for a partition that has a store already; `STORE_FAILED`
   */
  async append(bars: BarRows): Promise<void> {
    for (let from = 0; from < bars.count; ) {
      const store = await this.#storeFor(bars.tsEventNs[from]!);
      let to = from + 1;
      while (to < bars.count && contains(store.partition, bars.tsEventNs[to]!)) to += 1;
      await store.table.append(bars, from, to);
      from = to;
    }
  }

  /**
   * Completes the stores and moves them to their places.
   * @param attributes go to the root of each
   */
  async publish(attributes: JsonObject = {}): Promise<WrittenStore[]> {
    const isSynced = this.#options.sync !== "none";
    const written: WrittenStore[] = [];
    for (const { draft, group, table } of this.#stores) {
      await table.flush();
      const { rows, firstNs, lastNs, inOrder } = table.summary;
      const [first, last] = [isoTime(firstNs!), isoTime(lastNs!)];
      await group.updateAttributes({ rows, first, last, ts_event_in_order: inOrder, ...attributes });
      await group.consolidate();
      if (isSynced) await draft.sync();
      const rawBytes = rows * BAR_BYTES;
      const { symbol } = this.#options;
      const storedBytes = await draft.storedBytes();
      written.push({ path: draft.place, symbol, rows, trades: 0, first, last, rawBytes, storedBytes });
    }
    // All of them first, so that a place that was taken meanwhile keeps every store from appearing.
    for (const { draft } of this.#stores) await draft.checkPlace();
    for (const { draft } of this.#stores) await draft.publish(isSynced);
    this.#stores = [];
    return written;
  }

  /** Deletes what has been written and not been published. */
  async discard(): Promise<void> {
    for (const { draft } of this.#stores) await draft.discard();
    this.#stores = [];
  }

  async #storeFor(timestampNs: bigint): Promise<BarStore> {
    const open = this.#stores.findLast((store) => contains(store.partition, timestampNs));
    if (open !== undefined) return open;
    if (this.#stores.length === OPEN_PARTITIONS_MAX) {
      throw new QuarryError(
        "VALUE_INVALID",
        `bars of more than ${OPEN_PARTITIONS_MAX} partitions in one go, the last at ${isoTime(timestampNs)}: ` +
          "the times are damaged, or the partition is too short",
      );
    }
    // Bars are in order but for damage: what collected for the last store is complete, as far as one can tell.
    await this.#stores.at(-1)?.table.flush();
    const store = await this.#begin(partitionOf(timestampNs, this.#options.partition ?? "week"));
    this.#stores.push(store);
    return store;
  }

  async #begin(partition: Partition): Promise<BarStore> {
    const { path, symbol, tickSize, overwrite = false, disableSharding, tryCodecs, preset } = this.#options;
    const place = partition.name === "" ? path : join(path, `${partition.name}.zarr`);
    const draft = await StoreDraft.begin(place, overwrite);
    try {
      const group = await createGroup(draft.path, {
        attributes: {
          Conventions: "CF-1.11",
          symbol,
          tick_size: tickSize,
        },
      });
      const create = async (first: BarRows) => {
        const layout = { disableSharding };
        const schema = tryCodecs
          ? await withTriedCodecs(this.#schema, BAR_COLUMNS, first, preset, layout)
          : this.#schema;
        await createFromSchema(group, schema, layout);
        await group.updateAttributes({ schema: groupSchemaToJson(schema) });
        return group;
      };
      return {
        partition,
        draft,
        group,
        table: new TableWriter(BAR_COLUMNS, new BarRows(), create, this.#gate),
      };
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }
}

/** A time, four prices, a volume. */
const BAR_BYTES = 8 + 4 * 4 + 8;
