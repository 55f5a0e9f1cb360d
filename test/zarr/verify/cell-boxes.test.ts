import fc from "fast-check";
import { expect, test } from "vitest";
import { boxAround, cellBoxes, cellsOf } from "../../../src/zarr/verify/cell-boxes.ts";

test("boxes hold every cell of the grid once, and none more than it may", () => {
  const axis = fc.record({ origin: fc.nat(9), extent: fc.integer({ min: 1, max: 7 }) });
  fc.assert(
    fc.property(fc.array(axis, { maxLength: 4 }), fc.integer({ min: 1, max: 60 }), (axes, cellsMax) => {
      const origin = axes.map((each) => each.origin);
      const extents = axes.map((each) => each.extent);
      const cells: string[] = [];
      for (const box of cellBoxes(origin, extents, cellsMax)) {
        const held = [...cellsOf(box)].map(String);
        expect(held.length).toBeLessThanOrEqual(cellsMax);
        cells.push(...held);
      }
      expect(new Set(cells).size).toBe(cells.length);
      expect(cells).toHaveLength(extents.reduce((count, extent) => count * extent, 1));
    }),
  );
});

test("boxes are runs of whole rows where they fit", () => {
  expect([...cellBoxes([4, 0], [5, 2], 4)]).toEqual([
    { first: [4, 0], extents: [2, 2] },
    { first: [6, 0], extents: [2, 2] },
    { first: [8, 0], extents: [1, 2] },
  ]);
  expect([...cellBoxes([], [], 9)]).toEqual([{ first: [], extents: [] }]);
});

test("the box around cells is the smallest that holds them", () => {
  expect(
    boxAround([
      [3, 5],
      [1, 9],
      [2, 6],
    ]),
  ).toEqual({ first: [1, 5], extents: [3, 5] });
  expect(boxAround([[]])).toEqual({ first: [], extents: [] });
  expect(boxAround([])).toBeUndefined();
});
