import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileSystemStore, openGroup, withRequestCount } from "../../src/index.ts";
import { type BlocksOptions, BookReader } from "../../src/market/book-reader.ts";
import { BookRows, SIDE_CODES, TradeRows } from "../../src/market/book-rows.ts";
import type { TickBlock } from "../../src/market/book-week.ts";
import { BookWriter } from "../../src/market/book-writer.ts";
import type { SkippedWeek } from "../../src/market/find-books.ts";
import { MISSING_LEVEL } from "../../src/market/step-types.ts";
import type { ReadableStore } from "../../src/store/store.ts";
import { FaultyStore } from "../kit/faulty-store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const LEVELS = 3;
const HOUR_NS = 3_600_000_000_000n;
/** Week 53 of 2020 ends with January 3rd 2021: hours from here on are in three weeks. */
const START_NS = BigInt(Date.UTC(2020, 11, 25)) * 1_000_000n;

function rowsOf(hours: readonly number[], levels = LEVELS): BookRows {
  const rows = new BookRows(levels);
  for (const hour of hours) {
    const timeNs = START_NS + BigInt(hour) * HOUR_NS;
    const at = rows.add(timeNs, timeNs + 7n, BigInt(hour)) * levels;
    for (let level = 0; level < levels; level += 1) {
      rows.bidTicks[at + level] = hour * 100 - level;
      rows.askTicks[at + level] = hour * 100 + 1 + level;
      rows.bidLots[at + level] = hour + level;
      rows.askLots[at + level] = hour + level + 1;
    }
  }
  return rows;
}

const span = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

async function write(directory: string, symbol: string, hours: readonly number[], levels = LEVELS) {
  const path = join(directory, `${symbol}.zarr`);
  const writer = new BookWriter({ path, symbol, levels, tickSize: "0.5", lotSize: "0.001", sync: "none" });
  const trades = new TradeRows();
  trades.add(START_NS + BigInt(hours[0]!) * HOUR_NS, 0n, 1n, 1, 1, SIDE_CODES.A);
  await writer.append(rowsOf(hours, levels), trades);
  return { path, stores: await writer.publish() };
}

async function blocksOf(reader: BookReader, options: BlocksOptions = {}): Promise<TickBlock[]> {
  const blocks: TickBlock[] = [];
  for await (const block of reader.blocks(options)) blocks.push(block as TickBlock);
  return blocks;
}

const hoursOf = (blocks: readonly TickBlock[]): number[] =>
  blocks.flatMap(({ timestampsNs }) =>
    [...timestampsNs].map((timeNs) => Number((timeNs - START_NS) / HOUR_NS)),
  );

