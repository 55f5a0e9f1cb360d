/** Stores whose prices or sizes are int64: what goes in comes out, by whichever reader, and what does not fit is refused. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { audit } from "../../src/market/audit/audit.ts";
import { BarRows } from "../../src/market/bar-rows.ts";
import { BarWriter } from "../../src/market/bar-writer.ts";
import { BookReader } from "../../src/market/book-reader.ts";
import { BookRows, SIDE_CODES, TradeRows } from "../../src/market/book-rows.ts";
import { BookStore } from "../../src/market/book-store.ts";
import type { TickBlock } from "../../src/market/book-week.ts";
import { BookWriter, type BookWriterOptions } from "../../src/market/book-writer.ts";
import { PRESET_NAMES } from "../../src/market/presets.ts";
import {
  MISSING_LEVEL,
  MISSING_LEVEL_INT64,
  STEP_TYPES,
  STEPS_MAX,
  type StepColumn,
  type StepType,
  type StepTypes,
} from "../../src/market/step-types.ts";
import { plot } from "../../src/plot/plot.ts";
import { openGroup } from "../../src/zarr/open.ts";
import { holds } from "../kit/property.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const LEVELS = 3;
const SCALE = {
  symbol: "BTCUSDT",
  levels: LEVELS,
  tickSize: "0.1",
  lotSize: "0.00000001",
  sync: "none",
} as const;
const SECOND_NS = 1_000_000_000n;
/** A minute before week 33 of 2024. */
const START_NS = BigInt(Date.UTC(2024, 7, 11, 23, 59)) * 1_000_000n;
const timeOf = (row: number) => START_NS + BigInt(row) * SECOND_NS;

const NO_TRADES = new TradeRows();

async function newWriter(options: Partial<BookWriterOptions> = {}) {
  const path = join(await temporaryDirectory(), "BTCUSDT.zarr");
  return { path, writer: new BookWriter({ ...SCALE, path, ...options }) };
}

/** A step, or none, as a test gives it. */
type Step = number | undefined;

interface DrawnRow {
  readonly bidTicks: readonly Step[];
  readonly bidLots: readonly Step[];
  readonly askTicks: readonly Step[];
  readonly askLots: readonly Step[];
  readonly trade: readonly [priceTicks: number, sizeLots: number];
}

const COLUMNS = ["bidTicks", "bidLots", "askTicks", "askLots"] as const;
const NAMES = { bidTicks: "bid_px", bidLots: "bid_sz", askTicks: "ask_px", askLots: "ask_sz" } as const;

/** Edges of 32 and of 53 bits often, else anything between. */
function stepOf(type: StepType): fc.Arbitrary<number> {
  const max = STEPS_MAX[type];
  const edges = [0, 1, -1, max, -max, max - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 32 - 1, -(2 ** 32) - 1];
  return fc.oneof(
    fc.constantFrom(...edges.filter((edge) => Math.abs(edge) <= max)),
    fc.integer({ min: -max, max }),
  );
}

function rowOf({ priceType, sizeType }: StepTypes): fc.Arbitrary<DrawnRow> {
  const side = (type: StepType) =>
    fc.array(fc.option(stepOf(type), { nil: undefined, freq: 4 }), { minLength: LEVELS, maxLength: LEVELS });
  return fc.record({
    ...{
      bidTicks: side(priceType),
      askTicks: side(priceType),
      bidLots: side(sizeType),
      askLots: side(sizeType),
    },
    trade: fc.tuple(stepOf(priceType), stepOf(sizeType)),
  });
}

const typesArbitrary: fc.Arbitrary<StepTypes> = fc.record({
  priceType: fc.constantFrom(...STEP_TYPES),
  sizeType: fc.constantFrom(...STEP_TYPES),
});

function bookOf(
  drawn: readonly DrawnRow[],
  types: Partial<StepTypes>,
): { rows: BookRows; trades: TradeRows } {
  const rows = new BookRows(LEVELS, types);
  const trades = new TradeRows(types);
  for (const [index, row] of drawn.entries()) {
    const at = rows.add(timeOf(index), 0n, BigInt(index)) * LEVELS;
    for (const name of COLUMNS) {
      const missing = name.endsWith("Ticks") ? rows.missingTicks : rows.missingLots;
      for (const [level, step] of row[name].entries()) rows[name][at + level] = step ?? missing;
    }
    trades.add(timeOf(index), 0n, BigInt(index), row.trade[0], row.trade[1], SIDE_CODES.B);
  }
  return { rows, trades };
}

/** As items of an array of its own type. */
function items(steps: readonly Step[], type: StepType): readonly (number | bigint)[] {
  if (type === "int32") return steps.map((step) => step ?? MISSING_LEVEL);
  return steps.map((step) => (step === undefined ? MISSING_LEVEL_INT64 : BigInt(step)));
}

