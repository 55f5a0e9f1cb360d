/**
 * When a writer publishes. One publish follows another, each with all rows that are there when it begins; who asks while
 * one is under way is served by the next.
 */
import type { Table } from "./table.ts";

export interface PublishPace {
  readonly publishIntervalMs: number;
  readonly publishRows: number;
}

export class Publisher {
  readonly #publish: () => Promise<void>;
  readonly #pace: PublishPace;
  #timer: NodeJS.Timeout | undefined;
  /** The publish under way, and the one that is to follow it. */
  #current: Promise<void> | undefined;
  #following: Promise<void> | undefined;

  constructor(publish: () => Promise<void>, pace: PublishPace) {
    this.#publish = publish;
    this.#pace = pace;
  }

  /** Publishes everything that is there now: with the publish that begins after the one under way. */
  publishAll(): Promise<void> {
    if (this.#current === undefined) return this.#begin();
    this.#following ??= this.#current.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#following;
  }

  /** @param rows of `table` that have been acknowledged just now */
  publishWhenDue({ chunkRows, journaledRows, publishedRows }: Table, rows: number): void {
    const { publishIntervalMs, publishRows } = this.#pace;
    const isFull = Math.floor(journaledRows / chunkRows) > Math.floor((journaledRows - rows) / chunkRows);
    if (isFull || journaledRows - publishedRows >= publishRows) {
      this.publishAll().catch(() => {});
      return;
    }
    if (publishIntervalMs === Number.POSITIVE_INFINITY) return;
    this.#timer ??= setTimeout(() => {
      this.publishAll().catch(() => {});
    }, publishIntervalMs);
  }

  /** Begins no publish by itself any more; resolves when none is under way. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#current !== undefined) await this.#current.catch(() => {});
  }

  #begin(): Promise<void> {
    this.#following = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const current = this.#publish().finally(() => {
      if (this.#current === current) this.#current = undefined;
    });
    this.#current = current;
    return current;
  }
}