describe("the weeks of a symbol", () => {
  test("are one stream in the order of time, over the year's end and week 53", async () => {
    const { path, stores } = await write(await temporaryDirectory(), "BTCUSDT", span(0, 400));
    expect(stores.map((store) => store.path.slice(-13))).toEqual([
      ...["2020-W52.zarr", "2020-W53.zarr", "2021-W01.zarr"],
    ]);
    const reader = await BookReader.open(path);
    expect(reader.estimatedSnapshots).toBe(400);
    expect(reader.attributes).toMatchObject({ symbol: "BTCUSDT", tick_size: "0.5", levels: LEVELS });
    const blocks = await blocksOf(reader);
    expect(hoursOf(blocks)).toEqual(span(0, 400));
    expect(blocks.map((block) => [block.path, block.start, block.count])).toEqual(
      stores.map((store) => [store.path, 0, store.rows]),
    );
    const [first] = blocks;
    expect(first).toMatchObject({ layout: "ticks", symbol: "BTCUSDT" });
    expect(first!.scale).toEqual({
      ...{ levels: LEVELS, tickSize: "0.5", lotSize: "0.001" },
      ...{ priceType: "int32", sizeType: "int32" },
    });
    const expected = rowsOf(span(0, first!.count));
    expect(first!.book.ask_sz).toEqual(expected.askLots.subarray(0, first!.count * LEVELS));
    expect(first!.metadata.ts_recv).toEqual(expected.tsRecvNs.subarray(0, first!.count));
  });

  test("are given from one time to another, with the levels that are wanted, whatever the blocks", async () => {
    const { path } = await write(await temporaryDirectory(), "BTCUSDT", span(0, 400));
    const reader = await BookReader.open(path);
    const hour = fc.option(fc.integer({ min: -10, max: 420 }), { nil: undefined });
    const wanted = fc.record({
      from: hour,
      to: hour,
      blockRows: fc.integer({ min: 1, max: 500 }),
      readAhead: fc.nat(4),
      wholeWeeks: fc.boolean(),
      levels: fc.array(fc.nat(LEVELS - 1), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(wanted, async ({ from, to, ...options }) => {
        const timeOf = (hour?: number) =>
          hour === undefined ? undefined : START_NS + BigInt(hour) * HOUR_NS;
        const { blockRows, levels } = options;
        const blocks = await blocksOf(reader, { ...options, fromNs: timeOf(from), toNs: timeOf(to) });
        const hours = span(0, 400).filter((hour) => hour >= (from ?? 0) && hour < (to ?? 400));
        expect(hoursOf(blocks)).toEqual(hours);
        expect(blocks.flatMap(({ book }) => [...book.ask_px!])).toEqual(
          hours.flatMap((hour) => levels.map((level) => hour * 100 + 1 + level)),
        );
        for (const { start, count } of blocks) {
          expect(count).toBeGreaterThan(0);
          expect((start % blockRows) + count).toBeLessThanOrEqual(blockRows);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("are read by columns and levels, and what is not wanted is not read", async () => {
    const { path } = await write(await temporaryDirectory(), "BTCUSDT", span(0, 10));
    const store = withRequestCount(new FileSystemStore(path));
    const reader = await BookReader.open(store);
    store.reset();
    const [block] = await blocksOf(reader, { columns: ["ask_px", "sequence"], levels: [2, 0] });
    expect(block!.scale.levels).toBe(2);
    expect(block!.book).toEqual({
      ask_px: Int32Array.from(span(0, 10).flatMap((hour) => [hour * 100 + 3, hour * 100 + 1])),
    });
    expect(block!.metadata).toEqual({ sequence: BigInt64Array.from(span(0, 10).map(BigInt)) });
    const read = new Set(store.requests.map(({ key }) => key.split("/")[2]));
    expect([...read].sort()).toEqual(["ask_px", "sequence", "ts_event"]);
    const [best] = await blocksOf(reader, { columns: ["bid_px"], levels: 1 });
    expect(best!.book.bid_px).toEqual(Int32Array.from(span(0, 10).map((hour) => hour * 100)));
  });

  test("have no columns and levels but their own", async () => {
    const { path } = await write(await temporaryDirectory(), "BTCUSDT", span(0, 3));
    const reader = await BookReader.open(path);
    for (const options of [
      { columns: ["mid"] },
      { levels: 4 },
      { levels: 0 },
      { levels: [3] },
      { levels: [] },
    ]) {
      await expect(blocksOf(reader, options)).rejects.toThrow(RangeError);
    }
    for (const options of [{ blockRows: 0 }, { readAhead: -1 }, { symbols: ["ETHUSDT"] }]) {
      await expect(blocksOf(reader, options)).rejects.toThrow(RangeError);
    }
    await expect(BookReader.open(path, { maxConcurrentReads: 0 })).rejects.toThrow(RangeError);
  });

  test("are counted, and their attributes known, without a chunk being read", async () => {
    const { path } = await write(await temporaryDirectory(), "BTCUSDT", span(0, 400));
    const store = withRequestCount(new FileSystemStore(path));
    const reader = await BookReader.open(store);
    expect([reader.estimatedSnapshots, reader.attributes.symbol]).toEqual([400, "BTCUSDT"]);
    expect(reader.symbols[0]!.sourceChunkRows).toBeGreaterThan(400);
    expect(store.requests.filter(({ key }) => key.includes("/c/"))).toEqual([]);
  });

  test("give the last row at or before a time, across weeks", async () => {
    const { path } = await write(await temporaryDirectory(), "BTCUSDT", [0, 1, 5, 100, 300]);
    const reader = await BookReader.open(path);
    const hourAt = async (hour: number, extraNs = 0n) => {
      const block = await reader.asOf(START_NS + BigInt(hour) * HOUR_NS + extraNs, { columns: ["bid_px"] });
      return block === undefined ? undefined : Number((block as TickBlock).book.bid_px![0]) / 100;
    };
    expect(await hourAt(0, -1n)).toBeUndefined();
    expect(
      await Promise.all([
        hourAt(0),
        hourAt(4),
        hourAt(5),
        hourAt(99),
        hourAt(100),
        hourAt(299),
        hourAt(9999),
      ]),
    ).toEqual([0, 1, 5, 5, 100, 100, 300]);
  });
});

describe("weeks that cannot be read", () => {
  async function damaged(damage: (weeks: readonly string[]) => Promise<unknown>) {
    const { path, stores } = await write(await temporaryDirectory(), "BTCUSDT", span(0, 400));
    await damage(stores.map((store) => store.path));
    const told: SkippedWeek[] = [];
    const reader = await BookReader.open(path, { onSkip: (week) => told.push(week) });
    return { reader, told, stores };
  }

  test.each([
    ["without an array", "NOT_FOUND", (week: string) => rm(join(week, "ask_sz"), { recursive: true })],
    ["without a file of an array", "NOT_FOUND", (week: string) => rm(join(week, "bid_px", "c", "0", "0"))],
    ["without its document", "NOT_FOUND", (week: string) => rm(join(week, "zarr.json"))],
    [
      "with a torn document",
      "METADATA_INVALID",
      (week: string) => writeFile(join(week, "zarr.json"), '{"zarr'),
    ],
  ])("%s are left out and named", async (_, code, damage) => {
    const { reader, told, stores } = await damaged(([, second]) => damage(second!));
    expect(hoursOf(await blocksOf(reader))).toEqual(span(0, 400).filter((hour) => hour < 72 || hour >= 240));
    expect(told).toMatchObject([{ path: stores[1]!.path, code }]);
    expect(reader.report).toEqual({
      symbols: [{ symbol: "BTCUSDT", weeks: 2, estimatedSnapshots: 232 }],
      rowsGiven: 232,
      skipped: told,
    });
  });

  test("may have left out chunks of missing levels, where they do not say that they have not", async () => {
    const { path, stores } = await write(await temporaryDirectory(), "BTCUSDT", span(0, 10));
    const week = stores[0]!.path;
    const group = await openGroup(week, { mode: "r+" });
    await group.updateAttributes({ all_chunks_stored: undefined });
    await rm(join(week, "ask_px", "c", "0", "0"));
    const [block] = await blocksOf(await BookReader.open(path));
    expect(new Set<number | bigint>(block!.book.ask_px!)).toEqual(new Set([MISSING_LEVEL]));
    await rm(join(week, "ts_event", "c", "0"));
    await expect(BookReader.open(path)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("to their end give nothing at all, or what precedes the fault where that is asked for", async () => {
    const { reader, told, stores } = await damaged(async ([, second]) => {
      const shard = join(second!, "bid_sz", "c", "0", "0");
      await writeFile(shard, Buffer.alloc(1000));
    });
    const expected = span(0, 400).filter((hour) => hour < 72 || hour >= 240);
    expect(hoursOf(await blocksOf(reader))).toEqual(expected);
    expect(hoursOf(await blocksOf(reader, { wholeWeeks: false }))).toEqual(expected);
    expect(told).toMatchObject([
      { path: stores[1]!.path, code: "SHARD_TRUNCATED", rows: { start: 0, end: 168 } },
    ]);
    // What is not asked for is not missed.
    expect(hoursOf(await blocksOf(reader, { columns: ["bid_px"] }))).toEqual(span(0, 400));
  });

  test("with rows of another shape are left out", async () => {
    const directory = await temporaryDirectory();
    const { path } = await write(directory, "BTCUSDT", span(0, 100));
    const other = await write(await temporaryDirectory(), "BTCUSDT", span(250, 260), 2);
    await cp(other.stores[0]!.path, join(path, "2021-W01.zarr"), { recursive: true });
    const reader = await BookReader.open(path);
    expect(reader.report.skipped).toMatchObject([
      { path: join(path, "2021-W01.zarr"), code: "SHAPE_MISMATCH", rows: { start: 0, end: 10 } },
    ]);
    expect(hoursOf(await blocksOf(reader))).toEqual(span(0, 100));
  });

  test("that begin before the week before them ends are left out", async () => {
    const { path, stores } = await write(await temporaryDirectory(), "BTCUSDT", span(0, 300));
    await cp(stores[0]!.path, join(path, "2020-W54.zarr"), { recursive: true });
    const reader = await BookReader.open(path);
    expect(hoursOf(await blocksOf(reader))).toEqual(span(0, 300));
    expect(reader.report.skipped).toMatchObject([
      { path: join(path, "2020-W54.zarr"), code: "VALUE_INVALID" },
    ]);
  });

  test("that are all there is are an error", async () => {
    const { path, stores } = await write(await temporaryDirectory(), "BTCUSDT", span(0, 10));
    await writeFile(join(stores[0]!.path, "zarr.json"), "{}");
    await expect(BookReader.open(path)).rejects.toMatchObject({
      code: "METADATA_INVALID",
      path: stores[0]!.path,
    });
    await expect(BookReader.open(join(path, "nothing"))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("are no excuse for an older row as of their time", async () => {
    const { reader } = await damaged(async ([, second]) => {
      await writeFile(join(second!, "bid_sz", "c", "0", "0"), Buffer.alloc(1000));
    });
    await expect(reader.asOf(START_NS + 100n * HOUR_NS)).rejects.toMatchObject({
      code: "SHARD_TRUNCATED",
    });
    expect(await reader.asOf(START_NS + 300n * HOUR_NS)).toMatchObject({ start: 60 });
  });

  test("make a row as of a time doubtful where it may be in them, and only there", async () => {
    const { reader } = await damaged(async ([, second]) => {
      await writeFile(join(second!, "ts_event", "c", "0"), Buffer.alloc(1000));
    });
    expect(await reader.asOf(START_NS + 300n * HOUR_NS)).toMatchObject({ start: 60 });
    for (const hour of [71n, 100n]) {
      await expect(reader.asOf(START_NS + hour * HOUR_NS)).rejects.toMatchObject({ code: "SHARD_TRUNCATED" });
    }
    const { path, stores } = await write(await temporaryDirectory(), "BTCUSDT", span(0, 300));
    await cp(stores[0]!.path, join(path, "2020-W54.zarr"), { recursive: true });
    const disordered = await BookReader.open(path);
    await expect(disordered.asOf(START_NS)).rejects.toMatchObject({ code: "VALUE_INVALID" });
  });

  test("because the store fails end the reading", async () => {
    const { path } = await write(await temporaryDirectory(), "BTCUSDT", span(0, 400));
    const store = new FaultyStore(new FileSystemStore(path));
    const reader = await BookReader.open(store);
    for (const operation of ["get", "getRange", "getTail", "getHead"] as const) {
      store.inject({ operation, key: /W53.*\/c\//, effect: { kind: "refuse" } });
    }
    await expect(blocksOf(reader)).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(store.fired.length).toBeGreaterThan(0);
    expect(reader.report.skipped).toEqual([]);
  });
});

describe("many symbols", () => {
  test("are found in a directory or at several places, and come by time", async () => {
    const directory = await temporaryDirectory();
    const btc = await write(
      directory,
      "BTCUSDT",
      span(0, 400).filter((hour) => hour % 2 === 0),
    );
    const eth = await write(directory, "ETHUSDT", span(100, 300), 2);
    for (const locations of [directory, [eth.path, btc.path]]) {
      const reader = await BookReader.open(locations);
      expect(reader.symbols.map(({ symbol, estimatedSnapshots }) => [symbol, estimatedSnapshots])).toEqual([
        ["BTCUSDT", 200],
        ["ETHUSDT", 200],
      ]);
      const blocks = await blocksOf(reader, { blockRows: 16 });
      const firsts = blocks.map(({ timestampsNs }) => timestampsNs[0]!);
      expect(firsts).toEqual(firsts.toSorted((a, b) => Number(a - b)));
      const ofEth = blocks.filter(({ symbol }) => symbol === "ETHUSDT");
      expect(hoursOf(ofEth)).toEqual(span(100, 300));
      expect(await blocksOf(reader, { symbols: ["ETHUSDT"], blockRows: 16 })).toEqual(ofEth);
      await expect(reader.asOf(START_NS)).rejects.toThrow(RangeError);
      expect(await reader.asOf(START_NS, { symbol: "ETHUSDT" })).toBeUndefined();
    }
  });

  test("are read no more at a time than is allowed, and ahead of who reads them", async () => {
    const directory = await temporaryDirectory();
    await write(directory, "BTCUSDT", span(0, 300));
    await write(directory, "ETHUSDT", span(0, 300));
    for (const maxConcurrentReads of [1, 3]) {
      const store = withReadsInFlight(new FileSystemStore(directory));
      const reader = await BookReader.open(store, { maxConcurrentReads });
      store.most = 0;
      await blocksOf(reader, { blockRows: 20, readAhead: 4 });
      expect(store.most).toBe(maxConcurrentReads);
    }
  });

  test("stop being read when the reader stops, or is told to", async () => {
    const directory = await temporaryDirectory();
    await write(directory, "BTCUSDT", span(0, 400));
    const reader = await BookReader.open(directory);
    for await (const block of reader.blocks({ blockRows: 5 })) {
      expect(block.count).toBe(5);
      break;
    }
    const stopped = new AbortController();
    const read = async () => {
      for await (const _ of reader.blocks({ blockRows: 5, signal: stopped.signal }))
        stopped.abort(new Error("enough"));
    };
    await expect(read()).rejects.toThrow("enough");
    expect(reader.report.skipped).toEqual([]);
  });
});

test("the sample of book-reader.md runs", async () => {
  const directory = await temporaryDirectory();
  const midnight = Number((BigInt(Date.UTC(2024, 7, 9)) * 1_000_000n - START_NS) / HOUR_NS);
  await write(join(directory, "stores"), "BTCUSDT", span(midnight - 10, midnight + 20), 5);
  const page = await readFile(new URL("../../spec/book-reader.md", import.meta.url), "utf8");
  const entry = fileURLToPath(new URL("../../src/market/index.ts", import.meta.url));
  const source = /```ts\n([\s\S]*?)```/
    .exec(page)![1]!
    .replace('"quarry-zarr/market"', JSON.stringify(entry))
    .replace('"stores"', JSON.stringify(join(directory, "stores")));
  const file = join(directory, "sample.ts");
  await writeFile(file, `${source}\nexport { rows, row };\n`);
  const { rows, row } = await import(/* @vite-ignore */ file);
  expect(rows).toBe(20);
  expect(row).toMatchObject({ start: 10, count: 1 });
});

/** A store that counts how many requests for chunks are under way at once. */
function withReadsInFlight(store: ReadableStore): ReadableStore & { most: number } {
  let inFlight = 0;
  const counted = async <Result>(key: string, request: () => Promise<Result>): Promise<Result> => {
    if (!key.includes("/c/")) return request();
    inFlight += 1;
    watched.most = Math.max(watched.most, inFlight);
    try {
      return await request();
    } finally {
      inFlight -= 1;
    }
  };
  const watched: ReadableStore & { most: number } = {
    most: 0,
    readOnly: true,
    get: (key, options) => counted(key, () => store.get(key, options)),
    getRange: (key, range, options) => counted(key, () => store.getRange!(key, range, options)),
    listDirectory: (prefix) => store.listDirectory!(prefix),
  };
  return watched;
}
