/** Arrays over HTTP: right values in as few requests as there can be, also while a writer replaces what is read. */
import { describe, expect, test } from "vitest";
import { codec } from "../../codecs/builders.ts";
import { crc32c } from "../../src/metadata/crc.ts";
import { HttpStore } from "../../src/store/http-store.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { AbsolutePath, ReadableStore, Store } from "../../src/store/store.ts";
import { withCache } from "../../src/store/with-cache.ts";
import type { ArrayChunk } from "../../src/zarr/array-access.ts";
import { slice } from "../../src/zarr/indexing/slice.ts";
import { createGroup, open, openArray, openGroup } from "../../src/zarr/open.ts";
import { type HttpServerOptions, serve, type TestServer } from "../kit/http-server.ts";

const ROWS = 64;
const SHARD = "/px/c/0/0";

/** Rows 0 to 63, one shard of 16 inner chunks; `bytes` alone, so that each inner chunk has its 4 × 2 × 4 bytes. */
async function bookIn(
  store: Store,
  options: { readonly indexLocation?: "start" | "end"; readonly rows?: number } = {},
): Promise<void> {
  const root = await createGroup(store, { mode: "w", attributes: { venue: "test" } });
  const px = await root.createArray("px", {
    shape: [ROWS, 2],
    dataType: "int32",
    chunks: [4, 2],
    shards: [ROWS, 2],
    codecs: [codec.crc32c()],
    indexLocation: options.indexLocation,
    fillValue: -1,
  });
  const rows = options.rows ?? ROWS;
  await px.set(
    [slice(0, rows), null],
    Int32Array.from({ length: rows * 2 }, (_, item) => item),
  );
  await root.consolidate();
}

const CELL_BYTES = 4 * 2 * 4 + 4;
const INDEX_BYTES = 16 * 16 + 4;

const rowsOf = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: (to - from) * 2 }, (_, item) => from * 2 + item);

const read = async (px: Awaited<ReturnType<typeof openArray>>, from: number, to: number) =>
  ((await px.get([slice(from, to), null])) as ArrayChunk).data;

async function served(
  options: HttpServerOptions & { readonly indexLocation?: "start" | "end"; readonly rows?: number } = {},
): Promise<{ values: MemoryStore; server: TestServer }> {
  const values = new MemoryStore();
  await bookIn(values, options);
  return { values, server: await serve(values, options) };
}

/** What the server was asked since the last call. */
function asked({ requests }: TestServer): string[] {
  return requests.splice(0).map(({ path, range }) => (range === undefined ? path : `${path} ${range}`));
}

const cells = (from: number, to: number): string =>
  `${SHARD} bytes=${from * CELL_BYTES}-${to * CELL_BYTES - 1}`;
const INDEX = `${SHARD} bytes=-${INDEX_BYTES}`;

