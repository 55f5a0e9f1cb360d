import fc from "fast-check";
import { expect, test } from "vitest";
import { Steps } from "../../../src/market/tables/steps.ts";
import { holds } from "../../kit/property.ts";

const INT64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
/** Times of a market: neighbours, and every now and then something else. */
const TIMES = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.bigInt({ min: 1_723_161_256_000_000_000n, max: 1_723_161_257_000_000_000n }) },
    { weight: 1, arbitrary: INT64 },
  ),
  { minLength: 1, maxLength: 40 },
);

test("steps of 64-bit integers are exact below 2^53, and of the right sign and size beyond", async () => {
  const cases = fc.record({ items: TIMES, isUnsigned: fc.boolean(), cut: fc.nat({ max: 40 }) });
  const check = async ({
    items,
    isUnsigned,
    cut,
  }: typeof cases extends fc.Arbitrary<infer C> ? C : never) => {
    const Items = isUnsigned ? BigUint64Array : BigInt64Array;
    // In the middle of a larger buffer, as blocks are.
    const column = new Items(new BigInt64Array([7n, ...items, 7n]).buffer, 8, items.length);
    const steps = new Steps();
    const found = [...steps.next(column.subarray(0, cut)), ...steps.next(column.subarray(cut))];
    expect(found).toHaveLength(items.length);
    for (const [row, step] of found.entries()) {
      if (row === 0) {
        expect(step).toBeNaN();
        continue;
      }
      const exact = column[row]! - column[row - 1]!;
      const isExact = exact > -(2n ** 53n) && exact < 2n ** 53n;
      if (isExact) expect(BigInt(step)).toBe(exact);
      else expect(Math.abs(step / Number(exact) - 1)).toBeLessThan(1e-15);
    }
  };
  await holds("steps of 64-bit integers", cases, check, 200);
});

test("steps go on from what is known to come before, and not from what is not", () => {
  const steps = new Steps(10n);
  expect([...steps.next(BigInt64Array.of(12n, 11n))]).toEqual([2, -1]);
  expect([...steps.next(BigInt64Array.of())]).toEqual([]);
  expect([...steps.next(BigInt64Array.of(20n))]).toEqual([9]);
  steps.forget();
  expect([...steps.next(BigInt64Array.of(21n, 23n))]).toEqual([Number.NaN, 2]);
  expect([...new Steps().next(Float64Array.of(1.5, 4))]).toEqual([Number.NaN, 2.5]);
});
