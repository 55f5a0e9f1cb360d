/**
 * A market in miniature: a fair price that wanders, and a book of resting orders that follows it. It exists so
 * that the whole road from a capture to a picture works without anybody's data, and so that tests know the
 * true book at every update id.
 *
 * A step is a few milliseconds of market: the fair price moves, orders in its way are traded away, makers
 * quote behind it, and some levels change size or go. The book is never crossed or locked.
 */
import { DepthProfile } from "./depth-profile.ts";
import { SeededRandom } from "./random.ts";

export type Side = "bid" | "ask";

/** `[priceTicks, sizeLots]`. */
export type Level = readonly [number, number];

export interface SimulatedTrade {
  readonly tradeId: number;
  readonly priceTicks: number;
  readonly sizeLots: number;
  readonly buyerIsMaker: boolean;
}

/** What a step changed: absolute sizes, 0 for a level that went. */
export interface MarketStep {
  /** Milliseconds since the step before. */
  readonly elapsedMs: number;
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  readonly previousUpdateId: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly trades: readonly SimulatedTrade[];
  readonly bestChanged: boolean;
}

const START_TICKS = 10_000;
const START_UPDATE_ID = 4_000_000_000_000;
const START_TRADE_ID = 7_000_000;
/** Levels on each side at the start; more than a snapshot shows, as on a real exchange. */
const START_DEPTH = 1500;
/** Share of prices without an order, away from the best. */
const HOLES = 0.12;

