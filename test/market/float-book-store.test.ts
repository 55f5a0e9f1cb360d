import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createGroup, type Group, MemoryStore } from "../../src/index.ts";
import { BookReader } from "../../src/market/book-reader.ts";
import type { FloatBlock } from "../../src/market/book-week.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import type { ReadableStore, Store } from "../../src/store/store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const ROWS = 12;
const LEVELS = 4;
const COLUMNS = 2;

const ITEMS = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

interface Layout {
  readonly dataType?: keyof typeof ITEMS;
  readonly levelsPerSide?: number;
  readonly columns?: JsonObject[string];
  readonly units?: string;
  readonly times?: readonly bigint[];
}

/** Item `[row, level, column]` is `row * 100 + level * 10 + column`. */
async function fill(group: Group, layout: Layout = {}): Promise<void> {
  const { dataType = "float32", levelsPerSide, columns, units } = layout;
  const { times = Array.from({ length: ROWS }, (_, row) => BigInt(row)) } = layout;
  if (levelsPerSide !== undefined) await group.updateAttributes({ levels_per_side: levelsPerSide });
  const data = await group.createArray("data", {
    ...{ shape: [ROWS, LEVELS, COLUMNS], dataType, chunks: [5, LEVELS, COLUMNS] },
    attributes: columns === undefined ? {} : { columns },
  });
  const items = Array.from({ length: ROWS * LEVELS * COLUMNS }, (_, item) => {
    const [row, level] = [Math.floor(item / (LEVELS * COLUMNS)), Math.floor(item / COLUMNS) % LEVELS];
    return row * 100 + level * 10 + (item % COLUMNS);
  });
  await data.set(null, ITEMS[dataType].from(items) as never);
  const timestamps = await group.createArray("timestamps", {
    ...{ shape: [times.length], dataType: "int64", chunks: [4] },
    attributes: units === undefined ? {} : { units },
  });
  await timestamps.set(null, BigInt64Array.from(times));
}

async function blockOf(
  layout: Layout,
  options: Parameters<BookReader["blocks"]>[0] = {},
): Promise<FloatBlock> {
  const store = new MemoryStore();
  await fill(await createGroup(store), layout);
  const reader = await BookReader.open(store);
  const { value } = await reader.blocks({ blockRows: ROWS, ...options }).next();
  return value as FloatBlock;
}

describe("a store of the older layout", () => {
  test("counts levels of each side where it says how many there are, else through both", async () => {
    const twoSided = await blockOf({ levelsPerSide: 2 }, { levels: [1] });
    expect([twoSided.book.shape, [...twoSided.book.data.subarray(0, 4)]]).toEqual([
      [ROWS, 2, COLUMNS],
      [10, 11, 30, 31],
    ]);
    const plain = await blockOf({}, { levels: [3, 1] });
    expect([...plain.book.data.subarray(0, 4)]).toEqual([30, 31, 10, 11]);
    // A number that does not go with the array says nothing.
    const odd = await blockOf({ levelsPerSide: 25 }, { levels: 3 });
    expect(odd.book.shape).toEqual([ROWS, 3, COLUMNS]);
  });

  test("names its columns in its array, or has none to choose from", async () => {
    const block = await blockOf({ columns: ["price", "size"] }, { columns: ["size"] });
    expect([block.columns, [...block.book.data.subarray(0, 3)]]).toEqual([["size"], [1, 11, 21]]);
    expect((await blockOf({ columns: ["price"] })).columns).toEqual([]);
    await expect(blockOf({ columns: ["price"] }, { columns: ["price"] })).rejects.toThrow(RangeError);
  });

  test("is of any float type, and without snapshot metadata", async () => {
    for (const dataType of ["float32", "float64"] as const) {
      const block = await blockOf({ dataType });
      expect([block.book.data[9], block.metadata]).toEqual([101, undefined]);
    }
  });

  test.each([
    [undefined, 1_000_000n],
    ["milliseconds since 1970-01-01", 1_000_000n],
    ["s since 1970-01-01T00:00:00Z", 1_000_000_000n],
    ["nanoseconds since 1970-01-01", 1n],
  ])("counts time in what its units %j say", async (units, unitNs) => {
    const block = await blockOf(units === undefined ? {} : { units });
    expect(block.timestampsNs[3]).toBe(3n * unitNs);
  });

  test.each([
    ["times since another day", { units: "seconds since 2000-01-01" }, "METADATA_INVALID"],
    ["units that are none", { units: "fortnights" }, "METADATA_INVALID"],
    ["prices that are no floats", { dataType: "int32" }, "METADATA_INVALID"],
    ["fewer times than rows", { times: [1n, 2n] }, "SHAPE_MISMATCH"],
  ] as const)("with %s is not read", async (_, layout, code) => {
    await expect(blockOf(layout)).rejects.toMatchObject({ code });
  });

  test("is not searched by time where its times are not in order, and read nevertheless", async () => {
    const times = Array.from({ length: ROWS }, (_, row) => BigInt(row)).with(7, 2n);
    const store = new MemoryStore();
    await fill(await createGroup(store), { times });
    const reader = await BookReader.open(store);
    let rows = 0;
    for await (const { count } of reader.blocks()) rows += count;
    expect(rows).toBe(ROWS);
    for await (const _ of reader.blocks({ fromNs: 0n })) expect.unreachable();
    expect(reader.report.skipped).toMatchObject([{ code: "VALUE_INVALID", rows: { start: 0, end: ROWS } }]);
    await expect(reader.asOf(5n)).rejects.toMatchObject({ code: "VALUE_INVALID" });
    // The caller may know better; what is then read is checked all the same.
    const trusting = await BookReader.open(store, { trustOrder: true });
    for await (const _ of trusting.blocks({ fromNs: 6_000_000n })) expect.unreachable();
    expect(trusting.report.skipped).toMatchObject([{ code: "VALUE_INVALID" }]);
  });

  test("that has lost a chunk is not read, from a store that can list", async () => {
    const memory = new MemoryStore();
    await fill(await createGroup(memory));
    await memory.delete("/data/c/1/0/0");
    await expect(BookReader.open(memory)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("/data lacks 1 of its 3 chunks, the first at [1, 0, 0]"),
    });
    expect((await BookReader.open(withoutListing(memory))).estimatedSnapshots).toBe(ROWS);
  });

  test("is of the symbol that its directory is named after, where it does not say itself", async () => {
    const directory = await temporaryDirectory();
    for (const path of ["BTC-USDT.zarr/2022-W19.zarr", "BTC-USDT.zarr/2022-W20.zarr", "ETH-USDT.zarr"]) {
      await mkdir(join(directory, path), { recursive: true });
      const first = path.includes("W20") ? 1000n : 0n;
      const times = Array.from({ length: ROWS }, (_, row) => first + BigInt(row));
      await fill(await createGroup(join(directory, path)), { times });
    }
    const { symbols } = await BookReader.open(directory);
    expect(symbols.map(({ symbol, weeks }) => [symbol, weeks.length])).toEqual([
      ["BTC-USDT", 2],
      ["ETH-USDT", 1],
    ]);
  });
});

/** As a web server: what is asked for by name, and nothing else. */
function withoutListing(store: Store): ReadableStore {
  return { readOnly: true, get: (key, options) => store.get(key, options) };
}
