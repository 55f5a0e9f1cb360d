/**
 * Prices and sizes as whole numbers of ticks and lots, by exact arithmetic on the decimal text.
 *
 * A step such as `0.1` is `stepUnits × 10^-decimals` with both whole; a value is brought to the same decimals
 * and divided. Every intermediate is an integer below 2^53, so the division either leaves no remainder or the
 * value is off the grid: nothing is ever rounded.
 */
import { STEPS_MAX, type StepType } from "./step-types.ts";

/** Digits of the text become an integer in a double, exact up to here. */
const EXACT_INTEGER_MAX = Number.MAX_SAFE_INTEGER;

const DECIMALS_MAX = 15;
const POWERS_OF_TEN = Array.from({ length: DECIMALS_MAX + 1 }, (_, exponent) => 10 ** exponent);

/** Why a text is not a whole number of steps. */
export type GridFault = "not-a-decimal" | "off-grid" | "overflow";

/** Results of {@link DecimalGrid.stepsOf} that are no step counts: beyond those of every type. */
const FAULT_CODES: Readonly<Record<GridFault, number>> = {
  "not-a-decimal": 2 ** 54,
  "off-grid": 2 ** 55,
  overflow: 2 ** 56,
};

/** A decimal number as `units × 10^-decimals`, the decimals without trailing zeros. */
export interface Decimal {
  readonly units: number;
  readonly decimals: number;
}

/**
 * Reads `-?digits[.digits]`; `undefined` for any other text and for more digits than a double holds exactly.
 * Exponents, signs other than `-`, spaces and bare points are not decimals: no exchange sends them, and a
 * reader that guesses at them hides a broken line.
 */
export function parseDecimal(text: string): Decimal | undefined {
  const negative = text.charCodeAt(0) === 45;
  let end = text.length;
  const point = text.indexOf(".");
  if (point >= 0) {
    if (point === end - 1) return undefined;
    while (text.charCodeAt(end - 1) === 48) end -= 1;
    if (end - 1 === point) end = point;
  }
  const firstDigit = negative ? 1 : 0;
  if (point === firstDigit || end === firstDigit) return undefined;
  let units = 0;
  for (let index = firstDigit; index < end; index += 1) {
    if (index === point) continue;
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    units = units * 10 + digit;
    if (units > EXACT_INTEGER_MAX) return undefined;
  }
  const decimals = point < 0 || end <= point ? 0 : end - point - 1;
  if (decimals > DECIMALS_MAX) return undefined;
  return { units: negative && units !== 0 ? -units : units, decimals };
}

