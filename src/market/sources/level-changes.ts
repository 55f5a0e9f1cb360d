/** Sizes at prices, in lots and ticks: the changes of a depth diff, or all levels of a snapshot. */
import { grownColumn } from "../growing-column.ts";
import { type StepColumn, type StepTypes, stepColumn } from "../step-types.ts";

/** Copying fewer levels than this in a loop beats the fixed cost of views. */
const LOOP_COPY_MAX = 48;

export class LevelChanges {
  readonly #types: StepTypes;
  #ticks: StepColumn;
  #lots: StepColumn;
  #count = 0;

  /** @param capacity levels that fit before the arrays grow */
  constructor(types: StepTypes, capacity = 64) {
    this.#types = types;
    this.#ticks = stepColumn(types.priceType, capacity);
    this.#lots = stepColumn(types.sizeType, capacity);
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Of the level added at `index`. */
  ticksAt(index: number): number {
    return this.#ticks[index]!;
  }

  lotsAt(index: number): number {
    return this.#lots[index]!;
  }

  /** @param sizeLots 0 removes the level */
  add(priceTicks: number, sizeLots: number): void {
    if (this.#count === this.#ticks.length) {
      this.#ticks = grownColumn(this.#ticks, this.#count + 1);
      this.#lots = grownColumn(this.#lots, this.#count + 1);
    }
    this.#ticks[this.#count] = priceTicks;
    this.#lots[this.#count] = sizeLots;
    this.#count += 1;
  }

  /** Writes prices and sizes to `ticks` and `lots`, of the same types, from `offset` on, where there is room. */
  copyTo(ticks: StepColumn, lots: StepColumn, offset: number): void {
    const count = this.#count;
    if (count > LOOP_COPY_MAX) {
      ticks.set(this.#ticks.subarray(0, count), offset);
      lots.set(this.#lots.subarray(0, count), offset);
      return;
    }
    for (let index = 0; index < count; index += 1) {
      ticks[offset + index] = this.#ticks[index]!;
      lots[offset + index] = this.#lots[index]!;
    }
  }

  /** A copy that takes no more memory than its levels need. */
  copy(): LevelChanges {
    const copy = new LevelChanges(this.#types, this.#count);
    copy.#ticks.set(this.#ticks.subarray(0, this.#count));
    copy.#lots.set(this.#lots.subarray(0, this.#count));
    copy.#count = this.#count;
    return copy;
  }
}
