import { describe, expect, test } from "vitest";
import { codec } from "../../codecs/builders.ts";
import { PRESET_NAMES } from "../../src/market/presets.ts";
import { type ArrayDefinition, type ArraySchema, defineArray, defineGroup } from "../../src/market/schema.ts";
import {
  arraySchemaFromJson,
  arraySchemaToJson,
  groupSchemaFromJson,
  groupSchemaToJson,
} from "../../src/market/schema-json.ts";
import { bookSchema } from "../../src/market/schemas/book.ts";
import type { NumericTypeName } from "../../src/metadata/data-type.ts";
import { parseJson, stringifyJson } from "../../src/metadata/json.ts";

const bars = defineArray({
  name: "bars",
  description: "one row a minute",
  dataType: "float64",
  dimensions: ["time", "column"],
  shape: [null, 4],
  columns: ["open", "high", "low", "close"],
  filters: [codec.delta()],
  compressors: [codec.zstd({ level: 9, checksum: true })],
  compressionRatioHint: 4.5,
  effectiveItemSize: 5,
});

const ofType = (dataType: NumericTypeName, more: Partial<ArrayDefinition> = {}) =>
  defineArray({ name: "a", dataType, dimensions: ["time"], ...more });
const chainNames = ({ filters, compressors }: ArraySchema) =>
  [...filters, ...compressors].map(({ name }) => name);

describe("the chain that is derived", () => {
  test("is delta and zstd for integers, zstd alone for booleans and floats of one column", () => {
    for (const dataType of ["int8", "int64", "uint8", "uint64"] as const) {
      expect(chainNames(ofType(dataType))).toEqual(["numcodecs.delta", "zstd"]);
    }
    for (const dataType of ["bool", "float16", "float64"] as const) {
      expect(chainNames(ofType(dataType))).toEqual(["zstd"]);
    }
  });

  test("shuffles floats of several columns", () => {
    const columns = { dimensions: ["time", "column"], columns: ["open", "close"] };
    expect(chainNames(ofType("float32", columns))).toEqual(["numcodecs.shuffle", "zstd"]);
    expect(chainNames(ofType("int32", columns))).toEqual(["numcodecs.delta", "zstd"]);
  });

  test("ends in zstd at the level that is asked for, with its checksum", () => {
    expect(ofType("float64", { zstdLevel: 19 }).compressors).toEqual([
      codec.zstd({ level: 19, checksum: true }),
    ]);
    expect(ofType("float64").compressors).toEqual([codec.zstd({ level: 9, checksum: true })]);
    for (const zstdLevel of [0, 23, 1.5]) expect(() => ofType("float64", { zstdLevel })).toThrow(RangeError);
  });

  test("gives way to filters and to compressors that are given, each by itself", () => {
    expect(chainNames(ofType("int64", { filters: [] }))).toEqual(["zstd"]);
    expect(chainNames(ofType("int64", { compressors: [codec.crc32c()] }))).toEqual([
      "numcodecs.delta",
      "crc32c",
    ]);
    expect(chainNames(ofType("int64", { filters: [], compressors: [] }))).toEqual([]);
  });
});

