/**
 * Migrating one store, from the look at its metadata to the rename that gives the destination its name:
 *
 *  1. The source is opened and planned. What cannot be represented, and a week that lacks rows, ends it here.
 *  2. A destination that is there already is the finished one of this very migration, which is left alone, or something
 *     else, which is refused.
 *  3. In a work directory beside the destination the documents are written, and then each array, window by window.
 *     After a kill, what is on the disk is kept.
 *  4. Source and destination are opened anew and compared.
 *  5. The documents say what was done, everything is handed to the disk, and the store gets its name.
 */
import { QuarryError } from "../errors.ts";
import type { NodePath } from "../metadata/node-name.ts";
import { compareArray } from "./compare-array.ts";
import { copyArray, findLost } from "./copy-array.ts";
import { DestinationStore, migrationRecordOf } from "./destination-store.ts";
import { lostRowsOf } from "./lost-rows.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import { openSource } from "./open-source.ts";
import type { SettledOptions } from "./options.ts";
import { reasonOfFailure, reasonOfFaults, reasonOfRefusals } from "./reasons.ts";
import type { MigratedArray, MigratedStore, RowRange, SourceFault } from "./report.ts";
import type { MigrationSource, SourceArray } from "./source.ts";
import { type ArrayPlan, planStore, type StorePlan } from "./store-plan.ts";
import type { MigrationTask } from "./tasks.ts";
import { WindowMemory } from "./window-memory.ts";
import { isDamage } from "./window-reader.ts";
import { aloneSizes, type WindowSizes } from "./windows.ts";
import { isPlaceFree, removeLeftovers, WorkDirectory } from "./work-directory.ts";

export interface StoreContext {
  readonly options: SettledOptions;
  readonly budget: MemoryBudget;
  readonly signal?: AbortSignal | undefined;
  /** Called with decoded bytes as they are read. */
  readonly onBytes: (bytes: number) => void;
}

/** Migrates one store. What is wrong with it is in the result; only an aborted signal is thrown. */
export async function migrateStore(task: MigrationTask, context: StoreContext): Promise<MigratedStore> {
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  let source: MigrationSource | undefined;
  try {
    source = await openSource(task.source, context.options);
    const outcome = await new StoreMigration(task, source, context).run();
    return { ...head(task, source), ...outcome, seconds: seconds() };
  } catch (error) {
    context.signal?.throwIfAborted();
    const reason = reasonOfFailure(error);
    if (reason === undefined) throw error;
    return { ...head(task, source), status: "refused", reason, seconds: seconds() };
  } finally {
    await source?.close();
  }
}

type Outcome = Pick<MigratedStore, "status" | "reason"> & Partial<MigratedStore>;

function head(task: MigrationTask, source: MigrationSource | undefined) {
  return {
    source: task.source,
    dest: task.dest,
    format: source?.format ?? null,
    arrays: [],
    refusals: [],
    faults: [],
    notes: source?.notes ?? [],
  };
}

class StoreMigration {
  readonly #task: MigrationTask;
  readonly #source: MigrationSource;
  readonly #context: StoreContext;
  readonly #memory = new WindowMemory();
  readonly #secondsOf = new Map<NodePath, number>();

  constructor(task: MigrationTask, source: MigrationSource, context: StoreContext) {
    this.#task = task;
    this.#source = source;
    this.#context = context;
  }

  async run(): Promise<Outcome> {
    const { options } = this.#context;
    const { dest } = this.#task;
    const plan = await planStore(this.#source, options);
    await removeLeftovers(dest);
    if (!(await isPlaceFree(dest))) return this.#existing(plan);
    const { refusals } = plan;
    if (refusals.length > 0) return { status: "refused", reason: reasonOfRefusals(refusals), refusals };
    if (plan.faults.length > 0 && !options.skipCorrupt) {
      const faults = [...plan.faults];
      for (const array of plan.arrays) faults.push(...(await this.#findLost(array)));
      return { status: "refused", reason: reasonOfFaults(faults), faults };
    }
    const work = await WorkDirectory.open(dest, plan.identity, options.resume);
    try {
      return await this.#migrate(plan, work);
    } finally {
      await work.release();
    }
  }

  async #migrate(plan: StorePlan, work: WorkDirectory): Promise<Outcome> {
    const { options } = this.#context;
    const destination = new DestinationStore(work.store);
    await destination.writeDocuments(plan);
    const faults = [...plan.faults];
    const isLost = (): boolean => faults.length > 0 && !options.skipCorrupt;
    for (const array of plan.arrays) {
      faults.push(...(await (isLost() ? this.#findLost(array) : this.#copy(array, destination, work))));
    }
    if (isLost()) {
      await work.discard();
      return { status: "refused", reason: reasonOfFaults(faults), faults };
    }
    const hashes = options.verify ? await this.#compareAll(plan, destination, faults, work) : new Map();
    await destination.finish(plan, hashes, faults);
    const arrays: MigratedArray[] = [];
    for (const array of plan.arrays) {
      const destBytes = await destination.storedBytes(array.source.path);
      arrays.push(
        this.#report(
          array,
          destBytes,
          hashes.get(array.source.path) ?? null,
          lostRowsOf(array.source.path, faults),
        ),
      );
    }
    await work.publish();
    const isWhole = faults.length === 0;
    return {
      status: isWhole ? "migrated" : "partial",
      reason: isWhole ? null : reasonOfFaults(faults),
      arrays,
      faults,
    };
  }

  #copy(
    array: ArrayPlan,
    destination: DestinationStore,
    work: WorkDirectory,
  ): Promise<readonly SourceFault[]> {
    const { options, signal, onBytes } = this.#context;
    const target = {
      array: destination.array(array.source.path, array.destination),
      metadata: array.destination,
      directory: destination.directory,
    };
    return this.#timed(array, (sizes, memory) =>
      copyArray(array.source, target, sizes, work.record, {
        keepsReadable: options.skipCorrupt,
        memory,
        signal,
        onBytes,
      }),
    );
  }

  /** Of a store that is not migrated anyway. */
  #findLost(array: ArrayPlan): Promise<readonly SourceFault[]> {
    const { signal, onBytes } = this.#context;
    return this.#timed(array, (sizes, memory) =>
      findLost(array.source, array.destination, sizes, { memory, signal, onBytes }),
    );
  }

