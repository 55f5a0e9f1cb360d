/** Values of flags, from their text. What they refuse is wrong usage. */
import { InvalidArgumentError } from "commander";
import { DecimalGrid } from "../market/decimal-grid.ts";

/** A parser of whole numbers from `least` to `most`, by default all that a double tells apart. */
export function wholeNumber(least = 0, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range = most === Number.MAX_SAFE_INTEGER ? `, ${least} or more` : ` from ${least} to ${most}`;
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`it is a whole number${range}.`);
  };
}

/** The lengths of a shape: `400,50,3`. */
export function shapeLengths(text: string): readonly number[] {
  const lengths = text.split(",").map((part) => part.trim());
  if (lengths.every((part) => /^\d+$/.test(part) && Number.isSafeInteger(Number(part))))
    return lengths.map(Number);
  throw new InvalidArgumentError("a shape is whole numbers with commas between, such as 400,50,3.");
}

/** The step without trailing zeros. */
export function decimalStep(text: string): string {
  try {
    return new DecimalGrid(text).step;
  } catch {
    throw new InvalidArgumentError("a step is a positive decimal number, such as 0.1.");
  }
}
