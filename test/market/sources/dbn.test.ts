import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type OrderId, OrderLevels, type OrderSide } from "../../../src/market/sources/dbn/order-levels.ts";
import type { LevelChanges } from "../../../src/market/sources/level-changes.ts";
import { INT32_STEPS } from "../../../src/market/step-types.ts";
import { dbnCapture, dbnMetadata, mboRecord } from "../../kit/captures/dbn.ts";
import { type Moment, marketMoments } from "../../kit/captures/market.ts";
import { readCapture } from "../../kit/captures/read-capture.ts";
import { writtenCapture } from "../../kit/captures/written-capture.ts";
import { describeShared, sharedPath } from "../../kit/shared.ts";

const MISSING = -(2 ** 31);

async function read(parts: readonly Uint8Array[], symbol = "SIM") {
  return readCapture("dbn", [await writtenCapture(Buffer.concat(parts))], { symbol, levels: 2 });
}

describeShared("Databento's own files", sharedPath("market-data", "databento"), () => {
  const readFile = (schema: string) =>
    readCapture("dbn", [sharedPath("market-data", "databento", `test_data.${schema}.v3.dbn.zst`)], {
      symbol: "ESH1",
      levels: 10,
    });

  test("mbo: two cancels of orders from before the file, which no book is made of", async () => {
    const { statistics, books } = await readFile("mbo");
    expect(statistics).toMatchObject({ rows: 0, trades: 0, unsynced: 2, gaps: 0, refused: { count: 0 } });
    expect(books).toEqual([]);
  });

  test("mbp-1: two states of the best levels", async () => {
    const { books, scale } = await readFile("mbp-1");
    expect([scale?.symbol, scale?.tick.step, scale?.lot.step]).toEqual(["ESH1", "0.25", "1"]);
    const missing = Array.from({ length: 9 }, () => MISSING);
    expect(books).toEqual([
      {
        eventNs: 1_609_160_400_006_001_487n,
        recvNs: 1_609_160_400_006_136_329n,
        sequence: 1_170_362n,
        bids: [14_881, ...missing, 24, ...missing],
        asks: [14_882, ...missing, 11, ...missing],
      },
      {
        eventNs: 1_609_160_400_006_146_661n,
        recvNs: 1_609_160_400_006_246_513n,
        sequence: 1_170_364n,
        bids: [14_881, ...missing, 24, ...missing],
        asks: [14_882, ...missing, 12, ...missing],
      },
    ]);
  });

  test("mbp-10: two states of ten levels", async () => {
    const { books } = await readFile("mbp-10");
    expect(books).toHaveLength(2);
    expect(books[0]).toMatchObject({
      eventNs: 1_609_160_400_000_429_831n,
      sequence: 1_170_352n,
      bids: [
        ...Array.from({ length: 10 }, (_, level) => 14_881 - level),
        24,
        31,
        32,
        39,
        50,
        42,
        44,
        64,
        53,
        67,
      ],
      asks: expect.arrayContaining([14_882, 14_891]),
    });
  });

  test("trades: two, with their aggressor", async () => {
    const { trades, scale } = await readFile("trades");
    expect(trades.map(({ ticks }) => scale?.tick.format(ticks))).toEqual(["3720.25", "3720.25"]);
    expect(trades).toMatchObject([
      { eventNs: 1_609_160_400_098_821_953n, recvNs: 1_609_160_400_099_150_057n, lots: 5, side: "A" },
      { eventNs: 1_609_160_400_107_665_963n, recvNs: 1_609_160_400_108_142_648n, lots: 21, side: "A" },
    ]);
  });

  test("ohlcv-1m: two bars", async () => {
    const { bars, scale } = await readFile("ohlcv-1m");
    expect(bars.map(({ prices }) => prices.map((ticks) => scale?.tick.format(ticks)))).toEqual([
      ["372025", "372150", "372025", "372100"],
      ["372100", "372150", "372100", "372150"],
    ]);
    expect(bars).toMatchObject([
      { eventNs: 1_609_160_400_000_000_000n, volume: 353 },
      { eventNs: 1_609_160_460_000_000_000n, volume: 152 },
    ]);
  });
});

type Action =
  | {
      readonly kind: "add" | "modify";
      readonly id: OrderId;
      readonly side: OrderSide;
      readonly priceTicks: number;
      readonly sizeLots: number;
    }
  | { readonly kind: "cancel"; readonly id: OrderId; readonly share: number }
  | { readonly kind: "end" }
  | { readonly kind: "clear" };

