/**
 * A store on a web server, for reading: the value of `/bid_px/c/0` is at `<url>/bid_px/c/0`.
 *
 * Any server of static files will do. With range requests (`206`) only the bytes that are wanted come over the wire;
 * a server that ignores them and sends everything still gives the right bytes. There is no listing over HTTP: a group
 * is opened by its consolidated metadata, or its members by their names.
 *
 * A value's version is its `ETag`, else its `Last-Modified` and size. It is compared here instead of sent along as
 * `If-Match`, which browsers would have to ask other origins' leave for with a request of its own.
 */
import { QuarryError } from "../errors.ts";
import { type Fetch, HttpClient } from "./http/http-client.ts";
import { discard, partOfResponse, rangeHeader, WHOLE } from "./http/response-part.ts";
import { isTransientStatus, RequestFailure, retryAfterMsOf } from "./http/retry.ts";
import { checkKey, rangeWithin } from "./key.ts";
import type { AbsolutePath, GetOptions, RangeQuery, ReadableStore, ValuePart } from "./store.ts";

export interface HttpStoreOptions {
  /** Sent with every request, for example `{ authorization: "Bearer …" }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the platform's. */
  readonly fetch?: Fetch;
  /**
   * What the server answers for a key without a value. Default `[404]`. S3 answers 403 to who may not list; then
   * `[403, 404]`, at the price that missing rights read as an empty store.
   */
  readonly missingStatuses?: readonly number[];
  /** Tries after the first, for 408, 429, 5xx and broken connections. Default 4. */
  readonly retries?: number;
  /** Before the second try; doubled before each further one, up to 10 s. Default 200 ms. */
  readonly firstDelayMs?: number;
  /** The longest that the server may send nothing while it owes an answer. Default 30,000 ms. */
  readonly silenceMs?: number;
  /** Requests at once; others wait. Default 32. */
  readonly requestsInFlight?: number;
  /**
   * Whether to believe that values with other entity tags differ. Default `true`; `false` for servers behind one
   * address that tag the same value differently, at the price that a value replaced between two reads goes unseen.
   */
  readonly versions?: boolean;
}

export class HttpStore implements ReadableStore {
  readonly readOnly = true;
  /** Without a slash at its end, without the query. */
  readonly #base: string;
  /** Signed URLs have their signature there: it goes along with every key, and into no message. */
  readonly #query: string;
  readonly #client: HttpClient;
  readonly #missingStatuses: readonly number[];
  readonly #namesVersions: boolean;

  /** @throws TypeError for a URL that is not `http:` or `https:`, or that has a password in it */
  constructor(url: string | URL, options: HttpStoreOptions = {}) {
    const { protocol, username, password, origin, pathname, search } = new URL(url);
    if (protocol !== "http:" && protocol !== "https:")
      throw new TypeError(`${protocol} is not http: or https:`);
    if (username !== "" || password !== "") {
      throw new TypeError(`name and password for ${origin} belong into the option headers, as authorization`);
    }
    this.#base = origin + pathname.replace(/\/+$/, "");
    this.#query = search;
    this.#missingStatuses = options.missingStatuses ?? [404];
    this.#namesVersions = options.versions ?? true;
    this.#client = new HttpClient({
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
      headers: options.headers ?? {},
      retries: options.retries ?? 4,
      firstDelayMs: options.firstDelayMs ?? 200,
      silenceMs: options.silenceMs ?? 30_000,
      requestsInFlight: options.requestsInFlight ?? 32,
    });
  }

  async get(key: AbsolutePath, options: GetOptions = {}): Promise<Uint8Array | undefined> {
    return (await this.#read(key, WHOLE, options))?.bytes;
  }

  async getRange(
    key: AbsolutePath,
    range: RangeQuery,
    options: GetOptions = {},
  ): Promise<Uint8Array | undefined> {
    return (await this.#read(key, range, options))?.bytes;
  }

  async getTail(
    key: AbsolutePath,
    lengthBytes: number,
    options: GetOptions = {},
  ): Promise<ValuePart | undefined> {
    return this.#read(key, { suffixLength: lengthBytes }, options);
  }

  async getHead(
    key: AbsolutePath,
    lengthBytes: number,
    options: GetOptions = {},
  ): Promise<ValuePart | undefined> {
    return this.#read(key, { offset: 0, length: lengthBytes }, options);
  }

  async #read(key: AbsolutePath, range: RangeQuery, options: GetOptions): Promise<ValuePart | undefined> {
    checkKey(key);
    rangeWithin(range, 0);
    const url = `${this.#base}${key.split("/").map(encodeURIComponent).join("/")}`;
    const headers = range === WHOLE ? {} : { range: rangeHeader(range) };
    let part: ValuePart | undefined;
    try {
      part = await this.#client.get(
        url + this.#query,
        headers,
        (response, heard) => this.#partOf(response, range, heard),
        options.signal,
      );
    } catch (cause) {
      if (!(cause instanceof RequestFailure)) throw cause;
      throw new QuarryError("STORE_FAILED", `could not read ${url}: ${cause.message}`, { path: key, cause });
    }
    return this.#ofVersion(part, options.ifVersion, key, url);
  }

  async #partOf(response: Response, range: RangeQuery, heard: () => void): Promise<ValuePart | undefined> {
    const { status, statusText, headers } = response;
    if (status === 200 || (range !== WHOLE && (status === 206 || status === 416))) {
      return partOfResponse(response, range, heard);
    }
    await discard(response);
    if (this.#missingStatuses.includes(status)) return undefined;
    throw new RequestFailure(`the server answered ${status} ${statusText}`.trimEnd() + adviceFor(status), {
      isTransient: isTransientStatus(status),
      retryAfterMs: retryAfterMsOf(headers),
    });
  }

  #ofVersion(
    part: ValuePart | undefined,
    ifVersion: string | undefined,
    key: AbsolutePath,
    url: string,
  ): ValuePart | undefined {
    if (this.#namesVersions && ifVersion !== undefined && part?.version !== ifVersion) {
      const now = part === undefined ? "is gone" : `has the tag ${part.version}`;
      throw new QuarryError(
        "VALUE_CHANGED",
        `${url} ${now}, and had ${ifVersion} a moment ago: it was replaced while it was being read; read it again`,
        { path: key },
      );
    }
    if (part === undefined || this.#namesVersions) return part;
    return { bytes: part.bytes, valueBytes: part.valueBytes };
  }
}

function adviceFor(status: number): string {
  if (status === 401) return "; give credentials by the option headers";
  if (status === 403) {
    return "; the rights are missing, or the value is (S3 says 403 for both: see the option missingStatuses)";
  }
  return "";
}
