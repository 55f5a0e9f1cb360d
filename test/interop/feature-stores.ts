/**
 * Stores of the ready-made schemas with real data: a capture's book and trades, the bars of a CSV file, and features
 * computed from the book, written as a user of the library would.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openGroup } from "../../src/index.ts";
import { createStore } from "../../src/market/create-from-schema.ts";
import { DecimalGrid } from "../../src/market/decimal-grid.ts";
import { ingestCapture } from "../../src/market/ingest.ts";
import { defineGroup, type GroupSchema } from "../../src/market/schema.ts";
import { SchemaWriter } from "../../src/market/schema-writer.ts";
import {
  barsSchema,
  bookSchema,
  futureOpportunitiesSchema,
  hurstExponentSchema,
  midPriceGroup,
  normalizationFeaturesSchema,
  normalizedBookSchema,
  priceVolumeSchema,
  rawBookSchema,
  tradesSchema,
} from "../../src/market/schemas/index.ts";
import type { TypedArray } from "../../src/metadata/typed-array.ts";
import { sharedPath } from "../kit/shared-path.ts";
import {
  type Book,
  futureOpportunities,
  hurstExponents,
  logFeatures,
  midPriceSeries,
  midPrices,
  normalizedBook,
  priceVolume,
  provenance,
  rawBook,
  type Trades,
  timestampsMs,
} from "./derived-features.ts";

const MARKET_DATA = sharedPath("market-data");
export const LEVELS = 20;
export const HORIZON_SECONDS = [10, 60];
export const WINDOWS = [256, 1024];

const arrayIn = async <Items extends TypedArray>(store: string, path: string): Promise<Items> =>
  (await (await (await openGroup(store)).array(path)).get()).data as unknown as Items;

/** What is in a capture, and where it was stored. */
export interface Market {
  readonly book: Book;
  readonly trades: Trades;
  /** Steps as decimal text. */
  readonly scale: { readonly tickSize: string; readonly lotSize: string };
  readonly path: string;
}

/** The capture of BTCUSDT, ingested into `folder`. */
export async function ingestedMarket(folder: string): Promise<Market> {
  const files = [join(MARKET_DATA, "binance", "usdm_btcusdt_20240808.gz")];
  const report = await ingestCapture({
    files,
    format: "binance",
    out: folder,
    symbol: "BTCUSDT",
    levels: LEVELS,
  });
  const { path } = report.stores[0]!;
  const at = <Items extends TypedArray>(name: string) => arrayIn<Items>(path, name);
  const { tick_size, lot_size } = (await openGroup(path)).attributes as Record<string, string>;
  const book: Book = {
    levels: LEVELS,
    tickSize: report.tickSize!,
    lotSize: report.lotSize!,
    eventNs: await at("ts_event"),
    arrivalNs: await at("ts_recv"),
    sequence: await at("sequence"),
    bidTicks: await at("bid_px"),
    bidLots: await at("bid_sz"),
    askTicks: await at("ask_px"),
    askLots: await at("ask_sz"),
  };
  const trades = {
    eventNs: await at<BigInt64Array>("trades/ts_event"),
    priceTicks: await at<Int32Array>("trades/px"),
    sizeLots: await at<Int32Array>("trades/sz"),
  };
  return { book, trades, scale: { tickSize: tick_size!, lotSize: lot_size! }, path };
}

const units = { priceUnits: "USDT", sizeUnits: "BTC" };

/** The raw book, and beside it every feature. */
function featuresSchema(): GroupSchema {
  const raw = rawBookSchema({ levelsPerSide: LEVELS, ...units });
  return defineGroup({
    ...raw,
    arrays: [
      ...raw.arrays,
      normalizedBookSchema({ levelsPerSide: LEVELS }),
      normalizationFeaturesSchema(),
      priceVolumeSchema(units),
      hurstExponentSchema({ windows: WINDOWS }),
      futureOpportunitiesSchema({ calculatorVersion: "1.0.0", horizonSeconds: HORIZON_SECONDS }),
    ],
    groups: [midPriceGroup(units)],
  });
}

export async function writeFeatures(path: string, { book, trades }: Market): Promise<void> {
  await createStore(path, featuresSchema(), { attributes: { symbol: "BTCUSDT" } });
  const writer = await SchemaWriter.open(path);
  const mids = midPrices(book);
  await writer.append({
    data: rawBook(book),
    timestamps: timestampsMs(book),
    snapshot_metadata: provenance(book),
    normalized: normalizedBook(book),
    normalization_features: logFeatures(book),
    price_volume: priceVolume(book, trades),
    hurst_exponent: Object.fromEntries(WINDOWS.map((rows) => [`hurst_${rows}`, hurstExponents(mids, rows)])),
    future_opportunities: futureOpportunities(book, HORIZON_SECONDS),
  });
  const { statistics, ...series } = midPriceSeries(book);
  await writer.append({ timestamps: timestampsMs(book), ...series }, { group: "mid_price" });
  await writer.set("mid_price/statistics", statistics);
  await writer.close();
}

/** The trades of the capture as a store of their own. */
export async function writeTrades(path: string, market: Market): Promise<void> {
  await createStore(path, tradesSchema({ ...market.scale, ...units }));
  const writer = await SchemaWriter.open(path);
  const names = ["ts_event", "ts_recv", "trade_id", "px", "sz", "side"];
  await writer.append(
    Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await arrayIn(market.path, `trades/${name}`)])),
    ),
  );
  await writer.close();
}

/** One-minute bars of `timestamp,open,high,low,close,volume`. */
export async function writeBars(path: string): Promise<void> {
  const text = await readFile(join(MARKET_DATA, "bars", "btc-perp-20211231-20220201_1m.csv"), "utf8");
  const rows = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(","));
  const grid = new DecimalGrid("1");
  const ticks = (column: number) => Int32Array.from(rows, (row) => grid.stepsOf(row[column]!));
  await createStore(path, barsSchema({ tickSize: grid.step, priceUnits: "USD", sizeUnits: "USD" }));
  const writer = await SchemaWriter.open(path);
  await writer.append({
    ts_event: BigInt64Array.from(
      rows,
      ([time]) => BigInt(Date.parse(`${time!.replace(" ", "T")}Z`)) * 1_000_000n,
    ),
    open: ticks(1),
    high: ticks(2),
    low: ticks(3),
    close: ticks(4),
    volume: Float64Array.from(rows, (row) => Number(row[5])),
  });
  await writer.close();
}

/** A book with units, as `bookSchema` makes it for whoever knows them: of the book that has been ingested. */
export async function writeBook(path: string, { book, scale }: Market): Promise<void> {
  await createStore(path, bookSchema({ levels: LEVELS, ...scale, ...units }));
  const writer = await SchemaWriter.open(path);
  await writer.append({
    ts_event: book.eventNs,
    ts_recv: book.arrivalNs,
    sequence: book.sequence,
    bid_px: book.bidTicks,
    bid_sz: book.bidLots,
    ask_px: book.askTicks,
    ask_sz: book.askLots,
  });
  await writer.set(
    "level",
    Uint8Array.from({ length: LEVELS }, (_, level) => level),
  );
  await writer.close();
}
