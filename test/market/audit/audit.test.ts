import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AuditReport, audit, type TableReport } from "../../../src/market/audit/audit.ts";
import type { CheckName } from "../../../src/market/audit/check.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import { createArray, openGroup } from "../../../src/zarr/open.ts";
import { holds } from "../../kit/property.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";
import { INJECTIONS, OFF_GRID } from "./injected-faults.ts";
import {
  type BookColumns,
  MINUTE_NS,
  MISSING,
  START_NS,
  soundBook,
  TIME_ATTRIBUTES,
  writeBook,
  writeTable,
} from "./written-tables.ts";

/** The rows that each check of a table found, by its name; checks that found none are left out. */
function faultsOf({ checks }: TableReport): Partial<Record<CheckName, number[]>> {
  const faulty = checks.filter(({ faults }) => faults > 0);
  return Object.fromEntries(
    faulty.map(({ name, ranges }) => [
      name,
      ranges.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, row) => start + row)),
    ]),
  );
}

function onlyTable({ tables }: AuditReport): TableReport {
  expect(tables).toHaveLength(1);
  return tables[0]!;
}

async function auditedBook(book: BookColumns, isInt64 = false): Promise<TableReport> {
  const path = join(await temporaryDirectory(), "book.zarr");
  await writeBook(path, book, undefined, isInt64);
  return onlyTable(await audit(path));
}

const ROWS = 400;

