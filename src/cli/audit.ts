/** `quarry audit`: does the market data in a store make sense? */
import { type Command, InvalidArgumentError } from "commander";
import { type AuditReport, audit as auditLocation, type TableReport } from "../market/audit/audit.ts";
import { durationText, parseDuration } from "../market/audit/duration.ts";
import { recordAudit } from "../market/audit/record.ts";
import {
  type CommandContext,
  type CommandStreams,
  type ExitCode,
  helpEnd,
  writeFaults,
  writeJson,
} from "./command.ts";
import { decimalStep } from "./flag-values.ts";
import { interruptible } from "./interruption.ts";
import { Progress } from "./progress.ts";
import { grouped, plural } from "./quantities.ts";
import { textTable } from "./text-table.ts";

export interface AuditCommandOptions {
  /** Nanoseconds. */
  readonly maxGap?: number;
  readonly tickSize?: string;
  readonly record?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = [
  "quarry audit stores/BTCUSDT.zarr",
  "quarry audit stores/BTCUSDT.zarr/2024-W32.zarr --max-gap 5s --record",
];

export function register(command: Command, context: CommandContext): void {
  command
    .argument("<path>", "a store, an array of times, or a directory of stores (a symbol with its weeks)")
    .option(
      "--max-gap <span>",
      "longest silence between rows that is no gap, such as 250ms, 5s or 1h (default: from the steps that rows take)",
      gapNs,
    )
    .option(
      "--tick-size <step>",
      "price step that float prices are multiples of, such as 0.1 (default: as the store says, or found from the data)",
      decimalStep,
    )
    .option(
      "--record",
      "list the faulty rows of each table in the attributes of its group (default: write nothing)",
    )
    .option("--json", "print the report as one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((path: string, options: AuditCommandOptions) =>
      context.run(options, () =>
        interruptible((signal) => audit(path, options, context.streams, signal), {
          left: "nothing was recorded",
          fields: { path },
        }),
      ),
    );
}

/** Audits what is at `path`; the exit code is 1 if a row breaks a rule, or something could not be audited. */
export async function audit(
  path: string,
  { maxGap, tickSize, record, json }: AuditCommandOptions,
  streams: CommandStreams,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const progress = new Progress(streams.stderr, (rows) => plural(rows, "row"));
  const startedMs = performance.now();
  let report: AuditReport;
  try {
    report = await auditLocation(path, {
      maxGapNs: maxGap,
      tickSize,
      signal,
      onProgress: ({ rows, totalRows, faults }) =>
        progress.update(() => ({ done: rows, total: totalRows, note: plural(faults, "faulty row") })),
    });
  } finally {
    progress.end();
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const { recorded, failures } =
    record === true ? await recordAudit(path, report) : { recorded: [], failures: [] };
  if (json === true) {
    const { tables, failures: unaudited, ...totals } = report;
    const checks = tables.flatMap(({ path: table, checks }) => checks.map((check) => ({ table, ...check })));
    const summaries = tables.map(({ checks: _, ...summary }) => summary);
    writeJson(streams, {
      path,
      ...totals,
      tables: summaries,
      checks,
      failures: [...unaudited, ...failures],
      recorded,
      seconds,
    });
  } else {
    streams.stdout.write(reportText(path, report, seconds));
    for (const place of recorded) streams.stderr.write(`recorded in the attributes of ${place}\n`);
  }
  writeFaults(streams, [...report.failures, ...failures]);
  return report.ok && failures.length === 0 ? 0 : 1;
}

function reportText(path: string, report: AuditReport, seconds: number): string {
  const { rows, faultyRows, tables } = report;
  const rate = grouped(Math.round(rows / seconds));
  const lines = [
    `${path}: ${percentText(report.successPercent)} of ${plural(rows, "row")} without a fault` +
      `${faultyRows === 0 ? "" : `, ${grouped(faultyRows)} with one`}; ` +
      `${plural(tables.length, "table")} in ${seconds.toFixed(2)} s (${rate} rows/s)`,
    ...tables.flatMap(tableText),
  ];
  return `${lines.join("\n")}\n`;
}

function tableText({ path, kind, rows, successPercent, checks }: TableReport): string[] {
  const lines = textTable(
    checks.map(({ name, faults, rule }) => [`  ${name}`, grouped(faults), rule]),
    [1],
  );
  return [
    "",
    `${path}: ${kind}, ${plural(rows, "row")}, ${percentText(successPercent)} without a fault`,
    ...checks.flatMap((check, index) => [lines[index]!, ...detailText(check).map((line) => `    ${line}`)]),
  ];
}

function detailText({ faults, firstRows, firstTimes, figures }: TableReport["checks"][number]): string[] {
  if (faults === 0) return [];
  const shown = firstRows.slice(0, SHOWN_ROWS).map((row, index) => {
    const time = firstTimes[index];
    return `row ${grouped(row)}${time == null ? "" : ` at ${time}`}`;
  });
  const more = faults - shown.length;
  const lines = [...shown, ...(more > 0 ? [`… and ${grouped(more)} more`] : [])];
  const { longestNs, missingRows, reasons } = figures;
  if (typeof longestNs === "number") lines.push(`the longest: ${durationText(longestNs)}`);
  if (typeof missingRows === "number") lines.push(`${plural(missingRows, "row")} missing`);
  if (typeof reasons === "string") lines.push(reasons);
  return lines;
}

/** Faulty rows that people are shown of each check; `--json` has ten, and all as ranges. */
const SHOWN_ROWS = 3;

/** Rounded down, so that 100 % is all of them. */
function percentText(percent: number): string {
  return `${(Math.floor(percent * 100) / 100).toFixed(2)} %`;
}

function gapNs(text: string): number {
  const spanNs = parseDuration(text);
  if (spanNs !== undefined) return spanNs;
  throw new InvalidArgumentError("a span is a number above zero and ns, us, ms, s, m, h or d, such as 5s.");
}
