/** `quarry compact`: rewrites shards that hold more than their chunks need. */
import type { Command } from "commander";
import { compactStore } from "../append/index.ts";
import { type CommandContext, type CommandStreams, type ExitCode, helpEnd, writeJson } from "./command.ts";
import { byteText, plural } from "./quantities.ts";

export interface CompactCommandOptions {
  readonly json?: boolean;
}

const EXAMPLES = ["quarry compact stores/BTCUSDT.zarr/2024-W32.zarr"];

export function registerCompact(program: Command, context: CommandContext): void {
  program
    .command("compact")
    .description(
      "Rewrite every shard that holds more than its chunks need, or holds them out of order: what open shards of a " +
        "stopped writer and partial writes leave. Each is replaced by a rename.",
    )
    .argument("<store>", "a store, which nobody else changes meanwhile")
    .option("--json", "print the report as one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((store: string, options: CompactCommandOptions) =>
      context.run(options, () => compact(store, options, context.streams)),
    );
}

export async function compact(
  store: string,
  options: CompactCommandOptions,
  streams: CommandStreams,
): Promise<ExitCode> {
  const report = await compactStore(store);
  if (options.json === true) writeJson(streams, { path: store, ...report });
  else {
    const { shards, bytesFreed } = report;
    streams.stdout.write(
      shards === 0
        ? `${store}: every shard is as small as it can be\n`
        : `${store}: ${plural(shards, "shard")} rewritten, ${byteText(bytesFreed)} freed\n`,
    );
  }
  return 0;
}
