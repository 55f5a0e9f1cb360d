/**
 * One simulated market, for captures in every format: what happened, and the true book after it. Prices are ticks of
 * 0.01, sizes whole lots.
 */
import { type Level, type MarketStep, SimulatedExchange } from "../../../src/market/simulate/exchange.ts";

export const TICK_DECIMALS = 2;

/** Wednesday 2024-08-07, 10:00 in New York. */
export const START_MS = Date.UTC(2024, 7, 7, 14);

export interface Moment {
  /** From 0; the first one is the book as it stands, and no change. */
  readonly index: number;
  readonly eventMs: number;
  /** Of the local clock. */
  readonly recvNs: bigint;
  readonly step: MarketStep | undefined;
  readonly bids: (count: number) => readonly Level[];
  readonly asks: (count: number) => readonly Level[];
}

/** The moments of a market, each to be used before the next is asked for. */
export function* marketMoments(count: number, seed = 1): Generator<Moment> {
  const exchange = new SimulatedExchange(seed);
  let eventMs = START_MS;
  for (let index = 0; index < count; index += 1) {
    const step = index === 0 ? undefined : exchange.step();
    eventMs += step?.elapsedMs ?? 0;
    yield {
      index,
      eventMs,
      recvNs: BigInt(eventMs) * 1_000_000n + 3_141_593n,
      step,
      bids: (levels) => exchange.top("bid", levels),
      asks: (levels) => exchange.top("ask", levels),
    };
  }
}

/** More levels than a side of the market ever has. */
export const ALL_LEVELS = 100_000;

export function priceText(ticks: number): string {
  return (ticks / 10 ** TICK_DECIMALS).toFixed(TICK_DECIMALS);
}
