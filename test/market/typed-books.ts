/** Books of few levels, of any step types, for tests of what becomes of them. */
import { join } from "node:path";
import { BookRows, SIDE_CODES, TradeRows } from "../../src/market/book-rows.ts";
import { BookWriter, type BookWriterOptions } from "../../src/market/book-writer.ts";
import type { StepColumn, StepTypes } from "../../src/market/step-types.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

export const LEVELS = 3;
export const SCALE = {
  symbol: "BTCUSDT",
  levels: LEVELS,
  tickSize: "0.1",
  lotSize: "0.00000001",
  sync: "none",
} as const;
const SECOND_NS = 1_000_000_000n;
/** A minute before week 33 of 2024. */
export const START_NS = BigInt(Date.UTC(2024, 7, 11, 23, 59)) * 1_000_000n;
export const timeOf = (row: number) => START_NS + BigInt(row) * SECOND_NS;

export const NO_TRADES = new TradeRows();

export async function newWriter(options: Partial<BookWriterOptions> = {}) {
  const path = join(await temporaryDirectory(), "BTCUSDT.zarr");
  return { path, writer: new BookWriter({ ...SCALE, path, ...options }) };
}

/** A step, or none, as a test gives it. */
export type Step = number | undefined;

export interface DrawnRow {
  readonly bidTicks: readonly Step[];
  readonly bidLots: readonly Step[];
  readonly askTicks: readonly Step[];
  readonly askLots: readonly Step[];
  readonly trade: readonly [priceTicks: number, sizeLots: number];
}

export const COLUMNS = ["bidTicks", "bidLots", "askTicks", "askLots"] as const;
/** Of the arrays that hold {@link COLUMNS}. */
export const NAMES = {
  bidTicks: "bid_px",
  bidLots: "bid_sz",
  askTicks: "ask_px",
  askLots: "ask_sz",
} as const;

/** A row each second; what is undefined is a level that is not there. */
export function bookOf(
  drawn: readonly DrawnRow[],
  types: Partial<StepTypes>,
): { rows: BookRows; trades: TradeRows } {
  const rows = new BookRows(LEVELS, types);
  const trades = new TradeRows(types);
  for (const [index, row] of drawn.entries()) {
    const at = rows.add(timeOf(index), 0n, BigInt(index)) * LEVELS;
    for (const name of COLUMNS) {
      const missing = name.endsWith("Ticks") ? rows.missingTicks : rows.missingLots;
      for (const [level, step] of row[name].entries()) rows[name][at + level] = step ?? missing;
    }
    trades.add(timeOf(index), 0n, BigInt(index), row.trade[0], row.trade[1], SIDE_CODES.B);
  }
  return { rows, trades };
}

/** The first `count` steps, as numbers that compare. */
export const firstOf = (column: StepColumn, count: number) => [...column.subarray(0, count)];

/** A plain book of `count` rows, some of whose levels are not there. */
export function plainRows(count: number, types: Partial<StepTypes>, firstRow = 0): BookRows {
  const drawn = Array.from({ length: count }, (_, index): DrawnRow => {
    const row = firstRow + index;
    const isShort = row % 4 === 1;
    return {
      bidTicks: [600_000 + (row % 7), 599_990, isShort ? undefined : 599_980],
      bidLots: [1_000_000 + row, 2_000_000, isShort ? undefined : 3_000_000],
      askTicks: [600_010 + (row % 7), 600_020, 600_030],
      askLots: [500_000, 600_000 + row, 700_000],
      trade: [600_000, 1],
    };
  });
  const { rows } = bookOf(drawn, types);
  for (let row = 0; row < count; row += 1) rows.tsEventNs[row] = timeOf(firstRow + row);
  return rows;
}

export function plainTrades(count: number, types: Partial<StepTypes>): TradeRows {
  const trades = new TradeRows(types);
  for (let row = 0; row < count; row += 1) {
    trades.add(timeOf(row * 2), 0n, BigInt(row), 600_003, 10_000 * (row + 1), row % 2 === 0 ? 66 : 65);
  }
  return trades;
}
