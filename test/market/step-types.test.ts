import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BarRows } from "../../src/market/bar-rows.ts";
import { BarWriter } from "../../src/market/bar-writer.ts";
import { BookReader } from "../../src/market/book-reader.ts";
import { BookRows } from "../../src/market/book-rows.ts";
import { BookStore } from "../../src/market/book-store.ts";
import type { TickBlock } from "../../src/market/book-week.ts";
import { PRESET_NAMES } from "../../src/market/presets.ts";
import {
  MISSING_LEVEL,
  MISSING_LEVEL_INT64,
  STEP_TYPES,
  STEPS_MAX,
  type StepType,
  type StepTypes,
} from "../../src/market/step-types.ts";
import { openGroup } from "../../src/zarr/open.ts";
import { holds } from "../kit/property.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import {
  bookOf,
  COLUMNS,
  type DrawnRow,
  firstOf,
  LEVELS,
  NAMES,
  NO_TRADES,
  newWriter,
  plainRows,
  plainTrades,
  START_NS,
  type Step,
} from "./typed-books.ts";

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

/** As items of an array of its own type. */
function items(steps: readonly Step[], type: StepType): readonly (number | bigint)[] {
  if (type === "int32") return steps.map((step) => step ?? MISSING_LEVEL);
  return steps.map((step) => (step === undefined ? MISSING_LEVEL_INT64 : BigInt(step)));
}

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
      message: `${path}: ask_sz of row 41 is 9007199254740993, which no number holds exactly; its array has it`,
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
