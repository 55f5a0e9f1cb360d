/** The command line as one function: arguments and streams in, exit code out. */
import { Command, CommanderError } from "commander";
import { type CommandContext, type CommandStreams, type ExitCode, exitCodeOf } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { VERSION } from "./version.ts";

/** @param args what follows the name of the program */
export async function runProgram(args: readonly string[], streams: CommandStreams): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const context: CommandContext = {
    streams,
    async run(options, work) {
      exitCode = await exitCodeOf(streams, options.json === true, work);
    },
  };
  const program = new Command("quarry")
    .description("Order books and ticks as sharded Zarr v3 that Python reads as it stands.")
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    })
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` });
  const called = calledCommand(args);
  for (const { name, usage, description, load } of COMMANDS) {
    const command = program.command(name).description(description);
    if (name === called) {
      const [{ register }] = await Promise.all([load(), import("../platform/node.ts")]);
      register(command, context);
    } else command.usage(usage);
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

/** The command that is to run, or that `help` is to explain. Before its name stand flags without values alone. */
function calledCommand(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((arg) => !arg.startsWith("-"));
  return first === "help" ? second : first;
}
