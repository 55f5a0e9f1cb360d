import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { openGroup } from "../../src/index.ts";
import { simulateCapture } from "../../src/market/simulate/index.ts";
import { quarry } from "../kit/command-line.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const capture = (symbol: string, steps = 100) => [...simulateCapture({ symbol, steps })].join("\n");

/** A directory with a `quarry.toml` of `text`, and captures of AAA, BBB and CCC, of which BBB's is cut short. */
async function project(text: string) {
  const directory = await temporaryDirectory();
  const config = join(directory, "quarry.toml");
  await writeFile(config, text);
  for (const symbol of ["AAA", "BBB", "CCC"]) await mkdir(join(directory, "in", symbol), { recursive: true });
  await writeFile(join(directory, "in", "AAA", "day1.log"), capture("AAA"));
  const whole = gzipSync(capture("BBB", 12_000));
  await writeFile(join(directory, "in", "BBB", "day1.gz"), whole.subarray(0, whole.length - 20));
  await writeFile(join(directory, "in", "CCC", "day1.gz"), gzipSync(capture("CCC", 50)));
  await writeFile(join(directory, "in", "CCC", ".hidden"), "not a capture");
  return { directory, config, out: join(directory, "out") };
}

const THREE = `input = "in"
output = "out"
format = "binance"
levels = 5
symbols = ["AAA", "BBB", "CCC"]
`;

const storeOf = (out: string, symbol: string) => join(out, `${symbol}.zarr`, "2024-W32.zarr");

