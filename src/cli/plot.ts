/** `quarry plot`: a picture of a store. */
import { type Command, InvalidArgumentError } from "commander";
import { PICTURE_ENDINGS } from "../plot/picture-endings.ts";
import { plot } from "../plot/plot.ts";
import {
  asUsage,
  type CommandContext,
  type CommandStreams,
  type ExitCode,
  helpEnd,
  writeFaults,
  writeJson,
} from "./command.ts";
import { interruptible } from "./interruption.ts";
import { byteText, plural } from "./quantities.ts";

export interface PlotCommandOptions {
  readonly title?: string;
  /** Nanoseconds since 1970. */
  readonly from?: bigint;
  readonly to?: bigint;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = [
  "quarry plot stores/BTCUSDT.zarr btcusdt.png",
  "quarry plot stores/BTCUSDT.zarr/2024-W32.zarr minute.svg --from 2024-08-08T23:58Z --to 2024-08-08T23:59Z",
];

export function register(command: Command, context: CommandContext): void {
  command
    .argument("<store>", "a store, or a directory with the weeks of a symbol")
    .argument("<file>", `picture that is written: ${PICTURE_ENDINGS.join(", ")}`)
    .option("--title <text>", "text above the picture (default: the symbol, and what is drawn)")
    .option(
      "--from <time>",
      "ISO 8601 time at which the picture begins, UTC (default: the first row)",
      timeNs,
    )
    .option("--to <time>", "ISO 8601 time at which it ends, UTC (default: the last row)", timeNs)
    .option("--overwrite", "replace a file that is there already (default: that is an error)")
    .option("--json", "print the report as one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((store: string, file: string, options: PlotCommandOptions) =>
      context.run(options, () =>
        interruptible((signal) => plotCommand(store, file, options, context.streams, signal), {
          left: "no file was written",
          fields: { path: store },
        }),
      ),
    );
}

/** Draws what is at `path`. Stores beside it that cannot be read are named, and the exit code is 1. */
export async function plotCommand(
  path: string,
  file: string,
  { title, from, to, overwrite, json }: PlotCommandOptions,
  streams: CommandStreams,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const startedMs = performance.now();
  const report = await asUsage(() => plot(path, file, { title, fromNs: from, toNs: to, overwrite, signal }));
  const seconds = (performance.now() - startedMs) / 1000;
  if (json === true) writeJson(streams, { path, ...report, seconds });
  else {
    streams.stderr.write(
      `${file}: ${report.kind}, ${plural(report.rows, "row")}, ${plural(report.trades, "trade")}, ` +
        `${report.from} to ${report.to}, ${byteText(report.bytes)} in ${seconds.toFixed(2)} s\n`,
    );
  }
  writeFaults(streams, report.skipped);
  return report.skipped.length === 0 ? 0 : 1;
}

/** `2024-08-08`, `2024-08-08T23:58Z`, `2024-08-08 23:58:17.5`. */
const TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?Z?$/;

function timeNs(text: string): bigint {
  const [whole, fraction = ""] = text.replace(/Z$/, "").replace(" ", "T").split(".");
  const ms = TIME.test(text) ? Date.parse(`${whole}${whole!.includes("T") ? "Z" : ""}`) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new InvalidArgumentError("a time is ISO 8601 in UTC, such as 2024-08-08T23:58:17Z.");
  }
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}
