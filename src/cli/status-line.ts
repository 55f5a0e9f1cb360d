/** One line on the terminal that is written over as work goes on; nothing where stderr is no terminal. */
import type { CommandStreams } from "./command.ts";

/** Often enough to look alive, seldom enough to cost nothing. */
const INTERVAL_MS = 200;
const ERASE_LINE = "\r\u001b[2K";

export class StatusLine {
  readonly #stream: CommandStreams["stderr"];
  #shownMs = performance.now();
  #isShown = false;

  constructor(stream: CommandStreams["stderr"]) {
    this.#stream = stream;
  }

  /** @param text is called only when it is time for a new one */
  update(text: () => string): void {
    if (this.#stream.isTTY !== true || performance.now() - this.#shownMs < INTERVAL_MS) return;
    this.#shownMs = performance.now();
    this.#isShown = true;
    this.#stream.write(`${ERASE_LINE}${text()}`);
  }

  clear(): void {
    if (this.#isShown) this.#stream.write(ERASE_LINE);
    this.#isShown = false;
  }
}
