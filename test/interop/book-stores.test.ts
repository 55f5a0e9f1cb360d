/**
 * Ingested captures as Python sees them: every array value by value through zarr-python, and through xarray a datetime
 * index, float prices and NaN for missing levels. Both real captures, every preset, stores of a week and of a day.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openGroup, ZarrArray } from "../../src/index.ts";
import { type IngestOptions, type IngestReport, ingestCapture } from "../../src/market/ingest.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import type { Seen } from "./exchange.ts";
import { askPython } from "./python.ts";
import { bytesOf, sha256 } from "./values.ts";

/** What xarray shows of a group; see `read_book.py`. */
interface Shown {
  readonly index: string;
  readonly indexType: string;
  readonly receivedType: string;
  readonly first: string;
  readonly last: string;
  readonly scaled: Readonly<Record<string, boolean>>;
  readonly missing: Readonly<Record<string, number>>;
  readonly selectedRows: number;
  readonly rowsInSelection: number;
}

interface SeenBook {
  readonly arrays: Readonly<Record<string, Seen>>;
  readonly book: Shown;
  readonly trades: Shown;
}

interface Ingested {
  readonly report: IngestReport;
  /** One a store, in the order of the report. */
  readonly books: readonly SeenBook[];
}

const CAPTURES = sharedPath("market-data", "binance");
const COIN_M = ["cm_btcusd_perp_20240808.gz", "cm_btcusd_perp_20240809.gz"].map((file) =>
  join(CAPTURES, file),
);
const USD_M = [join(CAPTURES, "usdm_btcusdt_20240808.gz")];
const MISSING_LEVEL = -2147483648;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quarry-interop-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Ingests a capture and has Python open every store of it. */
async function ingested(options: Omit<IngestOptions, "format" | "out">): Promise<Ingested> {
  const out = await mkdtemp(join(folder, "stores-"));
  const report = await ingestCapture({ ...options, format: "binance", out });
  const job = { stores: report.stores.map(({ path }) => path) };
  const { stores: books } = await askPython<{ stores: readonly SeenBook[] }>("read_book.py", job);
  return { report, books };
}

/** Every array below the group at `store`, by its path. */
async function arraysOf(store: string): Promise<ReadonlyMap<string, ZarrArray>> {
  const arrays = new Map<string, ZarrArray>();
  const root = await openGroup(store);
  for await (const [path, node] of root.members({ depth: Number.POSITIVE_INFINITY })) {
    if (node instanceof ZarrArray) arrays.set(path, node);
  }
  return arrays;
}

/** Compares every array of every store: what Quarry reads with what zarr-python read. */
async function expectEqualValues({ report, books }: Ingested): Promise<void> {
  for (const [index, { path: store }] of report.stores.entries()) {
    const arrays = await arraysOf(store);
    const { arrays: seen } = books[index]!;
    expect([...arrays.keys()].sort()).toEqual(Object.keys(seen).sort());
    for (const [path, array] of arrays) {
      const { data, shape } = await array.get();
      expect(seen[path], `${store}/${path}`).toMatchObject({
        dataType: array.dataType.name,
        shape,
        sha256: sha256(bytesOf(data)),
        attributes: array.attributes,
        dimensionNames: array.dimensionNames,
      });
    }
  }
}

const isoOf = (text: string) => text.replace(/Z$/, "");

