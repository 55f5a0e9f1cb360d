// A running engine: requests go to it one at a time.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { SetupError } from "../scripts/setup/command.mjs";

/** A request for a program without a JSON parser: `name=value` separated by tabs, lists by commas. */
const fieldsOf = (request) =>
  Object.entries(request)
    .map(([name, value]) => `${name}=${value === true ? 1 : value === false ? 0 : value}`)
    .join("\t");

export class EngineProcess {
  #child;
  #answers;
  #encode;

  /** Starts `engine` and waits until it says what it can do. */
  static async start(engine) {
    const running = new EngineProcess(engine);
    const { version, operations } = await running.#nextAnswer();
    running.version = version;
    running.operations = new Set(operations);
    return running;
  }

  constructor(engine) {
    this.engine = engine;
    const [program, ...args] = engine.command;
    this.#child = spawn(program, args, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...engine.environment },
    });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#encode = engine.lines === "fields" ? fieldsOf : JSON.stringify;
  }

  /** Performs one operation. @throws SetupError with the engine's own words when it fails */
  async ask(request) {
    this.#child.stdin.write(`${this.#encode(request)}\n`);
    const answer = await this.#nextAnswer();
    if (answer.error !== undefined) {
      throw new SetupError(`${this.engine.name} failed in ${request.operation}: ${answer.error}`);
    }
    return answer;
  }

  async #nextAnswer() {
    const { value, done } = await this.#answers.next();
    if (done) throw new SetupError(`${this.engine.name} ended (${this.engine.command.join(" ")})`);
    return JSON.parse(value);
  }

  /** Bytes that the engine has handed to write calls since it started; undefined where the system does not count. */
  writtenBytes() {
    return this.#proc("io", /^wchar: (\d+)/m);
  }

  /** Resident bytes now, and at their highest since {@link resetPeakMemory}. */
  residentBytes() {
    return this.#proc("status", /^VmRSS:\s+(\d+) kB/m, 1024);
  }
  peakResidentBytes() {
    return this.#proc("status", /^VmHWM:\s+(\d+) kB/m, 1024);
  }
  resetPeakMemory() {
    writeFileSync(`/proc/${this.#child.pid}/clear_refs`, "5");
  }

  #proc(file, pattern, unit = 1) {
    if (process.platform !== "linux") return undefined;
    return Number(pattern.exec(readFileSync(`/proc/${this.#child.pid}/${file}`, "utf8"))[1]) * unit;
  }

  async stop() {
    const ended = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.stdin.end();
    await ended;
  }
}
