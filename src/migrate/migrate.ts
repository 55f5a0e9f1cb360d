/** Migrating whatever is at a path: one store, or all of a tree, several at a time within one bound of memory. */
import { countOf } from "../zarr/array-data.ts";
import { forEachConcurrently } from "../zarr/store-engine/in-flight.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { migrateStore } from "./migrate-store.ts";
import { openSource } from "./open-source.ts";
import { type MigrateOptions, type SettledOptions, settledOptions } from "./options.ts";
import type { MigratedStore, MigrationReport } from "./report.ts";
import { findTasks, type MigrationTask } from "./tasks.ts";

/**
 * Converts what is at `source` into sharded Zarr v3 at `dest`, and proves that every value arrived: a Zarr v2 or v3
 * store, a directory of them (a symbol with its weeks, or several symbols), or a file. A destination appears under its
 * name only when it is whole and verified; the source is never written to.
 *
 * One store that is damaged, or holds what has no equal in Zarr v3, does not keep the others from being migrated: its
 * part of the report says why it was refused.
 * @throws QuarryError `NOT_FOUND`, `ALREADY_EXISTS` for a destination inside the source
 * @throws RangeError for options that cannot be; the signal's reason
 * @example
 * const { ok, stores } = await migrate("legacy/BTCUSDT.zarr", "stores/BTCUSDT.zarr", { preset: "small" });
 */
export async function migrate(
  source: string,
  dest: string,
  options: MigrateOptions = {},
): Promise<MigrationReport> {
  return runTasks(await findTasks(source, dest), options);
}

/** Runs `tasks`, of which {@link findTasks} has found all. Failures as of {@link migrate}. */
export async function runTasks(
  tasks: readonly MigrationTask[],
  options: MigrateOptions,
): Promise<MigrationReport> {
  const startedMs = performance.now();
  const settled = settledOptions(options);
  const { signal } = options;
  const budget = new MemoryBudget(settled.totalBytes);
  const progress = await Progress.of(tasks, settled, options);
  const results = new Map<MigrationTask, MigratedStore>();
  await forEachConcurrently(tasks, { concurrency: settled.jobs, signal }, async (task) => {
    const onBytes = (bytes: number): void => progress.add(bytes);
    results.set(task, await migrateStore(task, { options: settled, budget, signal, onBytes }));
    progress.finish();
  });
  const stores = tasks.map((task) => results.get(task)!);
  return {
    ok: stores.every(({ status }) => status !== "refused"),
    verified: settled.verify,
    seconds: (performance.now() - startedMs) / 1000,
    stores,
  };
}

/** Sums up what the stores have read. */
class Progress {
  readonly #onProgress: MigrateOptions["onProgress"];
  readonly #totalBytes: number;
  readonly #stores: number;
  #doneBytes = 0;
  #doneStores = 0;

  /** Asks the metadata of all sources how much there is; nobody who watches, no question. */
  static async of(
    tasks: readonly MigrationTask[],
    { verify, files }: SettledOptions,
    { onProgress }: MigrateOptions,
  ): Promise<Progress> {
    let totalBytes = 0;
    for (const { source } of onProgress === undefined ? [] : tasks) {
      totalBytes += await decodedBytes(source, files).catch(() => 0);
    }
    return new Progress(onProgress, verify ? 2 * totalBytes : totalBytes, tasks.length);
  }

  private constructor(onProgress: MigrateOptions["onProgress"], totalBytes: number, stores: number) {
    this.#onProgress = onProgress;
    this.#totalBytes = totalBytes;
    this.#stores = stores;
  }

  add(bytes: number): void {
    this.#doneBytes += bytes;
    this.#report();
  }

  finish(): void {
    this.#doneStores += 1;
    this.#report();
  }

  #report(): void {
    this.#onProgress?.({
      doneBytes: this.#doneBytes,
      totalBytes: this.#totalBytes,
      doneStores: this.#doneStores,
      stores: this.#stores,
    });
  }
}

async function decodedBytes(path: string, files: SettledOptions["files"]): Promise<number> {
  const source = await openSource(path, { files, book: undefined, measuresFiles: false });
  try {
    return source.arrays.reduce(
      (bytes, { shape, dataType }) => bytes + countOf(shape) * dataType.itemBytes,
      0,
    );
  } finally {
    await source.close();
  }
}