const firstOf = (column: StepColumn, count: number) => [...column.subarray(0, count)];

describe("prices and sizes of either type", () => {
  test("come out of a store as they went in, by rows and by blocks", async () => {
    const cases = typesArbitrary.chain((types) =>
      fc.record({
        types: fc.constant(types),
        drawn: fc.array(rowOf(types), { minLength: 1, maxLength: 130 }),
        preset: fc.constantFrom(...PRESET_NAMES),
      }),
    );
    const check = async ({
      types,
      drawn,
      preset,
    }: typeof cases extends fc.Arbitrary<infer C> ? C : never) => {
      const { path, writer } = await newWriter({ ...types, preset });
      const { rows, trades } = bookOf(drawn, types);
      await writer.append(rows, trades);
      await writer.publish();
      const reader = await BookReader.open(path);
      const columns: Record<string, (number | bigint)[]> = { bid_px: [], bid_sz: [], ask_px: [], ask_sz: [] };
      for await (const block of reader.blocks()) {
        expect(block).toMatchObject({ layout: "ticks", ...types, scale: types });
        for (const [name, column] of Object.entries((block as TickBlock).book))
          columns[name]!.push(...column);
      }
      let from = 0;
      for (const { path: week } of reader.symbols[0]!.weeks) {
        const store = await BookStore.open(week);
        const expected = bookOf(drawn.slice(from, from + store.rowCount), types);
        const [read, traded] = [await store.rows(), await store.trades()];
        for (const name of COLUMNS) {
          expect(firstOf(read[name], store.rowCount * LEVELS)).toEqual(
            firstOf(expected.rows[name], store.rowCount * LEVELS),
          );
        }
        for (const name of ["priceTicks", "sizeLots"] as const) {
          expect(firstOf(traded[name], store.tradeCount)).toEqual(
            firstOf(expected.trades[name], store.tradeCount),
          );
        }
        from += store.rowCount;
      }
      expect(from).toBe(drawn.length);
      for (const name of COLUMNS) {
        const type = name.endsWith("Ticks") ? types.priceType : types.sizeType;
        expect(columns[NAMES[name]]).toEqual(drawn.flatMap((row) => items(row[name], type)));
      }
    };
    await holds("books of either type come out as they went in", cases, check, 30);
  });

  test("are told by the blocks, whose columns are then of one type", async () => {
    const { path, writer } = await newWriter({ sizeType: "int64" });
    const row = { bidTicks: [3, 2, 1], bidLots: [2 ** 40, 5, 6], askTicks: [4, 5, undefined] };
    const { rows } = bookOf([{ ...row, askLots: [7, 8, undefined], trade: [1, 1] }], { sizeType: "int64" });
    await writer.append(rows, NO_TRADES);
    await writer.publish();
    for await (const block of (await BookReader.open(path)).blocks({
      columns: ["bid_sz", "ask_px"],
      levels: 1,
    })) {
      if (block.layout !== "ticks" || block.priceType !== "int32" || block.sizeType !== "int64") {
        throw new Error("another block was written");
      }
      const lots: BigInt64Array = block.book.bid_sz!;
      const ticks: Int32Array = block.book.ask_px!;
      expect([lots, ticks]).toEqual([BigInt64Array.of(2n ** 40n), Int32Array.of(4)]);
    }
  });
});

/** A plain book of `count` rows, some of whose levels are not there. */
function plainRows(count: number, types: Partial<StepTypes>, firstRow = 0): BookRows {
  const drawn = Array.from({ length: count }, (_, index): DrawnRow => {
    const row = firstRow + index;
    const isShort = row % 4 === 1;
    return {
      bidTicks: [600_000 + (row % 7), 599_990, isShort ? undefined : 599_980],
      bidLots: [1_000_000 + row, 2_000_000, isShort ? undefined : 3_000_000],
      askTicks: [600_010 + (row % 7), 600_020, 600_030],
      askLots: [500_000, 600_000 + row, 700_000],
      trade: [600_000, 1],
    };
  });
  const { rows } = bookOf(drawn, types);
  for (let row = 0; row < count; row += 1) rows.tsEventNs[row] = timeOf(firstRow + row);
  return rows;
}

function plainTrades(count: number, types: Partial<StepTypes>): TradeRows {
  const trades = new TradeRows(types);
  for (let row = 0; row < count; row += 1) {
    trades.add(timeOf(row * 2), 0n, BigInt(row), 600_003, 10_000 * (row + 1), row % 2 === 0 ? 66 : 65);
  }
  return trades;
}

