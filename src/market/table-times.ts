/** How many rows a table has, and of what times, noted as they come. */

/** What a table holds, by the time of the exchange. */
export interface TableSummary {
  readonly rows: number;
  /** Earliest and latest; `undefined` where there are no rows. */
  readonly firstNs: bigint | undefined;
  readonly lastNs: bigint | undefined;
  /** Whether no row is earlier than the row before it: where not, time cannot be searched by halving. */
  readonly inOrder: boolean;
}

export class TableTimes {
  #rows = 0;
  #firstNs: bigint | undefined;
  #lastNs: bigint | undefined;
  #inOrder = true;

  get summary(): TableSummary {
    return { rows: this.#rows, firstNs: this.#firstNs, lastNs: this.#lastNs, inOrder: this.#inOrder };
  }

  /** Notes the times of rows `[from, to)`. */
  note(times: BigInt64Array, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const time = times[row]!;
      if (this.#lastNs === undefined || time >= this.#lastNs) this.#lastNs = time;
      else this.#inOrder = false;
      if (this.#firstNs === undefined || time < this.#firstNs) this.#firstNs = time;
    }
    this.#rows += to - from;
  }
}