describe("a schema", () => {
  test("knows what its filters leave of an item, and takes another's word for it", () => {
    expect(ofType("float64").effectiveItemSize).toBe(8);
    const halved = [codec.astype({ encode: "float16" }), codec.temporal()];
    expect(ofType("float64", { filters: halved }).effectiveItemSize).toBe(2);
    expect(ofType("float64", { effectiveItemSize: 3 }).effectiveItemSize).toBe(3);
  });

  test("has fill values of its data type, which go through JSON", () => {
    const fillValues = [
      ofType("int64", { fillValue: 5 }),
      ofType("uint64", { fillValue: 2n ** 63n }),
      ofType("float32", { fillValue: Number.NaN }),
      ofType("bool"),
      ofType("int32"),
    ];
    expect(fillValues.map((array) => array.fillValue)).toEqual([5n, 2n ** 63n, Number.NaN, false, 0]);
    for (const array of fillValues) {
      expect(arraySchemaFromJson(parseJson(stringifyJson(arraySchemaToJson(array))))).toEqual(array);
    }
  });

  test("is read from what people write: names alone, and what is left out derived", () => {
    const written = {
      $schema: "group-schema.schema.json",
      name: "market",
      arrays: [
        {
          name: "bars",
          dataType: "float64",
          dimensions: ["time", "column"],
          columns: ["open", { name: "close", units: "USD" }],
          fillValue: "NaN",
          compressors: [{ name: "crc32c" }],
        },
        { name: "counts", dataType: "int32", dimensions: ["time", "level"], shape: ["grows", 5] },
      ],
    };
    expect(groupSchemaFromJson(written, "book.json", { zstdLevel: 4 })).toEqual(
      defineGroup({
        name: "market",
        arrays: [
          defineArray({
            name: "bars",
            dataType: "float64",
            dimensions: ["time", "column"],
            columns: [{ name: "open" }, { name: "close", units: "USD" }],
            fillValue: Number.NaN,
            compressors: [codec.crc32c()],
          }),
          defineArray({
            name: "counts",
            dataType: "int32",
            dimensions: ["time", "level"],
            shape: [null, 5],
            zstdLevel: 4,
          }),
        ],
      }),
    );
  });

  test("is what stores of version 0.1 hold", () => {
    const old = {
      ...arraySchemaToJson(bars),
      columns: [],
      effectiveItemSize: null,
      compressionRatioHint: null,
    };
    expect(arraySchemaFromJson(old)).toEqual({
      ...bars,
      columns: [],
      effectiveItemSize: 8,
      compressionRatioHint: null,
    });
  });

  test("goes through JSON unchanged", () => {
    const nested = defineGroup({
      name: "market",
      description: "two groups",
      attributes: { venue: "binance", id: 2n ** 60n },
      arrays: [bars],
      groups: [defineGroup({ name: "empty", description: "nothing" })],
    });
    const books = PRESET_NAMES.map((preset) =>
      bookSchema({ levels: 20, tickSize: "0.1", lotSize: "1" }, { preset }),
    );
    for (const schema of [nested, ...books]) {
      expect(groupSchemaFromJson(parseJson(stringifyJson(groupSchemaToJson(schema))))).toEqual(schema);
    }
  });

  test.each([
    ["a dimension without a length", () => defineArray({ ...bars, shape: [null] })],
    ["a later dimension that grows", () => defineArray({ ...bars, shape: [4, null] })],
    ["columns that do not fit", () => defineArray({ ...bars, columns: ["open"] })],
    ["columns of one name", () => defineArray({ ...bars, columns: ["a", "b", "c", "a"] })],
    ["two members of one name", () => defineGroup({ name: "g", description: "", arrays: [bars, bars] })],
    [
      "arrays that grow along several dimensions",
      () => defineGroup({ name: "g", arrays: [bars, ofType("int8", { dimensions: ["trade"] })] }),
    ],
    [
      "other columns along one dimension",
      () =>
        defineGroup({
          name: "g",
          arrays: [bars, { ...bars, name: "b", columns: bars.columns.toReversed() }],
        }),
    ],
    ["no dimension", () => defineArray({ ...bars, dimensions: [], shape: [], columns: [] })],
    ["rows without an item", () => defineArray({ ...bars, shape: [null, 0], columns: [] })],
    ["a length that it could only guess", () => ofType("int8", { dimensions: ["time", "level"] })],
    ["a compressor among the filters", () => ofType("int8", { filters: [codec.zstd()] })],
    ["bytes among the compressors", () => ofType("int8", { compressors: [codec.bytes()] })],
  ])("refuses %s", (_, define) => {
    expect(define).toThrow(expect.objectContaining({ code: "METADATA_INVALID" }));
  });

  test.each([
    ["UNSUPPORTED_CODEC", () => ofType("int8", { filters: [{ name: "no.such", configuration: {} }] })],
    ["CODEC_CONFIGURATION", () => ofType("int8", { compressors: [codec.zstd({ level: 99 })] })],
    ["VALUE_INVALID", () => ofType("int8", { fillValue: 128 })],
    ["KEY_INVALID", () => defineArray({ ...bars, name: "a/b" })],
    ["KEY_INVALID", () => defineGroup({ name: "" })],
  ])("refuses with %s what no array could have", (code, define) => {
    expect(define).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ["no object", []],
    ["no name", { description: "" }],
    ["arrays that are no list", { name: "g", description: "", attributes: {}, arrays: {}, groups: [] }],
    ["an unknown data type", withArray({ dataType: "complex64" })],
    ["a length that is none", withArray({ shape: [-1, 4] })],
    ["a codec without a name", withArray({ compressors: [{ configuration: {} }] })],
    ["a fill value that is no number", withArray({ fillValue: "0" })],
    ["a key that is unknown", withArray({ chunks: [1, 4] })],
    ["a ratio that is none", withArray({ compressionRatioHint: 0 })],
  ])("is not read from JSON with %s", (_, json) => {
    expect(() => groupSchemaFromJson(json as never)).toThrow(
      expect.objectContaining({ code: "METADATA_INVALID" }),
    );
  });

  test("says in which member of which file something is wrong", () => {
    const messageOf = (json: object) => {
      try {
        return String(groupSchemaFromJson(json as never, "book.json"));
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(messageOf(withArray({ dimensions: [4] }))).toBe(
      "book.json: arrays[0].dimensions[0] must be the name of a dimension, not 4",
    );
    expect(messageOf({ name: "g", groups: [withArray({ shape: [null, 5] })] })).toBe(
      "book.json: schema of array bars: 4 columns along a dimension of 5",
    );
    expect(messageOf(withArray({ fillValue: "x" }))).toMatch(
      /^book.json: schema of array bars: fill_value must be a number in the range of float64/,
    );
  });
});

/** A group of one array, some of whose members are replaced. */
function withArray(members: object): object {
  const schema = groupSchemaToJson(defineGroup({ name: "g", description: "", arrays: [bars] }));
  const [array] = schema.arrays as [object];
  return { ...schema, arrays: [{ ...array, ...members }] };
}
