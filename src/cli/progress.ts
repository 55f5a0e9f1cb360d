/**
 * How far a job is, on stderr: a bar with rate and time left on a terminal, gone when the job ends; elsewhere a plain
 * line now and then, so that a log shows that the job lives. A job that is done before anybody wonders shows nothing.
 */
import { createRequire } from "node:module";
import type { Options, Params, SingleBar } from "cli-progress";
import type { CommandStreams } from "./command.ts";

/** Loaded when there is something to show: a command that is done at once does not wait for it. */
function progressBars(): typeof import("cli-progress") {
  return createRequire(import.meta.url)("cli-progress");
}

/** Nobody wonders before; then the bar moves smoothly and costs nothing. */
const BAR_DELAY_MS = 500;
const BAR_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 10_000;
const BAR_CHARACTERS = 24;

export interface ProgressState {
  readonly done: number;
  /** Absent where nobody knows how much there is. */
  readonly total?: number | undefined;
  /** What else there is to say: `3 faults`. */
  readonly note?: string | undefined;
}

export class Progress {
  readonly #stream: CommandStreams["stderr"];
  readonly #amount: (done: number) => string;
  readonly #startedMs = performance.now();
  #nextMs: number;
  #bar: SingleBar | undefined;

  /** @param amount how much of the work a number is, in words: `12.3 MB` */
  constructor(stream: CommandStreams["stderr"], amount: (done: number) => string) {
    this.#stream = stream;
    this.#amount = amount;
    this.#nextMs = this.#startedMs + (stream.isTTY === true ? BAR_DELAY_MS : LINE_INTERVAL_MS);
  }

  /** @param state is called only when it is time to show it */
  update(state: () => ProgressState): void {
    const nowMs = performance.now();
    if (nowMs < this.#nextMs) return;
    if (this.#stream.isTTY !== true) {
      this.#nextMs = nowMs + LINE_INTERVAL_MS;
      this.#stream.write(`${this.#text(state(), "")}\n`);
      return;
    }
    this.#nextMs = nowMs + BAR_INTERVAL_MS;
    const current = state();
    this.#bar ??= this.#startBar(current);
    this.#bar.setTotal(current.total ?? 0);
    this.#bar.update(current.done, { state: current });
  }

  /** Takes the bar away. Has to be called however the job ends. */
  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #startBar(state: ProgressState): SingleBar {
    const { Format, SingleBar } = progressBars();
    const bar = new SingleBar({
      stream: this.#stream,
      barsize: BAR_CHARACTERS,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      fps: 1000 / BAR_INTERVAL_MS,
      clearOnComplete: true,
      format: (options: Options, params: Params, payload: { readonly state: ProgressState }) =>
        this.#text(payload.state, Format.BarFormat(params.progress, options)),
    });
    bar.start(state.total ?? 0, state.done, { state });
    return bar;
  }

  /** `███░░░ 50 %, 1.2 GB of 2.4 GB, 111.0 MB/s, 11s left, 3 faults`; without what is not known. */
  #text({ done, total, note }: ProgressState, bar: string): string {
    const perSecond = done / ((performance.now() - this.#startedMs) / 1000);
    const parts = [`${this.#amount(done)}`, `${this.#amount(Math.round(perSecond))}/s`];
    if (total !== undefined && done <= total && total > 0) {
      const percent = Math.floor((100 * done) / total);
      const seconds = Math.ceil((total - done) / perSecond);
      const left = Number.isFinite(seconds)
        ? [`${progressBars().Format.TimeFormat(seconds, { autopaddingChar: "" }, 1)} left`]
        : [];
      parts.splice(
        0,
        1,
        `${bar}${bar && " "}${percent} %`,
        `${this.#amount(done)} of ${this.#amount(total)}`,
      );
      parts.push(...left);
    }
    if (note !== undefined) parts.push(note);
    return parts.join(", ");
  }
}
