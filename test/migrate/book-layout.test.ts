/** A collector's book in whole ticks and lots: what the floats stood for, exactly, or nothing. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { createGroup, openArray, openGroup, type TypedArrayOf } from "../../src/index.ts";
import { FloatGrid, StepSearch } from "../../src/migrate/book/float-grid.ts";
import { type MigrateOptions, migrate } from "../../src/migrate/index.ts";
import { describeShared } from "../kit/shared.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { LEGACY } from "./expected.ts";
import { createBook } from "./source-stores.ts";

let folder: string;
let source: string;
let dest: string;
beforeEach(async () => {
  folder = await temporaryDirectory();
  source = join(folder, "source.zarr");
  dest = join(folder, "dest.zarr");
});

async function toBook(from: string, options: MigrateOptions = {}) {
  return (await migrate(from, dest, { layout: "book", ...options })).stores[0]!;
}

async function itemsAt(store: string, path: string): Promise<TypedArrayOf> {
  const array = await (await openGroup(store)).array(path);
  return ((await array.get()) as { data: TypedArrayOf }).data;
}

describeShared("a legacy book in ticks and lots", LEGACY, () => {
  it.each([
    ["weekly-v2/BTCUSDT.zarr/2024-W32.zarr", 25, "0.1", "0.001"],
    ["weekly-v2/BTCUSD_PERP.zarr/2024-W33.zarr", 25, "0.1", "1"],
  ])("%s gives every float back", async (name, levels, tickSize, lotSize) => {
    const store = await toBook(join(LEGACY, name));
    expect(store).toMatchObject({ status: "migrated", faults: [] });
    const root = await openGroup(dest);
    expect(root.attributes).toMatchObject({
      levels,
      tick_size: tickSize,
      lot_size: lotSize,
    });
    const floats = (await itemsAt(join(LEGACY, name), "data")) as Float64Array;
    const round = floats instanceof Float32Array ? Math.fround : (value: number) => value;
    for (const [column, ending, step] of [
      [0, "px", String(root.attributes.tick_size)],
      [1, "sz", String(root.attributes.lot_size)],
      [2, "ct", "1"],
    ] as const) {
      const sides = [
        await itemsAt(dest, `bid_${ending}`),
        await itemsAt(dest, `ask_${ending}`),
      ] as Int32Array[];
      const [units, decimals] = [Number(step.replace(".", "")), (step.split(".")[1] ?? "").length];
      const wrong = sides.flatMap((steps, side) =>
        [...steps].flatMap((count, at) => {
          const [row, level] = [Math.floor(at / levels), at % levels];
          const float = floats[(row * 2 * levels + side * levels + level) * 3 + column]!;
          return round((count * units) / 10 ** decimals) === float
            ? []
            : [{ side, row, level, count, float }];
        }),
      );
      expect(wrong).toEqual([]);
    }
    const timesMs = (await itemsAt(join(LEGACY, name), "timestamps")) as BigInt64Array;
    const timesNs = (await itemsAt(dest, "ts_event")) as BigInt64Array;
    expect([...timesNs]).toEqual([...timesMs].map((timeMs) => timeMs * 1_000_000n));
  });

  it("whose sizes have more digits than a float32 is refused", async () => {
    expect(await toBook(join(LEGACY, "weekly-v2/BTC-USDT.zarr/2022-W19.zarr"))).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(
        /\/data row 0, level 7: the size 0\.79685\d+ .* within int32; migrate .*\[PRECISION_LOSS\]$/,
      ),
    });
  });
});

describe("a book", () => {
  it("is found on the coarsest grid of all values, and says the grid as CF does", async () => {
    await createBook(source);
    expect(await toBook(source)).toMatchObject({ status: "migrated" });
    const bidPx = await openArray(join(dest, "bid_px"));
    expect(bidPx.attributes).toMatchObject({ scale_factor: 0.1, step: "0.1", _FillValue: -2147483648 });
    expect(bidPx.dimensionNames).toEqual(["ts_event", "level"]);
    expect((await openArray(join(dest, "ask_sz"))).attributes).toMatchObject({ step: "0.001" });
    expect((await openArray(join(dest, "ts_event"))).attributes.units).toBe("nanoseconds since 1970-01-01");
  });

  it("of which one value is not on the grid is refused, naming the first", async () => {
    await createBook(source);
    const data = await openArray(join(source, "data"), { mode: "r+" });
    // 61800.117 and its neighbours among thousandths are the same float.
    await data.set([17, 3, 0], 61800.1171875);
    expect(await toBook(source, { tickSize: "0.1" })).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(
        /\/data row 17, level 3: the price 61800\.1171875 .* of 0\.1 .*\[PRECISION_LOSS\]$/,
      ),
    });
    expect(await toBook(source)).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("row 17, level 3"),
    });
  });

  it("has a missing level where a float is no number", async () => {
    await createBook(source);
    const data = await openArray(join(source, "data"), { mode: "r+" });
    await data.set([5, 7, null], Float32Array.of(Number.NaN, Number.NaN, Number.NaN));
    expect(await toBook(source)).toMatchObject({ status: "migrated" });
    expect(((await itemsAt(dest, "ask_px")) as Int32Array)[5 * 4 + 3]).toBe(-2147483648);
    expect(((await itemsAt(dest, "ask_ct")) as Int32Array)[5 * 4 + 3]).toBe(-2147483648);
  });

  it("whose sizes do not fit int32 is refused with what takes it, and then exact in int64", async () => {
    const root = await createGroup(source, { attributes: { symbol: "BTC-USDT" } });
    const data = await root.createArray("data", { shape: [3, 4, 2], dataType: "float64", chunks: [2, 4, 2] });
    const sizes = [41645.64980983, 24.6914, 0.00000001, 90071.99254741, Number.NaN, 0];
    await data.set(
      null,
      Float64Array.from({ length: 24 }, (_, at) =>
        at % 2 === 0 ? 30_000 + at / 10 : sizes[((at - 1) / 2) % sizes.length]!,
      ),
    );
    const times = await root.createArray("timestamps", { shape: [3], dataType: "int64", chunks: [3] });
    await times.set(null, BigInt64Array.of(1n, 2n, 3n));
    expect(await toBook(source)).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(
        /the size 41645\.64980983 is not .* within int32; --size-type int64 \(sizeType\) takes it; else migrate/,
      ),
    });
    expect(await toBook(source, { sizeType: "int64" })).toMatchObject({ status: "migrated" });
    const lots = [4_164_564_980_983n, 2_469_140_000n, 1n, 9_007_199_254_741n, -(2n ** 63n), 0n];
    expect([...(await itemsAt(dest, "bid_sz"))]).toEqual([0, 1, 4, 5, 2, 3].map((at) => lots[at]));
    expect([...(await itemsAt(dest, "ask_sz"))]).toEqual([2, 3, 0, 1, 4, 5].map((at) => lots[at]));
    const { dataType, fillValue, attributes } = await openArray(join(dest, "ask_sz"));
    expect([dataType.name, fillValue, attributes._FillValue, attributes.step]).toEqual([
      ...["int64", -(2n ** 63n), -(2n ** 63n), "0.00000001"],
    ]);
    expect((await openArray(join(dest, "ask_px"))).dataType.name).toBe("int32");
  });

  it("of which a value overflows the step that later ones show is refused with what takes it", async () => {
    const root = await createGroup(source);
    const data = await root.createArray("data", { shape: [2, 2, 2], dataType: "float64", chunks: [2, 2, 2] });
    await data.set(null, Float64Array.of(30_000, 41645.5, 30_001, 2, 30_000, 0.00000001, 30_001, 3));
    const times = await root.createArray("timestamps", { shape: [2], dataType: "int64", chunks: [2] });
    await times.set(null, BigInt64Array.of(1n, 2n));
    expect(await toBook(source)).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(
        /\/data row 0, level 0: the size 41645\.5 is .* of 0\.00000001 within int32; --size-type int64/,
      ),
    });
    expect(await toBook(source, { sizeType: "int64" })).toMatchObject({ status: "migrated" });
    expect(await itemsAt(dest, "bid_sz")).toEqual(BigInt64Array.of(4_164_550_000_000n, 1n));
  });

  it("has steps of the types that there are, and no other layout has any", async () => {
    await createBook(source);
    await expect(migrate(source, dest, { sizeType: "int64" })).rejects.toThrow(RangeError);
    await expect(toBook(source, { priceType: "int16" as "int32" })).rejects.toThrow(RangeError);
  });

  it("loses the rows of a damaged chunk, and no others", async () => {
    await createBook(source);
    const file = join(source, "data", "c", "0", "0", "0");
    const bytes = await readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
    expect(await toBook(source)).toMatchObject({
      status: "refused",
      faults: expect.arrayContaining([expect.objectContaining({ rows: [0, 20] })]),
    });
    expect(await toBook(source, { skipCorrupt: true })).toMatchObject({ status: "partial" });
    const ticks = (await itemsAt(dest, "bid_px")) as Int32Array;
    expect(ticks.subarray(0, 80).every((tick) => tick === -2147483648)).toBe(true);
    expect(ticks.subarray(80).every((tick) => tick > 0)).toBe(true);
  });

  it.each([
    ["no data", async () => void (await createGroup(source))],
    [
      "data of integers",
      async () => {
        const root = await createGroup(source);
        await root.createArray("data", { shape: [4, 8, 3], dataType: "int32", chunks: [4, 8, 3] });
        await root.createArray("timestamps", { shape: [4], dataType: "int64", chunks: [4] });
      },
    ],
    [
      "columns of another meaning",
      async () => {
        await createBook(source);
        await (await openGroup(source, { mode: "r+" })).updateAttributes({
          columns: ["price", "orders", "size"],
        });
      },
    ],
  ])("is not what has %s", async (_, create) => {
    await create();
    expect(await toBook(source)).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("no collector's book"),
    });
  });
});

describe("a grid of floats", () => {
  it("takes the float nearest to a multiple of the step, and no other", () => {
    const grid = new FloatGrid("0.1", "float32");
    expect(grid.stepsOf(Math.fround(61800.1))).toBe(618_001);
    expect(grid.stepsOf(Math.fround(61800.15))).toBeUndefined();
    expect(grid.stepsOf(Math.fround(-0.3))).toBe(-3);
    expect(grid.stepsOf(0)).toBe(0);
  });

  it("takes no value that stands for two multiples, or for more than int32 holds", () => {
    // Neighbouring float32 values are 2 apart here.
    expect(new FloatGrid("1", "float32").stepsOf(2 ** 24 + 4)).toBeUndefined();
    expect(new FloatGrid("1", "float64").stepsOf(2 ** 31)).toBeUndefined();
    expect(new FloatGrid("1", "float64").stepsOf(2 ** 31 - 1)).toBe(2 ** 31 - 1);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -0]) {
      expect(new FloatGrid("1", "float64").stepsOf(value)).toBeUndefined();
    }
  });

  it("takes doubles to 2^53 where steps are int64, as far as neighbours can be told apart", () => {
    const grid = new FloatGrid("0.00000001", "float64", "int64");
    expect(grid.stepsOf(41645.64980983)).toBe(4_164_564_980_983);
    expect(grid.stepsOf(-21.47483648)).toBe(-(2 ** 31));
    expect(new FloatGrid("1", "float64", "int64").stepsOf(2 ** 53)).toBeUndefined();
    expect(new FloatGrid("1", "float64", "int64").stepsOf(2 ** 53 - 2)).toBe(2 ** 53 - 2);
    // Neighbouring doubles are 1.5 hundredths apart here.
    expect(new FloatGrid("0.01", "float64", "int64").stepsOf(10 ** 14)).toBeUndefined();
  });

  it.each([
    [[0.5, 1.5, 100], "0.5"],
    [[0.1, 0.3], "0.1"],
    [[25, 100], "25"],
    [[0, 0], "1"],
    [[0.00001, 3], "0.00001"],
  ])("%j lie on multiples of %s", (values, step) => {
    for (const precision of ["float32", "float64"] as const) {
      const search = new StepSearch(precision);
      for (const value of values) {
        expect(search.add(precision === "float32" ? Math.fround(value) : value)).toBe(true);
      }
      expect(search.step).toBe(step);
    }
  });
});
