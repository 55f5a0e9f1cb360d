import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ingest } from "../../src/cli/ingest.ts";
import type { IngestFlags } from "../../src/cli/ingest-flags.ts";
import { BookStore } from "../../src/market/book-store.ts";
import type { IngestReport } from "../../src/market/ingest.ts";
import { groupSchemaToJson } from "../../src/market/schema-json.ts";
import { simulateCapture } from "../../src/market/simulate/index.ts";
import { stringifyJson } from "../../src/metadata/json.ts";
import { quarry } from "../kit/command-line.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import { recordedStreams } from "../kit/streams.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const simulated = [...simulateCapture({ steps: 300 })];

/** Runs `quarry ingest` as the shell would, on a capture of `lines`. */
async function run(lines: readonly string[] | Uint8Array, ...flags: string[]) {
  const directory = await temporaryDirectory();
  const file = join(directory, "capture.log");
  await writeFile(file, lines instanceof Uint8Array ? lines : lines.join("\n"));
  const out = join(directory, "stores");
  const again = (...more: string[]) =>
    quarry("ingest", file, "--format", "binance", "--out", out, "--symbol", "SIMUSDT", ...more);
  return { ...(await again(...flags)), file, out, again };
}

const storeIn = (out: string) => join(out, "SIMUSDT.zarr", "2024-W32.zarr");

