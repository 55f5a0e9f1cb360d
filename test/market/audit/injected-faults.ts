/** One fault of each kind, put into a row of a book: each breaks one rule, in that row alone. */
import type { CheckName } from "../../../src/market/audit/check.ts";
import type { BookColumns } from "./written-tables.ts";

export interface Injection {
  readonly check: CheckName;
  /** `row` is neither the first nor the last; the rows beside it are sound. */
  inject(book: BookColumns, row: number): void;
}

/** Exchanges of the values of two items. */
function swap(items: BookColumns["bidPx"], a: number, b: number): void {
  [items[a], items[b]] = [items[b]!, items[a]!];
}

export const INJECTIONS: readonly Injection[] = [
  {
    check: "time-order",
    inject: ({ times }, row) => {
      times[row] = times[row - 1]! - 1n;
    },
  },
  {
    check: "gaps",
    inject: ({ times }, row) => {
      // Longer than any that a real capture has by itself.
      for (let later = row; later < times.length; later += 1) times[later]! += 3_600_000_000_000n;
    },
  },
  {
    check: "duplicates",
    inject: ({ times, sequence, levels, bidPx, bidSz, askPx, askSz }, row) => {
      times[row] = times[row - 1]!;
      sequence[row] = sequence[row - 1]!;
      for (const items of [bidPx, bidSz, askPx, askSz]) {
        items.copyWithin(row * levels, (row - 1) * levels, row * levels);
      }
    },
  },
  {
    check: "sequence-breaks",
    inject: ({ sequence }, row) => {
      sequence[row] = sequence[row - 1]! - 1n;
    },
  },
  {
    check: "crossed",
    inject: ({ bidPx, askPx, levels }, row) => {
      bidPx[row * levels] = askPx[row * levels]! + 1;
    },
  },
  {
    check: "locked",
    inject: ({ bidPx, askPx, levels }, row) => {
      bidPx[row * levels] = askPx[row * levels]!;
    },
  },
  {
    check: "level-order",
    inject: ({ bidPx, levels }, row) => swap(bidPx, row * levels + 1, row * levels + 2),
  },
  {
    check: "level-order",
    inject: ({ askPx, levels }, row) => {
      askPx[row * levels + levels - 1] = askPx[row * levels + levels - 2]!;
    },
  },
  {
    check: "sizes",
    inject: ({ askSz, levels }, row) => {
      askSz[row * levels + levels - 1] = 0;
    },
  },
  {
    check: "sizes",
    inject: ({ bidSz, levels }, row) => {
      bidSz[row * levels] = -3;
    },
  },
];

/** Of float prices alone: ticks cannot be off the grid. */
export const OFF_GRID: Injection = {
  check: "price-grid",
  inject: ({ askPx, levels }, row) => {
    askPx[row * levels + levels - 1]! += 0.2;
  },
};
