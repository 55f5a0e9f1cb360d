/** Bars as growing columns: what a source produces and a writer takes. Prices are ticks as in `BookRows`. */
import { grownColumn } from "./growing-column.ts";
import { copySteps } from "./step-columns.ts";
import {
  type StepColumn,
  type StepType,
  type StepTypeOptions,
  stepColumn,
  stepTypesOf,
} from "./step-types.ts";

const INITIAL_ROWS = 1024;

export class BarRows {
  readonly priceType: StepType;
  count = 0;
  /** Where the span of the bar begins, nanoseconds since 1970. */
  tsEventNs: BigInt64Array<ArrayBuffer> = new BigInt64Array(INITIAL_ROWS);
  openTicks: StepColumn;
  highTicks: StepColumn;
  lowTicks: StepColumn;
  closeTicks: StepColumn;
  /** In units of the instrument; `NaN` where the source has none. */
  volume: Float64Array<ArrayBuffer> = new Float64Array(INITIAL_ROWS);

  constructor(options: Pick<StepTypeOptions, "priceType"> = {}) {
    const { priceType } = stepTypesOf(options);
    this.priceType = priceType;
    this.openTicks = stepColumn(priceType, INITIAL_ROWS);
    this.highTicks = stepColumn(priceType, INITIAL_ROWS);
    this.lowTicks = stepColumn(priceType, INITIAL_ROWS);
    this.closeTicks = stepColumn(priceType, INITIAL_ROWS);
  }

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

  /** Appends rows `[from, to)` of `source`, whose prices fit the type of these. */
  addRange(source: BarRows, from: number, to: number): void {
    const at = this.count;
    this.#reserve(at + to - from);
    this.tsEventNs.set(source.tsEventNs.subarray(from, to), at);
    for (const name of PRICE_COLUMNS) copySteps(source[name], from, to, this[name], at);
    this.volume.set(source.volume.subarray(from, to), at);
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
