/** What a writer promises its caller, apart from crashes. */
import { cp, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import {
  codec,
  createArray,
  createGroup,
  type Group,
  openArray,
  openGroup,
  openWriter,
  type RecoveryReport,
  recoverStore,
  verify,
} from "../../src/index.ts";
import { directoryState } from "../kit/directory-state.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const LEVELS = 3;

async function bookAt(path: string): Promise<Group> {
  const root = await createGroup(path, { attributes: { venue: "test", tick: 1.0 } });
  await root.createArray("ts_event", {
    shape: [0],
    dataType: "int64",
    chunks: [8],
    shards: [32],
    dimensionNames: ["ts_event"],
  });
  await root.createArray("bid_px", {
    shape: [0, LEVELS],
    dataType: "int32",
    chunks: [8, LEVELS],
    shards: [32, LEVELS],
    dimensionNames: ["ts_event", "level"],
    fillValue: -1,
  });
  const level = await root.createArray("level", {
    shape: [LEVELS],
    dataType: "uint8",
    chunks: [LEVELS],
    dimensionNames: ["level"],
  });
  await level.set(null, Uint8Array.of(0, 1, 2));
  return root;
}

const times = (first: number, count: number): BigInt64Array =>
  BigInt64Array.from({ length: count }, (_, i) => BigInt(first + i) + 1000n);
const prices = (first: number, count: number): Int32Array =>
  Int32Array.from({ length: count * LEVELS }, (_, i) => 10 * (first + Math.floor(i / LEVELS)) + (i % LEVELS));
const rows = (first: number, count: number) => ({
  ts_event: times(first, count),
  bid_px: prices(first, count),
});

async function place(): Promise<string> {
  return join(await temporaryDirectory(), "book.zarr");
}

it("appends batches of all sizes, and leaves what a writer of all rows at once leaves, byte for byte", async () => {
  const path = await place();
  await bookAt(path);
  const writer = await openWriter(path, { publishIntervalMs: 5 });
  let next = 0;
  for (const count of [1, 2, 5, 0, 8, 16, 33, 70, 3, 1]) {
    expect(await writer.append(rows(next, count))).toEqual({ firstRow: next, rows: count });
    next += count;
    if (count % 2 === 1) await writer.commit();
  }
  await writer.close();

  const atOnce = `${path}-at-once`;
  const root = await bookAt(atOnce);
  await (await root.array("ts_event")).append(times(0, next));
  await (await root.array("bid_px")).append(prices(0, next));
  await root.consolidate();
  expect(await directoryState(path)).toEqual(await directoryState(atOnce));
  expect((await verify(path)).ok).toBe(true);
  expect(await readdir(dirname(path))).toEqual(["book.zarr", "book.zarr-at-once"]);
});

it("shows readers a commit as a whole, and nothing before it", async () => {
  const path = await place();
  await bookAt(path);
  const writer = await openWriter(path, { publishIntervalMs: Number.POSITIVE_INFINITY });
  await writer.append(rows(0, 5));
  expect((await (await openGroup(path)).array("bid_px")).shape).toEqual([0, LEVELS]);
  await writer.commit();
  const reader = await openGroup(path);
  const bidPx = await reader.array("bid_px");
  expect((await bidPx.get()).data).toEqual(prices(0, 5));

  await writer.append(rows(5, 10));
  await writer.commit();
  expect(bidPx.shape).toEqual([5, LEVELS]);
  expect((await bidPx.get()).data).toEqual(prices(0, 5));
  await bidPx.refresh();
  expect((await bidPx.get()).data).toEqual(prices(0, 15));
  await writer.close();
});

it("publishes by itself when a chunk is full, after an interval, and after a number of rows", async () => {
  const path = await place();
  await bookAt(path);
  const committed = async (): Promise<number> => (await (await openGroup(path)).array("ts_event")).shape[0]!;
  const full = await openWriter(path, { publishIntervalMs: Number.POSITIVE_INFINITY });
  await full.append(rows(0, 9));
  await expect.poll(committed).toBe(9);
  await full.close();
  const interval = await openWriter(path, { publishIntervalMs: 20 });
  await interval.append(rows(9, 1));
  await expect.poll(committed).toBe(10);
  await interval.close();
  const counted = await openWriter(path, { publishIntervalMs: Number.POSITIVE_INFINITY, publishRows: 2 });
  await counted.append(rows(10, 1));
  await counted.append(rows(11, 1));
  await expect.poll(committed).toBe(12);
  await counted.close();
});

it("keeps the order of appends that do not wait for each other", async () => {
  const path = await place();
  await bookAt(path);
  const writer = await openWriter(path);
  const acknowledged = await Promise.all(Array.from({ length: 50 }, (_, i) => writer.append(rows(3 * i, 3))));
  expect(acknowledged.map(({ firstRow }) => firstRow)).toEqual(Array.from({ length: 50 }, (_, i) => 3 * i));
  await writer.close();
  expect((await (await openArray(join(path, "bid_px"))).get()).data).toEqual(prices(0, 150));
});

it("refuses a batch that does not fit, takes nothing of it, and goes on", async () => {
  const path = await place();
  await bookAt(path);
  const writer = await openWriter(path);
  await writer.append(rows(0, 2));
  const refused = (batch: object) => expect(writer.append(batch as never)).rejects;
  await refused({ ts_event: times(2, 1) }).toMatchObject({
    code: "SHAPE_MISMATCH",
    message: /none for bid_px/,
  });
  await refused({ ts_event: times(2, 1), bid_px: prices(2, 2) }).toMatchObject({ code: "SHAPE_MISMATCH" });
  await refused({ ts_event: times(2, 1), bid_px: new Float32Array(LEVELS) }).toMatchObject({
    code: "VALUE_INVALID",
  });
  await refused({ ...rows(2, 1), level: Uint8Array.of(3) }).toMatchObject({ code: "SHAPE_MISMATCH" });
  await refused({ nothing: times(0, 1) }).toMatchObject({ code: "NOT_FOUND" });
  await refused({}).toMatchObject({ code: "SHAPE_MISMATCH" });
  expect(await writer.append(rows(2, 2))).toEqual({ firstRow: 2, rows: 2 });
  await writer.close();
  expect((await (await openArray(join(path, "bid_px"))).get()).data).toEqual(prices(0, 4));
});

it("keeps everybody else who would change the store away, by process and host, and lets readers in", async () => {
  const path = await place();
  const root = await bookAt(path);
  const writer = await openWriter(path);
  await writer.append(rows(0, 1));
  const held = { code: "LEASE_HELD", message: expect.stringContaining(`process ${process.pid} on `) };
  await expect(openWriter(path)).rejects.toMatchObject(held);
  await expect(recoverStore(path)).rejects.toMatchObject(held);
  const bidPx = await root.array("bid_px");
  await expect(bidPx.append(prices(0, 1))).rejects.toMatchObject(held);
  await expect(
    (await openArray(join(path, "bid_px"), { mode: "r+" })).resize([9, LEVELS]),
  ).rejects.toMatchObject(held);
  await expect(root.updateAttributes({ venue: "other" })).rejects.toMatchObject(held);
  await expect(root.delete("level")).rejects.toMatchObject(held);
  expect((await bidPx.get()).shape).toEqual([0, LEVELS]);
  await writer.close();
  await bidPx.append(prices(1, 1));
  expect(await openWriter(path).then((again) => again.close())).toBeUndefined();
});

it("is refused anywhere but at the root of a hierarchy in a directory", async () => {
  const path = await place();
  await bookAt(path);
  await expect(openWriter(join(path, "bid_px"))).rejects.toMatchObject({ code: "UNSUPPORTED_FORMAT" });
  await expect(openWriter("https://example.invalid/book.zarr")).rejects.toMatchObject({
    code: "UNSUPPORTED_FORMAT",
  });
  await expect(openWriter(`${path}-is-not-there`)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await readdir(dirname(path))).toEqual(["book.zarr"]);
});

it("writes a store that is one array", async () => {
  const path = await place();
  await createArray(path, { shape: [0, 2], dataType: "float64", chunks: [4, 2], attributes: { unit: "s" } });
  const writer = await openWriter(path);
  await writer.append(Float64Array.of(1, 2, 3, 4));
  await writer.append({ data: Float64Array.of(5, 6), shape: [1, 2] });
  await writer.finalize({ quality: "ok" });
  await writer.close();
  const array = await openArray(path);
  expect((await array.get()).data).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
  expect(array.attributes).toEqual({ unit: "s", quality: "ok" });
});

it("adds late arrays and final attributes, in commits of their own", async () => {
  const path = await place();
  const root = await bookAt(path);
  await root.createGroup("trades");
  const writer = await openWriter(path, { publishIntervalMs: Number.POSITIVE_INFINITY });
  await writer.append(rows(0, 10));
  const options = { shape: [2], dataType: "float64", chunks: [2] } as const;
  await writer.addArray("spread_stats", options, Float64Array.of(0.5, 0.25));
  expect((await (await openGroup(path)).array("ts_event")).shape).toEqual([10]);
  await writer.addArray("trades/sizes", options, Float64Array.of(1, 2));
  await writer.finalize({ quality: "ok" });
  const reader = await openGroup(path);
  expect(reader.attributes).toMatchObject({ venue: "test", quality: "ok" });
  expect((await (await reader.array("spread_stats")).get()).data).toEqual(Float64Array.of(0.5, 0.25));
  expect((await (await reader.array("trades/sizes")).get()).data).toEqual(Float64Array.of(1, 2));

  const refused = (name: string, more: object, values: unknown) =>
    expect(writer.addArray(name, { ...options, ...more }, values as never)).rejects;
  await refused("level", {}, Float64Array.of(1, 2)).toMatchObject({ code: "ALREADY_EXISTS" });
  await refused("none/there", {}, Float64Array.of(1, 2)).toMatchObject({ code: "KEY_INVALID" });
  await refused("short", {}, Float64Array.of(1)).toMatchObject({ code: "SHAPE_MISMATCH" });
  await refused("column", { dimensionNames: ["ts_event"] }, Float64Array.of(1, 2)).toMatchObject({
    code: "SHAPE_MISMATCH",
  });
  await expect(writer.finalize({ quality: Number.NaN })).rejects.toMatchObject({ code: "METADATA_INVALID" });

  // One that grows with the others has to come with all their rows, and is then part of every batch.
  const column = { shape: [10], dataType: "uint8", chunks: [8], dimensionNames: ["ts_event"] } as const;
  await writer.addArray("flags", column, new Uint8Array(10).fill(7));
  await expect(writer.append(rows(10, 1))).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
  await writer.append({ ...rows(10, 1), flags: Uint8Array.of(8) });
  await writer.close();
  expect((await (await openGroup(path)).array("flags")).shape).toEqual([11]);
  expect((await verify(path)).ok).toBe(true);
});

it("lets a follower see every row once, in order, while it appends", async () => {
  const path = await place();
  await bookAt(path);
  const writer = await openWriter(path, { publishIntervalMs: 5 });
  await writer.append(rows(0, 4));
  await writer.commit();
  const stop = new AbortController();
  const seen: bigint[] = [];
  const following = (async () => {
    const group = await openGroup(path);
    for await (const { firstRow, rows: count, arrays } of group.follow({
      from: "start",
      pollMs: 2,
      signal: stop.signal,
    })) {
      expect(Object.keys(arrays)).toEqual(["bid_px", "ts_event"]);
      expect(arrays.bid_px!.data).toEqual(prices(firstRow, count));
      seen.push(...(arrays.ts_event!.data as BigInt64Array));
      if (seen.length === 204) stop.abort();
    }
  })();
  for (let next = 4; next < 204; next += 4) await writer.append(rows(next, 4));
  await writer.commit();
  await following;
  expect(seen).toEqual([...times(0, 204)]);
  await writer.close();
});

it("follows one array from its end, and in parts of a size", async () => {
  const path = await place();
  await bookAt(path);
  const writer = await openWriter(path);
  await writer.append(rows(0, 5));
  await writer.commit();
  const stop = new AbortController();
  const bidPx = await (await openGroup(path)).array("bid_px");
  const parts: number[] = [];
  const following = (async () => {
    for await (const { start, data } of bidPx.follow({ pollMs: 2, rowsMax: 2, signal: stop.signal })) {
      parts.push(start);
      expect(data).toEqual(prices(start, data.length / LEVELS));
      if (parts.length === 2) stop.abort();
    }
  })();
  // A follower from the end takes up where the array ends when it first looks.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await writer.append(rows(5, 4));
  await writer.commit();
  await following;
  expect(parts).toEqual([5, 7]);
  await writer.close();
});

it("grows a shard in place: a publish writes what is new, and a hole is all that the room for more takes", async () => {
  const path = await place();
  const root = await createGroup(path);
  const noise = Int32Array.from({ length: 4096 * 20 }, (_, i) => Math.imul(i + 1, 0x9e3779b1));
  await root.createArray("px", {
    shape: [0, 20],
    dataType: "int32",
    chunks: [512, 20],
    shards: [4096, 20],
    codecs: [codec.zstd({ level: 1, checksum: true })],
  });
  const writer = await openWriter(path);
  const inodes = new Set<number>();
  for (let row = 0; row < 4000; row += 100) {
    await writer.append({ px: noise.slice(row * 20, (row + 100) * 20) });
    await writer.commit();
    const { ino, blocks } = await stat(join(path, "px/c/0/0"));
    inodes.add(ino);
    // What is stored, the versions of the growing chunk that readers may still look for, and the index.
    expect(blocks * 512).toBeLessThan(row * 80 + 60 * 512 * 80);
  }
  // Made, and copied into a larger file when the versions of the growing chunks had filled their room; not once a publish.
  expect(inodes.size).toBeLessThan(6);
  await writer.close();
  expect((await stat(join(path, "px/c/0/0"))).size).toBeLessThan(4000 * 80 + 4096);
  expect((await (await openArray(join(path, "px"))).get()).data).toEqual(noise.slice(0, 4000 * 20));
});

it("says what it recovered", async () => {
  const path = await place();
  await bookAt(path);
  const journal = `${path}.journal`;
  const killed = await openWriter(path, { publishIntervalMs: Number.POSITIVE_INFINITY });
  await killed.append(rows(0, 3));
  const copy = `${path}-killed`;
  await copyTree(path, copy);
  await copyTree(journal, `${copy}.journal`);
  await killed.close();

  const other = await openGroup(copy, { mode: "r+" });
  await expect((await other.array("bid_px")).append(prices(0, 1))).rejects.toMatchObject({
    code: "LEASE_HELD",
    message: expect.stringContaining("quarry recover"),
  });
  const reports: RecoveryReport[] = [];
  const writer = await openWriter(copy, { onRecovered: (report) => reports.push(report) });
  expect(reports).toEqual([{ rowsRecovered: 3, framesDropped: 0, filesRemoved: 0, committedRows: 3 }]);
  await writer.close();
  expect(await recoverStore(copy)).toEqual({
    rowsRecovered: 0,
    framesDropped: 0,
    filesRemoved: 0,
    committedRows: 3,
  });
  expect((await (await openArray(join(copy, "bid_px"))).get()).data).toEqual(prices(0, 3));
});

async function copyTree(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
}