/** `units × 10^-decimals` as text without trailing zeros (`{ units: 50, decimals: 2 }` is `0.5`). */
export function formatDecimal(units: number | bigint, decimals: number): string {
  const digits = String(units < 0 ? -units : units).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return `${units < 0 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

export class DecimalGrid {
  /** The step as exact text without trailing zeros: what reports and attributes show. */
  readonly step: string;
  /** What steps are counted in. */
  readonly stepType: StepType;
  readonly #stepUnits: number;
  readonly #decimals: number;
  readonly #stepsMax: number;

  /**
   * @param step a positive decimal, such as `"0.1"` or `"25"`
   * @param stepType which counts of steps are not an overflow
   * @throws RangeError for any other step
   */
  constructor(step: string, stepType: StepType = "int32") {
    const parsed = parseDecimal(step);
    if (parsed === undefined || parsed.units <= 0) {
      throw new RangeError(`${JSON.stringify(step)} is not a positive decimal number such as "0.1"`);
    }
    this.#stepUnits = parsed.units;
    this.#decimals = parsed.decimals;
    this.step = formatDecimal(parsed.units, parsed.decimals);
    this.stepType = stepType;
    this.#stepsMax = STEPS_MAX[stepType];
  }

  /** The step as the nearest double: what a CF `scale_factor` is. */
  get scaleFactor(): number {
    return Number(this.step);
  }

  /**
   * `text` in steps, within the range of the step type (whose least number marks a missing level); any other result is
   * a fault that {@link faultOf} names. A number rather than a result object, because this runs once for
   * every price and size of a capture.
   */
  stepsOf(text: string): number {
    const length = text.length;
    const negative = text.charCodeAt(0) === 45;
    let index = negative ? 1 : 0;
    let units = 0;
    let decimals = -1;
    const firstDigit = index;
    for (; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= 48 && code <= 57) {
        if (decimals === this.#decimals) {
          // Below the grid's last decimal only zeros can be on it.
          if (code !== 48) return this.#faultBelowGrid(text, index);
          continue;
        }
        units = units * 10 + (code - 48);
        if (decimals >= 0) decimals += 1;
      } else if (code === 46 && decimals < 0 && index > firstDigit && index < length - 1) {
        decimals = 0;
      } else {
        return FAULT_CODES["not-a-decimal"];
      }
    }
    if (index === firstDigit) return FAULT_CODES["not-a-decimal"];
    units *= POWERS_OF_TEN[this.#decimals - Math.max(decimals, 0)]!;
    if (units > EXACT_INTEGER_MAX) return FAULT_CODES.overflow;
    const steps = units / this.#stepUnits;
    if (units % this.#stepUnits !== 0) return FAULT_CODES["off-grid"];
    if (steps > this.#stepsMax) return FAULT_CODES.overflow;
    return negative && steps !== 0 ? -steps : steps;
  }

  /**
   * The same for the ASCII text in `bytes[start, end)`, or `-1` where {@link stepsOf} would find a fault, or a
   * negative number of steps.
   */
  stepsInBytes(bytes: Uint8Array, start: number, end: number): number {
    let units = 0;
    let point = -1;
    for (let index = start; index < end; index += 1) {
      const digit = bytes[index]! - 48;
      if (digit >= 0 && digit <= 9) {
        if (point >= 0 && index - point > this.#decimals) {
          if (digit !== 0) return -1;
        } else {
          units = units * 10 + digit;
        }
      } else if (digit === -2 && point < 0 && index > start && index < end - 1) {
        point = index;
      } else {
        return -1;
      }
    }
    const decimals = point < 0 ? 0 : Math.min(end - point - 1, this.#decimals);
    if (decimals < this.#decimals) units *= POWERS_OF_TEN[this.#decimals - decimals]!;
    if (end === start || units > EXACT_INTEGER_MAX) return -1;
    // The usual step is a power of ten, and a remainder of doubles costs more than all of the above.
    if (this.#stepUnits === 1) return units <= this.#stepsMax ? units : -1;
    const steps = units / this.#stepUnits;
    return units % this.#stepUnits === 0 && steps <= this.#stepsMax ? steps : -1;
  }

  /**
   * `units × 10^-decimals` in steps, as {@link stepsOf} gives them.
   * @param units a whole number
   * @param decimals 0 … 15
   */
  stepsOfUnits(units: number, decimals: number): number {
    let scaled = Math.abs(units);
    if (scaled > EXACT_INTEGER_MAX) return FAULT_CODES.overflow;
    let below = decimals - this.#decimals;
    for (; below > 0 && scaled % 10 === 0 && scaled !== 0; below -= 1) scaled /= 10;
    if (scaled === 0) return 0;
    if (below > 0) return FAULT_CODES["off-grid"];
    scaled *= POWERS_OF_TEN[-below]!;
    if (scaled > EXACT_INTEGER_MAX) return FAULT_CODES.overflow;
    const steps = scaled / this.#stepUnits;
    if (scaled % this.#stepUnits !== 0) return FAULT_CODES["off-grid"];
    if (steps > this.#stepsMax) return FAULT_CODES.overflow;
    return units < 0 ? -steps : steps;
  }

  /** What {@link stepsOf} found wrong; `undefined` for a step count. */
  static faultOf(steps: number): GridFault | undefined {
    if (steps <= EXACT_INTEGER_MAX) return undefined;
    if (steps === FAULT_CODES["off-grid"]) return "off-grid";
    return steps === FAULT_CODES.overflow ? "overflow" : "not-a-decimal";
  }

  /** `steps`, a whole number, as exact text. */
  format(steps: number | bigint): string {
    return formatDecimal(BigInt(steps) * BigInt(this.#stepUnits), this.#decimals);
  }

  /** A digit is below the grid: off it, unless what follows shows that the text is no number at all. */
  #faultBelowGrid(text: string, from: number): number {
    for (let index = from; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (!(code >= 48 && code <= 57)) return FAULT_CODES["not-a-decimal"];
    }
    return FAULT_CODES["off-grid"];
  }
}
