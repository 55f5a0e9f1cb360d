/** What is tried again, and after how long. */
import { onAbort } from "../on-abort.ts";

export interface RetryPolicy {
  /** Tries after the first. */
  readonly retries: number;
  readonly firstDelayMs: number;
}

/** A failed try at a request. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
  readonly isTransient: boolean;
  /** How long the server asked to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    details: {
      readonly isTransient: boolean;
      readonly retryAfterMs?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.isTransient = details.isTransient;
    this.retryAfterMs = details.retryAfterMs;
  }
}

const DELAY_MS_MAX = 10_000;

/** A server that wants more than this is not waited for. */
const RETRY_AFTER_MS_MAX = 60_000;

/** Too much asked of the server, or its own trouble: another try may succeed. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * Runs `attempt` until it succeeds, fails for good, or the policy's tries are used up.
 *
 * The delay doubles from one try to the next, and half of it is random: clients that failed together must not all
 * come back together.
 * @throws the last failure; the signal's reason, at once, also while it waits
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  attempt: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RequestFailure) || !error.isTransient || failures > policy.retries) throw error;
      if ((error.retryAfterMs ?? 0) > RETRY_AFTER_MS_MAX) throw error;
      const delayMs = Math.min(policy.firstDelayMs * 2 ** (failures - 1), DELAY_MS_MAX);
      const jitteredMs = delayMs * (0.5 + Math.random() / 2);
      await delay(Math.max(jitteredMs, error.retryAfterMs ?? 0), signal);
    }
  }
}

/** The header `Retry-After`, seconds or a date, as milliseconds from now. */
export function retryAfterMsOf(headers: Headers): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const dateMs = Date.parse(value);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - Date.now());
}

function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(() => {
      stopListening?.();
      resolve();
    }, milliseconds);
    const stopListening =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
  });
}
