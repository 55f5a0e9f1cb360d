/** Bars that contradict themselves: a low above the high, an open or close outside of them. */

import type { Field, Table } from "../tables/table.ts";
import type { NumberColumn, TableBlock } from "../tables/table-blocks.ts";
import type { Check } from "./check.ts";

type BarFields = NonNullable<Table["bar"]>;

// A comparison with NaN is false: each rule asks for what must hold, so that a price that is no number breaks it.

export class BarRange implements Check {
  readonly name = "bar-range";
  readonly rule = "the high is not below the low";
  readonly #bar: BarFields;

  constructor(bar: BarFields) {
    this.#bar = bar;
  }

  inspect({ columns, count }: TableBlock, fault: (row: number) => void): void {
    const high = rowValues(columns, this.#bar.high);
    const low = rowValues(columns, this.#bar.low);
    for (let row = 0; row < count; row += 1) if (!(high(row) >= low(row))) fault(row);
  }
}

export class BarOpenClose implements Check {
  readonly name = "bar-open-close";
  readonly rule = "open and close are between low and high";
  readonly #bar: BarFields;

  constructor(bar: BarFields) {
    this.#bar = bar;
  }

  inspect({ columns, count }: TableBlock, fault: (row: number) => void): void {
    const open = rowValues(columns, this.#bar.open);
    const high = rowValues(columns, this.#bar.high);
    const low = rowValues(columns, this.#bar.low);
    const close = rowValues(columns, this.#bar.close);
    for (let row = 0; row < count; row += 1) {
      const isInside =
        open(row) >= low(row) && open(row) <= high(row) && close(row) >= low(row) && close(row) <= high(row);
      if (!isInside) fault(row);
    }
  }
}

function rowValues(
  columns: ReadonlyMap<string, NumberColumn>,
  { column, first, rowItems }: Field,
): (row: number) => number {
  const items = columns.get(column)!;
  return (row) => items[first + row * rowItems]!;
}
