import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { type MarketEvent, openCapture, UNKNOWN_TIME_NS } from "../../../src/market/sources/index.ts";
import { hftbacktestRow, KINDS, npyHeader } from "../../kit/captures/hftbacktest.ts";
import { START_MS } from "../../kit/captures/market.ts";
import { readCapture } from "../../kit/captures/read-capture.ts";
import { writtenCapture } from "../../kit/captures/written-capture.ts";
import { npyHead } from "../../kit/npy-head.ts";
import { describeShared, sharedPath } from "../../kit/shared.ts";

const START_NS = BigInt(START_MS) * 1_000_000n;

type Change = readonly [kind: number, ms: number, isBuy: boolean, price: number, quantity: number];

const rowOf = (version: 1 | 2, [kind, ms, isBuy, price, quantity]: Change) =>
  hftbacktestRow(
    version,
    kind,
    START_MS + ms,
    START_NS + BigInt(ms) * 1_000_000n + 5000n,
    isBuy,
    price,
    quantity,
  );

async function read(version: 1 | 2, rows: readonly Uint8Array[]) {
  const npy = Buffer.concat([npyHeader(version, rows.length), ...rows]);
  return readCapture("hftbacktest", [await writtenCapture(npy)], { levels: 2 });
}

const SNAPSHOT: readonly Change[] = [
  [KINDS.snapshot, 0, true, 10, 5],
  [KINDS.snapshot, 0, false, 10.1, 6],
];

