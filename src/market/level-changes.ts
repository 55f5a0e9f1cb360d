/** Sizes at prices, in lots and ticks: the changes of a depth diff, or all levels of a snapshot. */
import type { BookSide } from "./book-side.ts";

export class LevelChanges {
  #ticks: Int32Array<ArrayBuffer>;
  #lots: Int32Array<ArrayBuffer>;
  #count = 0;

  /** @param capacity levels that fit before the arrays grow */
  constructor(capacity = 64) {
    this.#ticks = new Int32Array(capacity);
    this.#lots = new Int32Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** @param sizeLots 0 removes the level */
  add(priceTicks: number, sizeLots: number): void {
    if (this.#count === this.#ticks.length) {
      this.#ticks = grown(this.#ticks);
      this.#lots = grown(this.#lots);
    }
    this.#ticks[this.#count] = priceTicks;
    this.#lots[this.#count] = sizeLots;
    this.#count += 1;
  }

  applyTo(side: BookSide): void {
    const ticks = this.#ticks;
    const lots = this.#lots;
    for (let index = 0; index < this.#count; index += 1) side.set(ticks[index]!, lots[index]!);
  }

  /** A copy that takes no more memory than its levels need. */
  copy(): LevelChanges {
    const copy = new LevelChanges(this.#count);
    copy.#ticks.set(this.#ticks.subarray(0, this.#count));
    copy.#lots.set(this.#lots.subarray(0, this.#count));
    copy.#count = this.#count;
    return copy;
  }
}

function grown(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(64, values.length * 2));
  larger.set(values);
  return larger;
}
