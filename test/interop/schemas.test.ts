/**
 * Every ready-made schema, written with real data and opened in Python with xarray: types, dimensions, units and
 * values. The book comes from a capture through `quarry ingest`'s way, the features are computed from it.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openGroup } from "../../src/index.ts";
import type { TypedArray } from "../../src/metadata/typed-array.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import {
  type Book,
  futureOpportunities,
  hurstExponents,
  midPriceSeries,
  midPrices,
  normalizedBook,
  rawBook,
  type Trades,
  timestampsMs,
} from "./derived-features.ts";
import {
  HORIZON_SECONDS,
  ingestedMarket,
  LEVELS,
  WINDOWS,
  writeBars,
  writeBook,
  writeFeatures,
  writeTrades,
} from "./feature-stores.ts";
import { askPython } from "./python.ts";
import { bytesOf, sha256 } from "./values.ts";

interface Variable {
  readonly dimensions: readonly string[];
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly units: string | null;
  readonly description: string | null;
  readonly columns: readonly string[] | null;
  readonly columnUnits: readonly string[] | null;
  readonly storedSha256: string;
  readonly missing: number;
  readonly first: string | number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface SeenGroup {
  readonly schema: string | null;
  readonly index: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Coordinates of text: the names of columns. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly variables: Readonly<Record<string, Variable>>;
}

const MARKET_DATA = sharedPath("market-data");

let folder: string;
let book: Book;
let trades: Trades;
let seen: readonly SeenGroup[];

describeShared("a ready-made schema with real data, in xarray", MARKET_DATA, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "quarry-interop-"));
    const market = await ingestedMarket(folder);
    book = market.book;
    trades = market.trades;
    const path = (name: string) => join(folder, name);
    await writeFeatures(path("features.zarr"), market);
    await writeTrades(path("trades.zarr"), market);
    await writeBars(path("bars.zarr"));
    await writeBook(path("book.zarr"), market);
    const groups = [
      { store: path("features.zarr"), group: null },
      { store: path("features.zarr"), group: "mid_price" },
      { store: path("trades.zarr"), group: null },
      { store: path("bars.zarr"), group: null },
      { store: path("book.zarr"), group: null },
    ];
    seen = (await askPython<{ groups: readonly SeenGroup[] }>("read_schemas.py", { groups })).groups;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const expectStored = (variable: Variable, items: TypedArray) =>
    expect(variable.storedSha256).toBe(sha256(bytesOf(items)));
  const NANOSECONDS = "nanoseconds since 1970-01-01";

  it("every variable says in words what it is", () => {
    for (const { variables } of seen) {
      for (const [name, { description }] of Object.entries(variables)) {
        expect(description, name).toMatch(/^\w.{5,}/);
      }
    }
  });

  it("every column has a name, by which xarray selects it, and units", () => {
    const { variables } = seen[0]!;
    const columns = Object.entries(variables).filter(([, { columns }]) => columns !== null);
    expect(columns).toHaveLength(6);
    for (const [name, variable] of columns) {
      expect(seen[0]!.labels[variable.dimensions.at(-1)!], name).toEqual(variable.columns);
      expect(variable.columnUnits, name).toHaveLength(variable.columns!.length);
      expect(variable.columnUnits, name).not.toContain("");
    }
  });

  it("RawBookSchema: floats, milliseconds and provenance", () => {
    const { schema, index, attributes, variables } = seen[0]!;
    const rows = book.eventNs.length;
    expect(schema).toBe("quarry.raw-book");
    expect(attributes).toMatchObject({ symbol: "BTCUSDT", levels_per_side: LEVELS });
    expect(index).toEqual({ timestamps: "datetime64[ns]" });
    expect(variables.data).toMatchObject({
      dimensions: ["timestamps", "level", "field"],
      shape: [rows, 2 * LEVELS, 3],
      dtype: "float32",
      columns: ["price", "size", "count"],
      columnUnits: ["USDT", "BTC", "1"],
    });
    expectStored(variables.data!, rawBook(book));
    expect(variables.timestamps).toMatchObject({ units: "milliseconds since 1970-01-01" });
    const firstMs = Number(timestampsMs(book)[0]);
    expect(variables.timestamps!.first).toBe(new Date(firstMs).toISOString().replace("Z", "000000"));
    expectStored(variables.timestamps!, timestampsMs(book));
    expect(variables.snapshot_metadata).toMatchObject({
      dimensions: ["timestamps", "provenance"],
      columns: ["local_ms", "update_id", "latency_ms", "gap_ms"],
      columnUnits: ["milliseconds since 1970-01-01", "1", "milliseconds", "milliseconds"],
    });
  });

  it("NormalizedBookSchema: float32 in Python, stored as float16", async () => {
    const { normalized } = seen[0]!.variables;
    expect(normalized).toMatchObject({ dtype: "float32", units: "1e-4", missing: 0 });
    const array = await (await openGroup(join(folder, "features.zarr"))).array("normalized");
    expect(array.codecs.map(({ name }) => name)).toEqual([
      ...["numcodecs.astype", "quarry.temporal", "bytes", "numcodecs.shuffle", "zstd"],
    ]);
    const decoded = (await array.get()).data as Float32Array;
    expectStored(normalized!, decoded);
    for (const [at, value] of normalizedBook(book).entries()) {
      expect(Math.abs(decoded[at]! - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -11);
    }
  });

  it("features: log-scaled, price and volume, Hurst exponents, future opportunities", () => {
    const { normalization_features, price_volume, hurst_exponent, future_opportunities } = seen[0]!.variables;
    expect(normalization_features).toMatchObject({ dtype: "float32", units: "1", missing: 0 });
    expect(price_volume).toMatchObject({ dtype: "float64", columnUnits: ["USDT", "BTC"] });
    expect(hurst_exponent).toMatchObject({
      units: "1",
      columns: ["hurst_256", "hurst_1024"],
      attributes: { window_rows: WINDOWS },
      missing: WINDOWS.reduce(
        (count, rows) => count + hurstExponents(midPrices(book), rows).filter(Number.isNaN).length,
        0,
      ),
    });
    expect(future_opportunities).toMatchObject({
      dimensions: ["timestamps", "horizon", "metric"],
      units: "1",
      columns: ["best_return", "worst_return", "final_return"],
      attributes: {
        calculator_version: "1.0.0",
        metrics_enum: { BEST_RETURN: 0, WORST_RETURN: 1, FINAL_RETURN: 2 },
        horizon_seconds: HORIZON_SECONDS,
      },
    });
    expectStored(future_opportunities!, futureOpportunities(book, HORIZON_SECONDS));
  });

  it("MidPriceGroup: three series and their statistics", () => {
    const { index, variables } = seen[1]!;
    const { raw, normalized, log2, statistics } = midPriceSeries(book);
    expect(index).toEqual({ timestamps: "datetime64[ns]" });
    expect(variables.raw).toMatchObject({ dtype: "float64", units: "USDT", dimensions: ["timestamps"] });
    expect(variables.normalized).toMatchObject({ units: "1" });
    expect(variables.log2).toMatchObject({ units: "1" });
    expect(variables.statistics).toMatchObject({ shape: [3, 4], columns: ["mean", "std", "min", "max"] });
    expectStored(variables.raw!, raw);
    expectStored(variables.normalized!, normalized);
    expectStored(variables.log2!, log2);
    expectStored(variables.statistics!, statistics);
  });

  it("TradesSchema: prices and sizes as floats, sides as flags", () => {
    const { index, variables } = seen[2]!;
    expect(index).toEqual({ ts_event: "datetime64[ns]" });
    expect(variables.ts_event).toMatchObject({ units: NANOSECONDS });
    expect(variables.px).toMatchObject({ dtype: "float64", units: "USDT" });
    expect(variables.px!.first).toBe(trades.priceTicks[0]! * book.tickSize);
    expect(variables.sz).toMatchObject({ dtype: "float64", units: "BTC" });
    expect(variables.side).toMatchObject({
      dtype: "uint8",
      attributes: { flag_meanings: "buyer seller none" },
    });
  });

  it("BarsSchema: 45,031 minutes of open, high, low, close and volume", () => {
    const { schema, index, variables } = seen[3]!;
    expect(schema).toBe("quarry.bars");
    expect(index).toEqual({ ts_event: "datetime64[ns]" });
    expect(variables.ts_event).toMatchObject({
      shape: [45_031],
      units: NANOSECONDS,
      first: "2021-12-31T23:01:00.000000000",
    });
    for (const name of ["open", "high", "low", "close"]) {
      expect(variables[name]).toMatchObject({ dtype: "float64", units: "USD", missing: 0 });
    }
    expect(variables.close!.first).toBe(46_377);
    expect(variables.volume).toMatchObject({ dtype: "float64", units: "USD", first: 2_300_413.7295 });
  });

  it("BookSchema: float prices and sizes with units, by time and level", () => {
    const { schema, index, variables } = seen[4]!;
    expect(schema).toBe("quarry.book");
    expect(index).toEqual({ ts_event: "datetime64[ns]", level: "uint8" });
    for (const side of ["bid", "ask"]) {
      expect(variables[`${side}_px`]).toMatchObject({ dtype: "float64", units: "USDT", missing: 0 });
      expect(variables[`${side}_sz`]).toMatchObject({ dtype: "float64", units: "BTC", missing: 0 });
    }
    expect(variables.bid_px!.first).toBe(book.bidTicks[0]! * book.tickSize);
    expectStored(variables.bid_px!, book.bidTicks);
  });
});
