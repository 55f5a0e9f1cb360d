/** The market as LOBSTER's two files tell it: a message and the book after it, for each moment and each trade. */
import { type Moment, START_MS } from "./market.ts";

/** 10:00 in New York. */
const START_SECONDS = 36_000;
/** Ten-thousandths of a dollar in a tick. */
const PRICE_PER_TICK = 100;

export function lobsterName(kind: "message" | "orderbook", levels: number): string {
  return `SIM_2024-08-07_34200000_57600000_${kind}_${levels}.csv`;
}

/** Lines of both files, `[message, book]`. */
export function* lobsterCapture(
  moments: Iterable<Moment>,
  levels: number,
): Generator<readonly [string, string]> {
  for (const moment of moments) {
    const time = (START_SECONDS + (moment.eventMs - START_MS) / 1000).toFixed(9);
    const book = bookLine(moment, levels);
    for (const trade of moment.step?.trades ?? []) {
      // The direction is that of the order that rested.
      const direction = trade.buyerIsMaker ? 1 : -1;
      const price = trade.priceTicks * PRICE_PER_TICK;
      yield [`${time},4,${trade.tradeId},${trade.sizeLots},${price},${direction}`, book];
    }
    yield [`${time},1,${moment.index},1,${(moment.bids(1)[0]?.[0] ?? 1) * PRICE_PER_TICK},1`, book];
  }
}

function bookLine(moment: Moment, levels: number): string {
  const [bids, asks] = [moment.bids(levels), moment.asks(levels)];
  const fields: number[] = [];
  for (let level = 0; level < levels; level += 1) {
    const [ask, bid] = [asks[level], bids[level]];
    fields.push(...(ask === undefined ? [9_999_999_999, 0] : [ask[0] * PRICE_PER_TICK, ask[1]]));
    fields.push(...(bid === undefined ? [-9_999_999_999, 0] : [bid[0] * PRICE_PER_TICK, bid[1]]));
  }
  return fields.join(",");
}
