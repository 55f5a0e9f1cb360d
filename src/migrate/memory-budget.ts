/**
 * Memory that jobs share: each says how much it takes, and waits until there is as much. First come, first served.
 *
 * What a job takes to decode chunks is kept after it: the core's threads each have memory of their own for a chunk, which
 * grows and is used again. A job whose chunks are so large that not every thread can have one runs alone, with one
 * thread.
 */
import { backend, setThreadCount } from "../codec/backend.ts";

interface Waiting {
  readonly wantedBytes: () => number;
  readonly start: (takenBytes: number) => void;
}

export class MemoryBudget {
  readonly totalBytes: number;
  #freeBytes: number;
  #keptBytes = 0;
  readonly #waiting: Waiting[] = [];

  constructor(totalBytes: number) {
    this.totalBytes = totalBytes;
    this.#freeBytes = totalBytes;
  }

  /**
   * Runs `work` when there is memory for it.
   * @param bytes that are free again afterwards
   * @param keptBytes that threads keep for chunks
   */
  async with<Result>(bytes: number, keptBytes: number, work: () => Promise<Result>): Promise<Result> {
    return this.#run(() => bytes + Math.max(0, keptBytes - this.#keptBytes), keptBytes, work);
  }

  /**
   * Runs `work` when nothing else runs, with one thread.
   * @param keptBytes that the thread keeps for chunks
   * @param work is given the bytes that there are beside
   */
  async alone<Result>(keptBytes: number, work: (freeBytes: number) => Promise<Result>): Promise<Result> {
    return this.#run(
      () => this.totalBytes,
      keptBytes,
      async () => {
        const { threads } = backend();
        setThreadCount(1);
        try {
          return await work(this.totalBytes - Math.max(keptBytes, this.#keptBytes));
        } finally {
          setThreadCount(threads);
        }
      },
    );
  }

  async #run<Result>(
    wantedBytes: () => number,
    keptBytes: number,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const takenBytes = await new Promise<number>((start) => {
      this.#waiting.push({ wantedBytes, start });
      this.#startWaiting();
    });
    try {
      return await work();
    } finally {
      const newlyKept = Math.min(takenBytes, Math.max(0, keptBytes - this.#keptBytes));
      this.#keptBytes += newlyKept;
      this.#freeBytes += takenBytes - newlyKept;
      this.#startWaiting();
    }
  }

  /** A large job is not overtaken by small ones without end: the first in the queue is the next to run. */
  #startWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      // What is kept does not come back, so that more than the rest is never to be had.
      const bytes = Math.min(next.wantedBytes(), this.totalBytes - this.#keptBytes);
      if (bytes > this.#freeBytes) return;
      this.#waiting.shift();
      this.#freeBytes -= bytes;
      next.start(bytes);
    }
  }
}
