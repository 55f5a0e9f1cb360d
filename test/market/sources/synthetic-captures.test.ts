/** One simulated market through every format: the book after each change, and the trades, must be those of the market. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { loadZstdCompressor } from "../../../codecs/zstd/stream.ts";
import type { Level } from "../../../src/market/simulate/exchange.ts";
import { detectFormat, type FormatName, UNKNOWN_TIME_NS } from "../../../src/market/sources/index.ts";
import { MISSING_LEVEL } from "../../../src/market/step-types.ts";
import { type DbnSchema, dbnCapture } from "../../kit/captures/dbn.ts";
import { hftbacktestRows, npyHeader } from "../../kit/captures/hftbacktest.ts";
import { leanQuotes, leanTrades, leanZip } from "../../kit/captures/lean.ts";
import { lobsterCapture, lobsterName } from "../../kit/captures/lobster.ts";
import { ALL_LEVELS, marketMoments, priceText } from "../../kit/captures/market.ts";
import { okxCapture } from "../../kit/captures/okx.ts";
import { type ReadBook, readCapture } from "../../kit/captures/read-capture.ts";
import { writtenCapture } from "../../kit/captures/written-capture.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

const MOMENTS = 300;
const LEVELS = 10;

interface TrueBook {
  readonly eventNs: bigint;
  readonly recvNs: bigint;
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  readonly trades: readonly { ticks: number; lots: number; side: string; tradeId: bigint; eventNs: bigint }[];
}

function columns(levels: readonly Level[], count: number): number[] {
  const missing = Array.from({ length: count - levels.length }, () => MISSING_LEVEL);
  return [...levels.map(([ticks]) => ticks), ...missing, ...levels.map(([, lots]) => lots), ...missing];
}

/** The market as it is, with `levels` of a side known. */
function truth(levels = LEVELS): TrueBook[] {
  return Array.from(marketMoments(MOMENTS), (moment) => {
    const eventNs = BigInt(moment.eventMs) * 1_000_000n;
    return {
      eventNs,
      recvNs: moment.recvNs,
      bids: columns(moment.bids(Math.min(levels, LEVELS)), LEVELS),
      asks: columns(moment.asks(Math.min(levels, LEVELS)), LEVELS),
      trades: (moment.step?.trades ?? []).map((trade) => ({
        ticks: trade.priceTicks,
        lots: trade.sizeLots,
        side: trade.buyerIsMaker ? "A" : "B",
        tradeId: BigInt(trade.tradeId),
        eventNs,
      })),
    };
  });
}

const withoutSequence = ({ sequence: _sequence, ...book }: ReadBook) => book;
const bookOf = ({ eventNs, recvNs, bids, asks }: TrueBook) => ({ eventNs, recvNs, bids, asks });
const bookWithoutClock = (book: TrueBook) => ({ ...bookOf(book), recvNs: UNKNOWN_TIME_NS });

async function read(format: FormatName, ...files: string[]) {
  expect(await detectFormat(files)).toBe(format);
  const result = await readCapture(format, files, { levels: LEVELS });
  expect(result.statistics).toMatchObject({ gaps: 0, crossed: 0, unsynced: 0, refused: { count: 0 } });
  return result;
}

const tradesWith = (fields: readonly string[], trades: readonly object[]) =>
  trades.map((trade) => Object.fromEntries(Object.entries(trade).filter(([name]) => fields.includes(name))));

