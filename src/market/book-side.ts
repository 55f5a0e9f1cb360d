/**
 * One side of an order book: price levels in two parallel arrays, sorted so that the best price is LAST.
 *
 * Most updates of a real book touch the levels near the best price. With the best at the end an insertion or
 * removal there moves a handful of numbers, and the top N levels are the tail of the arrays. Keys are prices
 * for bids and negated prices for asks, so both sides sort the same way.
 */
import { grownColumn } from "./growing-column.ts";
import { type StepColumn, type StepTypes, stepColumn } from "./step-types.ts";

/** Shifting fewer levels than this in a loop beats the fixed cost of `copyWithin`. */
const LOOP_SHIFT_MAX = 48;

const INITIAL_LEVELS = 2048;

export class BookSide {
  /** `1` where the highest price is best (bids), `-1` where the lowest is (asks). */
  readonly #sign: 1 | -1;
  #keys: StepColumn;
  #sizes: StepColumn;
  #count = 0;

  constructor(side: "bid" | "ask", { priceType, sizeType }: StepTypes) {
    this.#sign = side === "bid" ? 1 : -1;
    this.#keys = stepColumn(priceType, INITIAL_LEVELS);
    this.#sizes = stepColumn(sizeType, INITIAL_LEVELS);
  }

  get levelCount(): number {
    return this.#count;
  }

  /** Price in ticks of the best level. Meaningful only where {@link levelCount} is not 0. */
  get bestTicks(): number {
    return this.#keys[this.#count - 1]! * this.#sign;
  }

  get bestLots(): number {
    return this.#sizes[this.#count - 1]!;
  }

  clear(): void {
    this.#count = 0;
  }

  /**
   * Sets the size resting at a price; 0 removes the level, and removing a level that is not there changes
   * nothing (exchanges send such removals for levels beyond the depth of their snapshot).
   * @param priceTicks within the range of its type
   * @param sizeLots from 0, within the range of its type
   */
  set(priceTicks: number, sizeLots: number): void {
    const key = priceTicks * this.#sign;
    const keys = this.#keys;
    const count = this.#count;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    if (low < count && keys[low] === key) {
      if (sizeLots === 0) this.#remove(low);
      else this.#sizes[low] = sizeLots;
    } else if (sizeLots !== 0) {
      this.#insert(low, key, sizeLots);
    }
  }

  /**
   * Writes the best `levels` levels, best first, to `ticks` and `lots`, which are of the types of the side, from `offset`
   * on; `missingTicks` and `missingLots` where the side has fewer.
   */
  copyTop(
    levels: number,
    ticks: StepColumn,
    lots: StepColumn,
    offset: number,
    missingTicks: number,
    missingLots: number,
  ): void {
    const there = Math.min(levels, this.#count);
    let from = this.#count - 1;
    for (let level = 0; level < there; level += 1, from -= 1) {
      ticks[offset + level] = this.#keys[from]! * this.#sign;
      lots[offset + level] = this.#sizes[from]!;
    }
    if (there < levels) {
      ticks.fill(missingTicks, offset + there, offset + levels);
      lots.fill(missingLots, offset + there, offset + levels);
    }
  }

  #insert(index: number, key: number, sizeLots: number): void {
    if (this.#count === this.#keys.length) {
      this.#keys = grownColumn(this.#keys, this.#count + 1);
      this.#sizes = grownColumn(this.#sizes, this.#count + 1);
    }
    const keys = this.#keys;
    const sizes = this.#sizes;
    if (this.#count - index < LOOP_SHIFT_MAX) {
      for (let at = this.#count; at > index; at -= 1) {
        keys[at] = keys[at - 1]!;
        sizes[at] = sizes[at - 1]!;
      }
    } else {
      keys.copyWithin(index + 1, index, this.#count);
      sizes.copyWithin(index + 1, index, this.#count);
    }
    keys[index] = key;
    sizes[index] = sizeLots;
    this.#count += 1;
  }

  #remove(index: number): void {
    const keys = this.#keys;
    const sizes = this.#sizes;
    this.#count -= 1;
    if (this.#count - index < LOOP_SHIFT_MAX) {
      for (let at = index; at < this.#count; at += 1) {
        keys[at] = keys[at + 1]!;
        sizes[at] = sizes[at + 1]!;
      }
    } else {
      keys.copyWithin(index, index + 1, this.#count + 1);
      sizes.copyWithin(index, index + 1, this.#count + 1);
    }
  }
}