  /**
   * With a source that is opened for this: it knows nothing of what was read before. What turns out to be wrong is not
   * resumed.
   */
  async #compareAll(
    plan: StorePlan,
    destination: DestinationStore,
    faults: readonly SourceFault[],
    work: WorkDirectory,
  ): Promise<ReadonlyMap<NodePath, string>> {
    const { options } = this.#context;
    const source = await openSource(this.#task.source, { ...options, measuresFiles: false });
    const hashes = new Map<NodePath, string>();
    try {
      const sources = new Map(source.arrays.map((array) => [array.path, array]));
      for (const array of plan.arrays) {
        const { path } = array.source;
        const again = sources.get(path);
        if (again === undefined) {
          throw new QuarryError("VALUE_CHANGED", `${path} is not in the source any more`, { path });
        }
        hashes.set(path, await this.#compare(array, again, destination, faults));
      }
    } catch (error) {
      if (isDamage(error)) await work.discard();
      throw error;
    } finally {
      await source.close();
    }
    return hashes;
  }

  #compare(
    array: ArrayPlan,
    source: SourceArray,
    destination: DestinationStore,
    faults: readonly SourceFault[],
  ): Promise<string> {
    const { signal, onBytes } = this.#context;
    const { path } = source;
    const lost = faults.filter((fault) => fault.array === path && fault.chunk !== null);
    const written = destination.array(path, array.destination);
    return this.#timed(array, (sizes, memory) =>
      compareArray(source, written, sizes, lost, { memory, signal, onBytes }),
    );
  }

  async #existing(plan: StorePlan): Promise<Outcome> {
    const { dest } = this.#task;
    const record = await migrationRecordOf(dest);
    if (record?.identity !== plan.identity) {
      const what =
        record === undefined
          ? "something that no migration has made"
          : "what a migration of another source, of another state of it, or with other options has made";
      return {
        status: "refused",
        reason: `${dest} exists already, holds ${what}, and was left as it is [ALREADY_EXISTS]`,
      };
    }
    const destination = new DestinationStore(dest);
    const arrays: MigratedArray[] = [];
    for (const array of plan.arrays) {
      const { path } = array.source;
      const hash = record.sha256[path.slice(1)] ?? null;
      arrays.push(
        this.#report(array, await destination.storedBytes(path), hash, record.lostRows[path.slice(1)] ?? []),
      );
    }
    const proof = record.verified ? "finished and verified" : "finished, and never verified";
    return { status: "unchanged", reason: `${dest} is ${proof} already: nothing to do`, arrays };
  }

  #report(
    { source, destination }: ArrayPlan,
    destBytes: number,
    sha256: string | null,
    lostRows: readonly RowRange[],
  ): MigratedArray {
    const { path, shape, encodedBytes } = source;
    return {
      path,
      dataType: destination.dataType.name,
      shape,
      rows: shape[0] ?? 1,
      sourceBytes: encodedBytes,
      destBytes,
      ratio: destBytes === 0 ? null : encodedBytes / destBytes,
      seconds: this.#secondsOf.get(path) ?? 0,
      sha256,
      lostRows,
      sourceVouched: source.verifiesContent,
    };
  }

  /** Runs `work` on an array within the memory that there is, and adds up the time that it takes. */
  async #timed<Result>(
    array: ArrayPlan,
    work: (sizes: WindowSizes, memory: WindowMemory) => Promise<Result>,
  ): Promise<Result> {
    const { source, destination, sizes } = array;
    const timed = async (settled: WindowSizes, memory: WindowMemory): Promise<Result> => {
      const startedMs = performance.now();
      try {
        return await work(settled, memory);
      } finally {
        const before = this.#secondsOf.get(source.path) ?? 0;
        this.#secondsOf.set(source.path, before + (performance.now() - startedMs) / 1000);
      }
    };
    const { budget } = this.#context;
    if (!sizes.isAlone) {
      return budget.with(sizes.windowBytes, sizes.decodingBytes, () => timed(sizes, this.#memory));
    }
    // Its windows are too large to be kept for others.
    return budget.alone(sizes.decodingBytes, (freeBytes) =>
      timed(aloneSizes(source, destination, freeBytes), new WindowMemory()),
    );
  }
}
