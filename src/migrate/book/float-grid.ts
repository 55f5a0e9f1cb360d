/**
 * Floats that stand for whole numbers of a decimal step. A collector stores the price 61800.1 as the nearest float32,
 * 61800.1015625. A value is on the grid where it is the float nearest to one multiple of the step and to no other: then
 * the number of steps says exactly what the float said, and either gives the other back.
 */
import { formatDecimal, parseDecimal } from "../../market/decimal-grid.ts";
import { STEPS_MAX, type StepType } from "../../market/step-types.ts";

export type FloatPrecision = "float32" | "float64";

/** Of a double's 15 to 17 digits, those behind the point of the smallest coin's size. */
const DECIMALS_MAX = 12;
const POWERS_OF_TEN = Array.from({ length: DECIMALS_MAX + 1 }, (_, exponent) => 10 ** exponent);

export class FloatGrid {
  /** As exact decimal text. */
  readonly step: string;
  readonly #stepUnits: number;
  /** Of steps whose multiples, and those of their neighbours, are exact. */
  readonly #stepsMax: number;
  readonly #scale: number;
  readonly #round: (value: number) => number;

  /**
   * @param step a positive decimal, such as `"0.1"`
   * @param stepType what steps are counted in
   * @throws RangeError for any other step
   */
  constructor(step: string, precision: FloatPrecision, stepType: StepType = "int32") {
    const parsed = parseDecimal(step);
    if (parsed === undefined || parsed.units <= 0 || parsed.decimals > DECIMALS_MAX) {
      throw new RangeError(`${JSON.stringify(step)} is no step: a positive decimal number such as "0.1"`);
    }
    this.step = formatDecimal(parsed.units, parsed.decimals);
    this.#stepUnits = parsed.units;
    this.#stepsMax = Math.min(STEPS_MAX[stepType], Math.floor(Number.MAX_SAFE_INTEGER / parsed.units) - 1);
    this.#scale = POWERS_OF_TEN[parsed.decimals]!;
    this.#round = roundingTo(precision);
  }

  /** `value` in steps, within the range of their type; undefined where it is not on the grid. */
  stepsOf(value: number): number | undefined {
    const steps = Math.round((value * this.#scale) / this.#stepUnits);
    if (!(Math.abs(steps) <= this.#stepsMax) || Object.is(value, -0)) return undefined;
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
  readonly #stepType: StepType;
  #decimals = 0;
  /** Of `10^-decimals`; 0 where only zeros have been seen. */
  #units = 0;
  #grid: FloatGrid;

  constructor(precision: FloatPrecision, stepType: StepType = "int32") {
    this.#precision = precision;
    this.#stepType = stepType;
    this.#grid = new FloatGrid("1", precision, stepType);
  }

  /** Takes `value` into account. @returns whether there is a decimal that it stands for; if not, nothing has changed */
  add(value: number): boolean {
    let units = this.#grid.stepsOf(value);
    if (units === undefined) {
      const finer = this.#finerGrid(value, this.#stepType);
      if (finer === undefined) return false;
      this.#units *= 10 ** (finer.decimals - this.#decimals);
      this.#decimals = finer.decimals;
      this.#grid = finer.grid;
      units = finer.units;
    }
    if (this.#units === 0 || units % this.#units !== 0) this.#units = divisor(this.#units, Math.abs(units));
    return true;
  }

  /** Whether `value` stands for a decimal, with the values before it, where steps are int64. */
  wouldTakeAsInt64(value: number): boolean {
    return this.#finerGrid(value, "int64") !== undefined;
  }

  /** As decimal text; `"1"` where nothing but zeros has been seen. */
  get step(): string {
    return formatDecimal(this.#units || 1, this.#units === 0 ? 0 : this.#decimals);
  }

  /** The coarsest grid of a power of ten, as fine as that of the values before, that `value` is on. */
  #finerGrid(value: number, stepType: StepType) {
    for (let decimals = this.#decimals; decimals <= DECIMALS_MAX; decimals += 1) {
      const grid = new FloatGrid(formatDecimal(1, decimals), this.#precision, stepType);
      const units = grid.stepsOf(value);
      if (units !== undefined) return { decimals, grid, units };
    }
    return undefined;
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
