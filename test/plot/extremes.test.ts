import fc from "fast-check";
import { expect, test } from "vitest";
import { Extremes } from "../../src/plot/extremes.ts";
import { LargestTrades } from "../../src/plot/largest-trades.ts";
import { TimeColumns } from "../../src/plot/time-columns.ts";
import { holds } from "../kit/property.ts";

test("no extreme gets lost when many rows fall into few columns", async () => {
  const cases = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.double({ min: -1e9, max: 1e9, noNaN: true })), {
    minLength: 1,
    maxLength: 60,
  });
  await holds(
    "extremes keep extremes",
    cases,
    async (values) => {
      const extremes = new Extremes(5);
      for (const [column, value] of values) extremes.add(column, value);
      for (let column = 0; column < 5; column += 1) {
        const own = values.filter(([other]) => other === column).map(([, value]) => value);
        if (own.length === 0) {
          expect(extremes.least[column]).toBeNaN();
          continue;
        }
        expect(extremes.least[column]).toBe(Math.min(...own));
        expect(extremes.greatest[column]).toBe(Math.max(...own));
        expect(extremes.mean(column)).toBeCloseTo(own.reduce((sum, value) => sum + value) / own.length, 3);
      }
      expect(extremes.filled).toEqual([...new Set(values.map(([column]) => column))].sort());
    },
    100,
  );
});

test("one damaged value does not decide what a picture shows", () => {
  const extremes = new Extremes(1000);
  for (let column = 0; column < 1000; column += 1) extremes.add(column, 100 + (column % 10));
  expect(extremes.range).toEqual([100, 109]);
  extremes.add(500, 1e9);
  extremes.add(600, 0);
  expect(extremes.range).toEqual([10, 199]);
  expect(new Extremes(3).range).toBeUndefined();
});

test("of more trades than there is room for, the largest are drawn", () => {
  const largest = new LargestTrades(3);
  for (const size of [5, 1, 9, 3, 7, 2, 8, 6, 4]) largest.add({ timeMs: size, price: 1, size, side: "buy" });
  expect(largest.all.map(({ size }) => size)).toEqual([9, 8, 7]);
});

test("the last moment is in the last column, and what is outside in none", () => {
  const columns = new TimeColumns({ fromMs: 1000, toMs: 2000 }, 10);
  expect([999, 1000, 1099, 1100, 1999, 2000, 2001, Number.NaN].map((time) => columns.at(time))).toEqual([
    undefined,
    0,
    0,
    1,
    9,
    9,
    undefined,
    undefined,
  ]);
});
