import fc from "fast-check";
import { expect, test } from "vitest";
import { burrowsWheeler } from "../../codecs/bzip2/burrows-wheeler.ts";
import { sortSuffixes } from "../../codecs/bzip2/suffix-sort.ts";

/** Bytes of few values, so that rotations are alike over long stretches. */
const blocks = fc
  .constantFrom(0, 1, 2, 255)
  .chain((max) => fc.array(fc.nat({ max }), { minLength: 1, maxLength: 60, size: "max" }));

function rotation(block: readonly number[], start: number): number[] {
  return [...block.slice(start), ...block.slice(0, start)];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? one.length - other.length : one[at]! - (other[at] ?? -1);
}

test("the transform is the last bytes of the sorted rotations, and says which is the block", () => {
  fc.assert(
    fc.property(blocks, (block) => {
      const sorted = block.map((_, start) => rotation(block, start)).sort(compare);
      const { lastBytes, origin } = burrowsWheeler(Uint8Array.from(block));
      expect([...lastBytes]).toEqual(sorted.map((bytes) => bytes.at(-1)));
      expect(sorted[origin]).toEqual(block);
    }),
    { numRuns: 1000 },
  );
});

test("suffixes are sorted, the shorter before what it is the beginning of", () => {
  fc.assert(
    fc.property(blocks, (text) => {
      const sorted = text.map((_, at) => at).sort((a, b) => compare(text.slice(a), text.slice(b)));
      expect([...sortSuffixes(text, 256)]).toEqual(sorted);
    }),
    { numRuns: 1000 },
  );
});
