/** Bars as growing columns: what a source produces and a writer takes. */
import { grownColumn } from "./growing-column.ts";

const INITIAL_ROWS = 1024;

export class BarRows {
  count = 0;
  /** Where the span of the bar begins, nanoseconds since 1970. */
  tsEventNs: BigInt64Array<ArrayBuffer> = new BigInt64Array(INITIAL_ROWS);
  openTicks: Int32Array<ArrayBuffer> = new Int32Array(INITIAL_ROWS);
  highTicks: Int32Array<ArrayBuffer> = new Int32Array(INITIAL_ROWS);
  lowTicks: Int32Array<ArrayBuffer> = new Int32Array(INITIAL_ROWS);
  closeTicks: Int32Array<ArrayBuffer> = new Int32Array(INITIAL_ROWS);
  /** In units of the instrument; `NaN` where the source has none. */
  volume: Float64Array<ArrayBuffer> = new Float64Array(INITIAL_ROWS);

  add(
    tsEventNs: bigint,
    openTicks: number,
    highTicks: number,
    lowTicks: number,
    closeTicks: number,
    volume: number,
  ): void {
    const row = this.count;
    if (row === this.tsEventNs.length) this.#reserve(row + 1);
    this.tsEventNs[row] = tsEventNs;
    this.openTicks[row] = openTicks;
    this.highTicks[row] = highTicks;
    this.lowTicks[row] = lowTicks;
    this.closeTicks[row] = closeTicks;
    this.volume[row] = volume;
    this.count = row + 1;
  }

  /** Appends rows `[from, to)` of `source`. */
  addRange(source: BarRows, from: number, to: number): void {
    const at = this.count;
    this.#reserve(at + to - from);
    for (const name of COLUMNS) this[name].set(source[name].subarray(from, to) as never, at);
    this.count = at + to - from;
  }

  clear(): void {
    this.count = 0;
  }

  #reserve(rows: number): void {
    this.tsEventNs = grownColumn(this.tsEventNs, rows);
    for (const name of PRICE_COLUMNS) this[name] = grownColumn(this[name], rows);
    this.volume = grownColumn(this.volume, rows);
  }
}

const PRICE_COLUMNS = ["openTicks", "highTicks", "lowTicks", "closeTicks"] as const;
const COLUMNS = ["tsEventNs", ...PRICE_COLUMNS, "volume"] as const;
