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
        const framed = Uint8Array.of(9, ...encoded, 9);
        const decoded = decoder.decode(table, slot, framed, 1, rows, rowBytes);
        expect(decoded).toEqual({ rows: kept, end: 1 + encoded.length });
      }
    },
    200,
  ));

it("leaves little of rows that change little", () => {
  const rows = Int32Array.from(
    { length: 400 },
    (_, i) => 60_000 + (i % 40) - (i % 40 === 7 ? Math.floor(i / 40) : 0),
  );
  const encoded = new RowFilter().encode(0, 0, new Uint8Array(rows.buffer), 160);
  // The first row, then for each a mask of 40 bits and one difference of one byte.
  expect(encoded.length).toBe(5 + 40 * 3 + 9 * (5 + 1));
});

it("takes nothing for rows that ends too early, or says more rows than there are", () => {
  const rows = new Uint8Array(Int32Array.from({ length: 60 }, (_, i) => i * i).buffer);
  const encoded = new RowFilter().encode(0, 0, rows, 20);
  for (let length = 0; length < encoded.length; length++) {
    expect(new RowFilter().decode(0, 0, encoded.subarray(0, length), 0, 12, 20)).toBeUndefined();
  }
  expect(new RowFilter().decode(0, 0, encoded, 0, 2 ** 40, 20)).toBeUndefined();
});
