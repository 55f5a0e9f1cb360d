/** Values of flags, from their text. What they refuse is wrong usage. */
import { InvalidArgumentError } from "commander";
import { DecimalGrid } from "../market/decimal-grid.ts";

/** A parser of whole numbers from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`it is a whole number from ${least} to ${most}.`);
  };
}

/** The step without trailing zeros. */
export function decimalStep(text: string): string {
  try {
    return new DecimalGrid(text).step;
  } catch {
    throw new InvalidArgumentError("a step is a positive decimal number, such as 0.1.");
  }
}
