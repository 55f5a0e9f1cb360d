import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { simulateCapture } from "../../../src/market/simulate/index.ts";
import { detectFormat } from "../../../src/market/sources/index.ts";
import { marketMoments } from "../../kit/captures/market.ts";
import { okxCapture } from "../../kit/captures/okx.ts";
import { writtenCapture } from "../../kit/captures/written-capture.ts";
import { describeShared, sharedPath } from "../../kit/shared.ts";

const detected = async (content: readonly string[] | string | Uint8Array) =>
  detectFormat([await writtenCapture(content)]);

describeShared("the format of real captures", sharedPath("market-data"), () => {
  test.each([
    ["binance", "binance/usdm_btcusdt_20240808.gz"],
    ["binance", "binance/cm_btcusd_perp_20240808.gz"],
    ["binance", "binance/cm_btcusd_perp_20240809.gz"],
    ["okx", "okx/okx_books_trades_20220513.log"],
    ["lean", "lean/aig_20131009_quote.zip"],
    ["lobster", "lobster/AAPL_2012-06-21_34200000_57600000_message_10.csv"],
    ["lobster", "lobster/AAPL_2012-06-21_34200000_57600000_orderbook_10.csv"],
    ...["mbo", "mbp-1", "mbp-10", "ohlcv-1m", "trades"].map((schema) => [
      "dbn",
      `databento/test_data.${schema}.v3.dbn.zst`,
    ]),
    ["hftbacktest", "legacy/npz_btcusdt_20230404_eod.npz"],
    ["csv", "bars/btc-perp-20211231-20220201_1m.csv"],
    ["csv", "bars/gbpusd-m1-bid-2012.csv"],
  ] as [string, string][])("is %s for %s", async (format, file) => {
    expect(await detectFormat([sharedPath("market-data", ...file.split("/"))])).toBe(format);
  });
});

describe("the format of a capture", () => {
  test("is told by the first file, whatever its name, and whatever comes first in it", async () => {
    expect(await detected(gzipSync(["", "garbage", ...simulateCapture({ steps: 10 })].join("\n")))).toBe(
      "binance",
    );
    // The whole head of this file is one long line.
    const snapshot = [...simulateCapture({ steps: 10 })].find((line) => line.includes("lastUpdateId"))!;
    expect(await detected([snapshot])).toBe("binance");
    const okx = [...okxCapture(marketMoments(2))];
    expect(await detected(okx)).toBe("okx");
    expect(await detected(okx.map((line) => line.replace(/^(\d+)\.(\d{9}): /, "$1$2 ")))).toBe("okx");
    expect(await detected(okx.map((line) => line.slice(line.indexOf("{"))))).toBe("okx");
    expect(await detected(["\uFEFFDate;Open;High;Low;Close", "2024-08-07;1;1;1;1"])).toBe("csv");
  });

  test("of a CSV file may need its columns", async () => {
    const path = await writtenCapture(["wann,preis,size", "2024-08-07,1,1"]);
    await expect(detectFormat([path])).rejects.toMatchObject({ code: "CAPTURE_INVALID", path });
    expect(await detectFormat([path], { columns: { time: "wann", price: "preis" } })).toBe("csv");
  });

  test.each([
    ["nothing", ""],
    ["prose", "Once upon a time\nthere was a market."],
    ["JSON", '{"a": 1}'],
    ["an archive of something else", zipSync({ "readme.txt": Buffer.from("x") })],
    ["random bytes", Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919 + 13) % 251))],
  ])("is not guessed of %s", async (_, content) => {
    const path = await writtenCapture(content);
    await expect(detectFormat([path])).rejects.toMatchObject({
      code: "CAPTURE_INVALID",
      path,
      message: expect.stringMatching(/is in no format that is known.*name its format/),
    });
  });

  test("cannot be told of a file that is not there, or of no file", async () => {
    await expect(detectFormat(["no/such/file"])).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(detectFormat([])).rejects.toThrow(RangeError);
  });
});
