import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BookRows, SIDE_CODES, TradeRows } from "../../src/market/book-rows.ts";
import { BookStore } from "../../src/market/book-store.ts";
import { BookWriter, type BookWriterOptions } from "../../src/market/book-writer.ts";
import { PRESET_NAMES } from "../../src/market/presets.ts";
import { MISSING_LEVEL } from "../../src/market/step-types.ts";
import { createGroup } from "../../src/zarr/open.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const LEVELS = 3;
const SATURDAY_NS = BigInt(Date.UTC(2024, 7, 10, 12)) * 1_000_000n;
const HOUR_NS = 3_600_000_000_000n;

async function newWriter(options: Partial<BookWriterOptions> = {}) {
  const path = join(await temporaryDirectory(), "BTCUSDT.zarr");
  const writer = new BookWriter({
    path,
    symbol: "BTCUSDT",
    levels: LEVELS,
    tickSize: "0.1",
    lotSize: "0.001",
    ...options,
  });
  return { path, writer };
}

/** Rows an hour apart from Saturday noon, the second level of every third one missing. */
function hourly(from: number, to: number): BookRows {
  const rows = new BookRows(LEVELS);
  for (let hour = from; hour < to; hour += 1) {
    const timeNs = SATURDAY_NS + BigInt(hour) * HOUR_NS;
    const at = rows.add(timeNs, timeNs + 5n, BigInt(hour) + 2n ** 53n) * LEVELS;
    for (let level = 0; level < LEVELS; level += 1) {
      const missing = hour % 3 === 0 && level === 1;
      rows.bidTicks[at + level] = missing ? MISSING_LEVEL : 600_000 + hour - level;
      rows.bidLots[at + level] = missing ? MISSING_LEVEL : hour * 10 + level;
      rows.askTicks[at + level] = 600_001 + hour + level;
      rows.askLots[at + level] = level === 2 ? 0x7fffffff : hour;
    }
  }
  return rows;
}

function trades(...times: bigint[]): TradeRows {
  const rows = new TradeRows();
  for (const [index, timeNs] of times.entries())
    rows.add(timeNs, timeNs + 1n, BigInt(index), 600_000 + index, index + 1, SIDE_CODES.B);
  return rows;
}

/** What is in the columns, for comparison. */
function contents(rows: BookRows) {
  const { count, levels } = rows;
  return {
    tsEventNs: [...rows.tsEventNs.subarray(0, count)],
    tsRecvNs: [...rows.tsRecvNs.subarray(0, count)],
    sequence: [...rows.sequence.subarray(0, count)],
    bidTicks: [...rows.bidTicks.subarray(0, count * levels)],
    bidLots: [...rows.bidLots.subarray(0, count * levels)],
    askTicks: [...rows.askTicks.subarray(0, count * levels)],
    askLots: [...rows.askLots.subarray(0, count * levels)],
  };
}

