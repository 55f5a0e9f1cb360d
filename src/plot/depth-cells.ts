/**
 * The depth of a book as cells: the mean size that rests in a span of time (a column) between two prices (a bin). A
 * state of the book holds until the next one: columns without a row show the last row before them, unless nothing came
 * for so long that it is a gap.
 */
import type { LevelField } from "../market/tables/table.ts";
import type { NumberColumn } from "../market/tables/table-blocks.ts";

export interface PriceBins {
  /** Lower edge of the first bin, in the units of the column. */
  readonly low: number;
  readonly binSize: number;
  readonly count: number;
}

/** Bins of whole ticks between two prices, at most `countMax` of them. */
export function priceBins(low: number, high: number, tick: number, countMax: number): PriceBins {
  const first = Math.round(low / tick);
  const ticks = Math.round(high / tick) - first + 1;
  const ticksPerBin = Math.max(1, Math.ceil(ticks / countMax));
  // A bin is around its prices: half a tick lower.
  return { low: (first - 0.5) * tick, binSize: ticksPerBin * tick, count: Math.ceil(ticks / ticksPerBin) };
}

export class DepthCells {
  readonly bins: PriceBins;
  readonly columns: number;
  /** Size in bin `b` of column `c` at `c * bins.count + b`. */
  readonly sizes: Float64Array;
  readonly #rows: Uint32Array;
  /** What the last row added to its column: sizes, and in which bins. */
  readonly #lastBins: Int32Array;
  readonly #lastSizes: Float64Array;
  #lastCount = 0;
  #lastColumn: number | undefined;

  /** @param levels of a row, at most */
  constructor(columns: number, bins: PriceBins, levels: number) {
    this.#lastBins = new Int32Array(levels);
    this.#lastSizes = new Float64Array(levels);
    this.columns = columns;
    this.bins = bins;
    this.sizes = new Float64Array(columns * bins.count);
    this.#rows = new Uint32Array(columns);
  }

  /**
   * Adds a row of a book to its column.
   * @param holds whether the row before held until this one
   */
  add(
    column: number,
    prices: NumberColumn,
    priceField: LevelField,
    sizes: NumberColumn,
    sizeField: LevelField,
    row: number,
    holds: boolean,
  ): void {
    if (holds) this.#holdUntil(column);
    const { low, binSize, count } = this.bins;
    let added = 0;
    let priceAt = priceField.first + row * priceField.rowItems;
    let sizeAt = sizeField.first + row * sizeField.rowItems;
    for (let level = 0; level < priceField.levels; level += 1) {
      const price = prices[priceAt]!;
      const size = sizes[sizeAt]!;
      priceAt += priceField.stride;
      sizeAt += sizeField.stride;
      const bin = Math.floor((price - low) / binSize);
      if (price === priceField.missing || !(size > 0) || !(bin >= 0 && bin < count)) continue;
      this.sizes[column * count + bin]! += size;
      this.#lastBins[added] = bin;
      this.#lastSizes[added] = size;
      added += 1;
    }
    this.#rows[column]! += 1;
    this.#lastCount = added;
    this.#lastColumn = column;
  }

  /** Turns sums into means. To be called once, after the last row. */
  finish(): void {
    for (let column = 0; column < this.columns; column += 1) {
      const rows = this.#rows[column]!;
      if (rows < 2) continue;
      const start = column * this.bins.count;
      for (let cell = start; cell < start + this.bins.count; cell += 1) this.sizes[cell]! /= rows;
    }
  }

  #holdUntil(column: number): void {
    if (this.#lastColumn === undefined) return;
    for (let empty = this.#lastColumn + 1; empty < column; empty += 1) {
      if (this.#rows[empty] !== 0) continue;
      this.#rows[empty] = 1;
      for (let level = 0; level < this.#lastCount; level += 1) {
        this.sizes[empty * this.bins.count + this.#lastBins[level]!]! += this.#lastSizes[level]!;
      }
    }
  }
}
