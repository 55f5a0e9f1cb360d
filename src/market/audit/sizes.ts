/** Sizes that are not above zero, and levels that have a price and no size, or a size and no price. */

import type { Field, LevelField, SideFields } from "../tables/table.ts";
import type { NumberColumn, TableBlock } from "../tables/table-blocks.ts";
import type { Check } from "./check.ts";

export class LevelSizes implements Check {
  readonly name = "sizes";
  readonly rule = "every level that has a price has a size above zero, and no other has one";
  readonly #sides: readonly SideFields[];

  constructor(sides: readonly SideFields[]) {
    this.#sides = sides.filter(({ sizes }) => sizes !== undefined);
  }

  inspect({ columns, count }: TableBlock, fault: (row: number) => void): void {
    const sides = this.#sides.map(({ prices, sizes }) => ({
      prices: columns.get(prices.column)!,
      sizes: columns.get(sizes!.column)!,
      priceField: prices,
      sizeField: sizes!,
    }));
    for (let row = 0; row < count; row += 1) {
      for (const { prices, sizes, priceField, sizeField } of sides) {
        if (areSized(prices, priceField, sizes, sizeField, row)) continue;
        fault(row);
        break;
      }
    }
  }
}

function areSized(
  prices: NumberColumn,
  priceField: LevelField,
  sizes: NumberColumn,
  sizeField: LevelField,
  row: number,
): boolean {
  let priceAt = priceField.first + row * priceField.rowItems;
  let sizeAt = sizeField.first + row * sizeField.rowItems;
  for (let level = 0; level < priceField.levels; level += 1) {
    const price = prices[priceAt]!;
    const size = sizes[sizeAt]!;
    const isThere = price !== priceField.missing && !Number.isNaN(price);
    const isRight = isThere ? size > 0 : size === sizeField.missing || Number.isNaN(size);
    if (!isRight) return false;
    priceAt += priceField.stride;
    sizeAt += sizeField.stride;
  }
  return true;
}

/** Of a trade, whose size is above zero, or of a bar, in which nothing may have been traded. */
export class RowSizes implements Check {
  readonly name = "sizes";
  readonly rule: string;
  readonly #field: Field;
  readonly #ofBars: boolean;

  constructor(field: Field, kind: "trades" | "bars") {
    this.#field = field;
    this.#ofBars = kind === "bars";
    this.rule = kind === "bars" ? "the volume is not below zero" : "the size is above zero";
  }

  inspect({ columns, count }: TableBlock, fault: (row: number) => void): void {
    const { column, first, rowItems } = this.#field;
    const sizes = columns.get(column)!;
    for (let row = 0; row < count; row += 1) {
      const size = sizes[first + row * rowItems]!;
      // A bar's volume is NaN where the source has none.
      const isRight = this.#ofBars ? !(size < 0) : size > 0;
      if (!isRight) fault(row);
    }
  }
}
