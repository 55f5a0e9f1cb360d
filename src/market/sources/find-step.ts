/**
 * Finds the step (tick or lot) that a sample of decimal texts lies on: the greatest common divisor, taken over
 * whole numbers of the last decimal in use.
 *
 * A greatest common divisor believes every value, and a single broken price (61776.65 among multiples of 0.1)
 * would make the step twenty times finer and pass for a good one. So a coarser step is preferred while the
 * values off it are at most one in a thousand and come from at most three lines. An exchange whose real step
 * was that much finer would show it in far more lines: half of all values are off a step twice the true one.
 *
 * Few values have more in common than their step: a single price of 28155.1 is a multiple of itself. So the step is
 * the coarsest one of a usual kind that divides what they have in common.
 */
import { formatDecimal, parseDecimal } from "../decimal-grid.ts";

const OUTLIER_LINES_MAX = 3;
const OUTLIER_SHARE_MAX = 1 / 1000;
/** Steps of exchanges are 1, 2, 2.5 or 5 times a power of ten, so a broken value hides these factors only. */
const STEP_FACTORS = [2, 5] as const;
const USUAL_STEPS = [50, 25, 20, 10] as const;

export class StepSample {
  readonly #units: number[] = [];
  readonly #decimals: number[] = [];
  readonly #lines: number[] = [];
  #line = 0;

  /** Adds what `other` has collected, its lines as lines of their own. */
  addAll(other: StepSample): void {
    for (let index = 0; index < other.#units.length; index += 1) {
      this.#units.push(other.#units[index]!);
      this.#decimals.push(other.#decimals[index]!);
      this.#lines.push(this.#line + 1 + other.#lines[index]!);
    }
    this.#line += 1 + other.#line;
  }

  /** The values added from here on come from another line. */
  nextLine(): void {
    this.#line += 1;
  }

  /** Zero lies on every grid and a text that is no decimal on none: neither says anything. */
  add(text: string): void {
    const decimal = parseDecimal(text);
    if (decimal === undefined || decimal.units === 0) return;
    this.#units.push(Math.abs(decimal.units));
    this.#decimals.push(decimal.decimals);
    this.#lines.push(this.#line);
  }

  /**
   * The step as decimal text; `undefined` for an empty sample.
   * @param tolerant whether a few values may be off the step
   */
  step(tolerant: boolean): string | undefined {
    if (this.#units.length === 0) return undefined;
    const decimals = this.#decimalsInUse(tolerant);
    const values = this.#scaledTo(decimals);
    let step = 0;
    for (const value of values) if (!Number.isNaN(value)) step = greatestCommonDivisor(step, value);
    if (step === 0) return undefined;
    if (tolerant) {
      for (const factor of STEP_FACTORS) {
        while (this.#isNegligible((index) => values[index]! % (step * factor) !== 0)) step *= factor;
      }
    }
    return formatDecimal(usualStep(step), decimals);
  }

  #decimalsInUse(tolerant: boolean): number {
    let decimals = 0;
    for (const used of this.#decimals) decimals = Math.max(decimals, used);
    if (tolerant) {
      while (decimals > 0 && this.#isNegligible((index) => this.#decimals[index]! >= decimals)) decimals -= 1;
    }
    return decimals;
  }

  /** `NaN` for a value that needs more decimals, or more digits than a double holds exactly. */
  #scaledTo(decimals: number): Float64Array {
    const values = new Float64Array(this.#units.length);
    for (let index = 0; index < values.length; index += 1) {
      const missing = decimals - this.#decimals[index]!;
      const value = missing < 0 ? Number.NaN : this.#units[index]! * 10 ** missing;
      values[index] = Number.isSafeInteger(value) ? value : Number.NaN;
    }
    return values;
  }

  #isNegligible(isOutlier: (index: number) => boolean): boolean {
    const outliersMax = this.#units.length * OUTLIER_SHARE_MAX;
    const lines = new Set<number>();
    let outliers = 0;
    for (let index = 0; index < this.#units.length; index += 1) {
      if (!isOutlier(index)) continue;
      outliers += 1;
      lines.add(this.#lines[index]!);
      if (outliers > outliersMax || lines.size > OUTLIER_LINES_MAX) return false;
    }
    return true;
  }
}

/** The largest divisor of `common` that is 1, 2, 2.5 or 5 times a power of ten, and whole. */
function usualStep(common: number): number {
  for (let power = 10 ** Math.floor(Math.log10(common)); power >= 1; power /= 10) {
    for (const factor of USUAL_STEPS) {
      const step = (power / 10) * factor;
      if (Number.isInteger(step) && common % step === 0) return step;
    }
  }
  return 1;
}

function greatestCommonDivisor(a: number, b: number): number {
  let divisor = a;
  let rest = b;
  while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  return divisor;
}
