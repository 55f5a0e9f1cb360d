/**
 * Ends a request when its caller aborts it, or when the server has said nothing for too long. Not the whole time is
 * bounded: a shard of a gigabyte may take its minutes, as long as bytes come in.
 */
import { onAbort } from "../on-abort.ts";

export class Silence {
  readonly #controller = new AbortController();
  readonly #silenceMs: number;
  readonly #stopListening: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Whether it was the server's silence that ended the request. */
  isBroken = false;

  constructor(silenceMs: number, caller: AbortSignal | undefined) {
    this.#silenceMs = silenceMs;
    this.#stopListening = caller && onAbort(caller, () => this.#controller.abort(caller.reason));
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** To be called whenever something came in. */
  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.isBroken = true;
      this.#controller.abort();
    }, this.#silenceMs);
  }

  /** To be called when the request has failed: what its answer still holds is not waited for. */
  giveUp(): void {
    this.#controller.abort();
  }

  /** To be called when the request is over. */
  end(): void {
    clearTimeout(this.#timer);
    this.#stopListening?.();
  }
}
