import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BookRows } from "../../src/market/book-rows.ts";
import { OrderBook } from "../../src/market/order-book.ts";
import { INT32_STEPS, STEP_TYPES, STEPS_MAX, type StepTypes } from "../../src/market/step-types.ts";

type Change = readonly [side: "bids" | "asks", priceTicks: number, sizeLots: number];

const changeArbitrary = ({ priceType, sizeType }: StepTypes): fc.Arbitrary<Change> =>
  fc.tuple(
    fc.constantFrom("bids" as const, "asks" as const),
    // Few prices, so that levels are hit again, and far ones, so that the arrays shift a lot.
    fc
      .oneof(fc.integer({ min: -20, max: 20 }), fc.maxSafeInteger())
      .map((price) => price % STEPS_MAX[priceType]),
    fc.oneof(
      { arbitrary: fc.constant(0), weight: 1 },
      { arbitrary: fc.maxSafeNat().map((size) => size % STEPS_MAX[sizeType]), weight: 2 },
    ),
  );

const typesArbitrary: fc.Arbitrary<StepTypes> = fc.record({
  priceType: fc.constantFrom(...STEP_TYPES),
  sizeType: fc.constantFrom(...STEP_TYPES),
});

function topOf(
  levels: Map<number, number>,
  side: "bids" | "asks",
  count: number,
  { priceType, sizeType } = INT32_STEPS,
): [number[], number[]] {
  const sorted = [...levels].sort(([a], [b]) => (side === "bids" ? b - a : a - b)).slice(0, count);
  const missing = (step: number) => new Array<number>(count - sorted.length).fill(step);
  return [
    [...sorted.map(([price]) => price), ...missing(priceType === "int32" ? -(2 ** 31) : -(2 ** 63))],
    [...sorted.map(([, size]) => size), ...missing(sizeType === "int32" ? -(2 ** 31) : -(2 ** 63))],
  ];
}

describe("an order book", () => {
  test("shows the levels of a plain map of prices, after any changes and removals", () => {
    fc.assert(
      fc.property(
        typesArbitrary.chain((types) =>
          fc.tuple(fc.constant(types), fc.array(changeArbitrary(types), { maxLength: 300, size: "max" })),
        ),
        fc.integer({ min: 1, max: 8 }),
        ([types, changes], levels) => {
          const book = new OrderBook(types);
          const model = { bids: new Map<number, number>(), asks: new Map<number, number>() };
          const rows = new BookRows(levels, types);
          for (const [index, [side, price, size]] of changes.entries()) {
            book[side].set(price, size);
            if (size === 0) model[side].delete(price);
            else model[side].set(price, size);
            book.addRow(rows, BigInt(index), BigInt(-index), BigInt(index * 2));
            const at = index * levels;
            const [bidTicks, bidLots] = topOf(model.bids, "bids", levels, types);
            const [askTicks, askLots] = topOf(model.asks, "asks", levels, types);
            expect([...rows.bidTicks.subarray(at, at + levels)]).toEqual(bidTicks);
            expect([...rows.bidLots.subarray(at, at + levels)]).toEqual(bidLots);
            expect([...rows.askTicks.subarray(at, at + levels)]).toEqual(askTicks);
            expect([...rows.askLots.subarray(at, at + levels)]).toEqual(askLots);
          }
          expect(book.bids.levelCount).toBe(model.bids.size);
          expect(book.asks.levelCount).toBe(model.asks.size);
        },
      ),
    );
  });

  test("holds more levels than it began with, wherever they are put in", () => {
    const book = new OrderBook(INT32_STEPS);
    const prices = Array.from({ length: 6000 }, (_, index) => ((index * 7919) % 6007) + 1);
    for (const price of prices) book.bids.set(price, price * 2);
    for (const price of prices.slice(0, 2900)) book.bids.set(price, 0);
    const left = new Map(prices.slice(2900).map((price) => [price, price * 2]));
    const rows = new BookRows(200);
    book.addRow(rows, 0n, 0n, 0n);
    const [ticks, lots] = topOf(left, "bids", 200);
    expect([...rows.bidTicks.subarray(0, 200)]).toEqual(ticks);
    expect([...rows.bidLots.subarray(0, 200)]).toEqual(lots);
  });

  test("is locked where the best prices meet, crossed where they overlap, and neither with an empty side", () => {
    const book = new OrderBook(INT32_STEPS);
    expect(book.state).toBe("open");
    book.bids.set(10, 1);
    expect(book.state).toBe("open");
    book.asks.set(11, 1);
    expect(book.state).toBe("open");
    book.asks.set(10, 1);
    expect(book.state).toBe("locked");
    book.asks.set(9, 1);
    expect(book.state).toBe("crossed");
    book.asks.set(9, 0);
    book.asks.set(10, 0);
    expect(book.state).toBe("open");
  });
});
