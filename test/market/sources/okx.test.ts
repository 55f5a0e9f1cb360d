import { describe, expect, test } from "vitest";
import type { CaptureOptions } from "../../../src/market/sources/index.ts";
import { marketMoments } from "../../kit/captures/market.ts";
import { type OkxOptions, okxCapture } from "../../kit/captures/okx.ts";
import { readCapture } from "../../kit/captures/read-capture.ts";
import { writtenCapture } from "../../kit/captures/written-capture.ts";
import { describeShared, sharedPath } from "../../kit/shared.ts";

const MOMENTS = 120;

const capture = (options: OkxOptions = {}, seed = 1) => [
  ...okxCapture(marketMoments(MOMENTS, seed), options),
];
const isBook = (line: string) => line.includes('"channel":"books"');
const bookLine = (lines: readonly string[], number: number) =>
  lines.findIndex((line, index) => isBook(line) && lines.slice(0, index).filter(isBook).length === number);

async function read(lines: readonly string[], options: Partial<CaptureOptions> = {}) {
  return readCapture("okx", [await writtenCapture(lines)], { symbol: "SIM-USDT", ...options });
}

interface Message {
  arg?: unknown;
  action?: unknown;
  data?: Record<string, unknown>[];
}

/** The line with another message in it. */
function changed(line: string, change: (message: Message) => void): string {
  const start = line.indexOf("{");
  const message = JSON.parse(line.slice(start));
  change(message);
  return line.slice(0, start) + JSON.stringify(message);
}

describeShared("the real capture of OKX", sharedPath("market-data", "okx"), () => {
  const file = sharedPath("market-data", "okx", "okx_books_trades_20220513.log");

  test.each([
    ["BTC-USD-220527", 99, 4, "0.1", "1"],
    ["UNI-USD-SWAP", 93, 1, "0.001", "1"],
    ["BTC-USDT", 98, 69, "0.1", "0.00000001"],
  ])(
    "has its known states of %s, each with the exchange's checksum",
    async (symbol, rows, trades, tick, lot) => {
      const { statistics, scale } = await readCapture("okx", [file], { symbol, levels: 20 });
      expect(statistics).toMatchObject({
        rows,
        trades,
        gaps: 0,
        crossed: 0,
        duplicates: 0,
        unsynced: 0,
        checksums: { checked: rows, agreed: rows },
        refused: { count: 0 },
        captureBytes: 294_370,
      });
      expect([scale?.symbol, scale?.tick.step, scale?.lot.step]).toEqual([symbol, tick, lot]);
    },
  );

  test("begins with the snapshot, at the exchange's time, with the local clock to its last digit", async () => {
    const { books } = await readCapture("okx", [file], { symbol: "BTC-USDT", levels: 1 });
    expect(books[0]).toEqual({
      eventNs: 1_652_459_225_381_000_000n,
      recvNs: 1_652_459_225_702_141_800n,
      sequence: 1n,
      bids: [302_434, 120_290],
      asks: [302_435, 144_679_000],
    });
  });
});

