/**
 * From orders to sizes at prices: what an MBO stream says of single orders, as the levels of a book.
 *
 * A book begins with a clear (`R`), from where on every order is known. Adds, cancels and modifies change it; trades
 * and fills do not, the exchange sends a cancel after them. The levels that have changed are given out together when
 * the exchange's event ends.
 */
import { STEPS_MAX, type StepTypes } from "../../step-types.ts";
import { wideHint } from "../instrument.ts";
import { LevelChanges } from "../level-changes.ts";
import { LineFault } from "../refused-lines.ts";

export type OrderSide = "bid" | "ask";
/** A number where it is exact. */
export type OrderId = number | bigint;

interface Order {
  readonly side: OrderSide;
  readonly priceTicks: number;
  readonly sizeLots: number;
}

export class OrderLevels {
  /** Levels of both sides that the last event changed, best first in a snapshot. */
  readonly bids: LevelChanges;
  readonly asks: LevelChanges;
  readonly #types: StepTypes;
  readonly #orders = new Map<OrderId, Order>();
  readonly #lots = { bid: new Map<number, number>(), ask: new Map<number, number>() };
  readonly #changed = { bid: new Set<number>(), ask: new Set<number>() };
  #isNew = false;

  constructor(types: StepTypes) {
    this.bids = new LevelChanges(types);
    this.asks = new LevelChanges(types);
    this.#types = types;
  }

  clear(): void {
    this.#orders.clear();
    for (const side of SIDES) {
      this.#lots[side].clear();
      this.#changed[side].clear();
    }
    this.#isNew = true;
  }

  /** @throws LineFault where the level would not fit the type of sizes */
  add(id: OrderId, order: Order): void {
    this.#change(order, order.sizeLots);
    this.#orders.set(id, order);
  }

  /** @throws LineFault where the order is not there, or smaller than what is cancelled */
  cancel(id: OrderId, sizeLots: number): void {
    const order = this.#orders.get(id);
    if (order === undefined) throw new LineFault(`cancels order ${id}, which is not in the book`);
    if (sizeLots > order.sizeLots) throw new LineFault(`cancels more of order ${id} than there is`);
    this.#change(order, -sizeLots);
    if (sizeLots === order.sizeLots) this.#orders.delete(id);
    else this.#orders.set(id, { ...order, sizeLots: order.sizeLots - sizeLots });
  }

  /** An order that is not there is added: exchanges send a modify where an order comes into view. */
  modify(id: OrderId, order: Order): void {
    const before = this.#orders.get(id);
    if (before !== undefined) this.#change(before, -before.sizeLots);
    this.add(id, order);
  }

  /**
   * Ends the event: what has changed is in {@link bids} and {@link asks}. A book that has been cleared is whole there.
   */
  takeChanges(): "snapshot" | "delta" | "nothing" {
    const kind = this.#isNew
      ? "snapshot"
      : this.#changed.bid.size + this.#changed.ask.size > 0
        ? "delta"
        : "nothing";
    this.#takeSide("bid", this.bids);
    this.#takeSide("ask", this.asks);
    this.#isNew = false;
    return kind;
  }

  #takeSide(side: OrderSide, changes: LevelChanges): void {
    changes.clear();
    const lots = this.#lots[side];
    const prices = this.#isNew ? bestFirst(lots.keys(), side) : this.#changed[side];
    for (const priceTicks of prices) changes.add(priceTicks, lots.get(priceTicks) ?? 0);
    this.#changed[side].clear();
  }

  #change({ side, priceTicks }: Order, byLots: number): void {
    const lots = this.#lots[side];
    const after = (lots.get(priceTicks) ?? 0) + byLots;
    if (after > STEPS_MAX[this.#types.sizeType]) throw new LineFault(tooMany(this.#types));
    if (after === 0) lots.delete(priceTicks);
    else lots.set(priceTicks, after);
    this.#changed[side].add(priceTicks);
  }
}

/** Sums of sizes of 32 bits never come near 2^53. */
function tooMany({ sizeType }: StepTypes): string {
  const words = "all orders at one price together do not fit";
  return sizeType === "int64" ? `${words} 2^53` : `${words} 32 bits; ${wideHint("size")}`;
}

const SIDES: readonly OrderSide[] = ["bid", "ask"];

function bestFirst(prices: Iterable<number>, side: OrderSide): number[] {
  return [...prices].sort((a, b) => (side === "bid" ? b - a : a - b));
}
