/** `quarry export`: an array as a file of another format. */
import { basename } from "node:path";
import type { Command } from "commander";
import { EXPORT_ENDINGS, type ExportReport, exportArray } from "../export/export-array.ts";
import { openArray } from "../zarr/open.ts";
import {
  asUsage,
  type CommandContext,
  type CommandStreams,
  type ExitCode,
  helpEnd,
  writeJson,
} from "./command.ts";
import { interruptible } from "./interruption.ts";
import { Progress } from "./progress.ts";
import { byteText, plural } from "./quantities.ts";

export interface ExportCommandOptions {
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = [
  "quarry export stores/BTCUSDT.zarr/2024-W32.zarr/bid_px bid_px.npy",
  "quarry export stores/BTCUSDT.zarr/2024-W32.zarr/trades/px trades.parquet --overwrite",
];

export function register(command: Command, context: CommandContext): void {
  command
    .argument("<array>", "path of an array in a store")
    .argument("<file>", `file that is written: ${EXPORT_ENDINGS.join(", ")}`)
    .option("--overwrite", "replace a file that is there already (default: that is an error)")
    .option("--json", "print the report as one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((array: string, file: string, options: ExportCommandOptions) =>
      context.run(options, () =>
        interruptible((signal) => exportCommand(array, file, options, context.streams, signal), {
          left: "no file was written",
          fields: { path: array },
        }),
      ),
    );
}

/** Exports the array at `path`. */
export async function exportCommand(
  path: string,
  file: string,
  { overwrite, json }: ExportCommandOptions,
  streams: CommandStreams,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const progress = new Progress(streams.stderr, (items) => plural(items, "item"));
  const startedMs = performance.now();
  const array = await openArray(path);
  let report: ExportReport;
  try {
    report = await asUsage(() =>
      exportArray(array, file, {
        name: basename(path).replace(/\.zarr$/, "") || undefined,
        overwrite,
        signal,
        onProgress: ({ items, totalItems }) => progress.update(() => ({ done: items, total: totalItems })),
      }),
    );
  } finally {
    progress.end();
  }
  const seconds = (performance.now() - startedMs) / 1000;
  if (json === true) {
    const { name: dataType } = array.dataType;
    writeJson(streams, { path, ...report, dataType, shape: array.shape, seconds });
  } else {
    streams.stderr.write(
      `${report.files.join(", ")}: ${plural(report.items, "item")} of ${array.dataType.name}, shape ` +
        `[${array.shape.join(", ")}], ${byteText(report.bytes)} in ${seconds.toFixed(2)} s\n`,
    );
  }
  return 0;
}
