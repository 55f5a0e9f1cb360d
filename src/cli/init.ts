/** `quarry init`: a commented `quarry.toml`. */
import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { QuarryError } from "../errors.ts";
import { QUARRY_TOML } from "../market/config/template.ts";
import { type CommandContext, type CommandStreams, type ExitCode, helpEnd, writeJson } from "./command.ts";

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

/** Writes the file. What is there already is not touched unless that is asked for. */
export async function init(
  file: string,
  { overwrite = false, json = false }: InitCommandOptions,
  streams: CommandStreams,
): Promise<ExitCode> {
  try {
    await writeFile(file, QUARRY_TOML, { flag: overwrite ? "w" : "wx" });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw code === "EEXIST"
      ? new QuarryError(
          "ALREADY_EXISTS",
          `${file} exists already and was left as it is (--overwrite replaces it)`,
          {
            path: file,
            cause,
          },
        )
      : new QuarryError("STORE_FAILED", `cannot write ${file}: ${message}`, { path: file, cause });
  }
  if (json) writeJson(streams, { path: file });
  else streams.stderr.write(`${file}: edit its symbols, then \`quarry ingest\`\n`);
  return 0;
}