describe("a book store", () => {
  test.each(PRESET_NAMES)("gives back every value it was given, with preset %s", async (preset) => {
    const { path, writer } = await newWriter({ preset });
    await writer.append(hourly(0, 10), trades(SATURDAY_NS, SATURDAY_NS + 1n));
    await writer.append(hourly(10, 30), trades());
    const stores = await writer.publish();
    expect(stores).toMatchObject([
      { path: join(path, "2024-W32.zarr"), rows: 30, trades: 2, symbol: "BTCUSDT" },
    ]);
    const reader = await BookStore.open(stores[0]!.path);
    expect(reader).toMatchObject({ symbol: "BTCUSDT", rowCount: 30, tradeCount: 2 });
    expect(reader.scale).toEqual({
      ...{ levels: LEVELS, tickSize: "0.1", lotSize: "0.001" },
      ...{ priceType: "int32", sizeType: "int32" },
    });
    expect(contents(await reader.rows())).toEqual(contents(hourly(0, 30)));
    expect(contents(await reader.rows({ start: 7, end: 12 }))).toEqual(contents(hourly(7, 12)));
    expect((await reader.rows({ start: 3, end: 3 })).count).toBe(0);
    const read = await reader.trades();
    expect([...read.side.subarray(0, read.count)].map((code) => String.fromCharCode(code))).toEqual([
      "B",
      "B",
    ]);
    expect([...read.priceTicks.subarray(0, read.count)]).toEqual([600_000, 600_001]);
  });

  test("is one for each ISO week, rows that come late included", async () => {
    const { path, writer } = await newWriter();
    // 36 hours after Saturday noon the next week begins.
    await writer.append(hourly(0, 40), trades());
    await writer.append(hourly(35, 37), trades(SATURDAY_NS + 37n * HOUR_NS));
    const stores = await writer.publish();
    expect(stores.map(({ path }) => path)).toEqual([
      join(path, "2024-W32.zarr"),
      join(path, "2024-W33.zarr"),
    ]);
    const [first, second] = await Promise.all(stores.map(({ path }) => BookStore.open(path)));
    expect([first!.rowCount, second!.rowCount]).toEqual([37, 5]);
    expect([first!.tradeCount, second!.tradeCount]).toEqual([0, 1]);
    expect(stores[1]).toMatchObject({
      first: "2024-08-12T00:00:00.000000000Z",
      last: "2024-08-12T03:00:00.000000000Z",
    });
  });

  test("may be one for each day, or one for everything", async () => {
    const daily = await newWriter({ partition: "day" });
    await daily.writer.append(hourly(0, 24), trades());
    expect((await daily.writer.publish()).map(({ path, rows }) => [path, rows])).toEqual([
      [join(daily.path, "2024-08-10.zarr"), 12],
      [join(daily.path, "2024-08-11.zarr"), 12],
    ]);
    const whole = await newWriter({ partition: "none" });
    await whole.writer.append(hourly(0, 400), trades());
    expect((await whole.writer.publish()).map(({ path, rows }) => [path, rows])).toEqual([[whole.path, 400]]);
    expect((await BookStore.open(whole.path)).rowCount).toBe(400);
  });

  test("finds rows by time", async () => {
    const { writer } = await newWriter({ partition: "none" });
    await writer.append(hourly(0, 100), trades());
    const [store] = await writer.publish();
    const reader = await BookStore.open(store!.path);
    const at = (hour: number) => SATURDAY_NS + BigInt(hour) * HOUR_NS;
    expect(await reader.rangeBetween(at(10), at(20))).toEqual({ start: 10, end: 20 });
    expect(await reader.rangeBetween(at(10) + 1n, at(20) + 1n)).toEqual({ start: 11, end: 21 });
    expect(await reader.rangeBetween(0n, at(1000))).toEqual({ start: 0, end: 100 });
    expect(await reader.rangeBetween(at(50), at(40))).toEqual({ start: 50, end: 50 });
  });

  test("is not searched by time where its times are not in order", async () => {
    const { writer } = await newWriter();
    await writer.append(hourly(5, 10), trades());
    await writer.append(hourly(0, 5), trades());
    const [store] = await writer.publish();
    const reader = await BookStore.open(store!.path);
    await expect(reader.rangeBetween(0n, 1n)).rejects.toMatchObject({ code: "VALUE_INVALID" });
    expect((await reader.rows()).count).toBe(10);
  });

  test("does not give rows that it does not have", async () => {
    const { writer } = await newWriter();
    await writer.append(hourly(0, 5), trades());
    const [store] = await writer.publish();
    const reader = await BookStore.open(store!.path);
    for (const range of [
      { start: 0, end: 6 },
      { start: -1, end: 3 },
      { start: 4, end: 2 },
    ]) {
      await expect(reader.rows(range)).rejects.toMatchObject({ code: "OUT_OF_BOUNDS" });
    }
  });

  test("takes the place of another only when it is told to, and then whole", async () => {
    const { path, writer } = await newWriter();
    await writer.append(hourly(0, 5), trades());
    await writer.publish();
    const options = { path, symbol: "BTCUSDT", levels: LEVELS, tickSize: "0.1", lotSize: "0.001" };
    const second = new BookWriter(options);
    await expect(second.append(hourly(0, 2), trades())).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
      path: join(path, "2024-W32.zarr"),
    });
    const third = new BookWriter({ ...options, overwrite: true });
    await third.append(hourly(0, 7), trades());
    expect((await BookStore.open(join(path, "2024-W32.zarr"))).rowCount).toBe(5);
    await third.publish();
    expect((await BookStore.open(join(path, "2024-W32.zarr"))).rowCount).toBe(7);
    expect(await readdir(path)).toEqual(["2024-W32.zarr"]);
  });

  test("that was taken by another writer in the meantime stays as it is", async () => {
    const { path, writer } = await newWriter();
    await writer.append(hourly(0, 5), trades());
    const other = new BookWriter({
      path,
      symbol: "BTCUSDT",
      levels: LEVELS,
      tickSize: "0.1",
      lotSize: "0.001",
    });
    await other.append(hourly(0, 9), trades());
    await other.publish();
    await expect(writer.publish()).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    await writer.discard();
    expect((await BookStore.open(join(path, "2024-W32.zarr"))).rowCount).toBe(9);
    expect(await readdir(path)).toEqual(["2024-W32.zarr"]);
  });

  test("leaves nothing behind when it is discarded", async () => {
    const { path, writer } = await newWriter();
    await writer.append(hourly(0, 40), trades());
    await writer.discard();
    expect(await readdir(path)).toEqual([]);
  });

  test("is refused times that are spread over more weeks than a clock can explain", async () => {
    const { writer } = await newWriter();
    await expect(writer.append(hourlyWeeks(100), trades())).rejects.toMatchObject({ code: "VALUE_INVALID" });
    await writer.discard();
  });

  test.each([0, 256, 1.5])("cannot have %d levels", (levels) => {
    expect(() => new BookWriter({ path: "x", symbol: "S", levels, tickSize: "1", lotSize: "1" })).toThrow(
      RangeError,
    );
  });

  test("is told from other groups", async () => {
    const path = join(await temporaryDirectory(), "other.zarr");
    await createGroup(path, { attributes: { schema: "none" } });
    await expect(BookStore.open(path)).rejects.toMatchObject({ code: "METADATA_INVALID" });
    await expect(BookStore.open(`${path}/missing`)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("cannot be written where a file is in the way", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "file"), "");
    const { writer } = await newWriter({ path: join(directory, "file", "BTCUSDT.zarr") });
    await expect(writer.append(hourly(0, 1), trades())).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});

/** One row a week. */
function hourlyWeeks(weeks: number): BookRows {
  const rows = new BookRows(LEVELS);
  for (let week = 0; week < weeks; week += 1) rows.add(SATURDAY_NS + BigInt(week) * 168n * HOUR_NS, 0n, 0n);
  return rows;
}
