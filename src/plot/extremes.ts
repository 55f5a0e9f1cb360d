/** The least, the greatest, the mean and the last of what falls into each column of a picture: no extreme gets lost. */
export class Extremes {
  readonly least: Float64Array;
  readonly greatest: Float64Array;
  /** What came last. */
  readonly last: Float64Array;
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;

  constructor(columns: number) {
    this.least = new Float64Array(columns).fill(Number.NaN);
    this.greatest = new Float64Array(columns).fill(Number.NaN);
    this.last = new Float64Array(columns).fill(Number.NaN);
    this.#sums = new Float64Array(columns);
    this.#counts = new Uint32Array(columns);
  }

  add(column: number, value: number): void {
    // A comparison with NaN, as of an empty column, is false.
    if (!(this.least[column]! <= value)) this.least[column] = value;
    if (!(this.greatest[column]! >= value)) this.greatest[column] = value;
    this.last[column] = value;
    this.#sums[column]! += value;
    this.#counts[column]! += 1;
  }

  /** The columns into which something fell. */
  get filled(): number[] {
    return [...this.least.keys()].filter((column) => Number.isFinite(this.least[column]!));
  }

  /** NaN for a column into which nothing fell. */
  mean(column: number): number {
    return this.#sums[column]! / this.#counts[column]!;
  }

  /**
   * From the least to the greatest of all columns. A few columns that lie far outside of all others, as damaged values
   * do, do not decide for the others: then it is ten times the range of 98 % of the columns.
   */
  get range(): readonly [number, number] | undefined {
    const least = this.least.filter((value) => Number.isFinite(value)).sort();
    const greatest = this.greatest.filter((value) => Number.isFinite(value)).sort();
    if (least.length === 0 || greatest.length === 0) return undefined;
    const low = least[Math.floor(least.length * 0.01)]!;
    const high = greatest[Math.ceil(greatest.length * 0.99) - 1]!;
    const reach = 10 * (high - low);
    return reach === 0
      ? [least[0]!, greatest.at(-1)!]
      : [Math.max(least[0]!, low - reach), Math.min(greatest.at(-1)!, high + reach)];
  }
}
