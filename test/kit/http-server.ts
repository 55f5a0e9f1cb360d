/**
 * A web server on this machine that serves a store's values, keeps a log of what it was asked, and misbehaves on
 * command. Gone after the test.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { onTestFinished } from "vitest";
import { rangeWithin } from "../../src/store/key.ts";
import type { AbsolutePath, ReadableStore } from "../../src/store/store.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface HttpServerOptions {
  /** Whether it understands `Range`. Default true. */
  readonly ranges?: boolean;
  /** Whether answers have an `ETag`. Default true. */
  readonly tags?: boolean;
  /** Whether pages of other origins may read what it serves. Default false. */
  readonly sharedWithOrigins?: boolean;
}

export interface RequestRecord {
  readonly path: string;
  readonly range: string | undefined;
}

export interface TestServer {
  readonly url: string;
  /** Every request in order, the failed ones too. */
  readonly requests: RequestRecord[];
  /** The most requests that were under way at once. */
  mostAtOnce: number;
  /** The next requests are answered by `handlers`, one each, instead of from the store. */
  answerNext(...handlers: Handler[]): void;
}

export async function serve(store: ReadableStore, options: HttpServerOptions = {}): Promise<TestServer> {
  const waiting: Handler[] = [];
  let underWay = 0;
  const server = createServer((request, response) => {
    tested.requests.push({ path: request.url!, range: request.headers.range });
    underWay += 1;
    tested.mostAtOnce = Math.max(tested.mostAtOnce, underWay);
    response.once("close", () => {
      underWay -= 1;
    });
    const handler = waiting.shift() ?? ((_, answer) => answerFrom(store, request, answer, options));
    void handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const tested: TestServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    mostAtOnce: 0,
    answerNext: (...handlers) => void waiting.push(...handlers),
  };
  return tested;
}

/** Browsers run scripts of no other type. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

async function answerFrom(
  store: ReadableStore,
  request: IncomingMessage,
  response: ServerResponse,
  { ranges = true, tags = true, sharedWithOrigins = false }: HttpServerOptions,
): Promise<void> {
  if (sharedWithOrigins) {
    response.setHeader("access-control-allow-origin", "*");
    // Browsers ask first for leave to send `Range: bytes=-260`.
    response.setHeader("access-control-allow-headers", "range");
    response.setHeader("access-control-expose-headers", "content-range, etag");
    if (request.method === "OPTIONS") {
      response.writeHead(204).end();
      return;
    }
  }
  const path = request.url!.split("?", 1)[0]!;
  const key = path.split("/").map(decodeURIComponent).join("/") as AbsolutePath;
  const value = await store.get(key);
  if (value === undefined) {
    response.writeHead(404).end("no such value");
    return;
  }
  const contentType = CONTENT_TYPES[extname(path)];
  if (contentType !== undefined) response.setHeader("content-type", contentType);
  if (tags) response.setHeader("etag", `"${createHash("sha256").update(value).digest("hex").slice(0, 16)}"`);
  const range = ranges ? rangeOf(request.headers.range) : undefined;
  if (range === undefined) {
    response.writeHead(200, { "content-length": value.length }).end(value);
    return;
  }
  const { start, end } = rangeWithin(range, value.length);
  if (start === end) {
    response.writeHead(416, { "content-range": `bytes */${value.length}` }).end();
    return;
  }
  response.writeHead(206, {
    "content-range": `bytes ${start}-${end - 1}/${value.length}`,
    "content-length": end - start,
  });
  response.end(value.subarray(start, end));
}

function rangeOf(
  header: string | undefined,
): { offset: number; length: number } | { suffixLength: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined) return undefined;
  if (first === "") return { suffixLength: Number(last) };
  return { offset: Number(first), length: Number(last) - Number(first) + 1 };
}
