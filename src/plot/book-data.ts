/**
 * What a picture of a book shows, counted into its columns in two passes over the rows: one for the prices that it has
 * to reach, one for what lies there. Memory is the picture's, whatever the number of rows.
 */
import { canBeOffGrid, priceTick } from "../market/audit/price-tick.ts";
import type { LevelField, SideFields, Table } from "../market/tables/table.ts";
import type { NumberColumn } from "../market/tables/table-blocks.ts";
import { DepthCells, type PriceBins, priceBins } from "./depth-cells.ts";
import { Extremes } from "./extremes.ts";
import type { Span } from "./frame.ts";
import { readableBlocks, type TimeColumns } from "./time-columns.ts";

export interface BookData {
  readonly columns: TimeColumns;
  /** Sizes and prices in steps of the first table; times `sizeScale` and `priceScale` they are coins and money. */
  readonly bids: DepthCells;
  readonly asks: DepthCells;
  readonly priceScale: number;
  readonly sizeScale: number;
  /** Halfway between best bid and best ask, and the way between them, in money. */
  readonly mid: Extremes;
  readonly spread: Extremes;
}

/** Bins of prices: three pixels each at least, so that single levels can be seen. */
const BINS_MAX = 190;

/**
 * @param gaps silences through which no state of the book holds
 * @param traded from the lowest to the highest price of a trade, which are to be in the picture
 */
export async function bookData(
  tables: readonly Table[],
  columns: TimeColumns,
  gaps: readonly Span[],
  traded: readonly [number, number] | undefined,
  signal: AbortSignal | undefined,
): Promise<BookData | undefined> {
  const priceScale = scaleOf(tables[0]!, tables[0]!.sides![0].prices);
  const sizeField = tables[0]!.sides![0].sizes;
  const sizeScale = sizeField === undefined ? 1 : scaleOf(tables[0]!, sizeField);
  const units = { priceScale, sizeScale };
  const tick = await finestTick(tables, priceScale);
  const tradedTicks = traded?.map((price) => price / priceScale) ?? [];
  const bins = await binsOf(tables, columns, units, tick, tradedTicks, signal);
  if (bins === undefined) return undefined;
  const levels = Math.max(...tables.map(({ sides }) => sides![0].prices.levels));
  const data: BookData = {
    columns,
    bids: new DepthCells(columns.count, bins, levels),
    asks: new DepthCells(columns.count, bins, levels),
    priceScale,
    sizeScale,
    mid: new Extremes(columns.count),
    spread: new Extremes(columns.count),
  };
  const gapEnds = new Set(gaps.map(({ toMs }) => toMs));
  for await (const { table, block, timesMs } of readableBlocks(tables, ({ columns }) => columns, signal)) {
    const sides = table.sides!.map((side) => columnsOf(table, side, block.columns, units));
    const [bid, ask] = sides as [SideColumns, SideColumns];
    for (let row = 0; row < block.count; row += 1) {
      const column = columns.at(timesMs[row]!);
      if (column === undefined) continue;
      const holds = !gapEnds.has(timesMs[row]!);
      addDepth(data.bids, column, bid, row, holds);
      addDepth(data.asks, column, ask, row, holds);
      const bestBid = bestPrice(bid, row);
      const bestAsk = bestPrice(ask, row);
      if (Number.isNaN(bestBid) || Number.isNaN(bestAsk)) continue;
      data.mid.add(column, ((bestBid + bestAsk) / 2) * priceScale);
      // Whole ticks: the difference of two floats shows their last places.
      data.spread.add(column, Math.round((bestAsk - bestBid) / tick) * tick * priceScale);
    }
  }
  data.bids.finish();
  data.asks.finish();
  return data;
}

interface SideColumns {
  readonly prices: NumberColumn;
  readonly priceField: LevelField;
  readonly sizes: NumberColumn | undefined;
  readonly sizeField: LevelField | undefined;
}

/** What one step of prices and of sizes is, of the first table. */
interface Units {
  readonly priceScale: number;
  readonly sizeScale: number;
}

/** In the units of the first table: a week may have a tick or a lot of its own. */
function columnsOf(
  table: Table,
  { prices, sizes }: SideFields,
  columns: ReadonlyMap<string, NumberColumn>,
  { priceScale, sizeScale }: Units,
): SideColumns {
  return {
    prices: inUnits(columns.get(prices.column)!, prices, scaleOf(table, prices) / priceScale),
    priceField: prices,
    sizes: sizes && inUnits(columns.get(sizes.column)!, sizes, scaleOf(table, sizes) / sizeScale),
    sizeField: sizes,
  };
}

