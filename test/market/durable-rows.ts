/** The rows that durable books are filled with in tests: row n is the same whoever writes it. */
import type { BookRows } from "../../src/market/index.ts";

export const DURABLE_SCALE = { symbol: "BTCUSDT", levels: 2, tickSize: "0.1", lotSize: "0.001" } as const;

export const ROWS_OF_A_BATCH = 7;

/** Nine rows before week 33 of 2024. */
const FIRST_NS = BigInt(Date.UTC(2024, 7, 11, 23, 59, 51)) * 1_000_000n;

export function timeOfRow(row: number): bigint {
  return FIRST_NS + BigInt(row) * 1_000_000_000n;
}

export function fillRow(rows: BookRows, row: number): void {
  const at = rows.add(timeOfRow(row), timeOfRow(row) + 5n, BigInt(row)) * DURABLE_SCALE.levels;
  for (let level = 0; level < DURABLE_SCALE.levels; level += 1) {
    rows.bidTicks[at + level] = 600_000 + row - level;
    rows.bidLots[at + level] = row + 1;
    rows.askTicks[at + level] = 600_001 + row + level;
    rows.askLots[at + level] = row + 2;
  }
}
