/** `quarry ingest`: captures to book stores, those that are named or those of a `quarry.toml`. */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import {
  captureJob,
  type IngestJob,
  type IngestOverrides,
  ingestJobs,
  lateToleranceNs,
} from "../market/config/ingest-jobs.ts";
import { type QuarrySettings, readQuarryToml } from "../market/config/quarry-toml.ts";
import { ingestSymbols, type SymbolOutcome } from "../market/ingest-symbols.ts";
import {
  asUsage,
  type CommandContext,
  type CommandStreams,
  type ExitCode,
  helpEnd,
  UsageError,
  writeJson,
} from "./command.ts";
import { addIngestFlags, type IngestFlags } from "./ingest-flags.ts";
import { captureTextBytes } from "./ingest-progress.ts";
import { failureOf, ingestDocument, reportText } from "./ingest-report.ts";
import { CONFIG_FILE } from "./init.ts";
import { interruptible } from "./interruption.ts";
import { Progress } from "./progress.ts";
import { byteText, plural } from "./quantities.ts";

const EXAMPLES = [
  "quarry ingest btcusdt_20240808.gz --out stores --symbol BTCUSDT",
  "quarry ingest day1.gz day2.gz --format binance --out stores --symbol BTCUSD_PERP --levels 50 --json > report.json",
  "quarry ingest minutes.csv --out stores --symbol GBPUSD --column time=date --column volume=ticks",
  "quarry ingest --config research.toml --preset small",
];

export function register(command: Command, context: CommandContext): void {
  command.argument(
    "[files...]",
    "capture files, plain or compressed with gzip or zstd, read one after another as one stream",
  );
  addIngestFlags(command)
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((files: string[], flags: IngestFlags) =>
      context.run(flags, () => interruptible((signal) => ingest(files, flags, context.streams, signal))),
    );
}

/**
 * Ingests and reports. An interruption stores what has been read and is a failure all the same, and so is a capture
 * that gives neither a row nor a trade. A symbol that fails does not stop the others.
 */
export async function ingest(
  files: readonly string[],
  flags: IngestFlags,
  streams: CommandStreams,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const settings = await settingsFor(files, flags);
  const jobs = jobsFor(files, flags, settings);
  const startedMs = performance.now();
  const maxConcurrentReads = flags.maxConcurrentReads ?? settings?.maxConcurrentReads;
  const outcomes = await outcomesOf(jobs, { maxConcurrentReads, signal }, streams);
  // One capture that was named and cannot be read is the failure of the whole command.
  if (files.length > 0 && outcomes[0]?.error !== undefined) throw outcomes[0].error;
  if (flags.json === true) {
    writeJson(streams, ingestDocument(outcomes, (performance.now() - startedMs) / 1000));
  } else {
    for (const { report } of outcomes) if (report !== undefined) streams.stderr.write(reportText(report));
  }
  const failures = outcomes.map(failureOf).filter((failure) => failure !== undefined);
  for (const { symbol } of jobs.slice(outcomes.length))
    failures.push(`${symbol}: interrupted before it began`);
  for (const failure of failures) streams.stderr.write(`quarry: ${failure}\n`);
  return failures.length === 0 ? 0 : 1;
}

async function settingsFor(
  files: readonly string[],
  { config }: IngestFlags,
): Promise<QuarrySettings | undefined> {
  if (config !== undefined) return readQuarryToml(config);
  if (files.length > 0) return undefined;
  if (existsSync(CONFIG_FILE)) return readQuarryToml(CONFIG_FILE);
  throw new UsageError(
    `give capture files, or settings: there is no ${CONFIG_FILE} here (\`quarry init\` writes one)`,
  );
}

function jobsFor(
  files: readonly string[],
  flags: IngestFlags,
  settings: QuarrySettings | undefined,
): IngestJob[] {
  const {
    symbol,
    column: columns,
    maxRefused: refusedMax,
    lateToleranceMs,
    config: _,
    json: __,
    maxConcurrentReads: ___,
    ...others
  } = flags;
  const overrides: IngestOverrides = {
    ...others,
    refusedMax,
    columns,
    lateToleranceNs: lateToleranceNs(lateToleranceMs),
  };
  if (files.length === 0) return ingestJobs(settings!, overrides, symbol);
  if (symbol === undefined) throw new UsageError("--symbol says which instrument the files are of");
  if (settings === undefined && flags.out === undefined)
    throw new UsageError("--out says where the stores go");
  return [captureJob(symbol, files, overrides, settings)];
}

/** Runs the jobs under a progress bar for all of them. */
async function outcomesOf(
  jobs: readonly IngestJob[],
  options: { readonly maxConcurrentReads: number | undefined; readonly signal: AbortSignal | undefined },
  streams: CommandStreams,
): Promise<SymbolOutcome[]> {
  const progress = new Progress(streams.stderr, byteText);
  const total = await textBytesOf(jobs);
  const running = new Map<string, { readonly bytes: number; readonly rows: number }>();
  const sum = (of: "bytes" | "rows"): number =>
    [...running.values()].reduce((all, each) => all + each[of], 0);
  try {
    return await asUsage(() =>
      ingestSymbols(jobs, {
        ...options,
        onProgress(symbol, { captureBytes, rows }) {
          running.set(symbol, { bytes: captureBytes, rows });
          progress.update(() => ({ done: sum("bytes"), total, note: plural(sum("rows"), "book row") }));
        },
      }),
    );
  } finally {
    progress.end();
  }
}

/** What there is to read; a symbol whose files are not there is for its outcome to tell. */
async function textBytesOf(jobs: readonly IngestJob[]): Promise<number | undefined> {
  let total = 0;
  for (const job of jobs) {
    const options = await job.options().catch(() => undefined);
    const bytes = options === undefined ? 0 : await captureTextBytes(options.files);
    if (bytes === undefined) return undefined;
    total += bytes;
  }
  return total;
}
