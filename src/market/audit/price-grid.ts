/**
 * Float prices that are no multiple of the tick: of a store that keeps ticks as integers, none can be.
 *
 * A float is the nearest one to its decimal price, so a price is on the grid when it lies within a last place of a
 * multiple of the tick. Where a last place is more than a quarter of the tick, a float cannot tell, and is let pass.
 */
import { parseDecimal } from "../decimal-grid.ts";
import type { LevelField } from "../tables/table.ts";
import type { NumberColumn, TableBlock } from "../tables/table-blocks.ts";
import type { Check } from "./check.ts";

export class PriceGrid implements Check {
  readonly name = "price-grid";
  readonly rule: string;
  readonly #fields: readonly LevelField[];
  /** The tick is `units` × 10^-`decimals`, with the power as `perUnit`. */
  readonly #units: number;
  readonly #perUnit: number;

  /** @param tick positive decimal text; @param origin where it comes from, in words */
  constructor(fields: readonly LevelField[], tick: string, origin: string) {
    const { units, decimals } = parseDecimal(tick)!;
    this.#fields = fields;
    this.#units = units;
    this.#perUnit = 10 ** decimals;
    this.rule = `every price is a multiple of ${tick} (${origin})`;
  }

  inspect({ columns, count }: TableBlock, fault: (row: number) => void): void {
    const fields = this.#fields.map((field) => ({ field, prices: columns.get(field.column)! }));
    for (let row = 0; row < count; row += 1) {
      if (!fields.every(({ field, prices }) => this.#areOnGrid(prices, field, row))) fault(row);
    }
  }

  #areOnGrid(prices: NumberColumn, field: LevelField, row: number): boolean {
    const lastPlace = LAST_PLACES[prices.BYTES_PER_ELEMENT]!;
    const quarterTick = this.#units / this.#perUnit / 4;
    let at = field.first + row * field.rowItems;
    for (let level = 0; level < field.levels; level += 1, at += field.stride) {
      const price = prices[at]!;
      if (price === field.missing || Number.isNaN(price)) continue;
      if (!Number.isFinite(price)) return false;
      const tolerance = Math.abs(price) * lastPlace;
      if (tolerance > quarterTick) continue;
      const steps = Math.round((price * this.#perUnit) / this.#units);
      // One division of whole numbers: the double nearest to the decimal price.
      if (!(Math.abs(price - (steps * this.#units) / this.#perUnit) <= tolerance)) return false;
    }
    return true;
  }
}

/** Relative distance of neighbouring floats, by their bytes; two of them for doubles, which are often computed. */
export const LAST_PLACES: Readonly<Record<number, number>> = { 2: 2 ** -10, 4: 2 ** -23, 8: 2 ** -51 };
