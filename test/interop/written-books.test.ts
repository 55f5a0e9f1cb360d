/**
 * Books that a `BookWriter` wrote, as Python sees them: with arrays that came late, with codecs that were tried, and row by
 * row through the durable append.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGroup, ZarrArray } from "../../src/index.ts";
import { BookRows, SIDE_CODES, TradeRows } from "../../src/market/book-rows.ts";
import { BookWriter, type BookWriterOptions } from "../../src/market/book-writer.ts";
import { defineArray } from "../../src/market/schema.ts";
import type { StepTypeOptions } from "../../src/market/step-types.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import type { Seen } from "./exchange.ts";
import { askPython } from "./python.ts";
import { bytesOf, sha256 } from "./values.ts";

const LEVELS = 3;
const SATURDAY_NS = BigInt(Date.UTC(2024, 7, 10)) * 1_000_000n;

interface SeenBook {
  readonly arrays: Readonly<Record<string, Seen>>;
  readonly book: {
    readonly scaled: Readonly<Record<string, boolean>>;
    readonly index: string;
    readonly missing: Readonly<Record<string, number>>;
  };
}

/** One row each five minutes for three days, which end in the next week. Every fourth has two bids alone. */
function rows(types: StepTypeOptions): { book: BookRows; trades: TradeRows } {
  const book = new BookRows(LEVELS, types);
  const trades = new TradeRows(types);
  // Odd, so that the lowest of 53 bits are there.
  const largeLots = types.sizeType === "int64" ? 2 ** 53 - 1 : 2 ** 31 - 1;
  const largeTicks = types.priceType === "int64" ? 2 ** 40 + 1 : 600_000;
  for (let row = 0; row < 864; row += 1) {
    const timeNs = SATURDAY_NS + BigInt(row) * 300_000_000_000n;
    const at = book.add(timeNs, timeNs + 77n, BigInt(row) + 2n ** 53n) * LEVELS;
    for (let level = 0; level < LEVELS; level += 1) {
      const isMissing = row % 4 === 0 && level === LEVELS - 1;
      book.bidTicks[at + level] = isMissing ? book.missingTicks : largeTicks + (row % 17) - level;
      book.bidLots[at + level] = isMissing ? book.missingLots : largeLots - row - level;
      book.askTicks[at + level] = largeTicks + 2 + (row % 17) + level;
      book.askLots[at + level] = level + 1;
    }
    trades.add(timeNs, timeNs, BigInt(row), largeTicks + row, largeLots, SIDE_CODES.A);
  }
  return { book, trades };
}

const spread = defineArray({
  name: "spread",
  description: "best ask less best bid",
  dataType: "int32",
  dimensions: ["ts_event"],
  attributes: { scale_factor: 0.1, step: "0.1" },
});

const WAYS: Readonly<Record<string, Partial<BookWriterOptions>>> = {
  "with codecs of a preset": {},
  "with codecs that were tried": { tryCodecs: true, preset: "small" },
  "row by row, durably": { durable: true },
  "with sizes of int64": { sizeType: "int64", preset: "small" },
  "with prices and sizes of int64": { priceType: "int64", sizeType: "int64" },
  "with sizes of int64, row by row, durably": { sizeType: "int64", durable: true },
};

test.each(Object.entries(WAYS))(
  "a book written %s is the same in Python, late arrays included",
  async (_, way) => {
    const path = join(await temporaryDirectory(), "BTCUSDT.zarr");
    const scale = { levels: LEVELS, tickSize: "0.1", lotSize: "0.001" };
    const writer = new BookWriter({ path, symbol: "BTCUSDT", ...scale, ...way });
    const { book, trades } = rows(way);
    await writer.append(book, trades);
    for (const store of writer.stores) await store.addArray(spread, new Int32Array(store.rows.rows).fill(2));
    const stores = await writer.publish({ quality: "ok" });
    expect(stores.map((store) => store.rows)).toEqual([576, 288]);
    const seen = await askPython<{ stores: readonly SeenBook[] }>("read_book.py", {
      stores: stores.map((store) => store.path),
    });
    for (const [index, store] of stores.entries()) {
      const { arrays, book } = seen.stores[index]!;
      expect(book.index).toBe("DatetimeIndex");
      expect(book.scaled).toMatchObject({ spread: true, bid_px: true, bid_sz: true, ask_sz: true });
      const missing = store.rows / 4;
      expect(book.missing).toMatchObject({ bid_px: missing, bid_sz: missing, ask_px: 0, ask_sz: 0 });
      for await (const [name, array] of (await openGroup(store.path)).members({ depth: 2 })) {
        if (!(array instanceof ZarrArray)) continue;
        const { data, shape } = await array.get();
        const dataType = array.dataType.name;
        expect(arrays[name], name).toMatchObject({ dataType, shape, sha256: sha256(bytesOf(data)) });
      }
    }
  },
);
