import { readdir } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openGroup } from "../../src/index.ts";
import { BookRows, SIDE_CODES, TradeRows } from "../../src/market/book-rows.ts";
import { BookStore } from "../../src/market/book-store.ts";
import { BookWriter, type BookWriterOptions } from "../../src/market/book-writer.ts";
import { partitionOf } from "../../src/market/partition.ts";
import { defineArray } from "../../src/market/schema.ts";
import { groupSchemaFromJson } from "../../src/market/schema-json.ts";
import { MISSING_LEVEL } from "../../src/market/step-types.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const LEVELS = 2;
const SECOND_NS = 1_000_000_000n;
/** Twelve seconds before week 33 of 2024. */
const START_NS = BigInt(Date.UTC(2024, 7, 11, 23, 59, 48)) * 1_000_000n;

async function newWriter(options: Partial<BookWriterOptions> = {}) {
  const path = join(await temporaryDirectory(), "BTCUSDT.zarr");
  const scale = { levels: LEVELS, tickSize: "0.1", lotSize: "0.001", sync: "none" } as const;
  return { path, writer: new BookWriter({ path, symbol: "BTCUSDT", ...scale, ...options }) };
}

/** A row for each of the seconds after the start. */
function rowsAt(...seconds: readonly number[]): BookRows {
  const rows = new BookRows(LEVELS);
  for (const second of seconds) {
    const timeNs = START_NS + BigInt(Math.round(second * 1000)) * 1_000_000n;
    const at = rows.add(timeNs, timeNs, BigInt(rows.count)) * LEVELS;
    for (let level = 0; level < LEVELS; level += 1) {
      rows.bidTicks[at + level] = 600_000 - level;
      rows.bidLots[at + level] = 5 + level;
      rows.askTicks[at + level] = 600_001 + level;
      rows.askLots[at + level] = MISSING_LEVEL;
    }
  }
  return rows;
}

function tradesAt(...seconds: readonly number[]): TradeRows {
  const trades = new TradeRows();
  for (const second of seconds) {
    const timeNs = START_NS + BigInt(Math.round(second * 1000)) * 1_000_000n;
    trades.add(timeNs, timeNs, 0n, 600_000, 1, SIDE_CODES.B);
  }
  return trades;
}

const NONE = new TradeRows();

describe("a row that is late", () => {
  test("goes to its own week as long as it is tolerated", async () => {
    const { path, writer } = await newWriter({ lateToleranceNs: 3n * SECOND_NS });
    await writer.append(rowsAt(0, 11, 14, 11, 13, 12), NONE);
    await writer.append(rowsAt(11, 14), NONE);
    const stores = await writer.publish();
    expect(stores.map((store) => [store.path, store.rows])).toEqual([
      [join(path, "2024-W32.zarr"), 4],
      [join(path, "2024-W33.zarr"), 4],
    ]);
    expect((await openGroup(join(path, "2024-W32.zarr"))).attributes.ts_event_in_order).toBe(true);
    expect((await openGroup(join(path, "2024-W33.zarr"))).attributes.ts_event_in_order).toBe(false);
  });

  test("is refused with its row and time beyond that, and all that came with it", async () => {
    const { writer } = await newWriter({ lateToleranceNs: 3n * SECOND_NS });
    await writer.append(rowsAt(0, 11), NONE);
    await expect(writer.append(rowsAt(12, 14, 10.999), NONE)).rejects.toMatchObject({
      code: "VALUE_INVALID",
      message: expect.stringMatching(
        /row 4 \(2 of this batch\) is of 2024-08-11T23:59:58\.999000000Z, 3001000000 ns before one that came earlier, of 2024-08-12T00:00:02/,
      ),
    });
    // What was refused is not the latest row: second 8 is no more than 3 before 11.
    await writer.append(rowsAt(8), NONE);
    const stores = await writer.publish();
    expect(stores.map(({ rows }) => rows)).toEqual([3]);
  });

  test("is measured by rows, and a trade by trades", async () => {
    const { writer } = await newWriter({ lateToleranceNs: 0n });
    await writer.append(rowsAt(5, 5, 6), tradesAt(1, 2));
    await writer.append(rowsAt(6), tradesAt(2, 3));
    await expect(writer.append(rowsAt(7), tradesAt(2))).rejects.toMatchObject({
      message: expect.stringContaining("trade 4 (0 of this batch)"),
    });
    expect((await writer.publish()).map(({ rows, trades }) => [rows, trades])).toEqual([[4, 4]]);
  });

  test("cannot be tolerated by less than nothing", async () => {
    await expect(newWriter({ lateToleranceNs: -1n })).rejects.toThrow(RangeError);
  });
});

