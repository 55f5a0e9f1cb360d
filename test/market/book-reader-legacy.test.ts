/** The reader on stores of the older layout, Zarr v2 and v3, against what `expected.json` says is in them. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileSystemStore, withRequestCount } from "../../src/index.ts";
import { type BlocksOptions, BookReader } from "../../src/market/book-reader.ts";
import type { FloatBlock } from "../../src/market/book-week.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";

const LEGACY = sharedPath("legacy");

interface Expected {
  readonly stores: Readonly<
    Record<
      string,
      {
        readonly arrays: Readonly<
          Record<string, { readonly sha256: string; readonly surviving: readonly { sha256: string }[] }>
        >;
      }
    >
  >;
}

async function read(directory: string, options: BlocksOptions = {}) {
  const reader = await BookReader.open(join(LEGACY, directory));
  const weeks = new Map<string, FloatBlock[]>();
  for await (const block of reader.blocks(options)) {
    const week = block.path.slice(LEGACY.length + 1);
    weeks.set(week, [...(weeks.get(week) ?? []), block as FloatBlock]);
  }
  const skipped = reader.report.skipped.map(({ path, code, rows }) => [path.slice(-13), code, rows]);
  return { reader, weeks, skipped };
}

function sha256(parts: readonly ArrayBufferView[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part as Uint8Array);
  return hash.digest("hex");
}

function hashesOf(blocks: readonly FloatBlock[]) {
  const milliseconds = blocks.map(({ timestampsNs }) => timestampsNs.map((timeNs) => timeNs / 1_000_000n));
  return {
    data: sha256(blocks.map(({ book }) => book.data)),
    timestamps: sha256(milliseconds),
    snapshot_metadata: sha256(blocks.map(({ metadata }) => metadata!.data)),
  };
}

const GOOD_WEEKS = {
  "weekly-v2": [
    "BTC-USDT.zarr/2022-W19.zarr",
    "BTCUSDT.zarr/2024-W32.zarr",
    "BTCUSDT.zarr/2024-W33.zarr",
    "BTCUSDT.zarr/2024-W38.zarr",
    "BTCUSD_PERP.zarr/2024-W32.zarr",
    "BTCUSD_PERP.zarr/2024-W33.zarr",
    "BTCUSD_PERP.zarr/2024-W34.zarr",
  ],
  "weekly-v3": ["BTC-USDT.zarr/2022-W19.zarr", "BTCUSDT.zarr/2024-W32.zarr", "BTCUSDT.zarr/2024-W34.zarr"],
};

describeShared("stores of the older layout", LEGACY, () => {
  const { stores }: Expected = JSON.parse(readFileSync(join(LEGACY, "expected.json"), "utf8"));

  test.each(Object.entries(GOOD_WEEKS))(
    "of %s give every row of every good week",
    async (directory, good) => {
      for (const options of [{}, { blockRows: 77, readAhead: 3 }]) {
        const { weeks } = await read(directory, options);
        expect([...weeks.keys()].sort()).toEqual(good.map((week) => `${directory}/${week}`));
        for (const [week, blocks] of weeks) {
          const hashes = Object.entries(stores[week]!.arrays).map(([name, { sha256 }]) => [name, sha256]);
          expect(Object.fromEntries(hashes), week).toMatchObject(hashesOf(blocks));
        }
      }
    },
  );

  test("leave out incomplete and corrupt weeks, and say which and why", async () => {
    const v2 = await read("weekly-v2/BTCUSDT.zarr");
    expect(v2.skipped).toEqual([
      ["2024-W34.zarr", "NOT_FOUND", undefined],
      ["2024-W36.zarr", "SHAPE_MISMATCH", undefined],
      ["2024-W35.zarr", "CHUNK_CORRUPT", { start: 0, end: 1500 }],
    ]);
    expect(v2.reader.report.skipped[1]!.reason).toContain("data has 700 rows, timestamps 690");
    const v3 = await read("weekly-v3");
    expect(v3.skipped).toEqual([["2024-W33.zarr", "CHUNK_CORRUPT", { start: 0, end: 1536 }]]);
  });

  test("give the rows before a fault where that is asked for", async () => {
    const { weeks, skipped } = await read("weekly-v2/BTCUSDT.zarr", { wholeWeeks: false });
    expect(skipped).toContainEqual(["2024-W35.zarr", "CHUNK_CORRUPT", { start: 150, end: 1500 }]);
    const { data } = stores["weekly-v2/BTCUSDT.zarr/2024-W35.zarr"]!.arrays;
    const blocks = weeks.get("weekly-v2/BTCUSDT.zarr/2024-W35.zarr")!;
    expect(sha256(blocks.map(({ book }) => book.data))).toBe(data!.surviving[0]!.sha256);
  });

  test("are of several float types and chunks, and are counted without a chunk being read", async () => {
    const store = withRequestCount(new FileSystemStore(join(LEGACY, "weekly-v2")));
    const reader = await BookReader.open(store);
    expect(
      reader.symbols.map(({ symbol, estimatedSnapshots, sourceChunkRows }) => [
        symbol,
        estimatedSnapshots,
        sourceChunkRows,
      ]),
    ).toEqual([
      ["BTC-USDT", 98, 32],
      ["BTCUSDT", 2000 + 1200 + 1500 + 0 + 300, 256],
      ["BTCUSD_PERP", 2600, 256],
    ]);
    expect(reader.attributes).toMatchObject({ symbol: "BTC-USDT", exchange: "okx-spot" });
    expect(store.requests.filter(({ key }) => /\/\d+(\.\d+)*$/.test(key))).toEqual([]);
    const { weeks } = await read("weekly-v2/BTCUSD_PERP.zarr");
    expect([...weeks.values()].map(([block]) => block!.book.data.constructor.name)).toEqual([
      "Float32Array",
      "Float64Array",
      "Float32Array",
    ]);
  });

  test("are read by columns, by levels of each side, and by time", async () => {
    const whole = (await read("weekly-v3/BTCUSDT.zarr")).weeks.get("weekly-v3/BTCUSDT.zarr/2024-W32.zarr")!;
    const times = whole.flatMap(({ timestampsNs }) => [...timestampsNs]);
    const [fromNs, toNs] = [times[700]!, times[1300]!];
    const options = { columns: ["size", "price"], levels: 2, fromNs, toNs };
    const { weeks } = await read("weekly-v3/BTCUSDT.zarr", options);
    expect(weeks.size).toBe(1);
    const [blocks] = [...weeks.values()];
    expect(blocks!.flatMap(({ timestampsNs }) => [...timestampsNs])).toEqual(
      times.filter((time) => time >= fromNs && time < toNs),
    );
    const [first] = blocks!;
    expect(first!.columns).toEqual(["size", "price"]);
    expect(first!.book.shape).toEqual([first!.count, 4, 2]);
    const source = whole.find(({ start, count }) => start <= first!.start && first!.start < start + count)!;
    const at = (level: number, column: number) =>
      source.book.data[((first!.start - source.start) * 50 + level) * 3 + column];
    const expected = [0, 1, 25, 26].flatMap((level) => [at(level, 1), at(level, 0)]);
    expect([...first!.book.data.subarray(0, 8)]).toEqual(expected);
  });

  test("give the row as of a time", async () => {
    const { reader, weeks } = await read("weekly-v2/BTCUSDT.zarr");
    const [first] = weeks.get("weekly-v2/BTCUSDT.zarr/2024-W33.zarr")!;
    const row = await reader.asOf(first!.timestampsNs[0]! - 1n);
    expect(row).toMatchObject({ start: 1999, count: 1 });
    expect(row!.path).toMatch(/2024-W32\.zarr$/);
    expect(await reader.asOf(first!.timestampsNs[0]!)).toMatchObject({ start: 0, path: first!.path });
  });
});
