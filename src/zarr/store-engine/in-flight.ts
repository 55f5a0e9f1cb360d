/** A bound on how much is under way at once. */

const CONCURRENCY_DEFAULT = 8;

/** More would not be a bound. */
const CONCURRENCY_MAX = 1024;

/** @throws RangeError for what is no number of things */
export function checkConcurrency(concurrency: number | undefined): void {
  if (concurrency === undefined) return;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > CONCURRENCY_MAX) {
    throw new RangeError(`concurrency is a whole number from 1 to ${CONCURRENCY_MAX}, not ${concurrency}`);
  }
}

/** Runs `work` on every item, `concurrency` at a time; the first failure, or an abort, stops what has not begun. */
export async function forEachConcurrently<T>(
  items: Iterable<T> | AsyncIterable<T>,
  options: { readonly signal?: AbortSignal | undefined; readonly concurrency?: number | undefined },
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let stopped = false;
  const worker = async (): Promise<void> => {
    try {
      while (!stopped) {
        options.signal?.throwIfAborted();
        const next = await iterator.next();
        if (next.done) return;
        await work(next.value);
      }
    } catch (error) {
      stopped = true;
      throw error;
    }
  };
  const workers = Array.from({ length: options.concurrency ?? CONCURRENCY_DEFAULT }, worker);
  // All of them, so that nothing is still running when the caller hears of the failure.
  const outcomes = await Promise.allSettled(workers);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
