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
import { checkBars } from "./check-steps.ts";
import { checkTrial, triedSchema } from "./codec-trial.ts";
import { createFromSchema } from "./create-from-schema.ts";
import { LateRows } from "./late-rows.ts";
import type { WrittenStore } from "./open-book.ts";
import { contains, isoTime, type Partition, type PartitionKind, partitionOf } from "./partition.ts";
import type { GroupSchema } from "./schema.ts";
import { groupSchemaToJson } from "./schema-json.ts";
import { barsSchema } from "./schemas/bars.ts";
import { STEP_BYTES, type StepTypes, stepTypesOf } from "./step-types.ts";
import { StoreDraft } from "./store-draft.ts";
import { type Column, stepsColumn, TableWriter } from "./table-writer.ts";

/** As those of a book, which say more. */
export type BarWriterOptions = Pick<
  BookWriterOptions,
  | "path"
  | "symbol"
  | "tickSize"
  | "priceType"
  | "priceUnits"
  | "sizeUnits"
  | "partition"
  | "preset"
  | "zstdLevel"
  | "tryCodecs"
  | "disableSharding"
  | "lateToleranceNs"
  | "maxConcurrentWrites"
  | "overwrite"
  | "sync"
>;

const BAR_COLUMNS: readonly Column<BarRows>[] = [
  { name: "ts_event", items: (bars) => bars.tsEventNs.subarray(0, bars.count) },
  stepsColumn("open", (bars) => bars.openTicks.subarray(0, bars.count)),
  stepsColumn("high", (bars) => bars.highTicks.subarray(0, bars.count)),
  stepsColumn("low", (bars) => bars.lowTicks.subarray(0, bars.count)),
  stepsColumn("close", (bars) => bars.closeTicks.subarray(0, bars.count)),
  { name: "volume", items: (bars) => bars.volume.subarray(0, bars.count) },
];

interface BarStore {
  readonly partition: Partition;
  readonly draft: StoreDraft;
  readonly group: Group;
  readonly table: TableWriter<BarRows>;
  /** With the chains that its arrays have got. */
  schema: GroupSchema;
}

/** Bars `[from, to)` of one partition. */
interface Run {
  readonly partition: Partition;
  readonly from: number;
  readonly to: number;
}

/** Twenty years of weeks: bars of more of them in one go are damage. */
const OPEN_PARTITIONS_MAX = 1024;
const CONCURRENT_WRITES = 4;

export class BarWriter {
  readonly #options: BarWriterOptions;
  readonly #types: StepTypes;
  readonly #schema: GroupSchema;
  readonly #gate: Gate;
  readonly #lateBars: LateRows;
  #stores: BarStore[] = [];

  /** @throws RangeError for a tick, a step type, a zstd level or a tolerance out of range, or a level where codecs are tried */
  constructor(options: BarWriterOptions) {
    const { path, lateToleranceNs } = options;
    if (lateToleranceNs !== undefined && lateToleranceNs < 0n) {
      throw new RangeError(`lateToleranceNs is ${lateToleranceNs}; a bar can be late by 0 or more`);
    }
    checkTrial(options);
    this.#options = options;
    this.#types = stepTypesOf(options);
    this.#schema = barsSchema(options, options);
    this.#gate = new Gate(options.maxConcurrentWrites ?? CONCURRENT_WRITES);
    this.#lateBars = new LateRows(`${path}: bar`, lateToleranceNs);
  }

  /**
   * Takes bars; they are free again when the promise resolves, and durable after {@link publish}.
   * @throws QuarryError `ALREADY_EXISTS` for a partition that has a store already; `STORE_FAILED`; `VALUE_INVALID` for
   *   a bar that is too late, `PRECISION_LOSS` for one whose prices do not fit, of which nothing has been taken, nor of
   *   those with it
   */
  async append(bars: BarRows): Promise<void> {
    const times = bars.tsEventNs.subarray(0, bars.count);
    this.#lateBars.check(times);
    checkBars(bars, this.#types, this.#options.path);
    const runs = runsOf(times, this.#options.partition ?? "week");
    this.#checkPartitions(runs);
    for (const { partition, from, to } of runs) {
      await (await this.#storeFor(partition)).table.append(bars, from, to);
    }
    this.#lateBars.note(times);
  }

  /**
   * Completes the stores and moves them to their places.
   * @param attributes go to the root of each
   */
  async publish(attributes: JsonObject = {}): Promise<WrittenStore[]> {
    const isSynced = this.#options.sync !== "none";
    const written: WrittenStore[] = [];
    for (const { draft, group, table, schema } of this.#stores) {
      await table.flush();
      const { rows, firstNs, lastNs, inOrder } = table.summary;
      const [first, last] = [isoTime(firstNs!), isoTime(lastNs!)];
      const contents = { schema: groupSchemaToJson(schema), rows, first, last, ts_event_in_order: inOrder };
      await group.updateAttributes({ ...contents, ...attributes });
      await group.consolidate();
      if (isSynced) await draft.sync();
      const rawBytes = rows * (OTHER_BAR_BYTES + 4 * STEP_BYTES[this.#types.priceType]);
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

  #checkPartitions(runs: readonly Run[]): void {
    const names = new Set([...this.#stores, ...runs].map(({ partition }) => partition.name));
    if (names.size <= OPEN_PARTITIONS_MAX) return;
    throw new QuarryError(
      "VALUE_INVALID",
      `bars of more than ${OPEN_PARTITIONS_MAX} partitions in one go, the last at ` +
        `${isoTime(runs.at(-1)!.partition.startNs)}: the times are damaged, or the partition is too short`,
    );
  }

  async #storeFor(partition: Partition): Promise<BarStore> {
    const open = this.#stores.findLast((store) => store.partition.name === partition.name);
    if (open !== undefined) return open;
    // Bars are in order but for damage: what collected for the last store is complete, as far as one can tell.
    await this.#stores.at(-1)?.table.flush();
    const store = await this.#begin(partition);
    this.#stores.push(store);
    return store;
  }

  async #begin(partition: Partition): Promise<BarStore> {
    const { path, symbol, tickSize, overwrite = false, disableSharding } = this.#options;
    const place = partition.name === "" ? path : join(path, `${partition.name}.zarr`);
    const draft = await StoreDraft.begin(place, overwrite);
    try {
      const attributes = { Conventions: "CF-1.11", symbol, tick_size: tickSize };
      const group = await createGroup(draft.path, { attributes });
      const create = async (first: BarRows): Promise<Group> => {
        const layout = { disableSharding };
        const tried = await triedSchema(this.#schema, BAR_COLUMNS, first, this.#options, layout);
        store.schema = tried.schema;
        await createFromSchema(group, tried.withFigures, layout);
        return group;
      };
      const table = new TableWriter(BAR_COLUMNS, new BarRows(this.#options), create, this.#gate);
      const store: BarStore = { partition, draft, group, table, schema: this.#schema };
      return store;
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }
}

function runsOf(times: BigInt64Array, kind: PartitionKind): Run[] {
  const runs: Run[] = [];
  for (let from = 0; from < times.length; ) {
    const partition = partitionOf(times[from]!, kind);
    let to = from + 1;
    while (to < times.length && contains(partition, times[to]!)) to += 1;
    runs.push({ partition, from, to });
    from = to;
  }
  return runs;
}

/** Beside its four prices: a time and a volume. */
const OTHER_BAR_BYTES = 8 + 8;