describe("a store that can get no more rows", () => {
  test("is published while the next one grows, and gets none", async () => {
    const { path, writer } = await newWriter({ lateToleranceNs: 2n * SECOND_NS });
    await writer.append(rowsAt(0, 11, 13), tradesAt(11));
    expect(await writer.publishFinished()).toEqual([]);
    await writer.append(rowsAt(14), NONE);
    // A trade of the week before may still come: the last one was of second 11.
    expect(await writer.publishFinished()).toEqual([]);
    await writer.append(rowsAt(), tradesAt(14));
    const [finished] = await writer.publishFinished({ quality: "ok" });
    expect(finished).toMatchObject({ path: join(path, "2024-W32.zarr"), rows: 2, trades: 1 });
    expect((await BookStore.open(finished!.path)).attributes).toMatchObject({ quality: "ok", rows: 2 });
    expect(writer.stores.map((store) => store.path)).toEqual([join(path, "2024-W33.zarr")]);
    expect((await readdir(path)).filter((name) => !name.startsWith("."))).toEqual(["2024-W32.zarr"]);
    await expect(writer.append(rowsAt(11), NONE)).rejects.toMatchObject({ code: "VALUE_INVALID" });
    await writer.append(rowsAt(15), NONE);
    expect((await writer.publish()).map(({ rows }) => rows)).toEqual([3]);
  });

  test("is not known without a tolerance", async () => {
    const { writer } = await newWriter();
    expect(() => writer.publishFinished()).toThrow(RangeError);
  });

  test("is not opened again, even to be written over", async () => {
    const { path, writer } = await newWriter({ overwrite: true });
    await writer.append(rowsAt(0), NONE);
    await writer.publish();
    await expect(writer.append(rowsAt(1), NONE)).rejects.toMatchObject({
      code: "VALUE_INVALID",
      message: expect.stringContaining("2024-W32 has been published already"),
    });
    expect((await BookStore.open(join(path, "2024-W32.zarr"))).rowCount).toBe(1);
  });
});

