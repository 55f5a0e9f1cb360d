/**
 * Books of real captures, as ingested, beside those that Python rebuilds from the raw text by itself: the same rows,
 * value by value.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ingestCapture } from "../../src/market/ingest.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import { askPython } from "./python.ts";

interface Comparison {
  readonly rows: number;
  readonly storedRows: number;
  readonly trades: number;
  readonly storedTrades: number;
  readonly differences: readonly string[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quarry-rebuilt-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function compared(
  format: "binance" | "okx",
  symbol: string,
  names: readonly string[],
): Promise<Comparison> {
  const files = names.map((name) => sharedPath("market-data", format, name));
  const { stores } = await ingestCapture({ files, symbol, out: folder, overwrite: true });
  const capture = { format, symbol, files, stores: stores.map(({ path }) => path) };
  const answer = await askPython<{ captures: Comparison[] }>("rebuild_books.py", { captures: [capture] });
  return answer.captures[0]!;
}

const COIN_M = ["cm_btcusd_perp_20240808.gz", "cm_btcusd_perp_20240809.gz"];
const OKX = ["okx_books_trades_20220513.log"];

describeShared("a book rebuilt by Python from the raw capture", sharedPath("market-data"), () => {
  it.each([
    ["binance", "BTCUSD_PERP", COIN_M, 44_772, 5235],
    ["binance", "BTCUSDT", ["usdm_btcusdt_20240808.gz"], 6547, 21_313],
    ["okx", "BTC-USD-220527", OKX, 99, 4],
    ["okx", "UNI-USD-SWAP", OKX, 93, 1],
    ["okx", "BTC-USDT", OKX, 98, 69],
  ] as const)("is what was ingested from %s, %s", async (format, symbol, files, rows, trades) => {
    expect(await compared(format, symbol, files)).toEqual({
      rows,
      storedRows: rows,
      trades,
      storedTrades: trades,
      differences: [],
    });
  });
});
