import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AuditReport, audit, type TableReport } from "../../../src/market/audit/audit.ts";
import { recordAudit } from "../../../src/market/audit/record.ts";
import { ingestCapture } from "../../../src/market/ingest.ts";
import { openGroup } from "../../../src/zarr/open.ts";
import { directoryState } from "../../kit/directory-state.ts";
import { describeShared, sharedPath } from "../../kit/shared.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";
import { INJECTIONS } from "./injected-faults.ts";
import { type BookColumns, TIME_ATTRIBUTES, writeTable } from "./written-tables.ts";

function tableAt({ tables }: AuditReport, path: string): TableReport {
  return tables.find((table) => table.path === path)!;
}

function faultCounts({ checks }: TableReport): Record<string, number> {
  return Object.fromEntries(
    checks.filter(({ faults }) => faults > 0).map(({ name, faults }) => [name, faults]),
  );
}

const CAPTURES = ["08", "09"].map((day) => sharedPath(`market-data/binance/cm_btcusd_perp_202408${day}.gz`));

describeShared("an audit of a captured book", CAPTURES[0]!, () => {
  let directory: string;
  let captured: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "quarry-test-"));
    await ingestCapture({ files: CAPTURES, format: "binance", out: directory, symbol: "BTCUSD_PERP" });
    captured = join(directory, "BTCUSD_PERP.zarr/2024-W32.zarr");
  });
  afterAll(() => rm(directory, { recursive: true }));

  test("finds nothing in it, trades included", async () => {
    const report = await audit(captured);
    expect(report).toMatchObject({ ok: true, rows: 44_772 + 5235, successPercent: 100 });
    expect(report.tables.map(({ path, kind, rows }) => [path, kind, rows])).toEqual([
      ["/", "book", 44_772],
      ["/trades", "trades", 5235],
    ]);
  });

  test("finds each fault where it was put in", async () => {
    const path = join(await temporaryDirectory(), "2024-W32.zarr");
    await cp(captured, path, { recursive: true });
    const group = await openGroup(path, { mode: "r+" });
    const names = ["ts_event", "sequence", "bid_px", "bid_sz", "ask_px", "ask_sz"] as const;
    const arrays = await Promise.all(names.map((name) => group.array(name)));
    const [times, sequence, bidPx, bidSz, askPx, askSz] = await Promise.all(
      arrays.map(async (array) => (await array.get()).data as never),
    );
    const book = { levels: 20, times, sequence, bidPx, bidSz, askPx, askSz } as unknown as BookColumns;
    const expected: Record<string, number[]> = {};
    for (const [place, { check, inject }] of INJECTIONS.entries()) {
      const row = 1000 + place * 4001;
      inject(book, row);
      expected[check] = [...(expected[check] ?? []), row];
    }
    for (const [index, items] of [times, sequence, bidPx, bidSz, askPx, askSz].entries()) {
      await arrays[index]!.set(null, items as never);
    }
    const report = await audit(path);
    const found = tableAt(report, "/").checks.filter(({ faults }) => faults > 0);
    expect(Object.fromEntries(found.map(({ name, firstRows }) => [name, firstRows]))).toEqual(expected);
    expect(report).toMatchObject({ ok: false, faultyRows: INJECTIONS.length });
  });

  test("is recorded in the attributes, with the ranges of rows, and the store stays consolidated", async () => {
    const path = join(await temporaryDirectory(), "2024-W32.zarr");
    await cp(captured, path, { recursive: true });
    const asks = await (await openGroup(path, { mode: "r+" })).array("ask_px");
    await asks.set([3, 0], 1);
    const { attributes } = await openGroup(path);
    const report = await audit(path);
    expect(await recordAudit(path, report)).toEqual({ recorded: ["/", "/trades"], failures: [] });
    const group = await openGroup(path);
    expect(group.metadata.consolidated?.get("trades")?.attributes).toHaveProperty("audit");
    const { audit: recorded, ...others } = group.attributes as Record<string, unknown>;
    expect(Object.keys(others)).toEqual(Object.keys(attributes));
    expect(recorded).toMatchObject({
      rows: 44_772,
      faulty_rows: 1,
      success_percent: report.tables[0]!.successPercent,
    });
    const { checks } = recorded as { checks: { name: string; faults: number; ranges: number[][] }[] };
    expect(checks.filter(({ faults }) => faults > 0)).toMatchObject([
      { name: "crossed", ranges: [[3, 4]], ranges_cut: false },
    ]);
  });
});

const LEGACY = sharedPath("legacy");