describe("weeks of different types", () => {
  const INT64 = { priceType: "int64", sizeType: "int64" } as const;

  /** 60 rows of the first week as int32, 60 of the second as `types`. */
  async function twoWeeks(types: Partial<StepTypes>) {
    const { path, writer } = await newWriter();
    await writer.append(plainRows(60, {}), plainTrades(20, {}));
    const [first] = await writer.publish();
    const next = new BookWriter({ ...SCALE, path, ...types });
    await next.append(plainRows(60, types, 60), NO_TRADES);
    const [second] = await next.publish();
    return { path, stores: [first!.path, second!.path] };
  }

  test("are read as one, each block of the type of its week", async () => {
    const { path } = await twoWeeks({ sizeType: "int64" });
    const blocks: TickBlock[] = [];
    for await (const block of (await BookReader.open(path)).blocks()) blocks.push(block as TickBlock);
    expect(blocks.map(({ priceType, sizeType, count }) => [priceType, sizeType, count])).toEqual([
      ["int32", "int32", 60],
      ["int32", "int64", 60],
    ]);
    expect(blocks.map(({ book }) => book.bid_sz!.constructor)).toEqual([Int32Array, BigInt64Array]);
    const lots = blocks.flatMap(({ book }) => [...book.bid_sz!].filter((_, item) => item % LEVELS === 0));
    expect(lots.map(Number)).toEqual(Array.from({ length: 120 }, (_, row) => 1_000_000 + row));
    expect(blocks[1]!.book.bid_sz![1 * LEVELS + 2]).toBe(MISSING_LEVEL_INT64);
  });

  test("have the same audit and the same picture as weeks of one type", async () => {
    const [one, mixed] = [await twoWeeks({}), await twoWeeks(INT64)];
    const [report, mixedReport] = await Promise.all([audit(one.path), audit(mixed.path)]);
    expect(mixedReport).toEqual(report);
    expect(report).toMatchObject({ rows: 140, failures: [] });
    const pictures = await Promise.all(
      [one.path, mixed.path].map(async (path) => {
        const file = join(await temporaryDirectory(), "book.svg");
        await plot(path, file);
        return readFile(file, "utf8");
      }),
    );
    expect(pictures[0]!.length).toBeGreaterThan(10_000);
    expect(pictures[1]).toBe(pictures[0]);
  });

  test("are refused to a durable writer, which goes on with what is there", async () => {
    const { path } = await twoWeeks({});
    const writer = new BookWriter({ ...SCALE, path, durable: true, ...INT64 });
    await expect(writer.append(plainRows(1, INT64), NO_TRADES)).rejects.toMatchObject({
      code: "METADATA_INVALID",
      message: expect.stringContaining("int32, int32, and cannot go on with"),
    });
    await writer.discard();
  });
});

describe("rows of another type than their store", () => {
  test("are taken where they fit, levels that are not there included", async () => {
    for (const [given, wanted] of [
      ["int32", "int64"],
      ["int64", "int32"],
    ] as const) {
      const of = (type: StepType) => ({ priceType: type, sizeType: type });
      const { writer } = await newWriter({ ...of(wanted), partition: "none" });
      await writer.append(plainRows(50, of(given)), plainTrades(9, of(given)));
      const [written] = await writer.publish();
      const store = await BookStore.open(written!.path);
      const [rows, trades] = [await store.rows(), await store.trades()];
      const [expected, expectedTrades] = [plainRows(50, of(wanted)), plainTrades(9, of(wanted))];
      for (const name of COLUMNS) {
        expect(firstOf(rows[name], 150)).toEqual(firstOf(expected[name], 150));
      }
      expect(firstOf(trades.sizeLots, 9)).toEqual(firstOf(expectedTrades.sizeLots, 9));
    }
  });

  const INT64 = { priceType: "int64", sizeType: "int64" } as const;

  test.each([
    ["int32", 2 ** 31, "of 2147483648 lots does not fit int32; the sizeType int64 takes it"],
    ["int32", -(2 ** 31), "of -2147483648 lots does not fit int32; the sizeType int64 takes it"],
    ["int32", 2 ** 53, "of 9007199254740992 lots does not fit int32"],
    ["int64", 2 ** 53, "of 9007199254740992 lots is beyond 2^53"],
    ["int64", 0.5, "0.5 is no whole number of lots"],
    ["int32", Number.NaN, "NaN is no whole number of lots"],
  ] as const)(
    "are refused as %s with a size of %d, and nothing is written",
    async (sizeType, size, reason) => {
      const { path, writer } = await newWriter({ priceType: "int64", sizeType });
      const rows = plainRows(5, INT64);
      rows.askLots[4 * LEVELS + 1] = size;
      await expect(writer.append(rows, NO_TRADES)).rejects.toMatchObject({
        code: "PRECISION_LOSS",
        path,
        message: `${path}: row 4, ask level 1: the size ${reason}`,
      });
      const trades = plainTrades(3, INT64);
      trades.sizeLots[2] = size;
      await expect(writer.append(plainRows(5, INT64), trades)).rejects.toMatchObject({
        code: "PRECISION_LOSS",
        message: `${path}: trade 2: the size ${reason}`,
      });
      expect(writer.stores).toEqual([]);
    },
  );

  test("are refused as trades without a price or size: there is no level that could be missing", async () => {
    const { path, writer } = await newWriter(INT64);
    const trades = plainTrades(1, INT64);
    trades.priceTicks[0] = Number(MISSING_LEVEL_INT64);
    await expect(writer.append(plainRows(1, INT64), trades)).rejects.toMatchObject({
      code: "PRECISION_LOSS",
      message: `${path}: trade 0: the price of -9223372036854776000 ticks is beyond 2^53`,
    });
  });
});

