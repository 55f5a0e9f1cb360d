/** Sides whose prices do not move away from the best one, level by level, without holes. */

import type { LevelField, SideFields } from "../tables/table.ts";
import type { NumberColumn, TableBlock } from "../tables/table-blocks.ts";
import type { Check } from "./check.ts";

export class LevelOrder implements Check {
  readonly name = "level-order";
  readonly rule = "bids fall and asks rise from level to level, and no level follows one that is not there";
  readonly #sides: readonly [SideFields, SideFields];

  constructor(sides: readonly [SideFields, SideFields]) {
    this.#sides = sides;
  }

  inspect({ columns, count }: TableBlock, fault: (row: number) => void): void {
    const [bid, ask] = this.#sides;
    const bids = columns.get(bid.prices.column)!;
    const asks = columns.get(ask.prices.column)!;
    for (let row = 0; row < count; row += 1) {
      if (!isOrdered(bids, bid.prices, row, -1) || !isOrdered(asks, ask.prices, row, 1)) fault(row);
    }
  }
}

/** @param direction 1 where prices rise from level to level, -1 where they fall */
function isOrdered(prices: NumberColumn, field: LevelField, row: number, direction: 1 | -1): boolean {
  const { first, rowItems, levels, stride, missing } = field;
  let at = first + row * rowItems;
  let last = Number.NEGATIVE_INFINITY;
  for (let level = 0; level < levels; level += 1, at += stride) {
    const price = prices[at]!;
    if (price === missing || Number.isNaN(price)) {
      // Beyond every price: a level that follows is out of order.
      last = Number.POSITIVE_INFINITY;
      continue;
    }
    if (price * direction <= last) return false;
    last = price * direction;
  }
  return true;
}