describe("an audit of a book", () => {
  test("finds nothing in a sound one, and says which rules it has looked at", async () => {
    const path = join(await temporaryDirectory(), "book.zarr");
    await writeBook(path, soundBook(ROWS, 5, Int32Array));
    const report = await audit(path);
    expect(report).toMatchObject({ ok: true, rows: ROWS, faultyRows: 0, successPercent: 100, failures: [] });
    expect(onlyTable(report)).toMatchObject({ path: "/", kind: "book", rows: ROWS, successPercent: 100 });
    expect(onlyTable(report).checks.map(({ name, faults }) => [name, faults])).toEqual([
      ["time-order", 0],
      ["duplicates", 0],
      ["gaps", 0],
      ["sequence-breaks", 0],
      ["crossed", 0],
      ["locked", 0],
      ["level-order", 0],
      ["sizes", 0],
    ]);
  });

  test("finds exactly the faults that were put in, whatever the blocks and types", async () => {
    const cases = fc.record({
      Items: fc.constantFrom(Int32Array, Float32Array, Float64Array),
      levels: fc.integer({ min: 3, max: 6 }),
      chunkRows: fc.integer({ min: 1, max: 90 }),
      blockBytes: fc.constantFrom(1, 4000, 2 ** 20),
      // Four rows apart, so that what is beside a faulty row is sound.
      faults: fc.uniqueArray(fc.tuple(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 60 })), {
        maxLength: 12,
        selector: ([, place]) => place,
      }),
      offGrid: fc.boolean(),
      isInt64: fc.boolean(),
    });
    const check = async (drawn: typeof cases extends fc.Arbitrary<infer Case> ? Case : never) => {
      const { Items, levels, chunkRows, blockBytes, faults, offGrid } = drawn;
      const isInt64 = drawn.isInt64 && Items === Int32Array;
      const book = soundBook(260, levels, Items);
      const expected: Partial<Record<CheckName, number[]>> = {};
      for (const [kind, place] of faults.toSorted(([, a], [, b]) => a - b)) {
        const injection = offGrid && Items !== Int32Array ? OFF_GRID : INJECTIONS[kind]!;
        const row = place * 4;
        injection.inject(book, row);
        expected[injection.check] = [...(expected[injection.check] ?? []), row];
      }
      const store = new MemoryStore();
      await writeBook(store, book, chunkRows, isInt64);
      const report = await audit(store, { blockBytes });
      expect(faultsOf(onlyTable(report))).toEqual(expected);
      expect(report.faultyRows).toBe(faults.length);
      expect(report.successPercent).toBeCloseTo(100 * (1 - faults.length / 260), 10);
    };
    await holds("audit finds what was injected", cases, check, 40);
  });

  test("counts a row with two faults once", async () => {
    const book = soundBook(ROWS, 3, Int32Array);
    book.bidPx[30] = book.askPx[30]! + 1;
    book.askSz[30] = 0;
    const report = await auditedBook(book);
    expect(faultsOf(report)).toEqual({ crossed: [10], sizes: [10] });
    expect(report).toMatchObject({ faultyRows: 1, successPercent: 99.75 });
  });

  test.each([false, true])(
    "takes levels that are not there for what they are, but not in between (int64: %s)",
    async (isInt64) => {
      const book = soundBook(ROWS, 3, Int32Array);
      for (const items of [book.askPx, book.askSz]) items[5] = MISSING;
      // A whole side is gone in row 2.
      for (const items of [book.bidPx, book.bidSz]) items.fill(MISSING, 6, 9);
      for (const items of [book.bidPx, book.bidSz]) items[10] = MISSING;
      book.askPx[14] = MISSING;
      book.bidSz[17] = MISSING;
      expect(faultsOf(await auditedBook(book, isInt64))).toEqual({ "level-order": [3], sizes: [4, 5] });
    },
  );

  test("cannot read what is beyond 2^53, and compares nothing with it", async () => {
    const path = join(await temporaryDirectory(), "book.zarr");
    await writeBook(path, soundBook(ROWS, 3, Int32Array), undefined, true);
    const sizes = await (await openGroup(path, { mode: "r+" })).array("ask_sz");
    for (const [row, size] of [
      [70, 2n ** 53n],
      [200, 1n - 2n ** 63n],
    ] as const) {
      await sizes.set([row, 1], size);
    }
    const report = onlyTable(await audit(path));
    const { ranges, figures } = report.checks.find(({ name }) => name === "unreadable")!;
    expect(ranges).toEqual([
      { start: 64, end: 128 },
      { start: 192, end: 256 },
    ]);
    expect(figures.reasons).toContain("/ask_sz: 9007199254740992 is beyond the prices and sizes");
    expect(figures.reasons).toContain("/ask_sz: -9223372036854775807 is beyond the prices and sizes");
    expect(faultsOf(report)).toEqual({ unreadable: expect.any(Array) });
  });

  test("names the first ten rows with their times, and all rows as ranges", async () => {
    const book = soundBook(ROWS, 3, Int32Array);
    for (let row = 100; row < 130; row += 1) book.bidPx[row * 3] = book.askPx[row * 3]!;
    book.bidPx[600] = book.askPx[600]!;
    const locked = (await auditedBook(book)).checks.find(({ name }) => name === "locked")!;
    expect(locked).toMatchObject({ faults: 31, rangesCut: false });
    expect(locked.firstRows).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108, 109]);
    expect(locked.firstTimes).toHaveLength(10);
    expect(locked.firstTimes[0]).toBe("2024-08-05T00:01:40.150000000Z");
    expect(locked.ranges).toEqual([
      { start: 100, end: 130 },
      { start: 200, end: 201 },
    ]);
  });

  test("keeps a thousand ranges, and says that there are more", async () => {
    const book = soundBook(2100, 3, Int32Array);
    for (let row = 0; row < 2100; row += 2) book.bidPx[row * 3] = book.askPx[row * 3]!;
    const locked = (await auditedBook(book)).checks.find(({ name }) => name === "locked")!;
    expect(locked).toMatchObject({ faults: 1050, rangesCut: true });
    expect(locked.ranges).toHaveLength(1000);
  });

  test("goes by the longest silence and the tick that it is told", async () => {
    const path = join(await temporaryDirectory(), "book.zarr");
    const book = soundBook(ROWS, 3, Float32Array);
    book.askPx[5]! += 0.1;
    await writeBook(path, book);
    const strict = onlyTable(await audit(path, { maxGapNs: 1_000_000_000, tickSize: "0.1" }));
    expect(strict.checks.find(({ name }) => name === "gaps")).toMatchObject({
      faults: 266,
      rule: "at most 1 s after the row before it (as given)",
      figures: { longestNs: 1_150_000_000 },
    });
    expect(faultsOf(strict)).not.toHaveProperty("price-grid");
    expect(faultsOf(onlyTable(await audit(path)))).toEqual({ "price-grid": [1] });
  });

  test("knows the grid from the prices where nobody says it, in spite of one that is off", async () => {
    const path = join(await temporaryDirectory(), "store.zarr");
    const book = soundBook(2000, 5, Float32Array);
    book.bidPx[5004]! -= 0.2;
    const shape = [2000, 5];
    await writeTable(path, "ts_event", {
      ts_event: { data: book.times, shape: [2000], attributes: TIME_ATTRIBUTES },
      bid_px: { data: book.bidPx, shape },
      ask_px: { data: book.askPx, shape },
    });
    const report = onlyTable(await audit(path));
    expect(faultsOf(report)).toEqual({ "price-grid": [1000] });
    expect(report.checks.at(-1)!.rule).toBe("every price is a multiple of 0.5 (found in the prices)");
  });
});

