import fc from "fast-check";
import { expect, test } from "vitest";
import { codeLengthsOf } from "../../codecs/bzip2/code-lengths.ts";

const frequencies = fc
  .constantFrom(3, 1_000_000)
  .chain((max) => fc.array(fc.nat({ max }), { minLength: 3, maxLength: 258 }));

test("no sequence of bits is left without a code, and no code is longer than the limit", () => {
  fc.assert(
    fc.property(frequencies, fc.integer({ min: 9, max: 17 }), (counts, bitsMax) => {
      const lengths = codeLengthsOf(Uint32Array.from(counts), bitsMax);
      expect(lengths.reduce((sum, bits) => sum + 2 ** -bits, 0)).toBe(1);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(bitsMax);
    }),
  );
});

test("what is more frequent has no longer code", () => {
  fc.assert(
    fc.property(frequencies, (counts) => {
      const lengths = codeLengthsOf(Uint32Array.from(counts), 255);
      const byFrequency = [...counts.keys()].sort(
        (a, b) => counts[b]! - counts[a]! || lengths[a]! - lengths[b]!,
      );
      for (const [rank, symbol] of byFrequency.slice(1).entries()) {
        const moreFrequent = byFrequency[rank]!;
        if (counts[moreFrequent]! > Math.max(counts[symbol]!, 1)) {
          expect(lengths[moreFrequent]).toBeLessThanOrEqual(lengths[symbol]!);
        }
      }
    }),
  );
});

test("frequencies that grow like Fibonacci's numbers make the longest codes, which the limit cuts", () => {
  const fibonacci = [1, 1];
  while (fibonacci.length < 30) {
    fibonacci.push(fibonacci.at(-1)! + fibonacci.at(-2)!);
  }
  expect(Math.max(...codeLengthsOf(Uint32Array.from(fibonacci), 29))).toBe(29);
  expect(Math.max(...codeLengthsOf(Uint32Array.from(fibonacci), 17))).toBeLessThanOrEqual(17);
});
