import { describe, expect, test } from "vitest";
import { codec, createArray, MemoryStore, openGroup } from "../../../src/index.ts";
import { createStore } from "../../../src/market/create-from-schema.ts";
import { type ArraySchema, defineGroup, type GroupSchema } from "../../../src/market/schema.ts";
import { groupSchemaFromJson, groupSchemaToJson } from "../../../src/market/schema-json.ts";
import * as schemas from "../../../src/market/schemas/index.ts";
import { parseJson, stringifyJson } from "../../../src/metadata/json.ts";
import { describeShared, sharedPath } from "../../kit/shared.ts";

const scale = { tickSize: "0.1", lotSize: "0.001", priceUnits: "USDT", sizeUnits: "BTC" };

const GROUPS: readonly GroupSchema[] = [
  schemas.bookSchema({ ...scale, levels: 20 }),
  schemas.bookSchema({ ...scale, levels: 20 }, { preset: "small", zstdLevel: 19 }),
  schemas.tradesSchema(scale),
  schemas.barsSchema(scale),
  schemas.rawBookSchema(scale),
  schemas.midPriceGroup(scale),
];

const INT64 = { priceType: "int64", sizeType: "int64" } as const;
const INT64_GROUPS: readonly GroupSchema[] = [
  schemas.bookSchema({ ...scale, ...INT64, levels: 20 }),
  schemas.tradesSchema({ ...scale, ...INT64 }),
  schemas.barsSchema({ ...scale, ...INT64 }),
];

const ARRAYS: readonly ArraySchema[] = [
  schemas.timestampsSchema(),
  schemas.snapshotMetadataSchema(),
  schemas.normalizedBookSchema(),
  schemas.normalizationFeaturesSchema(),
  schemas.priceVolumeSchema(scale),
  schemas.hurstExponentSchema(),
  schemas.futureOpportunitiesSchema({ calculatorVersion: "1.0.0" }),
];

const EVERYTHING = defineGroup({ name: "everything", arrays: ARRAYS, groups: GROUPS.slice(1) });

const arraysOf = (group: GroupSchema): ArraySchema[] => [...group.arrays, ...group.groups.flatMap(arraysOf)];

describe("every ready-made schema", () => {
  test("goes through JSON unchanged", () => {
    for (const schema of [...GROUPS, ...INT64_GROUPS, EVERYTHING]) {
      expect(groupSchemaFromJson(parseJson(stringifyJson(groupSchemaToJson(schema))))).toEqual(schema);
    }
  });

  test("says of each array and column what it is, and of each column in which units", () => {
    for (const array of arraysOf(EVERYTHING)) {
      expect(array.description, array.name).toMatch(/^\w.{5,}/);
      for (const column of array.columns) {
        expect(column.description, `${array.name}.${column.name}`).not.toBe("");
        expect(column.units, `${array.name}.${column.name}`).not.toBe("");
      }
    }
  });

  test("ends every chain in a checksum", () => {
    for (const { name, compressors } of arraysOf(EVERYTHING)) {
      const last = compressors.at(-1)!;
      expect([codec.crc32c(), codec.zstd({ level: 9, checksum: true })], name).toContainEqual(last);
    }
  });

  test("has prices and sizes of int64 where that is asked for, and nothing else of another type", () => {
    for (const [index, schema] of [GROUPS[0]!, GROUPS[2]!, GROUPS[3]!].entries()) {
      const wide = arraysOf(INT64_GROUPS[index]!);
      for (const [at, array] of arraysOf(schema).entries()) {
        const isStep = array.attributes.step !== undefined;
        const { dataType, fillValue, attributes } = wide[at]!;
        expect(dataType, array.name).toBe(isStep ? "int64" : array.dataType);
        if (array.attributes._FillValue === undefined) continue;
        expect([fillValue, attributes._FillValue]).toEqual([-(2n ** 63n), -(2n ** 63n)]);
      }
    }
    expect(() => schemas.barsSchema({ ...scale, priceType: "int16" as "int32" })).toThrow(RangeError);
  });

  test("makes a store", async () => {
    const root = await createStore(new MemoryStore(), EVERYTHING);
    const paths: string[] = [];
    for await (const [path] of root.members({ depth: 3 })) paths.push(path);
    expect(paths).toEqual(expect.arrayContaining(["trades/px", "mid_price/log2", "hurst_exponent"]));
  });

  test("follows another array of times where it is told to", () => {
    const series = { timeDimension: "ts_event" };
    const arrays = [
      schemas.timestampsSchema(series),
      schemas.snapshotMetadataSchema(series),
      schemas.normalizedBookSchema(series),
      schemas.normalizationFeaturesSchema(series),
      schemas.priceVolumeSchema(series),
      schemas.hurstExponentSchema(series),
      schemas.futureOpportunitiesSchema({ ...series, calculatorVersion: "1" }),
      ...schemas.rawBookSchema(series).arrays,
      ...schemas.midPriceGroup(series).arrays.filter(({ name }) => name !== "statistics"),
    ];
    expect(new Set(arrays.map(({ dimensions }) => dimensions[0]))).toEqual(new Set(["ts_event"]));
  });
});

test("a preset's level of zstd is asked for in zstd's own numbers, also of Blosc", () => {
  const levelAt = (zstdLevel: number | undefined) =>
    schemas.tradesSchema(scale, { zstdLevel }).arrays[0]!.compressors[0]!.configuration.clevel;
  expect([undefined, 1, 2, 3, 4, 5, 15, 16, 21, 22].map(levelAt)).toEqual([2, 1, 1, 2, 2, 3, 8, 8, 8, 9]);
  const small = schemas.tradesSchema(scale, { preset: "small", zstdLevel: 19 });
  expect(small.arrays[0]!.compressors).toContainEqual(codec.zstd({ level: 19 }));
  expect(() => schemas.tradesSchema(scale, { preset: "fast", zstdLevel: 3 })).toThrow(RangeError);
  for (const zstdLevel of [0, 23, 2.5]) {
    expect(() => schemas.tradesSchema(scale, { zstdLevel })).toThrow(RangeError);
  }
});

describeShared("a raw book", sharedPath("legacy"), () => {
  test("takes less room than it would shuffled, which is why its chain is given and not derived", async () => {
    const data = schemas.rawBookSchema().arrays.find(({ name }) => name === "data")!;
    const shuffled = [codec.shuffle(), ...data.compressors];
    for (const path of ["BTCUSDT.zarr/2024-W32.zarr", "BTC-USDT.zarr/2022-W19.zarr"]) {
      const array = await (await openGroup(sharedPath("legacy", "weekly-v3", ...path.split("/")))).array(
        "data",
      );
      const book = await array.get();
      const sizes = await Promise.all(
        [data.compressors, shuffled].map((codecs) => storedBytes(book as never, codecs)),
      );
      expect(sizes[0], path).toBeLessThan(sizes[1]! * 0.8);
    }
  });
});

/** Bytes of `book` as one chunk. */
async function storedBytes(
  book: { readonly data: Float32Array; readonly shape: readonly number[] },
  codecs: ArraySchema["compressors"],
): Promise<number> {
  const store = new MemoryStore();
  const { data, shape } = book;
  const array = await createArray(store, { shape, dataType: "float32", chunks: shape, codecs });
  await array.set(null, data);
  return (await store.get("/c/0/0/0"))!.length;
}
