import fc from "fast-check";
import { expect, it } from "vitest";
import { RowFilter } from "../../src/append/journal/row-filter.ts";
import { holds } from "../kit/property.ts";

it("gives rows back, whatever they are, frame by frame and table by table", () =>
  holds(
    "rows through the journal's filter",
    fc.array(
      fc.record({
        table: fc.nat(2),
        position: fc.nat(1),
        rowBytes: fc.constantFrom(1, 2, 3, 4, 6, 8, 20, 80),
        rows: fc.nat(5),
        seed: fc.integer(),
        shift: fc.nat(3),
      }),
    ),
    async (frames) => {
      const encoder = new RowFilter();
      const decoder = new RowFilter();
      for (const { table, position, rowBytes, rows, seed, shift } of frames) {
        // The width belongs to the array: one number a width here.
        const slot = position + 2 * [1, 2, 3, 4, 6, 8, 20, 80].indexOf(rowBytes);
        const memory = Uint8Array.from(
          { length: shift + rows * rowBytes },
          (_, i) => Math.imul(seed + i, 0x9e3779b1) >>> 24,
        );
        const items = memory.subarray(shift);
        const kept = items.slice();
        const encoded = encoder.encode(table, slot, items, rowBytes);
        expect(items).toEqual(kept);
        expect(decoder.decode(table, slot, encoded, rowBytes)).toEqual(kept);
      }
    },
    200,
  ));

it("leaves little of rows that change little", () => {
  const rows = Int32Array.from({ length: 400 }, (_, i) => 60_000 + (i % 40) - Math.floor(i / 40));
  const encoded = new RowFilter().encode(0, 0, new Uint8Array(rows.buffer), 160);
  // Behind the first row every difference is −1, folded to 1: one byte of four, the others are zeros.
  expect([...encoded.subarray(40, 400)].every((byte) => byte === 1)).toBe(true);
  expect([...encoded.subarray(440, 800), ...encoded.subarray(840)].filter((byte) => byte !== 0)).toHaveLength(
    0,
  );
});
