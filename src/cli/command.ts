/**
 * What all commands share: their streams, their exit codes, and how a failure is told.
 *
 * A command is a plain function from options and streams to an exit code. It writes data to `stdout` and what
 * is for people to `stderr`; it neither reads `process` nor ends it, so a test calls it as the shell does.
 */
import type { Command } from "commander";
import { isQuarryError } from "../errors.ts";
import { InterruptedError } from "./interruption.ts";

/** 0: done. 1: the data has a fault, or the job failed. 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;

export interface CommandStreams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** The command was called in a way that can not work, whatever the data. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface CommandContext {
  readonly streams: CommandStreams;
  /**
   * Makes the handler of a command's action: runs `work`, turns what it throws into a message and an exit code.
   * With `json`, a failure also puts `{ "error": { code, message, path } }` on stdout, so that a script finds
   * one document there in any case.
   */
  run(options: { readonly json?: boolean | undefined }, work: () => Promise<ExitCode>): Promise<void>;
}

/** What a command's file exports as `register`: gives `command` its arguments, its options and what it does. */
export type RegisterCommand = (program: Command, context: CommandContext) => void;

/** Runs `work` and tells its failure on the streams. Wrong settings are wrong usage, wherever they stand. */
export async function exitCodeOf(
  streams: CommandStreams,
  json: boolean,
  work: () => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InterruptedError) {
      if (json) writeJson(streams, { ...error.fields, ok: false, interrupted: true });
      streams.stderr.write(`quarry: ${error.message}\n`);
      return 1;
    }
    if (!(error instanceof UsageError) && !isQuarryError(error)) throw error;
    const code = error instanceof UsageError ? "USAGE" : error.code;
    const path = error instanceof UsageError ? undefined : error.path;
    if (json) writeJson(streams, { error: { code, message: error.message, path: path ?? null } });
    streams.stderr.write(`quarry: ${error.message} [${code}]\n`);
    return error instanceof UsageError || error.code === "CONFIG_INVALID" ? 2 : 1;
  }
}

/**
 * Runs a call of the library that flags have given the arguments. What it refuses of them by a `RangeError`, whatever
 * the data is, is wrong usage. Around such a call only: elsewhere a `RangeError` is a fault of ours, and not the user's.
 */
export async function asUsage<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Names on stderr what a command could not do, and has gone on without. */
export function writeFaults(
  streams: CommandStreams,
  faults: Iterable<{ readonly path: string; readonly code: string; readonly message: string }>,
): void {
  for (const { path, code, message } of faults)
    streams.stderr.write(`quarry: ${path}: ${message} [${code}]\n`);
}

/** Writes the one JSON document of a command. */
export function writeJson(streams: CommandStreams, document: unknown): void {
  streams.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

/** Help text that ends a command's help: examples that run as they stand, and the exit codes. */
export function helpEnd(examples: readonly string[]): string {
  return [
    "",
    "Exit codes: 0 done; 1 the data has a fault, or the job failed; 2 wrong usage.",
    "",
    "Examples:",
    ...examples.map((example) => `  $ ${example}`),
  ].join("\n");
}
