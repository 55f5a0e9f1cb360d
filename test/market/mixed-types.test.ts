/** Weeks of one symbol whose steps are of different types, and rows of another type than the store that they go to. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { audit } from "../../src/market/audit/audit.ts";
import { BookReader } from "../../src/market/book-reader.ts";
import { BookStore } from "../../src/market/book-store.ts";
import type { TickBlock } from "../../src/market/book-week.ts";
import { BookWriter } from "../../src/market/book-writer.ts";
import { MISSING_LEVEL_INT64, type StepType, type StepTypes } from "../../src/market/step-types.ts";
import { plot } from "../../src/plot/plot.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import {
  COLUMNS,
  firstOf,
  LEVELS,
  NO_TRADES,
  newWriter,
  plainRows,
  plainTrades,
  SCALE,
} from "./typed-books.ts";

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

  test("are told apart by the sample of book-reader.md", async () => {
    const { path } = await twoWeeks({ sizeType: "int64" });
    const page = await readFile(new URL("../../spec/book-reader.md", import.meta.url), "utf8");
    const [, sample] = page.matchAll(/```ts\n([\s\S]*?)```/g);
    const entry = fileURLToPath(new URL("../../src/market/index.ts", import.meta.url));
    const file = join(await temporaryDirectory(), "sample.ts");
    const source = sample![1]!
      .replace('"quarry-zarr/market"', JSON.stringify(entry))
      .replace('"stores/BTCUSDT.zarr"', JSON.stringify(path));
    await writeFile(file, source);
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    await import(/* @vite-ignore */ file);
    const shown = log.mock.calls.flat();
    log.mockRestore();
    // The first rows of the weeks have 1,000,000 and 1,000,060 lots.
    expect(shown).toEqual([0.01, "0.0100006"]);
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