describeShared("an ingested capture", CAPTURES, () => {
  const cases: readonly {
    title: string;
    options: Parameters<typeof ingested>[0];
    rows: readonly number[];
  }[] = [
    {
      title: "of two COIN-M files, in the week they belong to",
      options: { files: COIN_M, symbol: "BTCUSD_PERP" },
      rows: [44_772],
    },
    {
      title: "of two COIN-M files, a store a day",
      options: { files: COIN_M, symbol: "BTCUSD_PERP", partition: "day" },
      rows: [26_736, 18_036],
    },
    { title: "of USD-M, preset portable", options: { files: USD_M, symbol: "BTCUSDT" }, rows: [6_547] },
    {
      title: "of USD-M, preset small",
      options: { files: USD_M, symbol: "BTCUSDT", preset: "small" },
      rows: [6_547],
    },
    {
      title: "of USD-M, preset fast",
      options: { files: USD_M, symbol: "BTCUSDT", preset: "fast" },
      rows: [6_547],
    },
  ];
  for (const { title, options, rows } of cases)
    describe(title, () => {
      let capture: Ingested;
      beforeAll(async () => {
        capture = await ingested(options);
      });

      it("has the known number of rows in each store", () => {
        expect(capture.books.map(({ arrays }) => arrays.ts_event!.shape)).toEqual(
          rows.map((count) => [count]),
        );
      });

      it("holds for zarr-python what it holds for Quarry, in every array", () => expectEqualValues(capture));

      it("shows a nanosecond datetime index from the first to the last row", () => {
        for (const [index, { book, trades }] of capture.books.entries()) {
          const { first, last } = capture.report.stores[index]!;
          expect(book).toMatchObject({ first: isoOf(first), last: isoOf(last) });
          for (const shown of [book, trades]) {
            expect(shown).toMatchObject({
              index: "DatetimeIndex",
              indexType: "datetime64[ns]",
              receivedType: "datetime64[ns]",
            });
          }
        }
      });

      it("shows prices and sizes as floats, ticks and lots times their scale factor", () => {
        for (const { book, trades } of capture.books) {
          expect(book.scaled).toEqual({ bid_px: true, bid_sz: true, ask_px: true, ask_sz: true });
          expect(trades.scaled).toEqual({ px: true, sz: true });
        }
      });

      it("is cut by a slice of time to the rows inside it", () => {
        for (const { book, trades } of capture.books) {
          for (const { selectedRows, rowsInSelection } of [book, trades]) {
            expect(selectedRows).toBe(rowsInSelection);
            expect(selectedRows).toBeGreaterThan(0);
          }
        }
      });
    });

  it("uses nothing outside the Zarr specification by default", async () => {
    const { report } = await ingested({ files: USD_M, symbol: "BTCUSDT" });
    const codecs = [...(await arraysOf(report.stores[0]!.path)).values()].flatMap((array) => array.codecs);
    expect(new Set(codecs.map(({ name }) => name))).toEqual(new Set(["bytes", "blosc", "crc32c"]));
  });
});

describe("a book with fewer levels than asked for", () => {
  const diff = (firstId: number, lastId: number, bids: string[][], asks: string[][]) => {
    const eventMs = 1_723_161_256_000 + lastId;
    const data = {
      e: "depthUpdate",
      E: eventMs,
      T: eventMs,
      s: "THIN",
      U: firstId,
      u: lastId,
      pu: firstId - 1,
      b: bids,
      a: asks,
    };
    return { stream: "thin@depth@0ms", data };
  };
  const messages = [
    {
      lastUpdateId: 10,
      E: 1,
      T: 1,
      bids: [
        ["9.9", "1.5"],
        ["9.8", "2.0"],
      ],
      asks: [["10.1", "0.5"]],
    },
    diff(10, 11, [["9.7", "1.0"]], []),
    diff(
      12,
      12,
      [],
      [
        ["10.1", "0"],
        ["10.3", "4.5"],
      ],
    ),
    {
      stream: "thin@trade",
      data: {
        e: "trade",
        E: 1_723_161_256_012,
        T: 1_723_161_256_012,
        s: "THIN",
        t: 7,
        p: "10.1",
        q: "0.5",
        X: "MARKET",
        m: false,
      },
    },
    diff(13, 13, [["9.9", "0"]], [["10.4", "0.5"]]),
  ];

  it("shows NaN for the missing ones in Python, and the missing level in Quarry", async () => {
    const file = join(folder, "thin.txt");
    const text = messages.map(
      (message, index) => `${1_723_161_256_000_000_000n + BigInt(index)} ${JSON.stringify(message)}\n`,
    );
    await writeFile(file, text.join(""));
    const capture = await ingested({ files: [file], symbol: "THIN", levels: 4 });

    await expectEqualValues(capture);
    const [book] = capture.books;
    expect(book!.book.scaled).toEqual({ bid_px: true, bid_sz: true, ask_px: true, ask_sz: true });
    const arrays = await arraysOf(capture.report.stores[0]!.path);
    for (const name of ["bid_px", "bid_sz", "ask_px", "ask_sz"]) {
      const { data } = await (arrays.get(name) as ZarrArray<"int32">).get();
      const missing = data.filter((ticks) => ticks === MISSING_LEVEL).length;
      expect(missing, name).toBeGreaterThan(0);
      expect(book!.book.missing[name], name).toBe(missing);
    }
    expect([...(await (arrays.get("bid_px") as ZarrArray<"int32">).get()).data]).toEqual([
      ...[99, 98, 97, MISSING_LEVEL],
      ...[99, 98, 97, MISSING_LEVEL],
      ...[98, 97, MISSING_LEVEL, MISSING_LEVEL],
    ]);
  });
});
