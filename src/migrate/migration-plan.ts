/** What a migration would do, without doing any of it: for `--dry-run`, and for whoever wants to see it first. */
import { shardingOf } from "../codec/sharding/configuration.ts";
import type { NodePath } from "../metadata/node-name.ts";
import { migrationRecordOf } from "./destination-store.ts";
import { estimateOf } from "./estimate.ts";
import { openSource } from "./open-source.ts";
import { type MigrateOptions, type SettledOptions, settledOptions } from "./options.ts";
import { reasonOfFailure } from "./reasons.ts";
import type { MigrationRefusal, SourceFault } from "./report.ts";
import { type ArrayPlan, PROCESS_BYTES, planStore } from "./store-plan.ts";
import { findTasks, type MigrationTask } from "./tasks.ts";
import { hasUnfinishedWork, isPlaceFree } from "./work-directory.ts";

export interface MigrationPlan {
  /** Whether nothing stands against any store, as far as metadata tells. */
  readonly ok: boolean;
  readonly stores: readonly PlannedStore[];
}

export interface PlannedStore {
  readonly source: string;
  readonly dest: string;
  /** `null` where the source could not be opened. */
  readonly format: string | null;
  /**
   * `free`; `unfinished`, of an earlier migration; `finished`, by this very one; or `taken`, by something else, which
   * is not overwritten.
   */
  readonly destState: "free" | "unfinished" | "finished" | "taken";
  /** Why the source could not be opened; `null` where it was. */
  readonly error: string | null;
  readonly arrays: readonly PlannedArray[];
  readonly refusals: readonly MigrationRefusal[];
  readonly faults: readonly SourceFault[];
  readonly notes: readonly string[];
}

export interface PlannedArray {
  readonly path: NodePath;
  readonly dataType: string;
  readonly shape: readonly number[];
  readonly dimensionNames: readonly (string | null)[];
  readonly sourceChunks: readonly number[];
  readonly sourceCodecs: string;
  readonly sourceBytes: number;
  readonly chunks: readonly number[];
  /** `null` where each chunk is a file. */
  readonly shards: readonly number[] | null;
  readonly codecs: string;
  /** By a sample of the values; `null` where there is none. */
  readonly estimatedBytes: number | null;
  readonly estimatedSeconds: number | null;
  /** Bytes that migrating it takes, the process included. */
  readonly memoryBytes: number;
}

/**
 * Plans what {@link migrate} would do with the same arguments. Reads metadata and a chunk of each array; writes nothing.
 * @throws as `migrate`
 */
export async function planMigration(
  source: string,
  dest: string,
  options: MigrateOptions = {},
): Promise<MigrationPlan> {
  return planTasks(await findTasks(source, dest), options);
}

/** Plans `tasks`, of which `findTasks` has found all. */
export async function planTasks(
  tasks: readonly MigrationTask[],
  options: MigrateOptions,
): Promise<MigrationPlan> {
  const settled = settledOptions(options);
  const stores: PlannedStore[] = [];
  for (const task of tasks) {
    options.signal?.throwIfAborted();
    stores.push(await plannedStore(task, settled));
  }
  const isClear = ({ error, refusals, faults, destState }: PlannedStore): boolean =>
    error === null &&
    refusals.length === 0 &&
    (faults.length === 0 || settled.skipCorrupt) &&
    destState !== "taken";
  return { ok: stores.every(isClear), stores };
}

async function plannedStore(task: MigrationTask, options: SettledOptions): Promise<PlannedStore> {
  try {
    const source = await openSource(task.source, options);
    try {
      const plan = await planStore(source, options);
      const planned: PlannedArray[] = [];
      for (const array of plan.arrays) planned.push(await plannedArray(array, options.verify));
      const { format, notes } = source;
      const { refusals, faults } = plan;
      const destState = await destStateOf(task.dest, plan.identity);
      return { ...task, destState, format, error: null, arrays: planned, refusals, faults, notes };
    } finally {
      await source.close();
    }
  } catch (error) {
    const reason = reasonOfFailure(error);
    if (reason === undefined) throw error;
    const destState = await destStateOf(task.dest, undefined);
    const nothing = { format: null, arrays: [], refusals: [], faults: [], notes: [] };
    return { ...task, destState, error: reason, ...nothing };
  }
}

async function destStateOf(dest: string, identity: string | undefined): Promise<PlannedStore["destState"]> {
  if (await isPlaceFree(dest)) return (await hasUnfinishedWork(dest)) ? "unfinished" : "free";
  const record = await migrationRecordOf(dest);
  return record !== undefined && record.identity === identity ? "finished" : "taken";
}

async function plannedArray(
  { source, destination, sizes }: ArrayPlan,
  verify: boolean,
): Promise<PlannedArray> {
  const sharding = shardingOf(destination.codecs, destination.chunkShape, source.path);
  const estimate = await estimateOf(source, destination, sizes, verify);
  return {
    path: source.path,
    dataType: destination.dataType.name,
    shape: source.shape,
    dimensionNames: destination.dimensionNames ?? [],
    sourceChunks: source.chunkShape,
    sourceCodecs: source.encoding,
    sourceBytes: source.encodedBytes,
    chunks: sharding?.chunkShape ?? destination.chunkShape,
    shards: sharding === undefined ? null : destination.chunkShape,
    codecs: (sharding?.codecs ?? destination.codecs).map(({ name }) => name).join(", "),
    estimatedBytes: estimate?.bytes ?? null,
    estimatedSeconds: estimate?.seconds ?? null,
    memoryBytes: sizes.windowBytes + sizes.decodingBytes + PROCESS_BYTES,
  };
}
