/**
 * Rows of an order book and of its trades as growing columns: what a source produces and a writer takes.
 * A column of L levels a row is row-major: level `l` of row `r` is at `r * levels + l`, best level first.
 */

/** Price and size of a level that is not there. CF `_FillValue` of every price and size array. */
export const MISSING_LEVEL = -0x8000_0000;

/** Aggressor side of a trade as one ASCII byte: the buyer hit the ask, the seller hit the bid, or unknown. */
export const SIDE_CODES = { B: 66, A: 65, N: 78 } as const;

type GrowingColumn = BigInt64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

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
    if (row === this.tsEventNs.length) {
      this.tsEventNs = doubled(this.tsEventNs);
      this.tsRecvNs = doubled(this.tsRecvNs);
      this.sequence = doubled(this.sequence);
      this.bidTicks = doubled(this.bidTicks);
      this.bidLots = doubled(this.bidLots);
      this.askTicks = doubled(this.askTicks);
      this.askLots = doubled(this.askLots);
    }
    this.tsEventNs[row] = tsEventNs;
    this.tsRecvNs[row] = tsRecvNs;
    this.sequence[row] = sequence;
    this.count = row + 1;
    return row;
  }

  /** Empties the columns and keeps their memory. */
  clear(): void {
    this.count = 0;
  }
}

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
    if (row === this.tsEventNs.length) {
      this.tsEventNs = doubled(this.tsEventNs);
      this.tsRecvNs = doubled(this.tsRecvNs);
      this.tradeId = doubled(this.tradeId);
      this.priceTicks = doubled(this.priceTicks);
      this.sizeLots = doubled(this.sizeLots);
      this.side = doubled(this.side);
    }
    this.tsEventNs[row] = tsEventNs;
    this.tsRecvNs[row] = tsRecvNs;
    this.tradeId[row] = tradeId;
    this.priceTicks[row] = priceTicks;
    this.sizeLots[row] = sizeLots;
    this.side[row] = side;
    this.count = row + 1;
  }

  clear(): void {
    this.count = 0;
  }
}

function doubled<Column extends GrowingColumn>(column: Column): Column {
  const larger = new (column.constructor as new (length: number) => Column)(column.length * 2);
  larger.set(column as never);
  return larger;
}