export class SimulatedExchange {
  readonly #random: SeededRandom;
  readonly #profile: DepthProfile;
  readonly #levels: Readonly<Record<Side, Map<number, number>>> = { bid: new Map(), ask: new Map() };
  #changed: Readonly<Record<Side, Map<number, number>>> = { bid: new Map(), ask: new Map() };
  #trades: SimulatedTrade[] = [];
  #best: Record<Side, number> = { bid: START_TICKS - 1, ask: START_TICKS + 1 };
  #fairTicks = START_TICKS;
  #driftTicks = 0;
  #busy = false;
  #updateId = START_UPDATE_ID;
  #tradeId = START_TRADE_ID;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.#profile = new DepthProfile(this.#random, START_TICKS);
    for (const side of ["bid", "ask"] as const) {
      for (let distance = 0; distance < START_DEPTH; distance += 1) {
        if (distance > 0 && this.#random.chance(HOLES)) continue;
        const price = outward(side, this.#best[side], distance);
        this.#levels[side].set(price, this.#profile.lotsAt(price, distance));
      }
    }
  }

  get lastUpdateId(): number {
    return this.#updateId;
  }

  /** The best `count` levels of a side, best first. */
  top(side: Side, count: number): Level[] {
    const best: Level[] = [];
    let price = this.#best[side];
    for (
      let seen = 0;
      best.length < count && seen < this.#levels[side].size;
      price = outward(side, price, 1)
    ) {
      const lots = this.#levels[side].get(price);
      if (lots === undefined) continue;
      best.push([price, lots]);
      seen += 1;
    }
    return best;
  }

  step(): MarketStep {
    const previousUpdateId = this.#updateId;
    const before = [...this.top("bid", 1), ...this.top("ask", 1)].flat().join();
    this.#changed = { bid: new Map(), ask: new Map() };
    this.#trades = [];
    this.#moveFairPrice();
    this.#profile.step(Math.round(this.#fairTicks));
    this.#tradeTowardsFairPrice();
    this.#requote();
    // The exchange numbers the changes of all its instruments in one sequence.
    const firstUpdateId = previousUpdateId + 1 + this.#random.between(0, 30);
    const changes = this.#changed.bid.size + this.#changed.ask.size;
    this.#updateId = firstUpdateId + changes + this.#random.between(0, 20);
    return {
      elapsedMs: this.#busy ? this.#random.between(4, 25) : this.#random.between(10, 90),
      firstUpdateId,
      lastUpdateId: this.#updateId,
      previousUpdateId,
      bids: [...this.#changed.bid].sort(([a], [b]) => a - b),
      asks: [...this.#changed.ask].sort(([a], [b]) => a - b),
      trades: this.#trades,
      bestChanged: before !== [...this.top("bid", 1), ...this.top("ask", 1)].flat().join(),
    };
  }

  /** A walk with momentum, pulled back to where it started, in calm and in busy times. */
  #moveFairPrice(): void {
    if (this.#random.chance(this.#busy ? 0.004 : 0.0008)) this.#busy = !this.#busy;
    const shock = this.#random.bell() * (this.#busy ? 0.06 : 0.015);
    const pull = (START_TICKS - this.#fairTicks) * 0.00002;
    this.#driftTicks = this.#driftTicks * 0.96 + shock + pull;
    this.#fairTicks += this.#driftTicks;
  }

  /** Aggressors take what stands between the best price and the fair price; makers quote behind them. */
  #tradeTowardsFairPrice(): void {
    for (const side of ["bid", "ask"] as const) {
      const limit = side === "ask" ? Math.floor(this.#fairTicks) : Math.ceil(this.#fairTicks);
      while (side === "ask" ? this.#best.ask <= limit : this.#best.bid >= limit) this.#takeBestLevel(side);
    }
    for (const side of ["bid", "ask"] as const) {
      const opposite = this.#best[side === "bid" ? "ask" : "bid"];
      const spread = this.#random.chance(0.9) ? 1 : 2;
      const quote = outward(side, opposite, spread);
      while (isBetter(side, quote, this.#best[side])) {
        const next = outward(side, this.#best[side], -1);
        this.#set(side, next, this.#profile.lotsAt(next, 0));
      }
    }
    if (this.#random.chance(0.25)) this.#takeSome(this.#random.chance(0.5) ? "bid" : "ask");
  }

  #takeBestLevel(side: Side): void {
    const price = this.#best[side];
    this.#trade(side, price, this.#levels[side].get(price)!);
    this.#set(side, price, 0);
    if (!this.#levels[side].has(this.#best[side]))
      throw new Error("unreachable: a side of the book is empty");
  }

  /** A small order against the best level, which leaves some of it. */
  #takeSome(side: Side): void {
    const price = this.#best[side];
    const there = this.#levels[side].get(price)!;
    if (there < 2) return;
    const taken = Math.max(1, Math.floor(there * 0.3 * this.#random.next()));
    this.#trade(side, price, taken);
    this.#set(side, price, there - taken);
  }

  #requote(): void {
    const changes = 1 + this.#random.geometric(0.7, 12);
    for (let change = 0; change < changes; change += 1) {
      const side = this.#random.chance(0.5) ? "bid" : "ask";
      const distance = this.#random.chance(0.1)
        ? this.#random.between(20, 900)
        : this.#random.geometric(0.88, 60);
      const price = outward(side, this.#best[side], distance);
      const leaves = distance > 0 && this.#random.chance(HOLES);
      this.#set(side, price, leaves ? 0 : this.#profile.lotsAt(price, distance));
    }
  }

  #trade(resting: Side, priceTicks: number, sizeLots: number): void {
    this.#tradeId += 1;
    this.#trades.push({ tradeId: this.#tradeId, priceTicks, sizeLots, buyerIsMaker: resting === "bid" });
  }

  #set(side: Side, price: number, lots: number): void {
    const levels = this.#levels[side];
    this.#changed[side].set(price, lots);
    if (lots > 0) {
      levels.set(price, lots);
      if (isBetter(side, price, this.#best[side])) this.#best[side] = price;
      return;
    }
    levels.delete(price);
    if (levels.size === 0) levels.set(outward(side, price, 1), 1);
    while (!levels.has(this.#best[side])) this.#best[side] = outward(side, this.#best[side], 1);
  }
}

/** The price `distance` ticks further from the other side. */
function outward(side: Side, price: number, distance: number): number {
  return side === "bid" ? price - distance : price + distance;
}

function isBetter(side: Side, price: number, than: number): boolean {
  return side === "bid" ? price > than : price < than;
}