describe("quarry ingest", () => {
  test("writes a store and one JSON report, and nothing else on stdout", async () => {
    const { exitCode, stdout, stderr, out } = await run(simulated, "--json");
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    const report: IngestReport = JSON.parse(stdout);
    expect(report).toMatchObject({
      rows: 298,
      gaps: 0,
      crossed: 0,
      locked: 0,
      duplicates: 0,
      refused: { count: 0, lines: [] },
      tickSize: 0.01,
      lotSize: 0.001,
      complete: true,
      stores: [{ path: storeIn(out), symbol: "SIMUSDT", rows: 298 }],
    });
    expect(report.seconds).toBeGreaterThan(0);
    expect(report.rawBytes).toBeGreaterThan(298 * 344);
    expect(report.storedBytes).toBeGreaterThan(0);
    expect(report.storedBytes).toBeLessThan(report.rawBytes);
    const times = /^2024-08-08T12:0\d:\d\d\.\d{3}000000Z$/;
    expect(report.stores[0]).toMatchObject({
      first: expect.stringMatching(times),
      last: expect.stringMatching(times),
    });
    expect((await BookStore.open(storeIn(out))).rowCount).toBe(298);
  });

  test("tells people on stderr, with the refused lines", async () => {
    const { exitCode, stdout, stderr, file } = await run([...simulated, "broken"]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/SIMUSDT: 298 book rows of 20 levels, \d+ trades; tick 0.01, lot 0.001/);
    expect(stderr).toContain("refused lines 1");
    expect(stderr).toContain(`refused ${file}:${simulated.length + 1}: does not begin with a local time`);
    expect(stderr).toMatch(/agree at (\d+) of \1 shared update ids/);
  });

  test("writes the store that its flags ask for", async () => {
    const { exitCode, out } = await run(
      simulated,
      ...[
        "--levels",
        "5",
        "--tick-size",
        "0.005",
        "--lot-size",
        "0.0005",
        "--partition",
        "none",
        "--preset",
        "fast",
      ],
    );
    expect(exitCode).toBe(0);
    const reader = await BookStore.open(join(out, "SIMUSDT.zarr"));
    expect(reader.scale).toMatchObject({ levels: 5, tickSize: "0.005", lotSize: "0.0005" });
    expect(stringifyJson(groupSchemaToJson(reader.schema))).toContain("lz4");
  });

  test("does not touch a store that is there, unless it is told to", async () => {
    const { again, out } = await run(simulated);
    const before = await readFile(join(storeIn(out), "zarr.json"));
    const refused = await again("--levels", "3", "--json");
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      error: { code: "ALREADY_EXISTS", path: storeIn(out) },
    });
    expect(refused.stderr).toContain("ALREADY_EXISTS");
    expect(await readFile(join(storeIn(out), "zarr.json"))).toEqual(before);
    expect((await again("--levels", "3", "--overwrite")).exitCode).toBe(0);
    expect((await BookStore.open(storeIn(out))).scale.levels).toBe(3);
    expect(await readdir(join(out, "SIMUSDT.zarr"))).toEqual(["2024-W32.zarr"]);
  });

  test("leaves no store behind when the capture turns out to be damaged", async () => {
    const long = [...simulateCapture({ steps: 12_000 })].join("\n");
    const whole = gzipSync(long, { level: 1 });
    const { exitCode, stderr, file, out } = await run(whole.subarray(0, whole.length - 20));
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${file} ends in the middle of its gzip stream`);
    expect(await readdir(join(out, "SIMUSDT.zarr"))).toEqual([]);
  });

  test("fails where the capture gives nothing to store, and says what was wrong with it", async () => {
    const { exitCode, stdout, stderr, out } = await run(["not", "a", "capture"], "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 0,
      trades: 0,
      tickSize: null,
      refused: { count: 3, lines: [{ line: 1 }, { line: 2 }, { line: 3 }] },
      stores: [],
    });
    expect(stderr).toContain("nothing to store");
    await expect(readdir(out)).rejects.toThrow(/ENOENT/);
  });

  test("that is interrupted leaves a readable store that says it is not complete", async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, "capture.log");
    await writeFile(file, simulated.join("\n"));
    const streams = recordedStreams();
    const controller = new AbortController();
    const options: IngestFlags = {
      format: "binance",
      out: directory,
      symbol: "SIMUSDT",
      levels: 20,
      partition: "week",
      preset: "portable",
      json: true,
    };
    // Far more than is read until the store has been begun.
    const files = Array.from({ length: 2000 }, () => file);
    const ended = ingest(files, options, streams, controller.signal);
    while (!existsSync(join(directory, "SIMUSDT.zarr"))) await new Promise(setImmediate);
    controller.abort();
    expect(await ended).toBe(1);
    expect(streams.text("stderr")).toContain("SIMUSDT: interrupted");
    const report: IngestReport = JSON.parse(streams.text("stdout"));
    expect(report.complete).toBe(false);
    expect(report.duplicates).toBeLessThan(1999 * report.rows);
    expect((await BookStore.open(storeIn(directory))).rowCount).toBe(report.rows);
    expect(JSON.parse((await readFile(join(storeIn(directory), "zarr.json"))).toString())).toMatchObject({
      attributes: { capture: { complete: false } },
    });
  });

  test.each([
    [["ingest"]],
    [["ingest", "x"]],
    [["ingest", "x", "--format", "nyse", "--out", "o", "--symbol", "S"]],
    [["ingest", "x", "--format", "binance", "--out", "o", "--symbol", "S", "--levels", "0"]],
    [["ingest", "x", "--format", "binance", "--out", "o", "--symbol", "S", "--levels", "256"]],
    [["ingest", "x", "--format", "binance", "--out", "o", "--symbol", "S", "--tick-size", "-1"]],
    [["ingest", "x", "--format", "binance", "--out", "o", "--symbol", "../S"]],
    [["ingest", "x", "--format", "binance", "--out", "o", "--symbol", "S", "--no-such-flag"]],
  ])("exits with 2 for %j", async (args) => {
    const { exitCode, stdout, stderr } = await quarry(...args);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).not.toBe("");
  });

  test("exits with 1 for a file that is not there", async () => {
    const args = ["no-such-file", "--format", "binance", "--out", "o", "--symbol", "S"];
    const { exitCode, stderr } = await quarry("ingest", ...args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("no-such-file [NOT_FOUND]");
  });
});

describeShared("quarry ingest on a real capture", sharedPath("market-data", "binance"), () => {
  test("finds the known answers and writes one week", async () => {
    const out = await temporaryDirectory();
    const files = ["08", "09"].map((day) =>
      sharedPath("market-data", "binance", `cm_btcusd_perp_202408${day}.gz`),
    );
    const flags = ["--format", "binance", "--out", out, "--symbol", "BTCUSD_PERP", "--json"];
    const { exitCode, stdout } = await quarry("ingest", ...files, ...flags);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 44_772,
      trades: 5235,
      gaps: 0,
      crossed: 0,
      tickers: { shared: 1885, agreed: 1885 },
      tickSize: 0.1,
      lotSize: 1,
      stores: [
        {
          path: join(out, "BTCUSD_PERP.zarr", "2024-W32.zarr"),
          rows: 44_772,
          first: "2024-08-08T23:54:17.839000000Z",
          last: "2024-08-09T00:05:04.795000000Z",
        },
      ],
    });
    const reader = await BookStore.open(join(out, "BTCUSD_PERP.zarr", "2024-W32.zarr"));
    const rows = await reader.rows({ start: 0, end: 1 });
    expect([rows.bidTicks[0], rows.askTicks[0], rows.sequence[0]]).toEqual([
      618_047,
      618_048,
      1_007_198_635_121n,
    ]);
  });
});
