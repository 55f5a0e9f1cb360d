/** Which fields a message of Binance has, as bits: what a scanner has seen, and what makes a diff or a ticker whole. */

/** Fields that have been seen, a bit each. `b` and `a` are lists in a diff and prices in a ticker. */
export const SEEN = {
  diff: 1,
  ticker: 1 << 1,
  E: 1 << 2,
  T: 1 << 3,
  s: 1 << 4,
  ps: 1 << 5,
  U: 1 << 6,
  u: 1 << 7,
  pu: 1 << 8,
  bids: 1 << 9,
  asks: 1 << 10,
  bid: 1 << 11,
  ask: 1 << 12,
  B: 1 << 13,
  A: 1 << 14,
} as const;

export const SPOT_DIFF = SEEN.diff | SEEN.E | SEEN.s | SEEN.U | SEEN.u | SEEN.bids | SEEN.asks;
export const FUTURES_DIFF = SPOT_DIFF | SEEN.T | SEEN.pu;
export const TICKER = SEEN.ticker | SEEN.s | SEEN.u | SEEN.bid | SEEN.B | SEEN.ask | SEEN.A;
/** Fields that a message may carry. */
export const UNREAD_IN_DIFF = SEEN.ps;
export const OPTIONAL_IN_TICKER = SEEN.ps | SEEN.E | SEEN.T;
