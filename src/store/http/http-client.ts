/** Requests to one server: so many at once, tried again when that may help, ended when nobody wants them any more. */
import { Gate } from "../gate.ts";
import { RequestFailure, type RetryPolicy, withRetries } from "./retry.ts";
import { Silence } from "./silence.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpClientOptions extends RetryPolicy {
  readonly fetch: Fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly silenceMs: number;
  readonly requestsInFlight: number;
}

export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #gate: Gate;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#gate = new Gate(options.requestsInFlight);
  }

  /**
   * Gets `url`. A retry keeps its place among the requests in flight: while a server is in trouble, fewer come to it.
   * @param use what the answer is good for, its body included; what it throws is a failed try like any other
   * @throws RequestFailure of the last try; the signal's reason
   */
  async get<T>(
    url: string,
    headers: Readonly<Record<string, string>>,
    use: (response: Response, heard: () => void) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const attempt = (): Promise<T> => this.#attempt(url, headers, use, signal);
    return this.#gate.through(() => withRetries(this.#options, attempt, signal), signal);
  }

  async #attempt<T>(
    url: string,
    headers: Readonly<Record<string, string>>,
    use: (response: Response, heard: () => void) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    signal?.throwIfAborted();
    const silence = new Silence(this.#options.silenceMs, signal);
    try {
      const response = await this.#options.fetch(url, {
        // A range of a compressed stream is of no use. Browsers decide by themselves, and do the same for ranges.
        headers: { "accept-encoding": "identity", ...this.#options.headers, ...headers },
        signal: silence.signal,
      });
      silence.heard();
      return await use(response, () => silence.heard());
    } catch (cause) {
      silence.giveUp();
      signal?.throwIfAborted();
      if (cause instanceof RequestFailure) throw cause;
      const message = silence.isBroken
        ? `it stayed silent for ${this.#options.silenceMs} ms`
        : `the connection failed: ${rootMessage(cause)}`;
      throw new RequestFailure(message, { isTransient: true, cause });
    } finally {
      silence.end();
    }
  }
}

/** `fetch` says "fetch failed", and why in its cause. */
function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message;
}
