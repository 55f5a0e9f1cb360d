/** `quarry init`: a commented `quarry.toml`. */
import type { Command } from "commander";
import { QUARRY_TOML } from "../market/config/template.ts";
import { type CommandContext, type CommandStreams, type ExitCode, helpEnd, writeJson } from "./command.ts";
import { writeTextFile } from "./text-file.ts";

export interface InitCommandOptions {
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** Where `quarry ingest` looks for it. */
export const CONFIG_FILE = "quarry.toml";

const EXAMPLES = ["quarry init && quarry ingest", "quarry init research.toml"];

export function register(command: Command, context: CommandContext): void {
  command
    .argument("[file]", "name of the file", CONFIG_FILE)
    .option("--overwrite", "replace a file that is there already (default: that is an error)")
    .option("--json", "print the path as one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((file: string, options: InitCommandOptions) =>
      context.run(options, () => init(file, options, context.streams)),
    );
}

/** Writes the file, over one that is there already only where that is asked for. */
export async function init(
  file: string,
  { overwrite = false, json = false }: InitCommandOptions,
  streams: CommandStreams,
): Promise<ExitCode> {
  await writeTextFile(file, QUARRY_TOML, { overwrite });
  if (json) writeJson(streams, { path: file });
  else streams.stderr.write(`${file}: edit its symbols, then \`quarry ingest\`\n`);
  return 0;
}