describe("a consolidated group over HTTP", () => {
  test("opens with one request, and its members with none", async () => {
    const { server } = await served();
    const root = await openGroup(server.url);
    expect(root.attributes).toMatchObject({ venue: "test" });
    const names = [];
    for await (const [name] of root.members()) names.push(name);
    expect(names).toEqual(["px"]);
    expect((await root.array("px")).shape).toEqual([ROWS, 2]);
    expect(asked(server)).toEqual(["/zarr.json"]);
  });

  test("cannot be written, and says so before any request", async () => {
    const { server } = await served();
    await expect(createGroup(server.url)).rejects.toMatchObject({ code: "READ_ONLY" });
    expect(asked(server)).toEqual([]);
  });

  test("that is not there is NOT_FOUND, and without rights STORE_FAILED", async () => {
    const { server } = await served();
    await expect(open(`${server.url}/nowhere`)).rejects.toMatchObject({ code: "NOT_FOUND" });
    server.answerNext((_, response) => void response.writeHead(403).end());
    await expect(open(server.url)).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});

describe("a window of a shard over HTTP", () => {
  test("takes its index and one range; the next window of the same shard one range", async () => {
    const { server } = await served();
    const px = await (await openGroup(server.url)).array("px");
    asked(server);
    expect(await read(px, 6, 17)).toEqual(rowsOf(6, 17));
    expect(asked(server)).toEqual([INDEX, cells(1, 5)]);
    expect(await read(px, 40, 44)).toEqual(rowsOf(40, 44));
    expect(asked(server)).toEqual([cells(10, 11)]);
  });

  test("finds an index at the shard's beginning in the same way", async () => {
    const { server } = await served({ indexLocation: "start" });
    const px = await openArray(server.url, { path: "px" });
    asked(server);
    for (const from of [0, 32]) expect(await read(px, from, from + 4)).toEqual(rowsOf(from, from + 4));
    expect(asked(server)).toEqual([
      `${SHARD} bytes=0-${INDEX_BYTES - 1}`,
      `${SHARD} bytes=${INDEX_BYTES}-${INDEX_BYTES + CELL_BYTES - 1}`,
      `${SHARD} bytes=${INDEX_BYTES + 8 * CELL_BYTES}-${INDEX_BYTES + 9 * CELL_BYTES - 1}`,
    ]);
  });

  test("shares the index with the windows that are read at the same time", async () => {
    const { server } = await served();
    const px = await openArray(server.url, { path: "px" });
    asked(server);
    const starts = [0, 12, 24, 36, 48];
    const windows = await Promise.all(starts.map((from) => read(px, from, from + 4)));
    expect(windows).toEqual(starts.map((from) => rowsOf(from, from + 4)));
    const requests = asked(server);
    expect(requests).toHaveLength(6);
    expect(requests.filter((request) => request === INDEX)).toHaveLength(1);
  });

  test("waits for nobody's index after an abort, and the others still get theirs", async () => {
    const { server } = await served();
    const px = await openArray(server.url, { path: "px" });
    const controller = new AbortController();
    let release = (): void => {};
    server.answerNext((_, response) => {
      release = () => response.destroy();
    });
    asked(server);
    const leader = px.get([0, 0]);
    await expect.poll(() => server.requests.length).toBe(1);
    const follower = px.get([8, 1], { signal: controller.signal });
    controller.abort("enough");
    await expect(follower).rejects.toBe("enough");
    release();
    expect(await leader).toBe(0);
  });

  test("that is the whole shard takes one request", async () => {
    const { server } = await served();
    const px = await openArray(server.url, { path: "px" });
    asked(server);
    expect(await read(px, 0, ROWS)).toEqual(rowsOf(0, ROWS));
    expect(asked(server)).toEqual([SHARD]);
  });

  test("takes two requests each time where the server names no versions: a stale index would go unseen", async () => {
    const { server } = await served({ tags: false });
    const px = await openArray(server.url, { path: "px" });
    asked(server);
    for (let round = 0; round < 2; round++) {
      expect(await read(px, 8, 12)).toEqual(rowsOf(8, 12));
      expect(asked(server)).toEqual([INDEX, cells(2, 3)]);
    }
  });

  test("comes right, with whole values instead of ranges, from a server that knows none", async () => {
    const { server } = await served({ ranges: false });
    const px = await openArray(server.url, { path: "px" });
    for (const from of [0, 32]) expect(await read(px, from, from + 4)).toEqual(rowsOf(from, from + 4));
  });

  test("takes no request at all from a cache in front of the server", async () => {
    const { server } = await served();
    const px = await openArray(withCache(new HttpStore(server.url)), { path: "px" });
    for (let round = 0; round < 2; round++) expect(await read(px, 8, 12)).toEqual(rowsOf(8, 12));
    expect(asked(server)).toEqual(["/px/zarr.json", INDEX, cells(2, 3)]);
  });
});

describe("a shard that its writer replaces", () => {
  /** The same rows with the first chunk left out, so that every other one lies elsewhere. */
  async function replaced(): Promise<Uint8Array> {
    const other = new MemoryStore();
    await bookIn(other);
    const px = await openArray(other, { path: "px", mode: "r+" });
    await px.set([slice(0, 4), null], -1);
    return (await other.get(SHARD))!;
  }

  test("between two windows is read by its new index", async () => {
    const { server, values } = await served();
    const px = await openArray(server.url, { path: "px" });
    expect(await read(px, 0, 4)).toEqual(rowsOf(0, 4));
    await values.set(SHARD, await replaced());
    asked(server);
    expect(await read(px, 8, 12)).toEqual(rowsOf(8, 12));
    expect(asked(server)).toEqual([cells(2, 3), INDEX, cells(1, 2)]);
    expect(await read(px, 0, 4)).toEqual(new Int32Array(8).fill(-1));
  });

  test("by one with more in it shows what is new, since no absence is taken from an old index", async () => {
    const { server, values } = await served({ rows: 8 });
    const px = await openArray(server.url, { path: "px" });
    expect(await read(px, 0, 4)).toEqual(rowsOf(0, 4));
    expect(await read(px, 8, 12)).toEqual(new Int32Array(8).fill(-1));
    await bookIn(values);
    expect(await read(px, 8, 12)).toEqual(rowsOf(8, 12));
  });

  test("and is then gone reads as the fill value", async () => {
    const { server, values } = await served();
    const px = await openArray(server.url, { path: "px" });
    expect(await read(px, 0, 4)).toEqual(rowsOf(0, 4));
    await values.delete(SHARD);
    expect(await read(px, 4, 8)).toEqual(new Int32Array(8).fill(-1));
  });

  /** Serves the two versions of the shard in turn, the `switches` first times that it is asked for. */
  async function restless(switches: number): Promise<TestServer> {
    const values = new MemoryStore();
    await bookIn(values);
    const versions = [(await values.get(SHARD))!, await replaced()];
    let reads = 0;
    const store: ReadableStore = {
      get: async (key: AbsolutePath) =>
        key === SHARD ? versions[Math.min(reads++, switches) % 2]! : values.get(key),
    };
    return serve(store);
  }

  test("between index and chunks is read once more", async () => {
    const px = await openArray((await restless(1)).url, { path: "px" });
    expect(await read(px, 8, 12)).toEqual(rowsOf(8, 12));
  });

  test("again and again is VALUE_CHANGED, never data", async () => {
    const px = await openArray((await restless(100)).url, { path: "px" });
    await expect(read(px, 8, 12)).rejects.toMatchObject({ code: "VALUE_CHANGED", path: SHARD });
  });

  test("because its index had a wrong entry is read by the new one", async () => {
    const values = new MemoryStore();
    await bookIn(values);
    const shard = (await values.get(SHARD))!;
    await values.set(SHARD, withEntryOutside(shard, 3));
    const px = await openArray((await serve(values)).url, { path: "px" });
    expect(await read(px, 8, 12)).toEqual(rowsOf(8, 12));
    await expect(read(px, 12, 16)).rejects.toMatchObject({ code: "SHARD_INDEX_CORRUPT", chunk: [3, 0] });
    await values.set(SHARD, shard);
    expect(await read(px, 12, 16)).toEqual(rowsOf(12, 16));
  });
});

/** A shard whose index says, under a checksum that is right, that an inner chunk lies beyond its end. */
function withEntryOutside(shard: Uint8Array, position: number): Uint8Array {
  const changed = shard.slice();
  const index = changed.subarray(-INDEX_BYTES, -4);
  const view = new DataView(index.buffer, index.byteOffset, INDEX_BYTES);
  view.setBigUint64(16 * position, 1_000_000n, true);
  view.setUint32(INDEX_BYTES - 4, crc32c(index), true);
  return changed;
}
