/** Several symbols side by side. One that fails does not stop the others. */
import { isQuarryError, type QuarryError } from "../errors.ts";
import type { IngestJob } from "./config/ingest-jobs.ts";
import { type IngestReport, ingestCapture } from "./ingest.ts";
import type { CaptureStatistics } from "./sources/capture-source.ts";

export interface SymbolOutcome {
  readonly symbol: string;
  /** Absent where the symbol failed: then it has no new store. */
  readonly report?: IngestReport;
  readonly error?: QuarryError;
}

export interface IngestSymbolsOptions {
  /** Symbols whose captures are read at a time, default 2: each is decoded by one thread, and encoded by all. */
  readonly maxConcurrentReads?: number | undefined;
  /** Ends all captures early, see `IngestOptions.signal`. Symbols that have not begun are not begun. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the running totals of one symbol. */
  readonly onProgress?: ((symbol: string, statistics: CaptureStatistics) => void) | undefined;
}

const MAX_CONCURRENT_READS = 2;

/**
 * Ingests `jobs`, in their order as far as one begins after another.
 * @returns an outcome for each job that began, in the order of `jobs`
 * @throws RangeError for options that no capture can have, and whatever else is no {@link QuarryError}, when the jobs
 *   under way have ended; no other is begun then
 */
export async function ingestSymbols(
  jobs: readonly IngestJob[],
  { maxConcurrentReads = MAX_CONCURRENT_READS, signal, onProgress }: IngestSymbolsOptions = {},
): Promise<SymbolOutcome[]> {
  const outcomes: (SymbolOutcome | undefined)[] = jobs.map(() => undefined);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < jobs.length && signal?.aborted !== true) {
      const at = next;
      next += 1;
      try {
        outcomes[at] = await outcomeOf(jobs[at]!, signal, onProgress);
      } catch (error) {
        next = jobs.length;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(
    Array.from({ length: Math.min(maxConcurrentReads, jobs.length) }, work),
  );
  for (const worker of workers) if (worker.status === "rejected") throw worker.reason;
  return outcomes.filter((outcome) => outcome !== undefined);
}

async function outcomeOf(
  { symbol, options }: IngestJob,
  signal: AbortSignal | undefined,
  onProgress: IngestSymbolsOptions["onProgress"],
): Promise<SymbolOutcome> {
  try {
    const report = await ingestCapture({
      ...(await options()),
      signal,
      onProgress: onProgress && ((statistics) => onProgress(symbol, statistics)),
    });
    return { symbol, report };
  } catch (error) {
    if (isQuarryError(error)) return { symbol, error };
    throw error;
  }
}
