import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LevelField } from "../../src/market/tables/table.ts";
import { DepthCells, priceBins } from "../../src/plot/depth-cells.ts";
import { holds } from "../kit/property.ts";

const LEVELS = 3;
const FIELD: LevelField = {
  column: "px",
  first: 0,
  rowItems: LEVELS,
  levels: LEVELS,
  stride: 1,
  missing: -1,
};

describe("bins of prices", () => {
  test("are whole ticks around their prices, and reach from the lowest to the highest", () => {
    expect(priceBins(100, 104, 1, 10)).toEqual({ low: 99.5, binSize: 1, count: 5 });
    expect(priceBins(100, 104, 1, 2)).toEqual({ low: 99.5, binSize: 3, count: 2 });
    expect(priceBins(7, 7, 1, 10)).toEqual({ low: 6.5, binSize: 1, count: 1 });
  });

  test("hold every price, whatever the tick and their number", async () => {
    const cases = fc.record({
      low: fc.integer({ min: -1000, max: 100_000 }),
      ticks: fc.integer({ min: 0, max: 5000 }),
      tick: fc.constantFrom(1, 0.1, 0.25, 5),
      countMax: fc.integer({ min: 1, max: 300 }),
    });
    await holds(
      "price bins hold every price",
      cases,
      async ({ low, ticks, tick, countMax }) => {
        const bins = priceBins(low * tick, (low + ticks) * tick, tick, countMax);
        expect(bins.count).toBeLessThanOrEqual(countMax);
        for (const price of [low, low + Math.floor(ticks / 2), low + ticks]) {
          const bin = Math.floor((price * tick - bins.low) / bins.binSize);
          expect(bin).toBeGreaterThanOrEqual(0);
          expect(bin).toBeLessThan(bins.count);
        }
      },
      200,
    );
  });
});

describe("cells of depth", () => {
  const bins = priceBins(100, 109, 1, 10);
  const row = (
    cells: DepthCells,
    column: number,
    levels: readonly (readonly [number, number])[],
    isHeld = true,
  ) => {
    const items = Array.from({ length: LEVELS }, (_, level) => levels[level] ?? [-1, -1]);
    const prices = Int32Array.from(items, ([price]) => price!);
    const sizes = Int32Array.from(items, ([, size]) => size!);
    cells.add(column, prices, FIELD, sizes, FIELD, 0, isHeld);
  };
  const column = (cells: DepthCells, index: number) => [...cells.sizes.subarray(index * 10, index * 10 + 10)];

  test("are the mean over the rows of a column; prices outside and missing levels are left out", () => {
    const cells = new DepthCells(2, bins, LEVELS);
    row(cells, 0, [
      [100, 4],
      [102, 6],
      [200, 9],
    ]);
    row(cells, 0, [[100, 2]]);
    cells.finish();
    expect(column(cells, 0)).toEqual([3, 0, 3, 0, 0, 0, 0, 0, 0, 0]);
    expect(column(cells, 1)).toEqual(new Array(10).fill(0));
  });

  test("hold until the next row, and not through a gap", () => {
    const cells = new DepthCells(8, bins, LEVELS);
    row(cells, 1, [[101, 5]]);
    row(cells, 1, [[103, 7]]);
    row(cells, 4, [[105, 1]]);
    row(cells, 7, [[106, 2]], false);
    cells.finish();
    const held = [0, 0, 0, 7, 0, 0, 0, 0, 0, 0];
    expect(column(cells, 0)).toEqual(new Array(10).fill(0));
    expect(column(cells, 1)).toEqual([0, 2.5, 0, 3.5, 0, 0, 0, 0, 0, 0]);
    expect([column(cells, 2), column(cells, 3)]).toEqual([held, held]);
    expect([column(cells, 5), column(cells, 6)]).toEqual([new Array(10).fill(0), new Array(10).fill(0)]);
    expect(column(cells, 7)[6]).toBe(2);
  });
});