test("no type is there but int32 and int64", async () => {
  const types = { sizeType: "int16" as "int32" };
  await expect(newWriter(types)).rejects.toThrow(RangeError);
  expect(() => new BookRows(1, types)).toThrow("sizeType is int16, not int32 or int64");
});

describe("a store of int64 that others wrote", () => {
  async function written() {
    const types = { sizeType: "int64" } as const;
    const { writer } = await newWriter({ ...types, partition: "none" });
    await writer.append(plainRows(50, types), plainTrades(5, types));
    const [store] = await writer.publish();
    const { path } = store!;
    return { path, group: await openGroup(path, { mode: "r+" }) };
  }

  test("is read by blocks beyond 2^53, and not as rows of numbers", async () => {
    const { path, group } = await written();
    await (await group.array("ask_sz")).set([41, 2], 2n ** 53n + 1n);
    const store = await BookStore.open(path);
    await expect(store.rows({ start: 40, end: 50 })).rejects.toMatchObject({
      code: "PRECISION_LOSS",
      path,
      message: `${path}: ask_sz of row 41 is 9007199254740993, which no number holds exactly: read it by blocks`,
    });
    expect((await store.rows({ start: 0, end: 41 })).count).toBe(41);
    for await (const block of (await BookReader.open(path)).blocks()) {
      expect((block as TickBlock).book.ask_sz![41 * LEVELS + 2]).toBe(2n ** 53n + 1n);
    }
    await (await group.array("trades/sz")).set([3], MISSING_LEVEL_INT64);
    await expect(store.trades()).rejects.toMatchObject({ code: "PRECISION_LOSS" });
  });

  test("is no book store where its sizes are of several types", async () => {
    const { path, group } = await written();
    await group.createArray("bid_sz", {
      ...{ shape: [50, LEVELS], dataType: "int32", chunks: [50, LEVELS], mode: "w" },
      dimensionNames: ["ts_event", "level"],
    });
    await group.updateAttributes({ all_chunks_stored: false });
    await expect(BookStore.open(path)).rejects.toMatchObject({
      code: "METADATA_INVALID",
      message: expect.stringContaining("/bid_sz is int32, /ask_sz is int64, /trades/sz is int64"),
    });
  });
});

test("bars have prices of either type, and volumes as floats", async () => {
  const bars = new BarRows({ priceType: "int64" });
  bars.add(START_NS, 2 ** 40, 2 ** 53 - 1, 1 - 2 ** 53, -1, 0.5);
  const path = join(await temporaryDirectory(), "SIM.zarr");
  const writer = new BarWriter({
    path,
    symbol: "SIM",
    tickSize: "0.1",
    priceType: "int64",
    partition: "none",
  });
  await writer.append(bars);
  expect(await writer.publish()).toMatchObject([{ rows: 1, rawBytes: 48 }]);
  const group = await openGroup(path);
  const read = async (name: string) => (await (await group.array(name)).get()).data;
  expect(await read("open")).toEqual(BigInt64Array.of(2n ** 40n));
  expect(await read("high")).toEqual(BigInt64Array.of(2n ** 53n - 1n));
  expect(await read("low")).toEqual(BigInt64Array.of(1n - 2n ** 53n));
  expect(await read("volume")).toEqual(Float64Array.of(0.5));
  const narrow = new BarWriter({ path: `${path}-2`, symbol: "SIM", tickSize: "0.1" });
  await expect(narrow.append(bars)).rejects.toMatchObject({
    code: "PRECISION_LOSS",
    message: `${path}-2: bar 0: the price of 1099511627776 ticks does not fit int32; the priceType int64 takes it`,
  });
});