describeShared("the real snapshot of hftbacktest", sharedPath("market-data", "legacy"), () => {
  test("is one row, of the exchange's time alone", async () => {
    const file = sharedPath("market-data", "legacy", "npz_btcusdt_20230404_eod.npz");
    const { statistics, books, scale } = await readCapture("hftbacktest", [file], {
      symbol: "BTCUSDT",
      levels: 3,
    });
    expect(statistics).toMatchObject({ rows: 1, trades: 0, duplicates: 0, refused: { count: 0 } });
    expect([scale?.tick.step, scale?.lot.step]).toEqual(["0.1", "0.001"]);
    expect(books).toEqual([
      {
        eventNs: 1_680_652_799_977_784_000n,
        recvNs: UNKNOWN_TIME_NS,
        sequence: 1n,
        bids: [281_551, 281_550, 281_549, 60, 4, 1],
        asks: [281_552, 281_553, 281_558, 3719, 4, 4],
      },
    ]);
  });

  test("is of 4,097 levels", async () => {
    const file = sharedPath("market-data", "legacy", "npz_btcusdt_20230404_eod.npz");
    const events: MarketEvent[] = [];
    const capture = openCapture("hftbacktest", [file], { symbol: "BTCUSDT", levels: 1 });
    for await (const event of capture.events()) events.push(event);
    const [snapshot, ...others] = events;
    expect(others).toEqual([]);
    expect(snapshot).toMatchObject({
      kind: "snapshot",
      endsChange: true,
      bids: { length: 2306 },
      asks: { length: 1791 },
    });
  });

  test("is an error where the array is another one", async () => {
    const file = sharedPath("market-data", "legacy", "structured_big_endian.npy");
    await expect(readCapture("hftbacktest", [file])).rejects.toMatchObject({
      code: "CAPTURE_INVALID",
      path: file,
      message: expect.stringMatching(/\(1, 1000, 100\) of data >f4, which is none of hftbacktest's/),
    });
  });
});

describe.each([1, 2] as const)("rows of hftbacktest, version %i", (version) => {
  const rows = (changes: readonly Change[]) => changes.map((change) => rowOf(version, change));

  test("of one time are one change", async () => {
    const { books } = await read(
      version,
      rows([
        ...SNAPSHOT,
        [KINDS.depth, 1, true, 10, 0],
        [KINDS.depth, 1, true, 9.9, 7],
        [KINDS.depth, 2, false, 10.1, 1],
      ]),
    );
    expect(books.map(({ bids, asks }) => [bids[0], bids[2], asks[2]])).toEqual([
      [100, 5, 6],
      [99, 7, 6],
      [99, 7, 1],
    ]);
    expect(books.map(({ sequence, eventNs }) => [sequence, eventNs - START_NS])).toEqual([
      [1n, 0n],
      [2n, 1_000_000n],
      [3n, 2_000_000n],
    ]);
  });

  test("are not taken before the first snapshot, and a clear empties the book", async () => {
    const { statistics, books } = await read(
      version,
      rows([
        [KINDS.depth, -1, true, 10, 1],
        ...SNAPSHOT,
        [KINDS.clear, 2, true, 0, 0],
        [KINDS.clear, 2, false, 0, 0],
        [KINDS.snapshot, 2, true, 9, 1],
      ]),
    );
    expect(statistics).toMatchObject({ rows: 2, unsynced: 1 });
    expect(books[1]).toMatchObject({
      bids: [90, -(2 ** 31), 1, -(2 ** 31)],
      asks: expect.not.arrayContaining([101]),
    });
  });

  test("that are the local clock's alone are duplicates of the exchange's", async () => {
    const locals = rows([[KINDS.depth, 1, true, 10, 9]]);
    if (version === 1) locals[0]!.writeDoubleLE(-1, 8);
    else locals[0]!.writeUInt32LE(0x4000_0000 + 0x2000_0000 + KINDS.depth);
    const { statistics } = await read(version, [...rows(SNAPSHOT), ...locals]);
    expect(statistics).toMatchObject({ rows: 1, duplicates: 1, refused: { count: 0 } });
  });

  test.each([
    ["off the grid", [KINDS.depth, 1, true, 10.05, 1], /not a whole number of steps/],
    ["without a number as price", [KINDS.depth, 1, true, Number.NaN, 1], /not a decimal/],
    ["with a price that is infinite", [KINDS.depth, 1, true, Number.POSITIVE_INFINITY, 1], /not a decimal/],
    ["with a size that is negative", [KINDS.depth, 1, true, 10, -1], /negative/],
    ["with a trade of size 0", [KINDS.trade, 1, true, 10, 0], /size 0/],
  ] as const)("%s are refused by their number", async (_, broken, reason) => {
    const many = Array.from(
      { length: 2000 },
      (_row, index): Change => [KINDS.depth, 2 + index, true, 9 + (index % 9) / 10, 1],
    );
    const { statistics } = await read(version, rows([...SNAPSHOT, broken, ...many]));
    expect(statistics.refused.lines).toMatchObject([{ line: 3, reason: expect.stringMatching(reason) }]);
  });

  test("of other kinds are counted and not read", async () => {
    const { statistics } = await read(
      version,
      rows([...SNAPSHOT, [5, 1, true, 10, 1], [12, 1, true, 10, 1]]),
    );
    expect(statistics).toMatchObject({ rows: 1, ignored: 2, refused: { count: 0 } });
  });

  test("that are fewer, or more, than their file says are an error", async () => {
    for (const claimed of [1, 3]) {
      const npy = Buffer.concat([npyHeader(version, claimed), ...rows(SNAPSHOT)]);
      await expect(readCapture("hftbacktest", [await writtenCapture(npy)])).rejects.toMatchObject({
        code: "CAPTURE_INVALID",
        message: expect.stringMatching(new RegExp(`does not hold ${claimed} rows`)),
      });
    }
  });
});

test("a time of hftbacktest that is not in microseconds is refused", async () => {
  const inNanoseconds = rowOf(1, [KINDS.depth, 1, true, 10, 1]);
  inNanoseconds.writeDoubleLE(START_MS * 1e6, 8);
  const { statistics } = await read(1, [...SNAPSHOT.map((change) => rowOf(1, change)), inNanoseconds]);
  expect(statistics.refused.lines).toMatchObject([
    { line: 3, reason: expect.stringMatching(/microseconds/) },
  ]);
});

describe("a file of hftbacktest", () => {
  const header = (text: string) => Buffer.concat([npyHead(text), Buffer.alloc(480)]);

  test.each([
    ["is empty", Buffer.alloc(0), /does not hold a header/],
    ["is text", Buffer.from("ev,exch_ts,local_ts"), /does not begin as such files do/],
    ["ends in its header", npyHeader(1, 5).subarray(0, 40), /does not hold a header/],
    ["is in columns", header("{'descr': '<f8', 'fortran_order': True, 'shape': (10, 6), }"), /in C order/],
    [
      "has five columns",
      header("{'descr': '<f8', 'fortran_order': False, 'shape': (12, 5), }"),
      /none of hftbacktest's/,
    ],
    ["is of other numbers", header("{'descr': '<f4', 'fortran_order': False, 'shape': (20, 6), }"), /of <f4/],
    [
      "lacks a field",
      header("{'descr': [('ev', '<u8'), ('px', '<f8')], 'fortran_order': False, 'shape': (30,), }"),
      /none of hftbacktest's/,
    ],
    [
      "has a field twice",
      header(
        "{'descr': [('ev', '<u8'), ('exch_ts', '<i8'), ('local_ts', '<i8'), ('px', '<f8'), ('px', '<f8'), ('qty', '<f8')]," +
          " 'fortran_order': False, 'shape': (10,), }",
      ),
      /px <f8, px <f8.* none of hftbacktest's/,
    ],
    [
      "has fields of several items",
      header("{'descr': [('ev', '<u8', (2,))], 'fortran_order': False, 'shape': (30,), }"),
      /of ev of several items, which is none/,
    ],
    [
      "says twice how long it is",
      header("{'descr': '<f8', 'fortran_order': False, 'shape': (10, 6), 'shape': (9, 6), }"),
      /no second "shape"/,
    ],
    [
      "has rows beside its dictionary",
      header("{'descr': '<f8', 'fortran_order': False, 'shape': (10, 6), } (10, 6)"),
      /not nothing more/,
    ],
    ["is of another version", Buffer.from("\x93NUMPY\x04\x00\x10\x00 ...", "latin1"), /version 4\.0/],
    [
      "holds two arrays",
      zipSync({ "a.npy": npyHeader(1, 0), "b.npy": npyHeader(1, 0) }),
      /holds a.npy, b.npy/,
    ],
    ["holds no array", zipSync({ "a.txt": Buffer.from("x") }), /no array/],
  ])("that %s is an error", async (_, bytes, reason) => {
    await expect(readCapture("hftbacktest", [await writtenCapture(bytes)])).rejects.toMatchObject({
      code: "CAPTURE_INVALID",
      message: expect.stringMatching(reason),
    });
  });
});
