/** The command line as one function: arguments and streams in, exit code out. */
import { Command, CommanderError } from "commander";
import { registerAudit } from "./audit.ts";
import { type CommandStreams, type ExitCode, exitCodeOf, type RegisterCommand } from "./command.ts";
import { registerCompact } from "./compact.ts";
import { registerCreate } from "./create.ts";
import { registerDoctor } from "./doctor.ts";
import { registerExport } from "./export.ts";
import { registerIngest } from "./ingest.ts";
import { registerInit } from "./init.ts";
import { registerInspect } from "./inspect.ts";
import { registerLayout } from "./layout.ts";
import { registerMigrate } from "./migrate.ts";
import { registerPlot } from "./plot.ts";
import { registerRecover } from "./recover.ts";
import { registerTree } from "./tree.ts";
import { registerVerify } from "./verify.ts";
import { VERSION } from "./version.ts";

/** One line a command. */
const COMMANDS: readonly RegisterCommand[] = [
  registerIngest,
  registerCreate,
  registerInit,
  registerInspect,
  registerTree,
  registerVerify,
  registerMigrate,
  registerAudit,
  registerPlot,
  registerExport,
  registerLayout,
  registerRecover,
  registerCompact,
  registerDoctor,
];

/** @param args what follows the name of the program */
export async function runProgram(args: readonly string[], streams: CommandStreams): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = new Command("quarry")
    .description("Order books and ticks as sharded Zarr v3 that Python reads as it stands.")
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    });
  for (const register of COMMANDS) {
    register(program, {
      streams,
      async run(options, work) {
        exitCode = await exitCodeOf(streams, options.json === true, work);
      },
    });
  }
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end the program by an error of exit code 0; commander has written the rest.
    return error.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}
