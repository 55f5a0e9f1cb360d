/**
 * Floats that stand for whole numbers of a decimal step. A collector stores the price 61800.1 as the nearest float32,
 * 61800.1015625. A value is on the grid where it is the float nearest to one multiple of the step and to no other: then
 * the number of steps says exactly what the float said, and either gives the other back.
 */
import { formatDecimal, parseDecimal } from "../../market/decimal-grid.ts";

export type FloatPrecision = "float32" | "float64";

const INT32_MAX = 0x7fff_ffff;
/** Of a double's 15 to 17 digits, those behind the point of the smallest coin's size. */
const DECIMALS_MAX = 12;
const POWERS_OF_TEN = Array.from({ length: DECIMALS_MAX + 1 }, (_, exponent) => 10 ** exponent);

export class FloatGrid {
  /** As exact decimal text. */
  readonly step: string;
  readonly #stepUnits: number;
  readonly #scale: number;
  readonly #round: (value: number) => number;

  /**
   * @param step a positive decimal, such as `"0.1"`
   * @throws RangeError for anything else
   */
  constructor(step: string, precision: FloatPrecision) {
    const parsed = parseDecimal(step);
    if (parsed === undefined || parsed.units <= 0 || parsed.decimals > DECIMALS_MAX) {
      throw new RangeError(`${JSON.stringify(step)} is no step: a positive decimal number such as "0.1"`);
    }
    this.step = formatDecimal(parsed.units, parsed.decimals);
    this.#stepUnits = parsed.units;
    this.#scale = POWERS_OF_TEN[parsed.decimals]!;
    this.#round = roundingTo(precision);
  }

  /** `value` in steps, within int32 without its least number; undefined where it is not on the grid. */
  stepsOf(value: number): number | undefined {
    const steps = Math.round((value * this.#scale) / this.#stepUnits);
    if (!(Math.abs(steps) <= INT32_MAX) || Object.is(value, -0)) return undefined;
    const isNearest =
      this.#multiple(steps) === value &&
      this.#multiple(steps - 1) !== value &&
      this.#multiple(steps + 1) !== value;
    return isNearest ? steps + 0 : undefined;
  }

  /** Whole numbers below 2^53 and a power of ten: their quotient is the double nearest to the decimal. */
  #multiple(steps: number): number {
    return this.#round((steps * this.#stepUnits) / this.#scale);
  }
}

/** Finds the coarsest step on which all of a column's values are. */
export class StepSearch {
  readonly #precision: FloatPrecision;
  #decimals = 0;
  /** Of `10^-decimals`; 0 where only zeros have been seen. */
  #units = 0;
  #grid: FloatGrid;

  constructor(precision: FloatPrecision) {
    this.#precision = precision;
    this.#grid = this.#finestGrid();
  }

  /** Takes `value` into account. @returns whether there is a decimal that it stands for */
  add(value: number): boolean {
    let units = this.#grid.stepsOf(value);
    while (units === undefined) {
      if (this.#decimals === DECIMALS_MAX) return false;
      this.#decimals += 1;
      this.#units *= 10;
      this.#grid = this.#finestGrid();
      units = this.#grid.stepsOf(value);
    }
    if (this.#units === 0 || units % this.#units !== 0) this.#units = divisor(this.#units, Math.abs(units));
    return true;
  }

  /** As decimal text; `"1"` where nothing but zeros has been seen. */
  get step(): string {
    return formatDecimal(this.#units || 1, this.#units === 0 ? 0 : this.#decimals);
  }

  #finestGrid(): FloatGrid {
    return new FloatGrid(formatDecimal(1, this.#decimals), this.#precision);
  }
}

function roundingTo(precision: FloatPrecision): (value: number) => number {
  return precision === "float32" ? Math.fround : (value) => value;
}

function divisor(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller !== 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
