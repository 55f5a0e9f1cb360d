/** `quarry compact`: rewrites shards that hold more than their chunks need. */
import type { Command } from "commander";
import { compactStore } from "../append/index.ts";
import { type CommandContext, type CommandStreams, type ExitCode, helpEnd, writeJson } from "./command.ts";
import { byteText, plural } from "./quantities.ts";

export interface CompactCommandOptions {
  readonly json?: boolean;
}

const EXAMPLES = ["quarry compact stores/BTCUSDT.zarr/2024-W32.zarr"];

export function register(command: Command, context: CommandContext): void {
  command
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