describe("an array that comes late", () => {
  const spread = defineArray({
    name: "spread",
    description: "best ask less best bid",
    dataType: "int32",
    dimensions: ["ts_event"],
    attributes: { units: "ticks" },
  });

  test("is part of the store, its chunks and its schema", async () => {
    const { writer } = await newWriter();
    await writer.append(rowsAt(0, 1, 13), NONE);
    const summary = defineArray({
      name: "statistics",
      dataType: "float64",
      dimensions: ["what"],
      shape: [3],
    });
    for (const store of writer.stores) {
      await store.addArray(spread, new Int32Array(store.rows.rows).fill(1));
      await store.addArray(summary, Float64Array.of(0.5, 1.5, Number.NaN));
    }
    const stores = await writer.publish();
    for (const { path, rows } of stores) {
      const group = await openGroup(path);
      const array = await group.array("spread");
      const times = await group.array("ts_event");
      expect((await array.get()).data).toEqual(new Int32Array(rows).fill(1));
      expect([array.chunks, array.shards]).toEqual([times.chunks, times.shards]);
      expect(array.attributes).toMatchObject({ units: "ticks", long_name: "best ask less best bid" });
      expect((await (await group.array("statistics")).get()).data).toEqual(
        Float64Array.of(0.5, 1.5, Number.NaN),
      );
      const { schema } = await BookStore.open(path);
      expect(schema.arrays.slice(-2)).toEqual([spread, summary]);
      expect(groupSchemaFromJson(group.attributes.schema)).toEqual(schema);
    }
  });

  test("has as many rows as the book, or the store is not published", async () => {
    const { path, writer } = await newWriter();
    await writer.append(rowsAt(0, 1), NONE);
    await writer.stores[0]!.addArray(spread, Int32Array.of(1, 1));
    await writer.append(rowsAt(2), NONE);
    await expect(writer.publish()).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
      message: expect.stringContaining("spread has 2 rows, the book 3"),
    });
    await writer.discard();
    expect(await readdir(path)).toEqual([]);
  });

  test("is refused when its values are not what it says they are, or there is one of its name", async () => {
    const { writer } = await newWriter();
    await writer.append(rowsAt(0, 1), NONE);
    const [store] = writer.stores;
    await expect(store!.addArray(spread, Float64Array.of(1, 1.5))).rejects.toMatchObject({
      code: expect.stringMatching(/PRECISION_LOSS|VALUE_INVALID/),
      message: expect.stringContaining("spread"),
    });
    await store!.addArray(spread, Int32Array.of(1, 1));
    await expect(store!.addArray(spread, Int32Array.of(1, 1))).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
    });
    const [written] = await writer.publish();
    expect(
      (await BookStore.open(written!.path)).schema.arrays.filter(({ name }) => name === "spread"),
    ).toHaveLength(1);
  });
});

test.each([{}, { durable: true }])(
  "rows of calls that do not wait keep the order of the calls, with %j",
  async (options) => {
    const { path, writer } = await newWriter(options);
    const calls = Array.from({ length: 9 }, (_, call) =>
      writer.append(rowsAt(call, call + 0.5), tradesAt(call)),
    );
    const published = writer.publish();
    await Promise.all(calls);
    expect((await published).map(({ rows, trades }) => [rows, trades])).toEqual([[18, 9]]);
    const { tsEventNs } = await (await BookStore.open(join(path, "2024-W32.zarr"))).rows();
    expect(tsEventNs.subarray(0, 18)).toEqual(
      BigInt64Array.from({ length: 18 }, (_, row) => START_NS + (BigInt(row) * SECOND_NS) / 2n),
    );
  },
);

test("attributes may be made for each store", async () => {
  const { writer } = await newWriter();
  await writer.append(rowsAt(0, 1, 13), NONE);
  const stores = await writer.publish((store) => ({
    rows_again: store.rows.rows,
    week: store.partition.name,
  }));
  const attributes = await Promise.all(stores.map(async ({ path }) => (await openGroup(path)).attributes));
  expect(attributes).toMatchObject([
    { rows_again: 2, week: "2024-W32", rows: 2 },
    { rows_again: 1, week: "2024-W33", rows: 1 },
  ]);
});