describe("quarry ingest with a quarry.toml", () => {
  test("ingests all symbols, and one that fails does not stop the others", async () => {
    const { config, out } = await project(THREE);
    const { exitCode, stdout, stderr } = await quarry("ingest", "--config", config, "--json");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^quarry: BBB: .*day1\.gz ends in the middle of its gzip stream.* \[CAPTURE_INVALID\]\n$/,
    );
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      rows: 98 + 48,
      tickSize: 0.01,
      complete: true,
      refused: { count: 0, lines: [] },
      symbols: [
        { symbol: "AAA", ok: true, error: null, rows: 98, levels: 5 },
        { symbol: "BBB", ok: false, error: { code: "CAPTURE_INVALID" } },
        { symbol: "CCC", ok: true, error: null, rows: 48 },
      ],
      stores: [{ path: storeOf(out, "AAA") }, { path: storeOf(out, "CCC") }],
    });
    expect(report.storedBytes).toBe(report.stores[0].storedBytes + report.stores[1].storedBytes);
    expect(await readdir(join(out, "BBB.zarr"))).toEqual([]);
  });

  test("tells people of each symbol", async () => {
    const { config } = await project(THREE);
    const { exitCode, stdout, stderr } = await quarry(
      "ingest",
      "--config",
      config,
      "--max-concurrent-reads",
      "1",
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(/AAA: 98 book rows of 5 levels/);
    expect(stderr).toMatch(/CCC: 48 book rows of 5 levels/);
    expect(stderr).toMatch(/quarry: BBB: /);
  });

  test("takes one symbol where that is asked for, and flags before the file", async () => {
    const { config, directory } = await project(THREE);
    const other = join(directory, "other");
    const flags = ["--symbol", "AAA", "--out", other, "--levels", "3", "--partition", "none"];
    expect(await quarry("ingest", "--config", config, ...flags)).toMatchObject({ exitCode: 0 });
    expect(await readdir(other)).toEqual(["AAA.zarr"]);
    expect((await openGroup(join(other, "AAA.zarr"))).attributes).toMatchObject({ symbol: "AAA", levels: 3 });
  });

  test("stores prices and sizes as the types that are said, a flag before a symbol before the file", async () => {
    const { config, directory } = await project(`input = "in"
output = "out"
format = "binance"
partition = "none"
price_type = "int64"
size_type = "int64"
symbols = [{ name = "AAA", price_type = "int32" }, { name = "CCC" }]
`);
    const typesIn = async (out: string, symbol: string) => {
      const root = await openGroup(join(directory, out, `${symbol}.zarr`));
      const names = ["bid_px", "trades/px", "ask_sz", "trades/sz"];
      const arrays = await Promise.all(names.map((name) => root.array(name)));
      return arrays.map(({ dataType }) => dataType.name);
    };
    expect(await quarry("ingest", "--config", config)).toMatchObject({ exitCode: 0 });
    expect(await typesIn("out", "AAA")).toEqual(["int32", "int32", "int64", "int64"]);
    expect(await typesIn("out", "CCC")).toEqual(["int64", "int64", "int64", "int64"]);
    const flags = ["--out", join(directory, "flags"), "--size-type", "int32"];
    expect(await quarry("ingest", "--config", config, ...flags)).toMatchObject({ exitCode: 0 });
    expect(await typesIn("flags", "CCC")).toEqual(["int64", "int64", "int32", "int32"]);
    expect(await quarry("ingest", "--config", config, "--price-type", "int16")).toMatchObject({
      exitCode: 2,
    });
  });

  test("stores as the file says, a symbol's own word before that of all", async () => {
    const { config, directory } = await project(`input = "in"
output = "out"
format = "binance"
partition = "none"
preset = "small"
zstd_level = 5
disable_sharding = true
max_concurrent_writes = 1
sync = "none"

[[symbols]]
name = "ONE"
files = ["AAA/day*.log"]
levels = 2
tick_size = "0.005"
price_units = "USD"
`);
    const result = await quarry("ingest", "--config", config);
    expect(result).toMatchObject({ exitCode: 0, stdout: "" });
    const root = await openGroup(join(directory, "out", "ONE.zarr"));
    expect(root.attributes).toMatchObject({ levels: 2, tick_size: "0.005" });
    const prices = await root.array("bid_px");
    expect(prices.shards).toBeUndefined();
    expect(prices.attributes).toMatchObject({ units: "USD" });
    expect(prices.codecs.map(({ name, configuration }) => [name, configuration.level])).toContainEqual([
      "zstd",
      5,
    ]);
  });

  test("reads quarry.toml of the working directory where no files are given", async () => {
    const { directory } = await project(THREE);
    const before = process.cwd();
    onTestFinished(() => process.chdir(before));
    process.chdir(directory);
    expect(await quarry("ingest", "--symbol", "CCC")).toMatchObject({ exitCode: 0 });
    expect(await readdir("out")).toEqual(["CCC.zarr"]);
  });

  test("gives settings to files that are named", async () => {
    const { config, directory, out } = await project(`${THREE}partition = "day"\n`);
    const file = relative(process.cwd(), join(directory, "in", "AAA", "day1.log"));
    expect(await quarry("ingest", file, "--config", config, "--symbol", "AAA")).toMatchObject({
      exitCode: 0,
    });
    expect(await readdir(join(out, "AAA.zarr"))).toEqual(["2024-08-08.zarr"]);
  });

  test("fails a symbol whose rows are later than is tolerated", async () => {
    const { config, directory } = await project(`${THREE}late_tolerance_ms = 5000\n`);
    const file = join(directory, "in", "AAA", "day1.log");
    const lines = capture("AAA").split("\n");
    const late = lines.findLastIndex((line) => line.includes("depthUpdate"));
    lines[late] = lines[late]!.replace(/"T":(\d+)/, (_, time) => `"T":${Number(time) - 10_000}`);
    await writeFile(file, lines.join("\n"));
    const refused = await quarry("ingest", "--config", config, "--symbol", "AAA", "--json");
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.stdout).symbols).toMatchObject([
      {
        symbol: "AAA",
        ok: false,
        error: { code: "VALUE_INVALID", message: expect.stringContaining("row 97") },
      },
    ]);
    const flags = ["--symbol", "AAA", "--late-tolerance-ms", "20000"];
    expect(await quarry("ingest", "--config", config, ...flags)).toMatchObject({ exitCode: 0 });
  });

  test("fails a symbol without captures by itself", async () => {
    const { config } = await project(THREE.replace('"BBB"', '"DDD", { name = "EEE", files = ["E?E-*.gz"] }'));
    const { exitCode, stdout } = await quarry("ingest", "--config", config, "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).symbols).toMatchObject([
      { symbol: "AAA", ok: true },
      { symbol: "DDD", ok: false, error: { code: "NOT_FOUND", message: expect.stringContaining("DDD") } },
      {
        symbol: "EEE",
        ok: false,
        error: { code: "NOT_FOUND", message: expect.stringContaining("E?E-*.gz") },
      },
      { symbol: "CCC", ok: true },
    ]);
  });

  test.each([
    [
      "a key that is unknown",
      `${THREE}level = 3\n`,
      [],
      "quarry.toml:6: level is not a key that belongs there",
    ],
    ["no symbols", 'output = "out"\nformat = "binance"', [], "quarry.toml: symbols is missing"],
    ["no output", THREE.replace('output = "out"', ""), [], "quarry.toml: output is missing"],
    ["a symbol that is not in it", THREE, ["--symbol", "XYZ"], "there is no symbol XYZ, but AAA, BBB, CCC"],
    ["one tick for several symbols", THREE, ["--tick-size", "1"], "a tick or a lot is of one symbol"],
  ])("exits with 2 for %s", async (_, text, flags, words) => {
    const { config, directory } = await project(text);
    const { exitCode, stdout, stderr } = await quarry("ingest", "--config", config, "--json", ...flags);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "CONFIG_INVALID", path: config } });
    expect(stderr).toContain(words);
    expect((await readdir(directory)).sort()).toEqual(["in", "quarry.toml"]);
  });

  test("exits with 2 for a preset that has no zstd, and with 1 for settings that are not there", async () => {
    const { config } = await project(`${THREE}zstd_level = 3\n`);
    const refused = await quarry("ingest", "--config", config, "--preset", "fast");
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("the preset fast compresses"),
    });
    expect(await quarry("ingest", "--config", "no.toml")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("there is no file no.toml [NOT_FOUND]"),
    });
  });
});

