/** The simulated market in steps that 32 bits do not hold: through every format the same book, in smaller units. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { simulateCapture } from "../../../src/market/simulate/index.ts";
import type { FormatName } from "../../../src/market/sources/index.ts";
import { MISSING_LEVEL } from "../../../src/market/step-types.ts";
import { type DbnSchema, dbnCapture } from "../../kit/captures/dbn.ts";
import { hftbacktestRows, npyHeader } from "../../kit/captures/hftbacktest.ts";
import { leanQuotes, leanTrades, leanZip } from "../../kit/captures/lean.ts";
import { lobsterCapture, lobsterName } from "../../kit/captures/lobster.ts";
import { marketMoments } from "../../kit/captures/market.ts";
import { okxCapture } from "../../kit/captures/okx.ts";
import { readCapture } from "../../kit/captures/read-capture.ts";
import { writtenCapture } from "../../kit/captures/written-capture.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

const MOMENTS = 60;
const LEVELS = 5;
/** By how much each step is smaller. */
const FACTOR = 10 ** 7;

type Written = readonly [format: FormatName, symbol: string, files: readonly string[]];

async function dbn(schema: DbnSchema): Promise<Written> {
  const bytes = Buffer.concat([...dbnCapture(marketMoments(MOMENTS), { schema, version: 3 })]);
  return ["dbn", "SIM", [await writtenCapture(bytes)]];
}

const CAPTURES: Readonly<Record<string, () => Promise<Written>>> = {
  binance: async () => [
    "binance",
    "SIMUSDT",
    [await writtenCapture([...simulateCapture({ steps: MOMENTS })])],
  ],
  okx: async () => ["okx", "SIM-USDT", [await writtenCapture([...okxCapture(marketMoments(MOMENTS))])]],
  "dbn mbo": () => dbn("mbo"),
  "dbn mbp-10": () => dbn("mbp-10"),
  hftbacktest: async () => {
    const rows = [...hftbacktestRows(marketMoments(MOMENTS), 2)];
    return [
      "hftbacktest",
      "SIM",
      [await writtenCapture(Buffer.concat([npyHeader(2, rows.length), ...rows]))],
    ];
  },
  lobster: async () => {
    const directory = await temporaryDirectory();
    const lines = [...lobsterCapture(marketMoments(MOMENTS), LEVELS)];
    const files = (["message", "orderbook"] as const).map((kind) =>
      join(directory, lobsterName(kind, LEVELS)),
    );
    for (const [index, file] of files.entries()) {
      await writeFile(file, lines.map((pair) => `${pair[index]}\n`).join(""));
    }
    return ["lobster", "SIM", files];
  },
  lean: async () => {
    const quotes = await writtenCapture(leanZip("Quote", leanQuotes(marketMoments(MOMENTS))));
    return [
      "lean",
      "SIM",
      [quotes, await writtenCapture(leanZip("Trade", leanTrades(marketMoments(MOMENTS))))],
    ];
  },
};

const smaller = (steps: readonly number[]): number[] =>
  steps.map((step) => (step === MISSING_LEVEL ? -(2 ** 63) : step * FACTOR));

test.each(Object.entries(CAPTURES))("%s gives the same book in steps of int64", async (_, write) => {
  const [format, symbol, files] = await write();
  const coarse = await readCapture(format, files, { symbol, levels: LEVELS });
  const { tick, lot } = coarse.scale!;
  const fine = await readCapture(format, files, {
    ...{ symbol, levels: LEVELS, priceType: "int64", sizeType: "int64" },
    tickSize: (tick.scaleFactor / FACTOR).toFixed(12),
    lotSize: (lot.scaleFactor / FACTOR).toFixed(12),
  });
  expect(fine.statistics).toEqual(coarse.statistics);
  expect(coarse.books.length + coarse.trades.length).toBeGreaterThan(MOMENTS / 2);
  expect(fine.books).toEqual(
    coarse.books.map((book) => ({ ...book, bids: smaller(book.bids), asks: smaller(book.asks) })),
  );
  expect(fine.trades).toEqual(
    coarse.trades.map((trade) => ({ ...trade, ticks: trade.ticks * FACTOR, lots: trade.lots * FACTOR })),
  );
  // What int32 does not hold is there at all.
  expect(Math.max(...fine.books.flatMap(({ asks }) => asks))).toBeGreaterThan(2 ** 31);
});

test("bars have prices of int64, as they are", async () => {
  const path = await writtenCapture("time,open,high,low,close\n1723200000,30000.5,30001.25,-0.5,30000\n");
  const { bars } = await readCapture("csv", [path], { priceType: "int64", tickSize: "0.00000001" });
  expect(bars.map(({ prices }) => prices)).toEqual([
    [3_000_050_000_000, 3_000_125_000_000, -50_000_000, 3_000_000_000_000],
  ]);
});

test.each([
  [
    "21474836.48",
    "int32",
    'size "21474836.48" does not fit 32 bits in steps of 0.01; --size-type int64 (sizeType) takes it',
  ],
  ["90071992547409.92", "int32", 'size "90071992547409.92" does not fit 32 bits in steps of 0.01'],
  ["90071992547409.92", "int64", 'size "90071992547409.92" is beyond 2^53 steps of 0.01'],
] as const)(
  "a size of %s is refused in lots of %s, with what would take it",
  async (size, sizeType, reason) => {
    const path = await writtenCapture(["time,price,size", "1723200000,10,1.25", `1723200001,10,${size}`]);
    const { statistics, trades } = await readCapture("csv", [path], { sizeType, lotSize: "0.01" });
    expect(statistics.refused).toMatchObject({ count: 1, lines: [{ file: path, line: 3, reason }] });
    expect(trades.map(({ lots }) => lots)).toEqual([125]);
  },
);
