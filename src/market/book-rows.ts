/**
 * Rows of an order book and of its trades as growing columns: what a source produces and a writer takes.
 * A column of L levels a row is row-major: level `l` of row `r` is at `r * levels + l`, best level first.
 *
 * Prices are whole ticks and sizes whole lots, in an `Int32Array`, or, of the type `int64`, as whole numbers up to
 * ±2^53 in a `Float64Array`.
 */

import { grownColumn } from "./growing-column.ts";
import { copySteps } from "./step-columns.ts";
import {
  MISSING_STEPS,
  type StepColumn,
  type StepType,
  type StepTypeOptions,
  stepColumn,
  stepTypesOf,
} from "./step-types.ts";

/** Aggressor side of a trade as one ASCII byte: the buyer hit the ask, the seller hit the bid, or unknown. */
export const SIDE_CODES = { B: 66, A: 65, N: 78 } as const;

const INITIAL_ROWS = 1024;

export class BookRows {
  readonly levels: number;
  readonly priceType: StepType;
  readonly sizeType: StepType;
  /** Price and size of a level that is not there. */
  readonly missingTicks: number;
  readonly missingLots: number;
  count = 0;
  /** Time of the exchange, nanoseconds since 1970. */
  tsEventNs: BigInt64Array<ArrayBuffer>;
  /** Time of the local clock, nanoseconds since 1970. */
  tsRecvNs: BigInt64Array<ArrayBuffer>;
  /** The exchange's update id. */
  sequence: BigInt64Array<ArrayBuffer>;
  bidTicks: StepColumn;
  bidLots: StepColumn;
  askTicks: StepColumn;
  askLots: StepColumn;

  constructor(levels: number, options: StepTypeOptions = {}) {
    const { priceType, sizeType } = stepTypesOf(options);
    this.levels = levels;
    this.priceType = priceType;
    this.sizeType = sizeType;
    this.missingTicks = MISSING_STEPS[priceType];
    this.missingLots = MISSING_STEPS[sizeType];
    this.tsEventNs = new BigInt64Array(INITIAL_ROWS);
    this.tsRecvNs = new BigInt64Array(INITIAL_ROWS);
    this.sequence = new BigInt64Array(INITIAL_ROWS);
    this.bidTicks = stepColumn(priceType, INITIAL_ROWS * levels);
    this.bidLots = stepColumn(sizeType, INITIAL_ROWS * levels);
    this.askTicks = stepColumn(priceType, INITIAL_ROWS * levels);
    this.askLots = stepColumn(sizeType, INITIAL_ROWS * levels);
  }

  /** Adds a row with its three stamps and returns its index; the caller fills the levels. */
  add(tsEventNs: bigint, tsRecvNs: bigint, sequence: bigint): number {
    const row = this.count;
    if (row === this.tsEventNs.length) this.#reserve(row + 1);
    this.tsEventNs[row] = tsEventNs;
    this.tsRecvNs[row] = tsRecvNs;
    this.sequence[row] = sequence;
    this.count = row + 1;
    return row;
  }

  /** Appends rows `[from, to)` of `source`, which has as many levels, and steps that fit the types of these. */
  addRange(source: BookRows, from: number, to: number): void {
    const at = this.count;
    this.#reserve(at + to - from);
    this.tsEventNs.set(source.tsEventNs.subarray(from, to), at);
    this.tsRecvNs.set(source.tsRecvNs.subarray(from, to), at);
    this.sequence.set(source.sequence.subarray(from, to), at);
    const { levels } = this;
    for (const name of LEVEL_COLUMNS) {
      copySteps(source[name], from * levels, to * levels, this[name], at * levels);
    }
    this.count = at + to - from;
  }

  /** Makes room for `count` rows, whose columns the caller then fills. */
  setCount(count: number): void {
    this.#reserve(count);
    this.count = count;
  }

  /** Empties the columns and keeps their memory. */
  clear(): void {
    this.count = 0;
  }

  #reserve(rows: number): void {
    this.tsEventNs = grownColumn(this.tsEventNs, rows);
    this.tsRecvNs = grownColumn(this.tsRecvNs, rows);
    this.sequence = grownColumn(this.sequence, rows);
    for (const name of LEVEL_COLUMNS) this[name] = grownColumn(this[name], rows * this.levels);
  }
}

const LEVEL_COLUMNS = ["bidTicks", "bidLots", "askTicks", "askLots"] as const;

export class TradeRows {
  readonly priceType: StepType;
  readonly sizeType: StepType;
  count = 0;
  tsEventNs: BigInt64Array<ArrayBuffer> = new BigInt64Array(INITIAL_ROWS);
  tsRecvNs: BigInt64Array<ArrayBuffer> = new BigInt64Array(INITIAL_ROWS);
  /** The exchange's trade id. */
  tradeId: BigInt64Array<ArrayBuffer> = new BigInt64Array(INITIAL_ROWS);
  priceTicks: StepColumn;
  sizeLots: StepColumn;
  /** A byte of {@link SIDE_CODES}. */
  side: Uint8Array<ArrayBuffer> = new Uint8Array(INITIAL_ROWS);

  constructor(options: StepTypeOptions = {}) {
    const { priceType, sizeType } = stepTypesOf(options);
    this.priceType = priceType;
    this.sizeType = sizeType;
    this.priceTicks = stepColumn(priceType, INITIAL_ROWS);
    this.sizeLots = stepColumn(sizeType, INITIAL_ROWS);
  }

  add(
    tsEventNs: bigint,
    tsRecvNs: bigint,
    tradeId: bigint,
    priceTicks: number,
    sizeLots: number,
    side: number,
  ): void {
    const row = this.count;
    if (row === this.tsEventNs.length) this.#reserve(row + 1);
    this.tsEventNs[row] = tsEventNs;
    this.tsRecvNs[row] = tsRecvNs;
    this.tradeId[row] = tradeId;
    this.priceTicks[row] = priceTicks;
    this.sizeLots[row] = sizeLots;
    this.side[row] = side;
    this.count = row + 1;
  }

  /** Appends rows `[from, to)` of `source`, whose steps fit the types of these. */
  addRange(source: TradeRows, from: number, to: number): void {
    const at = this.count;
    this.#reserve(at + to - from);
    this.tsEventNs.set(source.tsEventNs.subarray(from, to), at);
    this.tsRecvNs.set(source.tsRecvNs.subarray(from, to), at);
    this.tradeId.set(source.tradeId.subarray(from, to), at);
    copySteps(source.priceTicks, from, to, this.priceTicks, at);
    copySteps(source.sizeLots, from, to, this.sizeLots, at);
    this.side.set(source.side.subarray(from, to), at);
    this.count = at + to - from;
  }

  /** Makes room for `count` trades, whose columns the caller then fills. */
  setCount(count: number): void {
    this.#reserve(count);
    this.count = count;
  }

  clear(): void {
    this.count = 0;
  }

  #reserve(rows: number): void {
    this.tsEventNs = grownColumn(this.tsEventNs, rows);
    this.tsRecvNs = grownColumn(this.tsRecvNs, rows);
    this.tradeId = grownColumn(this.tradeId, rows);
    this.priceTicks = grownColumn(this.priceTicks, rows);
    this.sizeLots = grownColumn(this.sizeLots, rows);
    this.side = grownColumn(this.side, rows);
  }
}
