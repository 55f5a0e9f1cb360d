import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { copySteps, fillNumbers, firstUnfit, itemsOfSteps } from "../../src/market/step-columns.ts";
import { MISSING_LEVEL_INT64 } from "../../src/market/step-types.ts";

const EDGES = [0, -0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 32 - 1, -(2 ** 32), 2 ** 53 - 1, 1 - 2 ** 53];
const stepArbitrary = fc.oneof(fc.constantFrom(...EDGES, -(2 ** 63)), fc.maxSafeInteger());

describe("steps as doubles", () => {
  test("are int64 items, and these the same doubles again", () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary), fc.nat({ max: 3 }), (steps, skipped) => {
        const items = itemsOfSteps(Float64Array.from(steps)) as BigInt64Array;
        expect([...items]).toEqual(steps.map(BigInt));
        const numbers = new Float64Array(Math.max(0, steps.length - skipped));
        // A view that does not begin with its buffer.
        expect(fillNumbers(items.subarray(skipped), numbers, MISSING_LEVEL_INT64)).toBe(-1);
        expect([...numbers]).toEqual(steps.slice(skipped).map((step) => step + 0));
      }),
    );
  });

  test.each([
    ["an int64 beyond 2^53", BigInt64Array.of(1n, 2n ** 53n, 3n)],
    ["an int64 beyond -2^53", BigInt64Array.of(1n, -(2n ** 53n), 3n)],
    ["a neighbour of the missing level", BigInt64Array.of(MISSING_LEVEL_INT64, MISSING_LEVEL_INT64 + 1n)],
    ["a uint64 whose highest bit is set", BigUint64Array.of(2n ** 53n - 1n, 2n ** 63n)],
  ])("are not what %s is", (_, items) => {
    expect(fillNumbers(items, new Float64Array(3), MISSING_LEVEL_INT64)).toBe(1);
  });

  test("may have no item for a level that is not there", () => {
    expect(fillNumbers(BigInt64Array.of(MISSING_LEVEL_INT64), new Float64Array(1), undefined)).toBe(0);
  });

  test("fit where they are whole, and within the type", () => {
    const fits = (step: number, type: "int32" | "int64") =>
      firstUnfit(Float64Array.of(step), 1, type, undefined) === -1;
    for (const step of [...EDGES, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 63)]) {
      expect(fits(step, "int64"), String(step)).toBe(Number.isSafeInteger(step));
      const isInt32 = Number.isInteger(step) && Math.abs(step) < 2 ** 31;
      expect(fits(step, "int32"), String(step)).toBe(isInt32);
    }
    expect(firstUnfit(Float64Array.of(0.5), 0, "int32", undefined)).toBe(-1);
    expect(firstUnfit(Float64Array.of(-(2 ** 63), 0.5), 2, "int32", -(2 ** 63))).toBe(1);
  });

  test("are copied to the other type, with its level that is not there", () => {
    const wide = new Float64Array(4);
    copySteps(Int32Array.of(9, -(2 ** 31), 7, 9), 1, 3, wide, 1);
    expect(wide).toEqual(Float64Array.of(0, -(2 ** 63), 7, 0));
    const narrow = new Int32Array(3);
    copySteps(wide, 0, 3, narrow, 0);
    expect(narrow).toEqual(Int32Array.of(0, -(2 ** 31), 7));
  });
});
