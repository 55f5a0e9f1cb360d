import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { HttpStore, type HttpStoreOptions } from "../../src/store/http-store.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import { withReadOnly } from "../../src/store/with-read-only.ts";
import { type Handler, type HttpServerOptions, serve, type TestServer } from "../kit/http-server.ts";
import { type StoreLoan, storeContract } from "../kit/store.ts";

const VALUE = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 31) % 251);

async function lend(server: HttpServerOptions = {}, options: HttpStoreOptions = {}): Promise<StoreLoan> {
  const values = new MemoryStore();
  const { url } = await serve(values, server);
  const store = withReadOnly(new HttpStore(`${url}/`, options));
  return { store, put: (key, value) => values.set(key, value) };
}

const READING = { write: false, range: true, list: false };

storeContract("HttpStore", () => lend(), { ...READING, versions: true });
storeContract("HttpStore on a server that ignores Range", () => lend({ ranges: false }), {
  ...READING,
  versions: true,
});
storeContract("HttpStore on a server without tags", () => lend({ tags: false }), READING);
storeContract("HttpStore with one request in flight", () => lend({}, { requestsInFlight: 1 }), READING);

/** `VALUE` under /a, on a server that waits for its faults; retries take no time. */
async function faulty(
  options: HttpStoreOptions = {},
): Promise<{ store: HttpStore; server: TestServer; values: MemoryStore }> {
  const values = new MemoryStore();
  await values.set("/a", VALUE);
  const server = await serve(values);
  return { store: new HttpStore(server.url, { firstDelayMs: 1, ...options }), server, values };
}

const status =
  (code: number, headers: Record<string, string> = {}): Handler =>
  (_, response) => {
    response.writeHead(code, headers).end();
  };

/** Announces everything, sends a part, and hangs up. */
const dropped: Handler = (_, response) => {
  response.writeHead(200, { "content-length": VALUE.length });
  response.write(VALUE.subarray(0, 70_000), () => response.destroy());
};

const failed = (message: RegExp) => ({
  code: "STORE_FAILED",
  path: "/a",
  message: expect.stringMatching(message),
});

describe("a request that fails", () => {
  test("is made again after 500, 429 and a lost connection", async () => {
    const { store, server } = await faulty();
    const hangUp: Handler = (request) => void request.destroy();
    server.answerNext(status(500), status(429), hangUp, dropped);
    expect(await store.get("/a")).toEqual(VALUE);
    expect(server.requests).toHaveLength(5);
  });

  test("is given up after the last retry, with the status, the address and no query", async () => {
    const { server } = await faulty();
    const store = new HttpStore(`${server.url}/?sig=secret`, { retries: 2, firstDelayMs: 1 });
    server.answerNext(status(503), status(503), status(503));
    const error = await store.get("/a").catch((reason: Error) => reason);
    expect(error).toMatchObject(failed(/127\.0\.0\.1:\d+\/a: the server answered 503 Service Unavailable$/));
    expect(String(error)).not.toContain("secret");
    expect(server.requests.map(({ path }) => path)).toEqual(Array(3).fill("/a?sig=secret"));
  });

  test("is not repeated where that is no use: 401 and 403 say that rights are missing", async () => {
    const { store, server } = await faulty();
    server.answerNext(status(401), status(403), status(418));
    await expect(store.get("/a")).rejects.toMatchObject(failed(/401 Unauthorized; give credentials/));
    await expect(store.get("/a")).rejects.toMatchObject(failed(/403 Forbidden; .*missingStatuses/));
    await expect(store.get("/a")).rejects.toMatchObject(failed(/418/));
    expect(server.requests).toHaveLength(3);
  });

  test("means no value where the caller says so", async () => {
    const { store, server } = await faulty({ missingStatuses: [403, 404] });
    server.answerNext(status(403), status(404));
    expect(await store.get("/a")).toBeUndefined();
    expect(await store.getTail("/a", 1)).toBeUndefined();
  });

  test("waits as long as Retry-After says, and not for a server that wants an hour", async () => {
    const { store, server } = await faulty();
    server.answerNext(status(503, { "retry-after": "1" }));
    const began = performance.now();
    expect(await store.get("/a")).toEqual(VALUE);
    expect(performance.now() - began).toBeGreaterThan(900);
    server.answerNext(status(503, { "retry-after": "3600" }));
    await expect(store.get("/a")).rejects.toMatchObject(failed(/503/));
    expect(server.requests).toHaveLength(3);
  });

  test("ends when the server stays silent, before its answer and in the middle of it", async () => {
    const { store, server } = await faulty({ silenceMs: 60, retries: 1 });
    const silent: Handler = () => {};
    const stuck: Handler = (_, response) => {
      response.writeHead(200, { "content-length": VALUE.length });
      response.write(VALUE.subarray(0, 100));
    };
    server.answerNext(silent, stuck);
    await expect(store.get("/a")).rejects.toMatchObject(failed(/stayed silent for 60 ms/));
    expect(server.requests).toHaveLength(2);
  });

  test("names what went wrong where there is no server", async () => {
    const store = new HttpStore("http://127.0.0.1:1", { retries: 1, firstDelayMs: 1 });
    await expect(store.get("/a")).rejects.toMatchObject(failed(/ECONNREFUSED|bad port/));
  });
});