describe("a gap in a capture of OKX", () => {
  test.each([
    ["its ids", ["seqId"], 0],
    ["its checksum alone", ["checksum"], 1],
  ] as const)("shows in %s: nothing is taken until the next snapshot", async (_, guards, refused) => {
    const lines = capture({ guards });
    const again = capture({ guards }, 2);
    const missing = bookLine(lines, 40);
    const { statistics, books } = await read([...lines.toSpliced(missing, 1), ...again]);
    expect(statistics).toMatchObject({
      rows: 40 + MOMENTS,
      gaps: 1,
      unsynced: MOMENTS - 41 - refused,
      refused: { count: refused },
    });
    const whole = await read([...lines.slice(0, missing), ...again]);
    expect(books.map(({ bids }) => bids)).toEqual(whole.books.map(({ bids }) => bids));
  });

  test("is not what maintenance and quiet minutes look like: ids that fall or stay, but follow", async () => {
    const lines = capture({ guards: ["seqId"] });
    const ids = new Map<number, number>();
    const renumbered = lines.map((line) => {
      if (!isBook(line)) return line;
      return changed(line, ({ data }) => {
        const [book] = data as unknown as [{ seqId: number; prevSeqId: number }];
        ids.set(book.seqId, book.seqId < 550 ? book.seqId : book.seqId < 560 ? 549 : book.seqId - 500);
        book.prevSeqId = ids.get(book.prevSeqId) ?? -1;
        book.seqId = ids.get(book.seqId)!;
      });
    });
    const { statistics } = await read(renumbered);
    expect(statistics).toMatchObject({ rows: MOMENTS, gaps: 0, duplicates: 0 });
  });

  test("is not a repeated message, which is a duplicate", async () => {
    const lines = capture();
    const at = bookLine(lines, 50);
    const { statistics } = await read(
      lines.toSpliced(at, 0, lines[bookLine(lines, 49)]!, lines[bookLine(lines, 45)]!),
    );
    expect(statistics).toMatchObject({ rows: MOMENTS, gaps: 0, duplicates: 2, refused: { count: 0 } });
  });

  test("follows a size that was damaged on its way: the line is refused, with both checksums", async () => {
    const lines = capture();
    const at = bookLine(lines, 60);
    const damaged = changed(lines[at]!, ({ data }) => {
      const [book] = data as unknown as [{ bids: string[][]; asks: string[][] }];
      const best = book.bids.at(-1) ?? book.asks[0]!;
      best[1] = String(Number(best[1]) + 1);
    });
    const { statistics } = await read(lines.with(at, damaged));
    expect(statistics).toMatchObject({ rows: 60, gaps: 1, refused: { count: 1 } });
    expect(statistics.refused.lines[0]).toMatchObject({
      line: at + 1,
      reason: expect.stringMatching(/^checksum -?\d+ is not that of the book, -?\d+$/),
    });
    expect(statistics.checksums).toEqual({ checked: 61, agreed: 60 });
  });

  test("follows a snapshot whose checksum is wrong", async () => {
    const lines = capture();
    const damaged = lines.with(0, lines[0]!.replace(/"checksum":-?\d+/, '"checksum":7'));
    const { statistics } = await read([...damaged, ...capture({}, 2)]);
    expect(statistics).toMatchObject({
      rows: MOMENTS,
      gaps: 1,
      unsynced: MOMENTS - 1,
      refused: { count: 1 },
    });
  });
});

