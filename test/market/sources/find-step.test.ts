import { describe, expect, test } from "vitest";
import { StepSample } from "../../../src/market/sources/find-step.ts";

/** A sample of lines, each a list of values. */
function sampleOf(lines: readonly (readonly string[])[]): StepSample {
  const sample = new StepSample();
  for (const line of lines) {
    sample.nextLine();
    for (const value of line) sample.add(value);
  }
  return sample;
}

/** 2,000 lines with a price on each tick of 0.1 in turn. */
const PRICES = Array.from({ length: 2000 }, (_, index) => [(61_000 + index / 10).toFixed(2)]);

describe("the step of a sample", () => {
  test.each([
    [["1.5", "2.25", "3.00"], "0.25"],
    [["100", "250", "1000"], "50"],
    [["0.001", "2"], "0.001"],
    [["7", "0", "0.000"], "1"],
    [["28155.1"], "0.1"],
    [["3720.25", "3720.75"], "0.25"],
    [["1000"], "1000"],
    [["0.0003"], "0.0001"],
    [["9007199254740991"], "1"],
  ])("of %j is %s", (values, step) => {
    expect(sampleOf([values]).step(false)).toBe(step);
    expect(sampleOf([values]).step(true)).toBe(step);
  });

  test("is unknown where no value says anything", () => {
    expect(sampleOf([["0.00", "abc", ""]]).step(true)).toBeUndefined();
  });

  test("is found from prices with trailing zeros", () => {
    expect(sampleOf(PRICES).step(true)).toBe("0.1");
  });

  test.each(["61000.05", "61000.123", "61000.00000000001", "61000.02"])(
    "is not made finer by one broken price, %s",
    (broken) => {
      expect(sampleOf([...PRICES, [broken]]).step(true)).toBe("0.1");
      expect(sampleOf([...PRICES, [broken]]).step(false)).not.toBe("0.1");
    },
  );

  test("is made finer by a handful of lines, which no accident explains", () => {
    expect(sampleOf([...PRICES, ["1.05"], ["2.05"], ["3.05"], ["4.05"]]).step(true)).toBe("0.05");
  });

  test("believes every value of a small sample", () => {
    expect(sampleOf([["61000.1"], ["61000.2"], ["61000.25"]]).step(true)).toBe("0.05");
  });
});
