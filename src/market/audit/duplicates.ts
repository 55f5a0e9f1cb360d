/** Rows that are there already: the same as the row before, or a trade whose id has been. */

import type { StampColumn } from "../tables/steps.ts";
import type { NumberColumn, TableBlock } from "../tables/table-blocks.ts";
import type { Check } from "./check.ts";

/** Whole rows: time, id and every column, except for the time of arrival. */
export class RepeatedRows implements Check {
  readonly name = "duplicates";
  readonly rule: string;
  readonly #columns: readonly string[];
  /** The last row of the block before, in each column. */
  #last: ReadonlyMap<string, NumberColumn> = new Map();

  /** @param columns that are compared where time and id are the same */
  constructor(columns: readonly string[]) {
    this.#columns = columns;
    this.rule =
      columns.length === 0
        ? "no row has the time of the row before it"
        : "no row is the same as the row before it, whenever it arrived";
  }

  inspect(block: TableBlock, fault: (row: number) => void): void {
    const { timeSteps, idSteps, count } = block;
    for (let row = 0; row < count; row += 1) {
      if (timeSteps[row] !== 0 || (idSteps.length > 0 && idSteps[row] !== 0)) continue;
      if (this.#columns.every((column) => this.#repeats(column, block, row))) fault(row);
    }
    this.#last = new Map(
      this.#columns.map((column) => {
        const items = block.columns.get(column)!;
        return [column, items.slice(items.length - items.length / count)];
      }),
    );
  }

  #repeats(column: string, block: TableBlock, row: number): boolean {
    const items = block.columns.get(column)!;
    const rowItems = items.length / block.count;
    const before = row === 0 ? this.#last.get(column) : items;
    // Of the table before this one only time and id are known.
    if (before === undefined) return false;
    const beforeStart = row === 0 ? 0 : (row - 1) * rowItems;
    for (let item = 0; item < rowItems; item += 1) {
      if (!Object.is(items[row * rowItems + item], before[beforeStart + item])) return false;
    }
    return true;
  }
}

/** Trades that come twice lie this many trades apart at the most: as `quarry ingest` has it. */
const REMEMBERED_IDS = 65_536;

/**
 * Rows whose id is that of one of the last {@link REMEMBERED_IDS} rows, as a feed repeats them that was connected anew.
 * An id above all before it is new, which needs no memory but the ids themselves; they are put into a set when the
 * first id comes that is not.
 */
export class RepeatedIds implements Check {
  readonly name = "duplicates";
  readonly rule: string;
  readonly #recent: (number | bigint)[] = [];
  #next = 0;
  #known: Map<number | bigint, number> | undefined;
  /** How far the last id lies below the highest one. */
  #lag = 0;

  constructor(ids: string) {
    this.rule = `no ${ids} is among those of the ${REMEMBERED_IDS.toLocaleString("en")} rows before it`;
  }

  inspect({ ids, idSteps, count }: TableBlock, fault: (row: number) => void): void {
    const column: StampColumn = ids!;
    for (let row = 0; row < count; row += 1) {
      const step = idSteps[row]!;
      const advance = Number.isNaN(step) ? 1 : step - this.#lag;
      this.#lag = Math.max(0, -advance);
      const id = column[row]!;
      if (advance <= 0 && this.#isKnown(id)) fault(row);
      this.#remember(id);
    }
  }

  forget(): void {
    this.#lag = 0;
  }

  #isKnown(id: number | bigint): boolean {
    if (this.#known === undefined) {
      this.#known = new Map();
      for (const recent of this.#recent) this.#known.set(recent, (this.#known.get(recent) ?? 0) + 1);
    }
    return this.#known.has(id);
  }

  #remember(id: number | bigint): void {
    const forgotten = this.#recent[this.#next];
    this.#recent[this.#next] = id;
    this.#next = (this.#next + 1) % REMEMBERED_IDS;
    if (this.#known === undefined) return;
    this.#known.set(id, (this.#known.get(id) ?? 0) + 1);
    if (forgotten === undefined) return;
    const times = this.#known.get(forgotten)!;
    if (times === 1) this.#known.delete(forgotten);
    else this.#known.set(forgotten, times - 1);
  }
}