describe("an abort", () => {
  test.each([
    ["before the answer", () => {}],
    [
      "in the middle of the body",
      (_, response) => {
        response.writeHead(200, { "content-length": VALUE.length });
        response.write(VALUE.subarray(0, 100));
      },
    ],
    ["while a retry waits", status(503, { "retry-after": "50" })],
  ] as [string, Handler][])("%s ends the request at once, with its reason", async (_, handler) => {
    const { store, server } = await faulty();
    const controller = new AbortController();
    server.answerNext((request, response) => {
      // The answer first, so that it is under way when the abort comes.
      setImmediate(() => setTimeout(() => controller.abort("enough"), 20));
      return handler(request, response);
    });
    const began = performance.now();
    await expect(store.get("/a", { signal: controller.signal })).rejects.toBe("enough");
    expect(performance.now() - began).toBeLessThan(5000);
    expect(server.requests).toHaveLength(1);
  });

  test("may end a hundred requests by one signal, of which nobody warns", async () => {
    const { store } = await faulty();
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on("warning", warn);
    const controller = new AbortController();
    const { signal } = controller;
    const reads = () => Array.from({ length: 100 }, () => store.getHead("/a", 1, { signal }));
    await Promise.all(reads());
    const aborted = reads();
    controller.abort("enough");
    for (const outcome of await Promise.allSettled(aborted)) {
      expect(outcome).toEqual({ status: "rejected", reason: "enough" });
    }
    await new Promise(setImmediate);
    process.off("warning", warn);
    expect(warnings).toEqual([]);
  });

  test("of a request that waits for its turn takes it out of the queue", async () => {
    const { store, server } = await faulty({ requestsInFlight: 1 });
    let release = (): void => {};
    server.answerNext((_, response) => {
      release = () => response.writeHead(404).end();
    });
    const first = store.get("/a");
    const controller = new AbortController();
    const second = store.get("/a", { signal: controller.signal });
    const third = store.get("/a");
    controller.abort("enough");
    await expect(second).rejects.toBe("enough");
    await expect.poll(() => server.requests.length).toBe(1);
    release();
    expect(await first).toBeUndefined();
    expect(await third).toEqual(VALUE);
    expect(server.requests).toHaveLength(2);
  });
});