function inUnits(numbers: NumberColumn, { missing }: LevelField, factor: number): NumberColumn {
  if (factor === 1) return numbers;
  return Float64Array.from(numbers, (number) => (number === missing ? missing : number * factor));
}

function addDepth(cells: DepthCells, column: number, side: SideColumns, row: number, holds: boolean): void {
  const { prices, priceField, sizes, sizeField } = side;
  if (sizes === undefined || sizeField === undefined) return;
  cells.add(column, prices, priceField, sizes, sizeField, row, holds);
}

/** NaN where the side is empty. */
function bestPrice({ prices, priceField: { first, rowItems, missing } }: SideColumns, row: number): number {
  const price = prices[first + row * rowItems]!;
  return price === missing ? Number.NaN : price;
}

/** From the lowest best bid to the highest best ask, and as far beyond as the book is deep on average. */
async function binsOf(
  tables: readonly Table[],
  columns: TimeColumns,
  units: Units,
  tick: number,
  traded: readonly number[],
  signal: AbortSignal | undefined,
): Promise<PriceBins | undefined> {
  const bids = new Extremes(columns.count);
  const asks = new Extremes(columns.count);
  let depths = 0;
  let depthSum = 0;
  const priceColumns = ({ sides, columns: all }: Table): Table["columns"] =>
    new Map(sides!.map(({ prices }) => [prices.column, all.get(prices.column)!]));
  for await (const { table, block, timesMs } of readableBlocks(tables, priceColumns, signal)) {
    for (const [side, extremes] of [[table.sides![0], bids] as const, [table.sides![1], asks] as const]) {
      const own = columnsOf(table, { ...side, sizes: undefined }, block.columns, units);
      for (let row = 0; row < block.count; row += 1) {
        const column = columns.at(timesMs[row]!);
        const best = bestPrice(own, row);
        if (column === undefined || Number.isNaN(best)) continue;
        extremes.add(column, best);
        if (row % DEPTH_SAMPLE !== 0) continue;
        depthSum += Math.abs(deepestPrice(own, row) - best);
        depths += 1;
      }
    }
  }
  const [bidRange, askRange] = [bids.range, asks.range];
  if (bidRange === undefined || askRange === undefined) return undefined;
  const depth = depthSum / Math.max(1, depths);
  const low = Math.min(bidRange[0], askRange[0]) - depth;
  const high = Math.max(bidRange[1], askRange[1]) + depth;
  return priceBins(Math.min(low, ...traded), Math.max(high, ...traded), tick, BINS_MAX);
}

/** Of so many rows one tells how deep the book is. */
const DEPTH_SAMPLE = 16;

function deepestPrice({ prices, priceField }: SideColumns, row: number): number {
  const { first, rowItems, levels, stride, missing } = priceField;
  for (let level = levels - 1; level > 0; level -= 1) {
    const price = prices[first + row * rowItems + level * stride]!;
    if (price !== missing && !Number.isNaN(price)) return price;
  }
  return prices[first + row * rowItems]!;
}

/** The smallest step of all prices, in those of the first table. */
async function finestTick(tables: readonly Table[], priceScale: number): Promise<number> {
  const ticks = new Map<number, number>();
  for (const table of tables) {
    const factor = scaleOf(table, table.sides![0].prices) / priceScale;
    // Weeks are of one scale but for few, and a sample of prices is read to find a tick.
    if (!ticks.has(factor)) ticks.set(factor, (await tickOf(table)) * factor);
  }
  return Math.min(...ticks.values());
}

/** The smallest step of the stored prices: one, where they are ticks. */
async function tickOf(table: Table): Promise<number> {
  const fields = table.sides!.map(({ prices }) => prices);
  const { dataType } = table.columns.get(fields[0]!.column)!;
  if (!canBeOffGrid(dataType)) return 1;
  const tick = await priceTick(table, fields, undefined);
  return tick === undefined ? 1 : Number(tick.step);
}

/** What a stored number is multiplied by, as CF has it. */
export function scaleOf(table: Table, { column }: { readonly column: string }): number {
  const scale = table.columns.get(column)!.attributes.scale_factor;
  return typeof scale === "number" && scale > 0 ? scale : 1;
}