describe("a simulated market", () => {
  test.each([
    ["checksum and ids", ["checksum", "seqId"]],
    ["checksum alone", ["checksum"]],
    ["ids alone", ["seqId"]],
  ] as const)("is rebuilt from OKX, guarded by %s", async (_, guards) => {
    const lines = [...okxCapture(marketMoments(MOMENTS), { guards })].join("\n");
    const { books, trades, scale, statistics } = await read("okx", await writtenCapture(lines));
    expect(books.map(withoutSequence)).toEqual(truth().map(bookOf));
    const expected = truth().flatMap((book) => book.trades);
    expect(trades.length).toBeGreaterThan(20);
    expect(tradesWith(["ticks", "lots", "side", "tradeId", "eventNs"], trades)).toEqual(expected);
    expect(scale).toMatchObject({ symbol: "SIM-USDT", tick: { step: "0.01" }, lot: { step: "1" } });
    const checked = (guards as readonly string[]).includes("checksum") ? MOMENTS : 0;
    expect(statistics.checksums).toEqual({ checked, agreed: checked });
    const first = (guards as readonly string[]).includes("seqId") ? 500n : 1n;
    expect(books.map(({ sequence }) => sequence)).toEqual(books.map((_book, index) => first + BigInt(index)));
  });

  describe.each([1, 2, 3] as const)("in Databento's encoding, version %i", (version) => {
    const capture = async (schema: DbnSchema) => {
      const bytes = Buffer.concat([...dbnCapture(marketMoments(MOMENTS), { schema, version })]);
      const { compress } = await loadZstdCompressor();
      const path = await writtenCapture(compress(bytes, 3, true));
      const plain = await read("dbn", await writtenCapture(bytes));
      const compressed = await read("dbn", path);
      expect(compressed).toEqual(plain);
      return plain;
    };

    test("is rebuilt from orders", async () => {
      const { books, trades, scale } = await capture("mbo");
      // Orders say nothing of a level that came and went within one moment.
      const changed = truth().filter((_, index) => ordersChange[index]);
      expect(books.map(withoutSequence)).toEqual(changed.map(bookOf));
      const expected = tradesWith(
        ["ticks", "lots", "side", "eventNs"],
        truth().flatMap((book) => book.trades),
      );
      expect(tradesWith(["ticks", "lots", "side", "eventNs"], trades)).toEqual(expected);
      expect(scale).toMatchObject({ symbol: "SIM", tick: { step: "0.01" }, lot: { step: "1" } });
    });

    test.each([
      ["mbp-10", 10],
      ["mbp-1", 1],
    ] as const)("is read from %s", async (schema, levels) => {
      const { books } = await capture(schema);
      expect(books.map(withoutSequence)).toEqual(truth(levels).map(bookOf));
      expect(books.map(({ sequence }) => sequence)).toEqual(books.map((_, index) => BigInt(index + 1)));
    });

    test("has its trades", async () => {
      const { books, trades } = await capture("trades");
      expect(books).toEqual([]);
      const expected = tradesWith(
        ["ticks", "lots", "side", "eventNs"],
        truth().flatMap((book) => book.trades),
      );
      expect(tradesWith(["ticks", "lots", "side", "eventNs"], trades)).toEqual(expected);
    });
  });

  test.each([1, 2] as const)("is rebuilt from hftbacktest's rows, version %i", async (version) => {
    const rows = [...hftbacktestRows(marketMoments(MOMENTS), version)];
    const npy = Buffer.concat([npyHeader(version, rows.length), ...rows]);
    const clock = (ns: bigint) => (version === 1 ? (ns / 1000n) * 1000n : ns);
    const expected = truth()
      .filter((_, index) => index === 0 || hasChanges(index))
      .map((book) => ({ ...bookOf(book), recvNs: clock(book.recvNs) }));
    const inZip = { "data.npy": npy, "other.npy": npyHeader(version, 0) };
    for (const content of [zipSync(inZip), zipSync(inZip, { level: 0 }), gzipSync(npy)]) {
      const { books, trades, scale } = await read("hftbacktest", await writtenCapture(content));
      expect(books.map(withoutSequence)).toEqual(expected);
      expect(tradesWith(["ticks", "lots", "side", "eventNs"], trades)).toEqual(
        tradesWith(
          ["ticks", "lots", "side", "eventNs"],
          truth().flatMap((book) => book.trades),
        ),
      );
      expect(scale).toMatchObject({ tick: { step: "0.01" }, lot: { step: "1" } });
    }
  });

  test("is read from LOBSTER, a row for each message", async () => {
    const directory = await temporaryDirectory();
    const files = (["message", "orderbook"] as const).map((kind) =>
      join(directory, lobsterName(kind, LEVELS)),
    );
    const lines = [...lobsterCapture(marketMoments(MOMENTS), LEVELS)];
    for (const [index, file] of files.entries()) {
      await writeFile(file, lines.map((pair) => `${pair[index]}\n`).join(""));
    }
    for (const order of [files, files.toReversed()]) {
      const { books, trades, scale } = await read("lobster", ...order);
      const expected = truth().flatMap((book) =>
        Array.from({ length: book.trades.length + 1 }, () => bookWithoutClock(book)),
      );
      expect(books.map(withoutSequence)).toEqual(expected);
      expect(books.map(({ sequence }) => sequence)).toEqual(books.map((_, index) => BigInt(index + 1)));
      expect(tradesWith(["ticks", "lots", "side", "eventNs"], trades)).toEqual(
        tradesWith(
          ["ticks", "lots", "side", "eventNs"],
          truth().flatMap((book) => book.trades),
        ),
      );
      expect(scale).toMatchObject({ symbol: "SIM", tick: { step: "0.01" }, lot: { step: "1" } });
    }
  });

  test("has its best levels in LEAN's quotes, after each line, and its trades", async () => {
    const zips = [
      await writtenCapture(leanZip("Quote", leanQuotes(marketMoments(MOMENTS)))),
      await writtenCapture(leanZip("Trade", leanTrades(marketMoments(MOMENTS)))),
    ];
    const { books, trades, scale } = await readCapture("lean", zips, { levels: 1 });
    expect(await detectFormat(zips)).toBe("lean");
    const lastOfMoment = books.filter((book, index) => book.eventNs !== books[index + 1]?.eventNs);
    const best = truth(1).map(({ eventNs, bids, asks }) => ({
      eventNs,
      bids: [bids[0], bids[LEVELS]],
      asks: [asks[0], asks[LEVELS]],
    }));
    const changed = best.filter(
      (book, index) => JSON.stringify([book.bids, book.asks]) !== bestText(best[index - 1]),
    );
    expect(lastOfMoment.map(({ eventNs, bids, asks }) => ({ eventNs, bids, asks }))).toEqual(changed);
    expect(trades.map(({ side }) => side).every((side) => side === "N")).toBe(true);
    expect(tradesWith(["ticks", "lots", "eventNs"], trades)).toEqual(
      tradesWith(
        ["ticks", "lots", "eventNs"],
        truth().flatMap((book) => book.trades),
      ),
    );
    expect(scale).toMatchObject({ symbol: "SIM", tick: { step: "0.01" }, lot: { step: "1" } });
  });

  test("has its trades in CSV, however its columns are called", async () => {
    const trades = truth().flatMap((book) => book.trades);
    const lines = trades.map(
      ({ eventNs, ticks, lots, side, tradeId }) =>
        `${tradeId};"${new Date(Number(eventNs / 1_000_000n)).toISOString()}";${side === "B" ? "buy" : "SELL"};${lots};${priceText(ticks)}`,
    );
    const path = await writtenCapture(["\uFEFFid;when;side;qty;cost", ...lines, ""].join("\r\n"));
    const columnsGiven = { time: "When", price: "cost" };
    expect(await detectFormat([path], { columns: columnsGiven })).toBe("csv");
    const read = await readCapture("csv", [path], { columns: columnsGiven });
    expect(read.statistics.refused.count).toBe(0);
    expect(tradesWith(["ticks", "lots", "side", "tradeId", "eventNs"], read.trades)).toEqual(trades);
    expect(read.scale).toMatchObject({ tick: { step: "0.01" }, lot: { step: "1" } });
  });
});

const known = new Map<string, number>();
const ordersChange = Array.from(marketMoments(MOMENTS), ({ step, bids, asks }) => {
  let changes = 0;
  for (const [side, levels] of [
    ["bid", step?.bids ?? bids(ALL_LEVELS)],
    ["ask", step?.asks ?? asks(ALL_LEVELS)],
  ] as const) {
    for (const [ticks, lots] of levels) {
      if (lots > 0 || known.delete(`${side} ${ticks}`)) changes += 1;
      if (lots > 0) known.set(`${side} ${ticks}`, lots);
    }
  }
  return changes > 0;
});

const changedMoments = Array.from(
  marketMoments(MOMENTS),
  ({ step }) => (step?.bids.length ?? 0) + (step?.asks.length ?? 0) > 0,
);
const hasChanges = (index: number) => changedMoments[index] === true;

const bestText = (book: { bids: unknown; asks: unknown } | undefined) =>
  book === undefined ? "" : JSON.stringify([book.bids, book.asks]);
