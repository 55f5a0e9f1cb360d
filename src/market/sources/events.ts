/**
 * What every source tells, whatever its format: one event after another, with times in nanoseconds since 1970 UTC,
 * prices in ticks and sizes in lots of the capture's scale.
 */

/**
 * A time that the capture does not give: NaT in numpy, and so in pandas and xarray. A local clock that nobody
 * wrote down is not the exchange's clock.
 */
export const UNKNOWN_TIME_NS = -0x8000_0000_0000_0000n;

export interface BookLevel {
  readonly priceTicks: number;
  readonly sizeLots: number;
}

interface Stamped {
  /** Time of the exchange. */
  readonly eventNs: bigint;
  /** Time of the local clock, or of the vendor's, at arrival. */
  readonly recvNs: bigint;
}

interface BookStamped extends Stamped {
  /** The exchange's update id; where the format has none, the number of the change in the capture, from 1. */
  readonly sequence: bigint;
}

interface BookChange extends BookStamped {
  /** Whether the exchange's change is complete: only then may the book be looked at. */
  readonly endsChange: boolean;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

/** The whole book, as far as it is known; it replaces the one before. Levels best first. */
export interface SnapshotEvent extends BookChange {
  readonly kind: "snapshot";
}

/** New sizes at prices; size 0 takes the level away. */
export interface DeltaEvent extends BookChange {
  readonly kind: "delta";
}

/** The best levels. A side that is left out has not changed; size 0 says that the side is empty. */
export interface QuoteEvent extends BookStamped {
  readonly kind: "quote";
  readonly bid: BookLevel | undefined;
  readonly ask: BookLevel | undefined;
}

export interface TradeEvent extends Stamped {
  readonly kind: "trade";
  readonly tradeId: bigint;
  readonly priceTicks: number;
  readonly sizeLots: number;
  /** The aggressor: buyer, seller, or not known. */
  readonly side: "B" | "A" | "N";
}

export interface BarEvent {
  readonly kind: "bar";
  /** Where the span of the bar begins. */
  readonly eventNs: bigint;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  /** In units of the instrument, `NaN` where the format has none. No lot: vendors sum volumes in floating point. */
  readonly volume: number;
}

export type MarketEvent = SnapshotEvent | DeltaEvent | QuoteEvent | TradeEvent | BarEvent;