test("as many requests are in flight as allowed, and no more", async () => {
  const { store, server } = await faulty({ requestsInFlight: 3 });
  const held: (() => void)[] = [];
  const hold: Handler = (_, response) => {
    held.push(() => response.writeHead(404).end());
    if (held.length === 3) for (const release of held) release();
  };
  server.answerNext(hold, hold, hold);
  const reads = await Promise.all(
    Array.from({ length: 20 }, () => store.getRange("/a", { offset: 5, length: 2 })),
  );
  expect(reads.filter((bytes) => bytes === undefined)).toHaveLength(3);
  expect(server.requests).toHaveLength(20);
  expect(server.mostAtOnce).toBe(3);
});

describe("an answer that is not to the question", () => {
  const partial =
    (headers: Record<string, string>, body: Uint8Array): Handler =>
    (_, response) => {
      response.writeHead(206, { "content-length": String(body.length), ...headers }).end(body);
    };
  const three = VALUE.subarray(10, 13);

  test.each([
    ["another part", { "content-range": "bytes 11-13/200000" }, three],
    ["a longer part", { "content-range": "bytes 10-20/200000" }, VALUE.subarray(10, 21)],
    ["a shorter part", { "content-range": "bytes 10-11/200000" }, VALUE.subarray(10, 12)],
    ["a part of who knows how many bytes", { "content-range": "bytes 10-12/*" }, three],
    ["a part in another unit", { "content-range": "rows 10-12/200000" }, three],
    ["a part without its place", {}, three],
    ["more bytes than its place has", { "content-range": "bytes 10-12/200000" }, VALUE.subarray(10, 15)],
    [
      "a part of a compressed stream",
      { "content-range": "bytes 10-12/200000", "content-encoding": "gzip" },
      gzipSync(VALUE).subarray(10, 13),
    ],
  ] as [string, Record<string, string>, Uint8Array][])("is refused: %s", async (_, headers, body) => {
    const { store, server } = await faulty({ retries: 0 });
    server.answerNext(partial(headers, body));
    await expect(store.getRange("/a", { offset: 10, length: 3 })).rejects.toMatchObject({
      code: "STORE_FAILED",
      path: "/a",
    });
  });

  test("is refused: a part where everything was asked for, and a refusal of what is there", async () => {
    const { store, server } = await faulty({ retries: 0 });
    server.answerNext(partial({ "content-range": "bytes 10-12/200000" }, three));
    await expect(store.get("/a")).rejects.toMatchObject(failed(/206/));
    server.answerNext(status(416, { "content-range": "bytes */200000" }));
    await expect(store.getTail("/a", 3)).rejects.toMatchObject(failed(/refused bytes=-3/));
  });

  test("is not waited for to its end, and keeps no connection", async () => {
    const { store, server } = await faulty({ retries: 0 });
    const closed = new Promise<void>((resolve) => {
      server.answerNext((_, response) => {
        response.on("close", () => resolve());
        response.writeHead(206, { "content-length": String(VALUE.length) }).write(three);
      });
    });
    await expect(store.getRange("/a", { offset: 10, length: 3 })).rejects.toMatchObject(failed(/206/));
    await closed;
  });

  test("is asked for again: fewer bytes than announced", async () => {
    const { server } = await faulty();
    const short = async () =>
      new Response(VALUE.subarray(0, 5), { headers: { "content-length": String(VALUE.length) } });
    let calls = 0;
    const store = new HttpStore(server.url, {
      firstDelayMs: 1,
      fetch: (url, init) => (++calls === 1 ? short() : fetch(url, init)),
    });
    expect(await store.get("/a")).toEqual(VALUE);
    expect(calls).toBe(2);
  });
});

