/** `quarry recover`: finishes what a writer that was stopped has left. */
import type { Command } from "commander";
import { type RecoveryReport, recoverStore } from "../append/index.ts";
import { type CommandContext, type CommandStreams, type ExitCode, helpEnd, writeJson } from "./command.ts";
import { plural } from "./quantities.ts";

export interface RecoverCommandOptions {
  readonly json?: boolean;
}

const EXAMPLES = ["quarry recover stores/BTCUSDT.zarr/2024-W32.zarr", "quarry recover live.zarr --json"];

export function register(command: Command, context: CommandContext): void {
  command
    .argument("<store>", "a store that a durable writer was writing")
    .option("--json", "print the report as one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((store: string, options: RecoverCommandOptions) =>
      context.run(options, () => recover(store, options, context.streams)),
    );
}

export async function recover(
  store: string,
  options: RecoverCommandOptions,
  streams: CommandStreams,
): Promise<ExitCode> {
  const report = await recoverStore(store);
  if (options.json === true) writeJson(streams, { path: store, ...report });
  else streams.stdout.write(reportText(store, report));
  return 0;
}

function reportText(store: string, report: RecoveryReport): string {
  const { rowsRecovered, framesDropped, filesRemoved, committedRows } = report;
  if (rowsRecovered + framesDropped + filesRemoved === 0) {
    return `${store}: nothing to recover; ${plural(committedRows, "row")}\n`;
  }
  return (
    `${store}: ${plural(rowsRecovered, "row")} recovered, ${plural(committedRows, "row")} now; ` +
    `${plural(framesDropped, "unfinished frame")} dropped, ${plural(filesRemoved, "unfinished file")} removed\n`
  );
}