test("levels made of orders are those of a plain list of all orders, after any actions", () => {
  const id = fc.oneof(
    fc.nat({ max: 12 }),
    fc.nat({ max: 3 }).map((number) => (1n << 62n) + BigInt(number)),
  );
  const order = {
    id,
    side: fc.constantFrom<OrderSide>("bid", "ask"),
    priceTicks: fc.integer({ min: -3, max: 3 }),
    sizeLots: fc.integer({ min: 1, max: 5 }),
  };
  const action: fc.Arbitrary<Action> = fc.oneof(
    fc.record({ kind: fc.constantFrom("add" as const, "modify" as const), ...order }),
    fc.record({
      kind: fc.constant("cancel" as const),
      id,
      share: fc.double({ min: 0.01, max: 1, noNaN: true }),
    }),
    fc.constant({ kind: "end" as const }),
    { arbitrary: fc.constant({ kind: "clear" as const }), weight: 1 },
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const levels = new OrderLevels(INT32_STEPS);
      const orders = new Map<OrderId, { side: OrderSide; priceTicks: number; sizeLots: number }>();
      const book = { bid: new Map<number, number>(), ask: new Map<number, number>() };
      levels.clear();
      for (const each of [...actions, { kind: "end" } as const]) {
        if (each.kind === "clear") {
          levels.clear();
          orders.clear();
        } else if (each.kind === "cancel") {
          const there = orders.get(each.id);
          if (there === undefined) continue;
          const size = Math.max(1, Math.floor(there.sizeLots * each.share));
          levels.cancel(each.id, size);
          if (size === there.sizeLots) orders.delete(each.id);
          else orders.set(each.id, { ...there, sizeLots: there.sizeLots - size });
        } else if (each.kind !== "end") {
          // An exchange adds no order that is there.
          if (each.kind === "add" && orders.has(each.id)) continue;
          const { side, priceTicks, sizeLots } = each;
          levels[each.kind](each.id, { side, priceTicks, sizeLots });
          orders.set(each.id, { side, priceTicks, sizeLots });
        } else {
          const kind = levels.takeChanges();
          if (kind === "snapshot") for (const side of [book.bid, book.ask]) side.clear();
          put(levels.bids, book.bid);
          put(levels.asks, book.ask);
          for (const side of ["bid", "ask"] as const)
            expect(sorted(book[side])).toEqual(sorted(totals(orders, side)));
        }
      }
    }),
  );
});

function put(changes: LevelChanges, side: Map<number, number>): void {
  for (let index = 0; index < changes.count; index += 1) {
    if (changes.lotsAt(index) === 0) side.delete(changes.ticksAt(index));
    else side.set(changes.ticksAt(index), changes.lotsAt(index));
  }
}

function totals(
  orders: ReadonlyMap<OrderId, { side: OrderSide; priceTicks: number; sizeLots: number }>,
  side: OrderSide,
): Map<number, number> {
  const lots = new Map<number, number>();
  for (const order of orders.values()) {
    if (order.side === side) lots.set(order.priceTicks, (lots.get(order.priceTicks) ?? 0) + order.sizeLots);
  }
  return lots;
}

const sorted = (levels: ReadonlyMap<number, number>) => [...levels].sort(([a], [b]) => a - b);