describe("a server's habits do not matter:", () => {
  test("everything instead of a part, compressed and without a length", async () => {
    const { store, server } = await faulty();
    const compressed: Handler = (_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(VALUE));
    };
    server.answerNext(compressed, compressed, compressed, compressed);
    expect(await store.get("/a")).toEqual(VALUE);
    expect(await store.getRange("/a", { offset: 150_000, length: 9 })).toEqual(VALUE.slice(150_000, 150_009));
    expect(await store.getTail("/a", 70_001)).toEqual({ bytes: VALUE.slice(-70_001), valueBytes: 200_000 });
    expect(await store.getHead("/a", 3)).toEqual({ bytes: VALUE.slice(0, 3), valueBytes: 200_000 });
  });

  test("redirects, with the range kept", async () => {
    const { store, server } = await faulty();
    server.answerNext(status(302, { location: "/a?moved" }));
    expect(await store.getRange("/a", { offset: 10, length: 3 })).toEqual(VALUE.subarray(10, 13));
    expect(server.requests).toEqual([
      { path: "/a", range: "bytes=10-12" },
      { path: "/a?moved", range: "bytes=10-12" },
    ]);
  });

  test("a refusal of ranges behind the end that does not say where that is", async () => {
    const { store, server } = await faulty();
    server.answerNext(status(416), status(416));
    expect(await store.getRange("/a", { offset: 200_000, length: 9 })).toEqual(new Uint8Array(0));
    expect(await store.getTail("/a", 9)).toEqual({ bytes: new Uint8Array(0), valueBytes: 0 });
  });
});

describe("a version", () => {
  const dated =
    (changed: string): Handler =>
    (_, response) => {
      response.writeHead(200, { date: "Fri, 09 Aug 2024 00:00:10 GMT", "last-modified": changed });
      response.end(VALUE);
    };

  test("is the time of the last change and the size, where there is no tag and the change is a second old", async () => {
    const { store, server } = await faulty();
    const long = "Fri, 09 Aug 2024 00:00:09 GMT";
    server.answerNext(dated(long), dated("Fri, 09 Aug 2024 00:00:10 GMT"));
    expect((await store.getTail("/a", 1))!.version).toBe(`${long}/200000`);
    expect((await store.getTail("/a", 1))!.version).toBeUndefined();
  });

  test("that is no more is told, and that the value is gone", async () => {
    const { store, values } = await faulty();
    const { version } = (await store.getTail("/a", 4))!;
    await values.set("/a", VALUE.subarray(1));
    const read = () => store.getRange("/a", { offset: 0, length: 4 }, { ifVersion: version! });
    await expect(read()).rejects.toMatchObject({ code: "VALUE_CHANGED", path: "/a" });
    await values.delete("/a");
    await expect(read()).rejects.toMatchObject({ code: "VALUE_CHANGED", path: "/a" });
  });

  test("is of no interest where the caller says so", async () => {
    const { store } = await faulty({ versions: false });
    expect(await store.getTail("/a", 1)).toEqual({ bytes: VALUE.slice(-1), valueBytes: 200_000 });
    const other = { ifVersion: "another" };
    expect(await store.getRange("/a", { offset: 0, length: 1 }, other)).toEqual(VALUE.slice(0, 1));
  });
});

describe("the address", () => {
  test("of a key keeps what URLs give a meaning, and the headers go along", async () => {
    const seen: string[] = [];
    const store = new HttpStore("https://example.org/data/BTC%20USDT.zarr//?sig=1#top", {
      headers: { authorization: "Bearer x" },
      fetch: async (url, init) => {
        seen.push(url, new Headers(init.headers).get("authorization")!);
        return new Response(null, { status: 404 });
      },
    });
    await store.get("/my group/Größe/a%2Fb/?#/zarr.json");
    expect(seen).toEqual([
      "https://example.org/data/BTC%20USDT.zarr/my%20group/Gr%C3%B6%C3%9Fe/a%252Fb/%3F%23/zarr.json?sig=1",
      "Bearer x",
    ]);
  });

  test.each(["ftp://example.org", "file:///data", "https://user:word@example.org"])(
    "%s is a wrong call, and no password is repeated",
    (url) => {
      expect(() => new HttpStore(url)).toThrow(TypeError);
      expect(() => new HttpStore(url)).not.toThrow(/word@/);
    },
  );
});
