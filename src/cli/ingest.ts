/** `quarry ingest`: captures to book stores. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { DecimalGrid } from "../market/decimal-grid.ts";
import { type IngestReport, ingestCapture } from "../market/ingest.ts";
import { PARTITION_KINDS, type PartitionKind } from "../market/partition.ts";
import { PRESET_NAMES, type PresetName } from "../market/presets.ts";
import { LEVELS_MAX } from "../market/schemas/book.ts";
import type { CaptureStatistics } from "../market/sources/capture-source.ts";
import { FORMAT_NAMES, type FormatName } from "../market/sources/index.ts";
import {
  type CommandContext,
  type CommandStreams,
  type ExitCode,
  helpEnd,
  UsageError,
  writeJson,
} from "./command.ts";
import { captureTextBytes } from "./ingest-progress.ts";
import { interruptible } from "./interruption.ts";
import { Progress } from "./progress.ts";
import { byteText, grouped, plural } from "./quantities.ts";

export interface IngestCommandOptions {
  readonly format: FormatName;
  readonly out: string;
  readonly symbol: string;
  readonly levels: number;
  readonly tickSize?: string;
  readonly lotSize?: string;
  readonly partition: PartitionKind;
  readonly preset: PresetName;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** Refused lines that people are shown; `--json` names up to 1,000. */
const REFUSED_SHOWN = 10;

const EXAMPLES = [
  "quarry ingest btcusdt_20240808.gz --format binance --out stores --symbol BTCUSDT",
  "quarry ingest day1.gz day2.gz --format binance --out stores --symbol BTCUSD_PERP --levels 50 --json > report.json",
];

export function registerIngest(program: Command, context: CommandContext): void {
  program
    .command("ingest")
    .description(
      "Rebuild the order book from captures of an exchange's streams and write it as book stores, " +
        "one for each week. Lines that are broken are refused and named; everything else goes in.",
    )
    .argument("<files...>", "capture files, gzip or plain, read one after another as one stream")
    .addOption(
      new Option("--format <name>", "format of the captures").choices(FORMAT_NAMES).makeOptionMandatory(),
    )
    .requiredOption("--out <dir>", "directory that gets SYMBOL.zarr")
    .requiredOption(
      "--symbol <symbol>",
      "name of the instrument, and which to take from a capture of several",
    )
    .option("--levels <count>", `levels of each side in a row, 1 to ${LEVELS_MAX}`, levelCount, 20)
    .option("--tick-size <step>", "price step, such as 0.1 (default: found from the data)", decimalStep)
    .option("--lot-size <step>", "size step, such as 0.001 (default: found from the data)", decimalStep)
    .addOption(
      new Option("--partition <span>", "time that one store holds, in UTC")
        .choices(PARTITION_KINDS)
        .default("week"),
    )
    .addOption(
      new Option("--preset <name>", "compression: for every reader, for least space, for least work")
        .choices(PRESET_NAMES)
        .default("portable"),
    )
    .option("--overwrite", "replace stores that are there already (default: that is an error)")
    .option("--json", "print the report as one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((files: string[], options: IngestCommandOptions) =>
      context.run(options, () => interruptible((signal) => ingest(files, options, context.streams, signal))),
    );
}

/**
 * Ingests `files` and reports. An interruption stores what has been read and is a failure all the same, and so
 * is a capture that gives neither a row nor a trade.
 */
export async function ingest(
  files: readonly string[],
  options: IngestCommandOptions,
  streams: CommandStreams,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const progress = new Progress(streams.stderr, byteText);
  const total = await captureTextBytes(files);
  const onProgress = ({ captureBytes, rows }: CaptureStatistics) =>
    progress.update(() => ({ done: captureBytes, total, note: plural(rows, "book row") }));
  let report: IngestReport;
  try {
    report = await ingestCapture({ ...options, files, signal, onProgress });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  } finally {
    progress.end();
  }
  if (options.json === true) writeJson(streams, report);
  else streams.stderr.write(reportText(report, options));
  const failure = failureOf(report);
  if (failure === undefined) return 0;
  streams.stderr.write(`quarry: ${failure}\n`);
  return 1;
}

function failureOf(report: IngestReport): string | undefined {
  if (!report.complete)
    return "interrupted; the stores hold what was read until then, and say that they are not complete";
  if (report.stores.length === 0) return "nothing to store: the capture gave no book row and no trade";
  return undefined;
}

function reportText(report: IngestReport, options: IngestCommandOptions): string {
  const { refused, tickers } = report;
  const lines = [
    `${options.symbol}: ${grouped(report.rows)} book rows of ${options.levels} levels, ${grouped(report.trades)} trades; ` +
      `tick ${report.tickSize ?? "unknown"}, lot ${report.lotSize ?? "unknown"}`,
    `  gaps ${grouped(report.gaps)}, crossed ${grouped(report.crossed)}, locked ${grouped(report.locked)}, ` +
      `duplicates ${grouped(report.duplicates)}, without a snapshot ${grouped(report.unsynced)}, ` +
      `refused lines ${grouped(refused.count)}`,
  ];
  if (tickers.shared > 0) {
    lines.push(
      `  the exchange's own best bid and ask agree at ${grouped(tickers.agreed)} of ${grouped(tickers.shared)} shared update ids`,
    );
  }
  for (const { file, line, reason } of refused.lines.slice(0, REFUSED_SHOWN)) {
    lines.push(`  refused ${file}:${line}: ${reason}`);
  }
  if (refused.count > REFUSED_SHOWN)
    lines.push(`  … and ${grouped(refused.count - REFUSED_SHOWN)} more (--json names them)`);
  for (const store of report.stores) {
    const ratio = (store.rawBytes / store.storedBytes).toFixed(1);
    lines.push(
      `  ${store.path}: ${grouped(store.rows)} rows, ${store.first} to ${store.last}, ` +
        `${byteText(store.storedBytes)} for ${byteText(store.rawBytes)} (${ratio} times smaller)`,
    );
  }
  const rate = byteText(report.captureBytes / report.seconds);
  lines.push(`  ${byteText(report.captureBytes)} of capture in ${report.seconds.toFixed(2)} s (${rate}/s)`);
  return `${lines.join("\n")}\n`;
}

function levelCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= LEVELS_MAX) return count;
  throw new InvalidArgumentError(`a row has from 1 to ${LEVELS_MAX} levels.`);
}

function decimalStep(text: string): string {
  try {
    return new DecimalGrid(text).step;
  } catch {
    throw new InvalidArgumentError("a step is a positive decimal number, such as 0.1.");
  }
}
