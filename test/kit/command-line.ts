/** The command line as tests call it. */
import { runProgram } from "../../src/cli/program.ts";
import { recordedStreams } from "./streams.ts";

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `quarry ARGS…` in this process. */
export async function quarry(...args: readonly string[]): Promise<CommandResult> {
  const streams = recordedStreams();
  const exitCode = await runProgram(args, streams);
  return { exitCode, stdout: streams.text("stdout"), stderr: streams.text("stderr") };
}
