import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DecimalGrid, formatDecimal, parseDecimal } from "../../src/market/decimal-grid.ts";
import { STEP_TYPES, STEPS_MAX } from "../../src/market/step-types.ts";

const stepArbitrary = fc
  .record({ units: fc.integer({ min: 1, max: 9999 }), decimals: fc.integer({ min: 0, max: 8 }) })
  .map(({ units, decimals }) => formatDecimal(units, decimals));

describe("a decimal grid", () => {
  test("finds the step count of every multiple of its step, however it is written", () => {
    fc.assert(
      fc.property(
        stepArbitrary,
        fc.integer({ min: -0x7fffffff, max: 0x7fffffff }),
        fc.nat({ max: 4 }),
        (step, count, zeros) => {
          const grid = new DecimalGrid(step);
          fc.pre(Math.abs(Number(grid.format(count)) / Number(step)) <= 2 ** 31);
          const text = grid.format(count);
          const padded = zeros === 0 ? text : `${text}${text.includes(".") ? "" : "."}${"0".repeat(zeros)}`;
          fc.pre(/^-?\d{1,15}(\.\d+)?$/.test(padded) && text.replace(/\D/g, "").length <= 15);
          expect(grid.stepsOf(padded)).toBe(count === 0 ? 0 : count);
        },
      ),
    );
  });

  test("calls everything between two steps off the grid", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 1, max: 9 }), (count, digit) => {
        const grid = new DecimalGrid("0.01");
        const text = `${formatDecimal(count * 10 + digit, 3)}`;
        expect(DecimalGrid.faultOf(grid.stepsOf(text))).toBe("off-grid");
      }),
    );
  });

  test("agrees with exact integer arithmetic on any digits", () => {
    const decimalText = fc
      .tuple(fc.integer({ min: 0, max: 10 ** 7 }), fc.stringMatching(/^[0-9]{1,4}$/))
      .map(([whole, fraction]) => `${whole}.${fraction}`);
    fc.assert(
      fc.property(stepArbitrary, fc.constantFrom(...STEP_TYPES), decimalText, (step, stepType, text) => {
        const scaled = (decimal: string) => {
          const [whole, fraction = ""] = decimal.split(".");
          return BigInt(`${whole}${fraction.padEnd(12, "0")}`);
        };
        const remainder = scaled(text) % scaled(step);
        const quotient = scaled(text) / scaled(step);
        const steps = new DecimalGrid(step, stepType).stepsOf(text);
        if (remainder !== 0n) expect(DecimalGrid.faultOf(steps)).toBe("off-grid");
        else if (quotient > BigInt(STEPS_MAX[stepType])) expect(DecimalGrid.faultOf(steps)).toBe("overflow");
        else expect(BigInt(steps)).toBe(quotient);
      }),
    );
  });

  test("reads bytes exactly as it reads text, or leaves them to it", () => {
    const anyText = fc.oneof(
      fc.stringMatching(/^-?[0-9]{0,18}\.?[0-9]{0,6}$/),
      fc.stringMatching(/^[0-9.eE+ -]{0,8}$/),
    );
    fc.assert(
      fc.property(stepArbitrary, fc.constantFrom(...STEP_TYPES), anyText, (step, stepType, text) => {
        const grid = new DecimalGrid(step, stepType);
        const bytes = Buffer.from(`"${text}"`);
        const steps = grid.stepsOf(text);
        const isFault = DecimalGrid.faultOf(steps) !== undefined || steps < 0 || text.startsWith("-");
        expect(grid.stepsInBytes(bytes, 1, bytes.length - 1)).toBe(isFault ? -1 : steps);
      }),
      { numRuns: 2000 },
    );
  });

  test("counts a whole number of decimal units as it counts their text", () => {
    const unitsArbitrary = fc.oneof(
      fc.integer({ min: -(10 ** 9), max: 10 ** 9 }),
      fc.integer({ min: -(10 ** 6), max: 10 ** 6 }).map((units) => units * 10 ** 6),
      fc.maxSafeInteger(),
    );
    fc.assert(
      fc.property(stepArbitrary, unitsArbitrary, fc.integer({ min: 0, max: 15 }), (step, units, decimals) => {
        const grid = new DecimalGrid(step);
        const expected = grid.stepsOf(formatDecimal(units, decimals));
        expect(grid.stepsOfUnits(units, decimals)).toBe(expected === 0 ? 0 : expected);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(["", ".", "-", "1.", ".5", "-.5", "1e3", "+1", " 1", "1 ", "0x10", "1.2.3", "--1", "NaN", "1,5"])(
    "takes %j for no decimal",
    (text) => {
      expect(DecimalGrid.faultOf(new DecimalGrid("0.01").stepsOf(text))).toBe("not-a-decimal");
      expect(parseDecimal(text)).toBeUndefined();
    },
  );

  test("takes the whole range of int32 but its lowest number, which marks a missing level", () => {
    const grid = new DecimalGrid("0.1");
    expect(grid.stepsOf("214748364.7")).toBe(2147483647);
    expect(grid.stepsOf("-214748364.7")).toBe(-2147483647);
    expect(DecimalGrid.faultOf(grid.stepsOf("214748364.8"))).toBe("overflow");
    expect(DecimalGrid.faultOf(grid.stepsOf("-214748364.8"))).toBe("overflow");
    expect(DecimalGrid.faultOf(grid.stepsOf("99999999999999999999999"))).toBe("overflow");
  });

  test("takes the whole numbers of a double where steps are int64", () => {
    const grid = new DecimalGrid("0.00000001", "int64");
    expect(grid.stepType).toBe("int64");
    expect(grid.stepsOf("21.47483648")).toBe(2 ** 31);
    expect(grid.stepsOf("90071992.54740991")).toBe(2 ** 53 - 1);
    expect(grid.stepsOf("-90071992.54740991")).toBe(1 - 2 ** 53);
    expect(grid.stepsOfUnits(9_007_199_254_740_991, 8)).toBe(2 ** 53 - 1);
    const bytes = Buffer.from("90071992.54740991");
    expect(grid.stepsInBytes(bytes, 0, bytes.length)).toBe(2 ** 53 - 1);
    for (const text of ["90071992.54740992", "90071992.54740993", "-90071992.54740992", "1000000000000"]) {
      expect(DecimalGrid.faultOf(grid.stepsOf(text)), text).toBe("overflow");
      expect(grid.stepsInBytes(Buffer.from(text), 0, text.length)).toBe(-1);
    }
    expect(DecimalGrid.faultOf(grid.stepsOf("0.000000001"))).toBe("off-grid");
    expect(DecimalGrid.faultOf(grid.stepsOf("1e8"))).toBe("not-a-decimal");
  });

  test("shows any number of steps exactly", () => {
    const grid = new DecimalGrid("0.25", "int64");
    expect(grid.format(2 ** 53 - 1)).toBe("2251799813685247.75");
    expect(grid.format(-(2n ** 63n) + 1n)).toBe("-2305843009213693951.75");
    expect(grid.format(0)).toBe("0");
  });

  test.each(["0", "-0.1", "", "abc", "0.0000"])("refuses %j as a step", (step) => {
    expect(() => new DecimalGrid(step)).toThrow(RangeError);
  });

  test("shows its step without trailing zeros", () => {
    expect(new DecimalGrid("0.10").step).toBe("0.1");
    expect(new DecimalGrid("25.00").step).toBe("25");
    expect(new DecimalGrid("0.10").scaleFactor).toBe(0.1);
  });
});

test("a decimal loses its trailing zeros and nothing else", () => {
  expect(parseDecimal("61776.40")).toEqual({ units: 617764, decimals: 1 });
  expect(parseDecimal("100.00")).toEqual({ units: 100, decimals: 0 });
  expect(parseDecimal("-0.005")).toEqual({ units: -5, decimals: 3 });
  expect(parseDecimal("-0")).toEqual({ units: 0, decimals: 0 });
  expect(parseDecimal("9007199254740993")).toBeUndefined();
});
