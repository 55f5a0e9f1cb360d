/**
 * Books of real captures, as ingested, beside those that Python rebuilds from the raw text by itself: the same rows,
 * value by value.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type IngestOptions, ingestCapture } from "../../src/market/ingest.ts";
import { withScaledSizes } from "../kit/captures/scaled-okx.ts";
import { writtenCapture } from "../kit/captures/written-capture.ts";
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
  files: readonly string[],
  options: Partial<IngestOptions> = {},
): Promise<Comparison> {
  const { stores } = await ingestCapture({ files, symbol, out: folder, overwrite: true, ...options });
  const capture = { format, symbol, files: [...files], stores: stores.map(({ path }) => path) };
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
  ] as const)("is what was ingested from %s, %s", async (format, symbol, names, rows, trades) => {
    const files = names.map((name) => sharedPath("market-data", format, name));
    expect(await compared(format, symbol, files)).toEqual({
      rows,
      storedRows: rows,
      trades,
      storedTrades: trades,
      differences: [],
    });
  });

  it("is what was ingested of sizes that int64 takes, and int32 refuses with a word", async () => {
    const original = await readFile(sharedPath("market-data", "okx", OKX[0]!), "utf8");
    const capture = withScaledSizes(original, "BTC-USDT", 123_457n);
    const files = [await writtenCapture(capture, "large.log")];
    const comparison = await compared("okx", "BTC-USDT", files, { sizeType: "int64", levels: 255 });
    expect(comparison).toEqual({
      rows: 98,
      storedRows: 98,
      trades: 69,
      storedTrades: 69,
      differences: [],
    });
    const report = await ingestCapture({ files, symbol: "BTC-USDT", out: folder, overwrite: true });
    expect(report).toMatchObject({ lotSize: 1e-8, rows: 0 });
    expect(report.refused.lines[0]).toMatchObject({
      file: files[0],
      line: expect.any(Number),
      reason: expect.stringMatching(
        /^size "\d+\.\d+" does not fit 32 bits in steps of 0\.00000001; --size-type int64 \(sizeType\) takes it$/,
      ),
    });
  });
});
