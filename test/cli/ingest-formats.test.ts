/** `quarry ingest` on captures of every format, told by what they begin with. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openGroup } from "../../src/index.ts";
import { writtenCapture } from "../kit/captures/written-capture.ts";
import { quarry } from "../kit/command-line.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

async function ingest(files: readonly string[], symbol: string, ...flags: string[]) {
  const out = await temporaryDirectory();
  return { out, ...(await quarry("ingest", ...files, "--out", out, "--symbol", symbol, ...flags)) };
}

describeShared("quarry ingest of real captures", sharedPath("market-data"), () => {
  test.each([
    [
      "okx",
      "BTC-USDT",
      ["okx/okx_books_trades_20220513.log"],
      { rows: 98, trades: 69, stores: ["2022-W19.zarr"] },
    ],
    [
      "lobster",
      "AAPL",
      ["message", "orderbook"].map((kind) => `lobster/AAPL_2012-06-21_34200000_57600000_${kind}_10.csv`),
      { rows: 999, trades: 159, stores: ["2012-W25.zarr"] },
    ],
    [
      "dbn",
      "ESH1",
      ["databento/test_data.mbp-10.v3.dbn.zst"],
      { rows: 2, trades: 0, stores: ["2020-W53.zarr"] },
    ],
    [
      "hftbacktest",
      "BTCUSDT",
      ["legacy/npz_btcusdt_20230404_eod.npz"],
      { rows: 1, trades: 0, stores: ["2023-W14.zarr"] },
    ],
    [
      "csv",
      "GBPUSD",
      ["bars/gbpusd-m1-bid-2012.csv"],
      {
        bars: 30_117,
        rows: 0,
        lotSize: null,
        stores: ["05", "06", "07", "08", "09"].map((week) => `2012-W${week}.zarr`),
      },
    ],
  ] as const)("writes what %s holds", async (format, symbol, names, { stores, ...counts }) => {
    const files = names.map((name) => sharedPath("market-data", ...name.split("/")));
    const { exitCode, out, stdout } = await ingest(files, symbol, "--json");
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ ...counts, gaps: 0, crossed: 0, refused: { count: 0 } });
    expect(report.symbols).toMatchObject([{ symbol, format, ok: true }]);
    expect((await readdir(join(out, `${symbol}.zarr`))).sort()).toEqual(stores);
    const { attributes } = await openGroup(join(out, `${symbol}.zarr`, stores[0]));
    expect(attributes.capture).toMatchObject({ format, complete: true });
  });
});

describe("quarry ingest", () => {
  const BARS = ["when,o,h,l,c", "2024-08-07,1.5,2.5,0.5,1.0"];

  test("takes names of columns from its flags, and tells people of bars", async () => {
    const file = await writtenCapture(BARS, "bars.csv");
    const { exitCode, out, stderr } = await ingest(
      [file],
      "SIM",
      "--column",
      "time=when",
      "--partition",
      "day",
    );
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^SIM: 1 bar; tick 0.5$/m);
    expect(await readdir(join(out, "SIM.zarr"))).toEqual(["2024-08-07.zarr"]);
  });

  test("fails where nothing tells the format, and says what to do", async () => {
    const file = await writtenCapture(BARS, "bars.csv");
    const { exitCode, stderr } = await ingest([file], "SIM");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/is in no format that is known by what it begins with; name its format/);
    const named = await ingest([file], "SIM", "--format", "csv");
    expect(named.stderr).toMatch(/has no column of times; its columns are when, o, h, l, c/);
  });

  test.each([
    ["a column that is no pair", ["--column", "time"], 2],
    ["a column of a meaning that there is not", ["--column", "colour=when"], 1],
  ])("refuses %s", async (_, flags, exitCode) => {
    const file = await writtenCapture(BARS, "bars.csv");
    expect(await ingest([file], "SIM", "--format", "csv", ...flags)).toMatchObject({ exitCode });
  });

  test("gives up a capture with more refused lines than it may have, and leaves no store", async () => {
    const file = await writtenCapture([...BARS, "x", "y", "z"], "bars.csv");
    const flags = ["--column", "time=when", "--max-refused"];
    expect(await ingest([file], "SIM", ...flags, "3")).toMatchObject({ exitCode: 0 });
    const { exitCode, out, stderr } = await ingest([file], "SIM", ...flags, "2");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/more than 2 lines refused, the last one .*bars.csv:5: has 1 fields instead of 5/);
    expect(await readdir(out)).toEqual([]);
  });

  test("does not mix bars with books or trades", async () => {
    const bars = await writtenCapture(BARS, "bars.csv");
    const trades = await writtenCapture(["when,price,size", "2024-08-07,1.5,1"], "trades.csv");
    const { exitCode, stderr } = await ingest([bars, trades], "SIM", "--column", "time=when");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/bars as well as books or trades/);
  });
});