describeShared("quarry ingest with one quarry.toml for real captures", sharedPath("market-data"), () => {
  test("ingests them all but the one that is broken", async () => {
    const directory = await temporaryDirectory();
    const config = join(directory, "quarry.toml");
    await writeFile(join(directory, "broken.gz"), gzipSync("x").subarray(0, 12));
    await writeFile(
      config,
      `input = ${JSON.stringify(relative(directory, sharedPath("market-data")))}
output = "stores"
format = "binance"
max_concurrent_reads = 3

[[symbols]]
name = "BTCUSD_PERP"
files = ["binance/cm_btcusd_perp_*.gz"]
size_units = "USD"

[[symbols]]
name = "BTCUSDT"
files = ["binance/usdm_btcusdt_20240808.gz"]

[[symbols]]
name = "BROKEN"
files = [${JSON.stringify(relative(sharedPath("market-data"), join(directory, "broken.gz")))}]

[[symbols]]
name = "BTC-USDT"
format = "okx"
files = ["okx/okx_books_trades_20220513.log"]
`,
    );
    const { exitCode, stdout } = await quarry("ingest", "--config", config, "--json");
    expect(exitCode).toBe(1);
    const { symbols, stores } = JSON.parse(stdout);
    expect(symbols).toMatchObject([
      { symbol: "BTCUSD_PERP", ok: true, rows: 44_772, gaps: 0, crossed: 0 },
      { symbol: "BTCUSDT", ok: true, rows: 6547, gaps: 0 },
      { symbol: "BROKEN", ok: false, error: { code: "CAPTURE_INVALID" } },
      { symbol: "BTC-USDT", ok: true, rows: 98, trades: 69 },
    ]);
    expect(stores.map(({ path }: { path: string }) => relative(directory, path))).toEqual([
      "stores/BTCUSD_PERP.zarr/2024-W32.zarr",
      "stores/BTCUSDT.zarr/2024-W32.zarr",
      "stores/BTC-USDT.zarr/2022-W19.zarr",
    ]);
  });
});