describe("an audit of the days of a symbol", () => {
  const days = async (secondDay: (book: BookColumns) => void): Promise<AuditReport> => {
    const symbol = join(await temporaryDirectory(), "BTCUSDT.zarr");
    const first = soundBook(300, 3, Int32Array);
    const second = soundBook(300, 3, Int32Array);
    for (let row = 0; row < 300; row += 1) {
      second.times[row]! += 300_000_000_000n;
      second.sequence[row]! += 600n;
    }
    secondDay(second);
    await writeBook(join(symbol, "2024-08-05.zarr"), first);
    await writeBook(join(symbol, "2024-08-06.zarr"), second);
    return audit(symbol);
  };

  test("goes on from the last row of one to the first of the next", async () => {
    const sound = await days(() => {});
    expect(sound).toMatchObject({ ok: true, rows: 600 });
    expect(sound.tables.map(({ follows }) => follows)).toEqual([null, "/2024-08-05.zarr"]);
    const gap = await days(({ times }) => {
      for (let row = 0; row < times.length; row += 1) times[row]! += 3_600_000_000_000n;
    });
    expect(gap.tables.map(faultsOf)).toEqual([{}, { gaps: [0] }]);
    const stale = await days(({ times, sequence }) => {
      times[0] = START_NS;
      sequence[0] = 1000n;
    });
    expect(stale.tables.map(faultsOf)).toEqual([{}, { "time-order": [0], "sequence-breaks": [0] }]);
  });
});

describe("an audit of trades", () => {
  const trades = (ids: readonly number[], sizes: readonly number[] = ids.map(() => 5)) => ({
    ts_event: {
      data: BigInt64Array.from(ids, (_, row) => START_NS + BigInt(row)),
      shape: [ids.length],
      attributes: TIME_ATTRIBUTES,
    },
    trade_id: { data: BigInt64Array.from(ids, BigInt), shape: [ids.length] },
    px: { data: Int32Array.from(ids, () => 100), shape: [ids.length] },
    sz: { data: Int32Array.from(sizes), shape: [ids.length] },
  });

  async function auditedTrades(...columns: Parameters<typeof trades>): Promise<TableReport> {
    const path = join(await temporaryDirectory(), "trades.zarr");
    await writeTable(path, "ts_event", trades(...columns), { chunkRows: 8 });
    return onlyTable(await audit(path, { blockBytes: 1 }));
  }

  const counted = Array.from({ length: 60 }, (_, id) => id + 100);

  test("finds sizes of nothing", async () => {
    const sizes = counted.map((_, row) => (row === 7 ? 0 : row === 30 ? -1 : 5));
    const report = await auditedTrades(counted, sizes);
    expect([report.kind, faultsOf(report)]).toEqual(["trades", { sizes: [7, 30] }]);
  });

  test("finds trades that come again after a connection was renewed, and where ids leave some out", async () => {
    const ids = [...counted.slice(0, 30), ...counted.slice(20, 50), ...counted.slice(52)];
    const again = Array.from({ length: 10 }, (_, row) => 30 + row);
    expect(faultsOf(await auditedTrades(ids))).toEqual({ duplicates: again, "sequence-breaks": [30, 60] });
  });

  test("takes a late trade for a break and for no duplicate", async () => {
    const ids = counted.filter((id) => id !== 120);
    ids.splice(25, 0, 120);
    expect(faultsOf(await auditedTrades(ids))).toEqual({ "sequence-breaks": [20, 25] });
  });

  test("does not ask ids to be consecutive that are not", async () => {
    expect(faultsOf(await auditedTrades(counted.map((id) => id * 3)))).toEqual({});
  });
});

