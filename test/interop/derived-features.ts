/**
 * What the ready-made schemas of features hold, computed from a book in the plainest way: real numbers for the schemas
 * to carry, not a reference for anybody's models.
 */

export interface Book {
  readonly levels: number;
  readonly tickSize: number;
  readonly lotSize: number;
  /** Nanoseconds since 1970. */
  readonly eventNs: BigInt64Array;
  readonly arrivalNs: BigInt64Array;
  readonly sequence: BigInt64Array;
  /** [rows, levels], best first. */
  readonly bidTicks: Int32Array;
  readonly bidLots: Int32Array;
  readonly askTicks: Int32Array;
  readonly askLots: Int32Array;
}

export interface Trades {
  readonly eventNs: BigInt64Array;
  readonly priceTicks: Int32Array;
  readonly sizeLots: Int32Array;
}

const NS_PER_MS = 1_000_000n;

export const timestampsMs = ({ eventNs }: Book): BigInt64Array => eventNs.map((time) => time / NS_PER_MS);

export function midPrices({ bidTicks, askTicks, levels, tickSize, eventNs }: Book): Float64Array {
  return Float64Array.from(
    eventNs,
    (_, row) => ((bidTicks[row * levels]! + askTicks[row * levels]!) / 2) * tickSize,
  );
}

/** [rows, 2 * levels, 3]: bids, then asks; Binance does not say how many orders there are. */
export function rawBook(book: Book): Float32Array {
  const { levels, tickSize, lotSize } = book;
  const data = new Float32Array(book.eventNs.length * levels * 2 * 3);
  let next = 0;
  for (let row = 0; row < book.eventNs.length; row += 1) {
    for (const [ticks, lots] of [
      [book.bidTicks, book.bidLots],
      [book.askTicks, book.askLots],
    ] as const) {
      for (let level = row * levels; level < (row + 1) * levels; level += 1) {
        data[next++] = ticks[level]! * tickSize;
        data[next++] = lots[level]! * lotSize;
        data[next++] = Number.NaN;
      }
    }
  }
  return data;
}

/** A column each, as the schema names them. */
export function provenance({ eventNs, arrivalNs, sequence }: Book): Record<string, Float64Array> {
  const ms = (ns: bigint): number => Number(ns) / 1e6;
  return {
    local_ms: Float64Array.from(arrivalNs, ms),
    update_id: Float64Array.from(sequence, Number),
    latency_ms: Float64Array.from(arrivalNs, (arrival, row) => ms(arrival - eventNs[row]!)),
    gap_ms: Float64Array.from(eventNs, (time, row) => (row === 0 ? 0 : ms(time - eventNs[row - 1]!))),
  };
}

/** [rows, 2 * levels], in basis points. */
export function normalizedBook(book: Book): Float32Array {
  const mids = midPrices(book);
  const raw = rawBook(book);
  const normalized = new Float32Array(raw.length / 3);
  for (let at = 0; at < normalized.length; at += 1) {
    const mid = mids[Math.floor(at / (2 * book.levels))]!;
    normalized[at] = (raw[3 * at]! / mid - 1) * 1e4;
  }
  return normalized;
}

export function statisticsOf(values: Float64Array): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const [least, most] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
  return [mean, Math.sqrt(variance), least, most];
}

export function midPriceSeries(book: Book) {
  const raw = midPrices(book);
  const [mean, std] = statisticsOf(raw) as [number, number];
  const normalized = raw.map((mid) => (mid - mean) / std);
  const log2 = raw.map(Math.log2);
  return {
    raw,
    normalized,
    log2,
    statistics: Float64Array.from([raw, normalized, log2].flatMap(statisticsOf)),
  };
}

/** A column each. */
export function logFeatures(book: Book): Record<string, Float32Array> {
  const { levels, tickSize, lotSize, bidTicks, askTicks, bidLots, askLots, eventNs } = book;
  const perRow = (value: (first: number) => number) =>
    Float32Array.from(eventNs, (_, row) => Math.log2(value(row * levels)));
  const sizeOf = (lots: Int32Array) => (first: number) =>
    lots.subarray(first, first + levels).reduce((sum, size) => sum + size, 0) * lotSize;
  return {
    log2_mid_price: Float32Array.from(midPrices(book), Math.log2),
    log2_spread: perRow((first) => (askTicks[first]! - bidTicks[first]!) * tickSize),
    log2_bid_size: perRow(sizeOf(bidLots)),
    log2_ask_size: perRow(sizeOf(askLots)),
  };
}

/** Volume-weighted price and volume of the trades after the row before, up to the row. */
export function priceVolume({ eventNs, tickSize, lotSize }: Book, trades: Trades) {
  const price = new Float64Array(eventNs.length);
  const volume = new Float64Array(eventNs.length);
  let trade = 0;
  for (const [row, time] of eventNs.entries()) {
    let turnover = 0;
    for (; trade < trades.eventNs.length && trades.eventNs[trade]! <= time; trade += 1) {
      const size = trades.sizeLots[trade]! * lotSize;
      volume[row]! += size;
      turnover += size * trades.priceTicks[trade]! * tickSize;
    }
    price[row] = turnover / volume[row]!;
  }
  return { price, volume };
}

/** How the spread of moves grows with the lag, 1 row against 16, over the `window` rows before. */
export function hurstExponents(mids: Float64Array, window: number): Float32Array {
  const deviation = (row: number, lag: number): number => {
    let sum = 0;
    for (let at = row - window + 1 + lag; at <= row; at += 1) sum += (mids[at]! - mids[at - lag]!) ** 2;
    return Math.sqrt(sum / (window - lag));
  };
  return Float32Array.from(mids, (_, row) =>
    row < window - 1 ? Number.NaN : Math.log2(deviation(row, 16) / deviation(row, 1)) / 4,
  );
}

/** [rows, horizons, 3]: best, worst and final return; NaN where the book ends within the horizon. */
export function futureOpportunities(book: Book, horizonSeconds: readonly number[]): Float32Array {
  const mids = midPrices(book);
  const { eventNs } = book;
  const returns = new Float32Array(mids.length * horizonSeconds.length * 3).fill(Number.NaN);
  for (const [horizon, seconds] of horizonSeconds.entries()) {
    for (let row = 0; row < mids.length; row += 1) {
      const end = eventNs[row]! + BigInt(seconds) * 1_000_000_000n;
      if (eventNs.at(-1)! < end) break;
      let best = mids[row]!;
      let worst = best;
      let at = row;
      for (; eventNs[at]! <= end && at < mids.length - 1; at += 1) {
        best = Math.max(best, mids[at]!);
        worst = Math.min(worst, mids[at]!);
      }
      const now = mids[row]!;
      returns.set(
        [best / now - 1, worst / now - 1, mids[at - 1]! / now - 1],
        (row * horizonSeconds.length + horizon) * 3,
      );
    }
  }
  return returns;
}
