/** Memory that jobs share: each says how much it takes, and waits until there is as much. First come, first served. */
export class MemoryBudget {
  readonly totalBytes: number;
  #freeBytes: number;
  readonly #waiting: { readonly bytes: number; readonly start: () => void }[] = [];

  constructor(totalBytes: number) {
    this.totalBytes = totalBytes;
    this.#freeBytes = totalBytes;
  }

  /** Runs `work` when `bytes` are free. What is more than the whole budget is a mistake of whoever planned it. */
  async with<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    if (bytes > this.totalBytes)
      throw new RangeError(`${bytes} bytes were asked for of ${this.totalBytes} in all`);
    await new Promise<void>((start) => {
      this.#waiting.push({ bytes, start });
      this.#startWaiting();
    });
    try {
      return await work();
    } finally {
      this.#freeBytes += bytes;
      this.#startWaiting();
    }
  }

  /** A large job is not overtaken by small ones without end: the first in the queue is the next to run. */
  #startWaiting(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && next.bytes <= this.#freeBytes;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#freeBytes -= next.bytes;
      next.start();
    }
  }
}