test("chains are tried on the first rows of each store, and their figures kept", async () => {
  const { writer } = await newWriter({ tryCodecs: true, preset: "small" });
  await writer.append(rowsAt(...Array.from({ length: 3000 }, (_, second) => second / 400)), tradesAt(1, 2));
  const [written] = await writer.publish();
  const group = await openGroup(written!.path);
  const { schema } = await BookStore.open(written!.path);
  for (const name of ["ts_event", "sequence", "bid_px", "ask_sz", "trades/px"]) {
    const array = await group.array(name);
    const { aim, rows, tried } = array.attributes.codec_trial as {
      aim: string;
      rows: number;
      tried: { codecs: string; stored_bytes: number }[];
    };
    expect([aim, rows]).toEqual(["size", name === "trades/px" ? 2 : 3000]);
    const names = array.codecs.flatMap(({ name }) => (name === "bytes" ? [] : [name]));
    expect(tried[0]!.codecs.split(" ").map((text) => text.replace(/\(.*/, ""))).toEqual(names);
    expect(tried[0]!.stored_bytes).toBe(Math.min(...tried.map(({ stored_bytes }) => stored_bytes)));
  }
  const prices = schema.arrays.find(({ name }) => name === "bid_px")!;
  expect(prices.attributes.codec_trial).toBeUndefined();
  expect(prices.compressors.at(-2)!.name).toBe("zstd");
  expect((await (await BookStore.open(written!.path)).rows()).bidTicks.subarray(0, 4)).toEqual(
    Int32Array.of(600_000, 599_999, 600_000, 599_999),
  );
});

test("chains that are tried have no level of zstd from outside", async () => {
  await expect(newWriter({ tryCodecs: true, zstdLevel: 5 })).rejects.toThrow(RangeError);
});

test.each([0, 1.5])("%d arrays cannot be written at a time", async (maxConcurrentWrites) => {
  await expect(newWriter({ maxConcurrentWrites })).rejects.toThrow(RangeError);
});

/** ISO 8601 by another way than the code's: from the day of the year and the weekday, and the number of weeks of a year. */
function isoWeek(date: Date): string {
  const weekday = date.getUTCDay() === 0 ? 7 : date.getUTCDay();
  const year = date.getUTCFullYear();
  const dayOfYear =
    Math.round((Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(year, 0, 1)) / 864e5) + 1;
  const week = Math.floor((dayOfYear - weekday + 10) / 7);
  const named = (ofYear: number, number: number) => `${ofYear}-W${String(number).padStart(2, "0")}`;
  if (week === 0) return named(year - 1, weeksIn(year - 1));
  return week > weeksIn(year) ? named(year + 1, 1) : named(year, week);
}

/** A year has 53 weeks if its last day is a Thursday, or that of the year before a Wednesday. */
function weeksIn(year: number): number {
  const lastWeekday = (of: number) =>
    (of + Math.floor(of / 4) - Math.floor(of / 100) + Math.floor(of / 400)) % 7;
  return lastWeekday(year) === 4 || lastWeekday(year - 1) === 3 ? 53 : 52;
}

describe("the week of a row", () => {
  const nsOf = (ms: number) => BigInt(ms) * 1_000_000n;

  test("is the ISO week, at any time that 64 bits hold", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (timeNs) => {
        const ms = Number((timeNs - (((timeNs % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n);
        expect(partitionOf(timeNs, "week").name).toBe(isoWeek(new Date(ms)));
      }),
      { numRuns: 2000 },
    );
  });

  test("is the ISO week on every day around every year's end from 1678 to 2261", () => {
    for (let year = 1678; year < 2262; year += 1) {
      for (let day = -8; day <= 8; day += 1) {
        const ms = Date.UTC(year, 0, 1) + day * 864e5;
        for (const at of [ms, ms + 864e5 - 1]) {
          const name = partitionOf(nsOf(at), "week").name;
          if (name !== isoWeek(new Date(at))) expect(name).toBe(isoWeek(new Date(at)));
        }
      }
    }
    expect([2020, 2026, 2024].map(weeksIn)).toEqual([53, 53, 52]);
  });

  test("decides about its store, whatever the order in which rows come", async () => {
    const years = fc.integer({ min: 2015, max: 2032 });
    const days = fc.uniqueArray(fc.integer({ min: -10, max: 10 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(years, days, fc.constantFrom("week", "day"), async (year, offsets, partition) => {
        const { path, writer } = await newWriter({ partition: partition as "week" | "day", sync: "none" });
        const times = offsets.map((day) => Date.UTC(year, 0, 1, 23, 59, 59, 999) + day * 864e5);
        const rows = new BookRows(LEVELS);
        for (const ms of times) rows.add(nsOf(ms), 0n, 0n);
        await writer.append(rows, NONE);
        const expected = new Map<string, number>();
        for (const ms of times) {
          const date = new Date(ms);
          const name = partition === "week" ? isoWeek(date) : date.toISOString().slice(0, 10);
          const place = join(path, `${name}.zarr`);
          expected.set(place, (expected.get(place) ?? 0) + 1);
        }
        expect(new Map((await writer.publish()).map((store) => [store.path, store.rows]))).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });
});