describe("orders", () => {
  const moments = [...Array.from(marketMoments(8), (moment) => ({ ...moment }))];
  const at = (index: number) => moments[index] as Moment;
  const LAST = 0x80;
  const BAD_BOOK = 0x04;
  const clear = mboRecord(at(0), "R", "N", 0n, undefined, 0, LAST);
  const bid = mboRecord(at(1), "A", "B", 1n, 100, 5, LAST);
  const ask = mboRecord(at(2), "A", "A", 2n, 101, 7, LAST);
  const header = dbnMetadata({ schema: "mbo" });

  test("give a row for each event of the exchange, the empty book after a clear included", async () => {
    const { books } = await read([header, clear, bid, ask]);
    expect(books.map(({ bids, asks }) => [bids[0], asks[0]])).toEqual([
      [MISSING, MISSING],
      [100, MISSING],
      [100, 101],
    ]);
  });

  test("of one event are one change, whose row has the times of its last record", async () => {
    const half = mboRecord(at(1), "A", "B", 1n, 100, 5, 0);
    const { books } = await read([header, clear, half, ask]);
    expect(books.map(({ bids, asks, sequence }) => [bids[0], asks[0], sequence])).toEqual([
      [MISSING, MISSING, 1n],
      [100, 101, 3n],
    ]);
  });

  test.each([
    [
      "a cancel of an order that is not there",
      mboRecord(at(3), "C", "B", 9n, 100, 1, LAST),
      /not in the book/,
    ],
    ["a cancel of more than there is", mboRecord(at(3), "C", "B", 1n, 100, 6, LAST), /more of order 1 than/],
    ["an order of neither side", mboRecord(at(3), "A", "N", 9n, 100, 1, LAST), /not A or B/],
    ["sizes beyond 32 bits together", mboRecord(at(3), "A", "B", 9n, 100, 0x7fff_ffff, LAST), /do not fit/],
  ])("that do not fit the book are a gap until the next clear: %s", async (_, broken, reason) => {
    const { statistics, books } = await read([header, clear, bid, ask, broken, bid, clear, bid]);
    expect(statistics).toMatchObject({ gaps: 1, unsynced: 1, refused: { count: 1 } });
    expect(statistics.refused.lines).toMatchObject([{ line: 4, reason: expect.stringMatching(reason) }]);
    expect(books.map(({ bids, asks }) => [bids[0], asks[0]])).toEqual([
      [MISSING, MISSING],
      [100, MISSING],
      [100, 101],
      [MISSING, MISSING],
      [100, MISSING],
    ]);
  });

  test("end at a loss that the vendor tells of", async () => {
    const marked = mboRecord(at(3), "A", "B", 3n, 99, 1, LAST + BAD_BOOK);
    const { statistics } = await read([header, clear, bid, marked, ask]);
    expect(statistics).toMatchObject({ rows: 2, gaps: 1, unsynced: 2, refused: { count: 0 } });
  });

  test.each([
    ["no price", mboRecord(at(3), "A", "B", 9n, undefined, 1, LAST), /without a price/],
    ["no known action", mboRecord(at(3), "Z", "B", 9n, 100, 1, LAST), /action "Z"/],
    ["no known aggressor", mboRecord(at(3), "T", "X", 9n, 100, 1, LAST), /side "X"/],
  ])("with %s are refused by the number of their record", async (_, broken, reason) => {
    const { statistics } = await read([header, clear, bid, broken]);
    expect(statistics.refused.lines).toMatchObject([{ line: 3, reason: expect.stringMatching(reason) }]);
  });
});

describe("a DBN file", () => {
  const whole = Buffer.concat([...dbnCapture(marketMoments(50), { schema: "mbp-10" })]);
  const headerBytes = dbnMetadata({ schema: "mbp-10" }).length;
  const altered = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(whole);
    change(bytes);
    return bytes;
  };

  test.each([
    ["is empty", Buffer.alloc(0), /middle of its metadata/],
    ["ends in its metadata", whole.subarray(0, 60), /middle of its metadata/],
    ["ends in a record", whole.subarray(0, -1), /middle of its record 50/],
    ["is of a later version", altered((bytes) => bytes.fill(4, 3, 4)), /version from 1 to 3/],
    ["is something else", altered((bytes) => bytes.write("DBZ")), /does not begin with DBN/],
    ["claims metadata of 4 GiB", altered((bytes) => bytes.writeUInt32LE(2 ** 32 - 1, 4)), /4294967295 bytes/],
    [
      "counts more symbols than there are",
      altered((bytes) => bytes.writeUInt32LE(1e6, 112)),
      /counts 1000000/,
    ],
    [
      "has a record of no bytes",
      altered((bytes) => bytes.fill(0, headerBytes, headerBytes + 1)),
      /record 1 .* 0 bytes/,
    ],
    ["holds several schemas", altered((bytes) => bytes.writeUInt16LE(0xffff, 24)), /several schemas/],
  ])("that %s is an error that names it", async (_, bytes, reason) => {
    const path = await writtenCapture(bytes);
    await expect(readCapture("dbn", [path])).rejects.toMatchObject({
      code: "CAPTURE_INVALID",
      path,
      message: expect.stringMatching(reason),
    });
  });

  test("may hold records of other kinds and instruments, which are counted", async () => {
    const other = Buffer.from(whole.subarray(headerBytes, headerBytes + 368));
    other.writeUInt32LE(99, 4);
    const system = Buffer.alloc(80);
    system[0] = 20;
    system[1] = 0x17;
    const { statistics } = await read([whole, system, other]);
    expect(statistics).toMatchObject({ rows: 50, ignored: 2, refused: { count: 0 } });
    await expect(read([whole, other], "ANOTHER")).rejects.toMatchObject({ code: "CAPTURE_INVALID" });
  });

  test("refuses a record that is shorter than its type, and one whose price no double holds", async () => {
    const short = Buffer.from(whole.subarray(headerBytes, headerBytes + 368 - 32));
    short[0] = short.length / 4;
    const huge = Buffer.from(whole.subarray(headerBytes, headerBytes + 368));
    huge.writeBigInt64LE(2n ** 60n + 1n, 48);
    const { statistics } = await read([whole, short, huge]);
    expect(statistics.refused.lines).toMatchObject([
      { line: 51, reason: "has 336 bytes where its type takes 368" },
      { line: 52, reason: expect.stringMatching(/price is beyond/) },
    ]);
  });
});