describeShared("an audit of stores of the older layout", LEGACY, () => {
  test("goes on past weeks and chunks that cannot be read, and finds what decodes to wrong values", async () => {
    const path = join(LEGACY, "weekly-v2/BTCUSDT.zarr");
    const report = await audit(path);
    expect(report.tables.map(({ path, kind, rows, faultyRows }) => [path, kind, rows, faultyRows])).toEqual([
      ["/2024-W32.zarr", "snapshots", 2000, 0],
      // A week after the last row of W32, and two weeks after that of W33.
      ["/2024-W33.zarr", "snapshots", 1200, 1],
      ["/2024-W35.zarr", "snapshots", 1500, 455],
      ["/2024-W37.zarr", "snapshots", 0, 0],
      ["/2024-W38.zarr", "series", 300, 0],
    ]);
    expect(report.failures.map(({ path, code }) => [path, code])).toEqual([
      ["/2024-W34.zarr", "NOT_FOUND"],
      ["/2024-W36.zarr", "SHAPE_MISMATCH"],
      ["/2024-W38.zarr/data", "METADATA_INVALID"],
    ]);
    const corrupt = tableAt(report, "/2024-W35.zarr");
    // Chunks of 150 rows: 1, 3 and 8 are damaged so that it shows, 6 decodes to other values.
    expect(corrupt.checks[0]).toMatchObject({
      name: "unreadable",
      faults: 450,
      ranges: [
        { start: 150, end: 300 },
        { start: 450, end: 600 },
        { start: 1200, end: 1350 },
      ],
    });
    expect(faultCounts(corrupt)).toEqual({ unreadable: 450, gaps: 1, "level-order": 4 });
    const { firstRows } = corrupt.checks.find(({ name }) => name === "level-order")!;
    expect(firstRows.every((row) => row >= 900 && row < 1050)).toBe(true);
  });

  test("reads sharded stores of Zarr v3", async () => {
    const report = await audit(join(LEGACY, "weekly-v3"));
    expect(report.tables.map(({ path, rows, faultyRows }) => [path, rows, faultyRows])).toEqual([
      ["/BTC-USDT.zarr/2022-W19.zarr", 98, 0],
      ["/BTCUSDT.zarr/2024-W32.zarr", 2000, 0],
      ["/BTCUSDT.zarr/2024-W33.zarr", 1536, 768],
      ["/BTCUSDT.zarr/2024-W34.zarr", 500, 0],
    ]);
    expect(faultCounts(report.tables[2]!)).toMatchObject({ unreadable: 640, "price-grid": 128 });
  });

  test("cannot be recorded in Zarr v2, and says so", async () => {
    const path = join(await temporaryDirectory(), "2024-W33.zarr");
    await cp(join(LEGACY, "weekly-v2/BTCUSDT.zarr/2024-W33.zarr"), path, { recursive: true });
    const before = await directoryState(path);
    const { recorded, failures } = await recordAudit(path, await audit(path));
    expect([recorded, failures.map(({ path, code }) => [path, code])]).toEqual([
      [],
      [["/", "UNSUPPORTED_FORMAT"]],
    ]);
    expect(await directoryState(path)).toEqual(before);
  });
});

const BARS = sharedPath("market-data/bars");

describeShared("an audit of real bars", BARS, () => {
  // The 13 were made up by interpolation: 46819.25 and the like, in a market of whole dollars.
  test.each([
    ["gbpusd-m1-bid-2012.csv", 30_117, { gaps: 111 }, 11_644],
    ["btc-perp-20211231-20220201_1m.csv", 45_031, { "price-grid": 13 }, 0],
  ])("finds what is wrong with %s", async (file, rows, faults, missingRows) => {
    const [, ...lines] = (await readFile(join(BARS, file), "utf8")).trimEnd().split("\n");
    const cells = lines.map((line) => line.split(","));
    const column = (index: number) => ({
      data: Float64Array.from(cells, (row) => Number(row[index])),
      shape: [rows],
    });
    const times = cells.map(([time]) => BigInt(Date.parse(`${time!.slice(0, 19)}Z`)) * 1_000_000n);
    const path = join(await temporaryDirectory(), "bars.zarr");
    await writeTable(
      path,
      "ts_event",
      {
        ts_event: { data: BigInt64Array.from(times), shape: [rows], attributes: TIME_ATTRIBUTES },
        open: column(1),
        high: column(2),
        low: column(3),
        close: column(4),
      },
      { chunkRows: 8192 },
    );
    const report = await audit(path);
    expect(report.rows).toBe(rows);
    expect(faultCounts(report.tables[0]!)).toEqual(faults);
    const { figures } = report.tables[0]!.checks.find(({ name }) => name === "gaps")!;
    expect(figures.missingRows).toBe(missingRows);
  });
});
