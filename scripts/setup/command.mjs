// Running other programs: quiet when they succeed, the end of their log when they do not.
import { spawn, spawnSync } from "node:child_process";
import { createWriteStream, mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { logDirectory, root } from "./repository.mjs";

const TAIL_LINES = 30;

/** A step that could not be done, for a reason that the user can act on. Printed without a stack. */
export class SetupError extends Error {
  name = "SetupError";
}

/** Whether the module at `url` is what Node was started with, whatever symbolic links led to it. */
export const isProgram = (url) =>
  process.argv[1] !== undefined && fileURLToPath(url) === realpathSync(process.argv[1]);

/** Runs `job` as a whole program: a {@link SetupError} becomes its message and exit status 1. */
export async function asProgram(job) {
  try {
    process.exitCode = (await job()) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

export const say = (step, message) => process.stderr.write(`[setup] ${step}: ${message}\n`);

const openedLogs = new Set();

/** The first command of this process that writes to a log starts it anew. */
function openLog(logFile) {
  mkdirSync(logDirectory, { recursive: true });
  const flags = openedLogs.has(logFile) ? "a" : "w";
  openedLogs.add(logFile);
  return createWriteStream(logFile, { flags });
}

/**
 * Runs `command` with its output going to `build/logs/<log>.log`.
 * @throws SetupError with the last lines of that output when the exit status is not 0
 */
export async function runLogged(log, command, args) {
  const logFile = join(logDirectory, `${log}.log`);
  const sink = openLog(logFile);
  let output = "";
  sink.write(`$ ${[command, ...args].join(" ")}\n`);
  const status = await new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      shell: process.platform === "win32" && command.endsWith(".cmd"),
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        sink.write(text);
      });
    }
    child.once("error", reject).once("close", resolve);
  }).finally(() => sink.end());
  if (status !== 0) {
    const tail = output.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
    throw new SetupError(
      `${command} failed with status ${status}; the end of its output:\n${tail}\n(all of it: ${logFile})`,
    );
  }
}

/** Standard output of a program that answers at once, or `undefined` when it is missing or fails. */
export function answerOf(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: "utf8", cwd: root, ...options });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
