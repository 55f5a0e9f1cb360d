/** `quarry migrate`: legacy stores and files to Quarry stores. */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { runTasks } from "../migrate/migrate.ts";
import { planTasks } from "../migrate/migration-plan.ts";
import type { MigrateOptions } from "../migrate/options.ts";
import type { MigrationReport } from "../migrate/report.ts";
import { parseTask, taskLine } from "../migrate/task-line.ts";
import { findTasks, type MigrationTask } from "../migrate/tasks.ts";
import {
  asUsage,
  type CommandContext,
  type CommandStreams,
  type ExitCode,
  helpEnd,
  UsageError,
  writeJson,
} from "./command.ts";
import { interruptible } from "./interruption.ts";
import { addMigrateFlags, type MigrateFlags } from "./migrate-flags.ts";
import { planText, reportText } from "./migrate-text.ts";
import { Progress } from "./progress.ts";
import { byteText, plural } from "./quantities.ts";
import { writeTextFile } from "./text-file.ts";

const EXAMPLES = [
  "quarry migrate legacy/BTCUSDT.zarr stores/BTCUSDT.zarr --dry-run",
  "quarry migrate legacy/BTCUSDT.zarr stores/BTCUSDT.zarr --resume",
  "quarry migrate dumps/book.npz stores/book.zarr --preset small --json > report.json",
];

export function register(command: Command, context: CommandContext): void {
  command
    .argument(
      "[source]",
      "a Zarr v2 or v3 store, a directory of stores or of files, or a file: .npy .npz .bin .h5 .parquet .mm",
    )
    .argument("[dest]", "the store to make; a directory of them where the source has several");
  addMigrateFlags(command)
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((source: string | undefined, dest: string | undefined, options: MigrateFlags) =>
      context.run(options, () =>
        interruptible((signal) => migrate(source, dest, options, context.streams, signal), {
          left: "what is finished is kept, and --resume continues with it",
          fields: { stores: [] },
        }),
      ),
    );
}

/** Plans or migrates; the exit code is 1 where a store was refused, or would be. */
export async function migrate(
  source: string | undefined,
  dest: string | undefined,
  options: MigrateFlags,
  streams: CommandStreams,
  signal?: AbortSignal,
): Promise<ExitCode> {
  return asUsage(async () => {
    const { tasks, how } = await workOf(source, dest, options);
    if (options.plan !== undefined) return writePlan(options.plan, tasks, options, streams);
    if (options.dryRun === true) return dryRun(tasks, { ...how, signal }, options, streams);
    return run(tasks, { ...how, signal }, options, streams);
  });
}

interface Work {
  readonly tasks: readonly MigrationTask[];
  readonly how: MigrateOptions;
}

async function workOf(
  source: string | undefined,
  dest: string | undefined,
  options: MigrateFlags,
): Promise<Work> {
  if (options.task !== undefined) {
    if (source !== undefined) throw new UsageError("a task says itself what its source and destination are");
    const { task, options: how } = parseTask(await taskText(options.task, options.index));
    return { tasks: [task], how: { ...how, ...ofThisRun(options) } };
  }
  if (source === undefined || dest === undefined) {
    throw new UsageError("a migration takes a source and a destination, or --task");
  }
  return { tasks: await findTasks(source, dest), how: { ...ofEveryRun(options), ...ofThisRun(options) } };
}

/** What is part of a task. */
function ofEveryRun(options: MigrateFlags): MigrateOptions {
  const { preset, layout, tickSize, lotSize, priceType, sizeType } = options;
  const { exclude, dtype, shape, skipCorrupt, verify } = options;
  const steps = { tickSize, lotSize, priceType, sizeType };
  return { preset, layout, ...steps, exclude, skipCorrupt, verify, files: { dtype, shape } };
}

/** What concerns the machine that runs it. */
function ofThisRun({ resume, memory, jobs }: MigrateFlags): MigrateOptions {
  return { resume, memoryBytes: memory, jobs };
}

async function taskText(task: string, index: number | undefined): Promise<string> {
  if (task.trimStart().startsWith("{")) return task;
  if (index === undefined) throw new UsageError("--task with a plan's file takes --index");
  const lines = (
    await readFile(task, "utf8").catch((cause: Error) => {
      throw new UsageError(`cannot read the plan ${task}: ${cause.message}`);
    })
  ).split("\n");
  const line = lines[index];
  if (line === undefined || line === "") throw new UsageError(`${task} has no task ${index}`);
  return line;
}

async function writePlan(
  file: string,
  tasks: readonly MigrationTask[],
  options: MigrateFlags,
  streams: CommandStreams,
): Promise<ExitCode> {
  const how = ofEveryRun(options);
  await writeTextFile(file, tasks.map((task) => `${taskLine(task, how)}\n`).join(""), { overwrite: true });
  if (options.json === true) writeJson(streams, { plan: file, tasks: tasks.length });
  else streams.stderr.write(`${file}: ${plural(tasks.length, "task")}\n`);
  return 0;
}

async function dryRun(
  tasks: readonly MigrationTask[],
  how: MigrateOptions,
  options: MigrateFlags,
  streams: CommandStreams,
): Promise<ExitCode> {
  const plan = await planTasks(tasks, how);
  if (options.json === true) writeJson(streams, plan);
  else streams.stderr.write(planText(plan));
  return plan.ok ? 0 : 1;
}

async function run(
  tasks: readonly MigrationTask[],
  how: MigrateOptions,
  options: MigrateFlags,
  streams: CommandStreams,
): Promise<ExitCode> {
  const progress = new Progress(streams.stderr, byteText);
  let report: MigrationReport;
  try {
    report = await runTasks(tasks, {
      ...how,
      onProgress: ({ doneBytes, totalBytes, doneStores, stores }) =>
        progress.update(() => ({
          done: doneBytes,
          total: totalBytes,
          note: `${doneStores} of ${plural(stores, "store")}`,
        })),
    });
  } finally {
    progress.end();
  }
  if (options.json === true) writeJson(streams, report);
  else streams.stderr.write(reportText(report));
  return report.ok ? 0 : 1;
}