describe("a line of OKX that is broken", () => {
  const lines = capture();
  const update = lines[bookLine(lines, 30)]!;
  const trade = lines.find((line) => line.includes('"channel":"trades"'))!;
  const inBook = (change: (book: Record<string, unknown>) => void) =>
    changed(update, ({ data }) => change(data![0]!));
  const inTrade = (change: (trade: Record<string, unknown>) => void) =>
    changed(trade, ({ data }) => change(data![0]!));

  test.each([
    ["cut short", update.slice(0, -3), /not valid JSON/],
    ["no clock", `x${update}`, /does not begin with a local time/],
    ["a clock beyond 64 bits", update.replace(/^\d+\.\d+:/, "99999999999:"), /64 bits/],
    ["no channel", changed(update, (message) => delete message.arg), /field arg is missing/],
    [
      "another action",
      changed(update, (message) => Object.assign(message, { action: "x" })),
      /snapshot or update/,
    ],
    ["no data", changed(update, (message) => delete message.data), /field data is missing/],
    ["no object as data", changed(update, (message) => Object.assign(message, { data: [1] })), /no object/],
    ["no bids", inBook((book) => delete book.bids), /field bids is missing/],
    ["a level without a size", inBook((book) => Object.assign(book, { asks: [["1.00"]] })), /no pair/],
    ["no time", inBook((book) => delete book.ts), /field ts is missing/],
    ["a time that is a number", inBook((book) => Object.assign(book, { ts: 5 })), /field ts is not/],
    [
      "neither checksum nor id",
      inBook((book) => {
        delete book.checksum;
        delete book.seqId;
      }),
      /nothing would tell a gap/,
    ],
    ["a checksum beyond 32 bits", inBook((book) => Object.assign(book, { checksum: 2 ** 40 })), /32 bits/],
    ["an id that is a fraction", inBook((book) => Object.assign(book, { seqId: 1.5 })), /seqId is not/],
    ["no id before it", inBook((book) => delete book.prevSeqId), /prevSeqId is missing/],
    [
      "a price off the grid",
      inBook((book) => Object.assign(book, { bids: [["1.00001", "1"]] })),
      /steps of 0.01/,
    ],
    ["a negative size", inBook((book) => Object.assign(book, { bids: [["1.00", "-1"]] })), /negative/],
    ["a trade of size 0", inTrade((entry) => Object.assign(entry, { sz: "0" })), /size 0/],
    ["a trade of no side", inTrade((entry) => delete entry.side), /field side is missing/],
    [
      "a trade id beyond 2^53",
      inTrade((entry) => Object.assign(entry, { tradeId: "9".repeat(17) })),
      /tradeId/,
    ],
  ])("by %s is refused, and nothing else is lost", async (_, broken, reason) => {
    const whole = await read(lines);
    for (const at of [10, lines.length]) {
      const { statistics, books, trades } = await read(lines.toSpliced(at, 0, broken), {
        tickSize: "0.01",
        lotSize: "1",
      });
      expect(statistics.refused.lines).toMatchObject([
        { line: at + 1, reason: expect.stringMatching(reason) },
      ]);
      expect({ books, trades }).toEqual({ books: whole.books, trades: whole.trades });
    }
  });

  test("ends a capture of which too many are, naming the last", async () => {
    const broken = [...lines, "a", "b", "c", "d"];
    await expect(read(broken, { refusedMax: 3 })).rejects.toMatchObject({
      code: "CAPTURE_INVALID",
      message: expect.stringMatching(/more than 3 lines refused, the last one .*:\d+: does not begin/),
    });
    expect((await read(broken, { refusedMax: 4 })).statistics.refused.count).toBe(4);
  });
});

describe("a capture of OKX", () => {
  test("may have clocks in nanoseconds, or none, and what was sent", async () => {
    const lines = capture();
    const expected = await read(lines);
    const inNanoseconds = lines.map((line) => line.replace(/^(\d+)\.(\d{9}): /, "$1$2 "));
    expect((await read(inNanoseconds)).books).toEqual(expected.books);
    const sent = 'wss://ws.okx.com:8443/ws/v5/public <- 1.0: {"op":"subscribe","args":[]}';
    const bare = [sent, ...lines.map((line) => line.slice(line.indexOf("{")))];
    const { books, statistics } = await read(bare);
    expect(statistics).toMatchObject({ ignored: 1, refused: { count: 0 } });
    expect(books.map(({ bids }) => bids)).toEqual(expected.books.map(({ bids }) => bids));
    expect(new Set(books.map(({ recvNs }) => recvNs))).toEqual(new Set([-(2n ** 63n)]));
  });

  test("of two book channels is that of the first", async () => {
    const lines = capture();
    const second = lines
      .filter(isBook)
      .map((line) => line.replace('"channel":"books"', '"channel":"books50-l2-tbt"'));
    const { statistics, books } = await read(
      lines.flatMap((line, index) => [line, ...second.slice(index, index + 1)]),
    );
    expect(statistics).toMatchObject({ gaps: 0, duplicates: 0, refused: { count: 0 } });
    expect(books).toEqual((await read(lines)).books);
  });

  test("gives a repeated trade once", async () => {
    const lines = capture();
    const { statistics, trades } = await read([...lines, ...lines.filter((line) => !isBook(line))]);
    expect(trades).toEqual((await read(lines)).trades);
    expect(statistics.duplicates).toBe(trades.length);
  });
});