describe("an audit of bars", () => {
  const bars = (rows: number) => {
    const column = (value: number) => ({ data: new Float64Array(rows).fill(value), shape: [rows] });
    return {
      ts_event: {
        data: BigInt64Array.from({ length: rows }, (_, row) => START_NS + BigInt(row) * MINUTE_NS),
        shape: [rows],
        attributes: TIME_ATTRIBUTES,
      },
      open: column(2),
      high: column(3),
      low: column(1),
      close: column(2.5),
      volume: column(0),
    };
  };

  test("finds bars that contradict themselves, bars of one time, and missing ones", async () => {
    const path = join(await temporaryDirectory(), "bars.zarr");
    const columns = bars(200);
    columns.high.data[10] = 0.5;
    columns.open.data[20] = 3.5;
    columns.close.data[21] = 0.5;
    columns.high.data[30] = Number.NaN;
    columns.volume.data[40] = -1;
    columns.ts_event.data[50] = columns.ts_event.data[49]!;
    for (let row = 60; row < 200; row += 1) columns.ts_event.data[row]! += 7n * MINUTE_NS;
    await writeTable(path, "ts_event", columns);
    const report = onlyTable(await audit(path));
    expect(report.kind).toBe("bars");
    expect(faultsOf(report)).toEqual({
      duplicates: [50],
      gaps: [51, 60],
      sizes: [40],
      "bar-range": [10, 30],
      "bar-open-close": [10, 20, 21, 30],
    });
    expect(report.checks.find(({ name }) => name === "gaps")!.figures).toEqual({
      limitNs: 90_000_000_000,
      longestNs: 480_000_000_000,
      missingRows: 8,
    });
  });
});

describe("an audit of times alone", () => {
  test("takes an array that is named as its dimension and has units", async () => {
    const path = join(await temporaryDirectory(), "series.zarr");
    const data = Int32Array.from({ length: 50 }, (_, row) => row * 10);
    [data[5], data[6]] = [data[6]!, data[5]!];
    await writeTable(path, "when", {
      when: { data, shape: [50], attributes: { units: "seconds since 2024-01-01" } },
      value: { data: new Float64Array(50), shape: [50] },
    });
    const report = onlyTable(await audit(path));
    expect([report.kind, faultsOf(report)]).toEqual(["series", { "time-order": [6], gaps: [5] }]);
    expect(report.checks[0]!.firstTimes).toEqual(["2024-01-01T00:00:50.000000000Z"]);
    expect(onlyTable(await audit(join(path, "when")))).toMatchObject({ kind: "series", rows: 50 });
  });

  test("refuses an array that is no time, and a group without one", async () => {
    const path = join(await temporaryDirectory(), "px.zarr");
    await createArray(path, { shape: [3], dataType: "int32", chunks: [3] });
    const report = await audit(path);
    expect(report).toMatchObject({ ok: false, rows: 0, tables: [] });
    expect(report.failures).toMatchObject([{ path: "/", code: "NOT_FOUND" }]);
    await expect(audit(join(path, "nowhere"))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("says nothing of gaps where there is one row, and is content with none", async () => {
    const directory = await temporaryDirectory();
    for (const rows of [0, 1]) {
      const path = join(directory, `${rows}.zarr`);
      await writeBook(path, soundBook(rows, 3, Int32Array));
      expect(await audit(path)).toMatchObject({ ok: true, rows, successPercent: 100 });
    }
  });
});
