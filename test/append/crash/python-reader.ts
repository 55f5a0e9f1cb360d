/** `reader.py` as a process that takes one order after another. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { python } from "../../interop/python.ts";

export class PythonReader {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #complaint = "";

  constructor() {
    this.#process = spawn(python, [fileURLToPath(new URL("reader.py", import.meta.url))]);
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint += text;
    });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async ask<Answer>(order: object): Promise<Answer & { readonly error?: string }> {
    this.#process.stdin.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`the reader has ended:\n${this.#complaint}`);
    return JSON.parse(value) as Answer & { readonly error?: string };
  }

  close(): void {
    this.#process.kill();
  }
}
