/**
 * Rows of an order book and of its trades as growing columns: what a source produces and a writer takes.
 * A column of L levels a row is row-major: level `l` of row `r` is at `r * levels + l`, best level first.
 */

import { grownColumn } from "./growing-column.ts";

/** Price and size of a level that is not there. CF `_FillValue` of every price and size array. */
export const MISSING_LEVEL = -0x8000_0000;

/** Aggressor side of a trade as one ASCII byte: the buyer hit the ask, the seller hit the bid, or unknown. */
export const SIDE_CODES = { B: 66, A: 65, N: 78 } as const;

const INITIAL_ROWS = 1024;

export class BookRows {
  readonly levels: number;
  count = 0;
  /** Time of the exchange, nanoseconds since 1970. */
  tsEventNs: BigInt64Array<ArrayBuffer>;
  /** Time of the local clock, nanoseconds since 1970. */
  tsRecvNs: BigInt64Array<ArrayBuffer>;
  /** The exchange's update id. */
  sequence: BigInt64Array<ArrayBuffer>;
  bidTicks: Int32Array<ArrayBuffer>;
  bidLots: Int32Array<ArrayBuffer>;
  askTicks: Int32Array<ArrayBuffer>;
  askLots: Int32Array<ArrayBuffer>;

  constructor(levels: number) {
    this.levels = levels;
    this.tsEventNs = new BigInt64Array(INITIAL_ROWS);
    this.tsRecvNs = new BigInt64Array(INITIAL_ROWS);
    this.sequence = new BigInt64Array(INITIAL_ROWS);
    this.bidTicks = new Int32Array(INITIAL_ROWS * levels);
    this.bidLots = new Int32Array(INITIAL_ROWS * levels);
    this.askTicks = new Int32Array(INITIAL_ROWS * levels);
    this.askLots = new Int32Array(INITIAL_ROWS * levels);
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

  /** Appends rows `[from, to)` of `source`, which has as many levels. */
  addRange(source: BookRows, from: number, to: number): void {
    const at = this.count;
    this.#reserve(at + to - from);
    this.tsEventNs.set(source.tsEventNs.subarray(from, to), at);
    this.tsRecvNs.set(source.tsRecvNs.subarray(from, to), at);
    this.sequence.set(source.sequence.subarray(from, to), at);
    const { levels } = this;
    for (const name of LEVEL_COLUMNS) {
      this[name].set(source[name].subarray(from * levels, to * levels), at * levels);
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
  count = 0;
  tsEventNs: BigInt64Array<ArrayBuffer> = new BigInt64Array(INITIAL_ROWS);
  tsRecvNs: BigInt64Array<ArrayBuffer> = new BigInt64Array(INITIAL_ROWS);
  /** The exchange's trade id. */
  tradeId: BigInt64Array<ArrayBuffer> = new BigInt64Array(INITIAL_ROWS);
  priceTicks: Int32Array<ArrayBuffer> = new Int32Array(INITIAL_ROWS);
  sizeLots: Int32Array<ArrayBuffer> = new Int32Array(INITIAL_ROWS);
  /** A byte of {@link SIDE_CODES}. */
  side: Uint8Array<ArrayBuffer> = new Uint8Array(INITIAL_ROWS);

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

  /** Appends rows `[from, to)` of `source`. */
  addRange(source: TradeRows, from: number, to: number): void {
    const at = this.count;
    this.#reserve(at + to - from);
    this.tsEventNs.set(source.tsEventNs.subarray(from, to), at);
    this.tsRecvNs.set(source.tsRecvNs.subarray(from, to), at);
    this.tradeId.set(source.tradeId.subarray(from, to), at);
    this.priceTicks.set(source.priceTicks.subarray(from, to), at);
    this.sizeLots.set(source.sizeLots.subarray(from, to), at);
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
