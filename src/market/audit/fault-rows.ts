/** The rows at which one check found a fault: how many, the first of them, and all as ranges. */

/** Rows that a report names for each check. */
export const FIRST_ROWS_MAX = 10;
/** Ranges that are kept for each check: what goes into a store's attributes is bounded. */
export const RANGES_MAX = 1000;

/** Rows from `start` up to `end`, without it. */
export interface FaultRange {
  readonly start: number;
  readonly end: number;
}

export class FaultRows {
  readonly firstRows: number[] = [];
  /** In order, with no two that touch. The first {@link RANGES_MAX} of them. */
  readonly ranges: FaultRange[] = [];
  /** Whether there are ranges after the last one. */
  rangesCut = false;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Adds a row after all those before. */
  add(row: number): void {
    this.addRange({ start: row, end: row + 1 });
  }

  /** Adds rows after all those before. */
  addRange({ start, end }: FaultRange): void {
    for (let row = start; row < end && this.firstRows.length < FIRST_ROWS_MAX; row += 1) {
      this.firstRows.push(row);
    }
    this.#count += end - start;
    const last = this.ranges.at(-1);
    if (!this.rangesCut && last?.end === start) this.ranges[this.ranges.length - 1] = { ...last, end };
    else if (this.ranges.length < RANGES_MAX) this.ranges.push({ start, end });
    else this.rangesCut = true;
  }
}
