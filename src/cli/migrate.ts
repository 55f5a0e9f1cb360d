/** `quarry migrate`: legacy stores and files to Quarry stores. */
import { readFile, writeFile } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { PRESET_NAMES, type PresetName } from "../market/presets.ts";
import { runTasks } from "../migrate/migrate.ts";
import { planTasks } from "../migrate/migration-plan.ts";
import { LAYOUT_NAMES, type LayoutName, type MigrateOptions } from "../migrate/options.ts";
import type { MigrationReport } from "../migrate/report.ts";
import { parseTask, taskLine } from "../migrate/task-line.ts";
import { findTasks, type MigrationTask } from "../migrate/tasks.ts";
import { byteSize } from "./byte-size.ts";
import {
  type CommandContext,
  type CommandStreams,
  type ExitCode,
  helpEnd,
  UsageError,
  writeJson,
} from "./command.ts";
import { interruptible } from "./interruption.ts";
import { planText, reportText } from "./migrate-text.ts";
import { Progress } from "./progress.ts";
import { byteText, plural } from "./quantities.ts";

export interface MigrateCommandOptions {
  readonly preset: PresetName;
  readonly layout: LayoutName;
  readonly tickSize?: string;
  readonly lotSize?: string;
  readonly exclude?: readonly string[];
  readonly dtype?: string;
  readonly shape?: readonly number[];
  readonly skipCorrupt?: boolean;
  readonly resume?: boolean;
  readonly verify: boolean;
  readonly memory?: number;
  readonly jobs?: number;
  readonly dryRun?: boolean;
  readonly plan?: string;
  readonly task?: string;
  readonly index?: number;
  readonly json?: boolean;
}

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
    .argument("[dest]", "the store to make; a directory of them where the source has several")
    .addOption(
      new Option("--preset <name>", "compression: for every reader, for least space, for least work")
        .choices(PRESET_NAMES)
        .default("portable"),
    )
    .addOption(
      new Option("--layout <name>", "arrays as they are, or a collector's book in whole ticks and lots")
        .choices(LAYOUT_NAMES)
        .default("raw"),
    )
    .option("--tick-size <step>", "price step of the layout book (default: found from the data)")
    .option("--lot-size <step>", "size step of the layout book (default: found from the data)")
    .option("--exclude <array>", "leave an array out, such as /text_pickled; may be repeated", collected)
    .option("--dtype <type>", "of a .bin file without a sidecar: NumPy's type string, such as <f4")
    .option("--shape <extents>", "of a .bin file without a sidecar, such as 400,50,3", extents)
    .option("--skip-corrupt", "keep what can be read of damaged stores (default: they are not migrated)")
    .option("--resume", "continue what was begun before, at the last finished shard")
    .option("--no-verify", "do not read back and compare what was written")
    .option("--memory <size>", "memory to stay within, at least 256MiB (default: 1GiB)", byteSize)
    .option("--jobs <count>", "stores that are migrated at the same time (default: 2)", wholeNumber)
    .option("--dry-run", "print what would be done, with estimates, and write nothing")
    .option("--plan <file>", "write the work to a file, one independent task a line, and do nothing else")
    .option("--task <task>", "run one task: a line of a plan, or the plan's file together with --index")
    .option("--index <number>", "which line of the plan's file, counted from 0", wholeNumber)
    .option("--json", "print the report as one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((source: string | undefined, dest: string | undefined, options: MigrateCommandOptions) =>
      context.run(options, () =>
        interruptible((signal) => migrate(source, dest, options, context.streams, signal)),
      ),
    );
}

/** Plans or migrates; the exit code is 1 where a store was refused, or would be. */
export async function migrate(
  source: string | undefined,
  dest: string | undefined,
  options: MigrateCommandOptions,
  streams: CommandStreams,
  signal?: AbortSignal,
): Promise<ExitCode> {
  try {
    const { tasks, how } = await workOf(source, dest, options);
    if (options.plan !== undefined) return await writePlan(options.plan, tasks, options, streams);
    if (options.dryRun === true) return await dryRun(tasks, { ...how, signal }, options, streams);
    return await run(tasks, { ...how, signal }, options, streams);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

interface Work {
  readonly tasks: readonly MigrationTask[];
  readonly how: MigrateOptions;
}

async function workOf(
  source: string | undefined,
  dest: string | undefined,
  options: MigrateCommandOptions,
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
function ofEveryRun(options: MigrateCommandOptions): MigrateOptions {
  const { preset, layout, tickSize, lotSize, exclude, dtype, shape, skipCorrupt, verify } = options;
  return { preset, layout, tickSize, lotSize, exclude, skipCorrupt, verify, files: { dtype, shape } };
}

/** What concerns the machine that runs it. */
function ofThisRun({ resume, memory, jobs }: MigrateCommandOptions): MigrateOptions {
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
  options: MigrateCommandOptions,
  streams: CommandStreams,
): Promise<ExitCode> {
  const how = ofEveryRun(options);
  await writeFile(file, tasks.map((task) => `${taskLine(task, how)}\n`).join(""));
  if (options.json === true) writeJson(streams, { plan: file, tasks: tasks.length });
  else streams.stderr.write(`${file}: ${tasks.length} tasks\n`);
  return 0;
}

async function dryRun(
  tasks: readonly MigrationTask[],
  how: MigrateOptions,
  options: MigrateCommandOptions,
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
  options: MigrateCommandOptions,
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
  } catch (error) {
    if (how.signal?.aborted !== true) throw error;
    progress.end();
    if (options.json === true) writeJson(streams, { ok: false, interrupted: true, stores: [] });
    streams.stderr.write("quarry: interrupted; what is finished is kept, and --resume continues with it\n");
    return 1;
  } finally {
    progress.end();
  }
  if (options.json === true) writeJson(streams, report);
  else streams.stderr.write(reportText(report));
  return report.ok ? 0 : 1;
}

function collected(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("it is a whole number.");
}

function extents(text: string): readonly number[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.every((part) => /^\d+$/.test(part))) return parts.map(Number);
  throw new InvalidArgumentError("a shape is whole numbers with commas between, such as 400,50,3.");
}
