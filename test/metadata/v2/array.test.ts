/** What a `.zarray` says, in the words of Zarr v3. */
import { describe, expect, test } from "vitest";
import { codecKindOf } from "../../../src/codec/registry.ts";
import type { ArrayMetadata } from "../../../src/metadata/array-metadata.ts";
import type { JsonObject, JsonValue } from "../../../src/metadata/json.ts";
import { parseArrayOfV2 } from "../../../src/metadata/v2/array.ts";
import { metadataOf, refusalOf, ZARRAY } from "./documents.ts";

const codecsOf = (members: JsonObject): readonly unknown[] =>
  metadataOf(members).codecs.map(({ name, configuration }) => [name, configuration]);

const LITTLE = ["bytes", { endian: "little" }];
const BIG = ["bytes", { endian: "big" }];

describe("the shape of things", () => {
  test("keys of chunks have a period between the indices, or a slash where the document says so", () => {
    expect(metadataOf({}).chunkKeyEncoding).toEqual({ name: "v2", separator: "." });
    expect(metadataOf({ dimension_separator: "/" }).chunkKeyEncoding).toEqual({ name: "v2", separator: "/" });
  });

  test("a chunk may be 0 long where the array is", () => {
    expect(metadataOf({ shape: [0, 4], chunks: [0, 4] }).chunkShape).toEqual([1, 4]);
    expect(refusalOf({ chunks: [0, 4] })).toMatchObject({
      code: "METADATA_INVALID",
      path: "/px",
      message: "/px/.zarray: chunks[0] must be an integer from 1 to 2^53 - 1, not 0",
    });
  });

  test("dimension names are what xarray wrote into the attributes, and nothing else", () => {
    const named = (attributes: JsonObject): ArrayMetadata["dimensionNames"] =>
      metadataOf({}, attributes).dimensionNames;
    expect(named({ _ARRAY_DIMENSIONS: ["time", "level"] })).toEqual(["time", "level"]);
    expect(named({})).toBeUndefined();
    expect(named({ _ARRAY_DIMENSIONS: ["time"] })).toBeUndefined();
    expect(named({ _ARRAY_DIMENSIONS: ["time", 1] })).toBeUndefined();
    expect(named({ _ARRAY_DIMENSIONS: "time" })).toBeUndefined();
  });

  test("filters and compressor that are left out are none", () => {
    const { filters: _, compressor: __, ...document } = ZARRAY;
    const array = parseArrayOfV2(document, {}, { path: "/px", label: "/px/.zarray: " }, codecKindOf);
    expect(array).toEqual(metadataOf({ filters: null, compressor: null }));
  });

  test("the array says that it is Zarr v2, and keys that v2 does not know say nothing", () => {
    expect(metadataOf({ _nczarr_array: { storage: "chunked" } })).toMatchObject({
      nodeType: "array",
      zarrFormat: 2,
      shape: [6, 4],
      chunkShape: [3, 4],
    });
  });
});

describe("a chain", () => {
  test("has bytes in the order of the dtype", () => {
    expect(codecsOf({ dtype: "<i4" })).toEqual([LITTLE]);
    expect(codecsOf({ dtype: ">i4" })).toEqual([BIG]);
    expect(codecsOf({ dtype: "|u1" })).toEqual([["bytes", {}]]);
    expect(codecsOf({ dtype: "|S4", fill_value: null })).toEqual([["bytes", {}]]);
    expect(codecsOf({ dtype: ">U4", fill_value: null })).toEqual([BIG]);
  });

  test("transposes first where the order is F, for the filters see the memory", () => {
    const filters = [{ id: "delta", dtype: "<i4" }];
    expect(codecsOf({ order: "F", filters })).toEqual([
      ["transpose", { order: [1, 0] }],
      ["numcodecs.delta", { dtype: "<i4" }],
      LITTLE,
    ]);
    expect(codecsOf({ order: "F", shape: [6], chunks: [3] })).toEqual([LITTLE]);
  });

  test("does not transpose nested lists, which are no memory", () => {
    const filters = [{ id: "json2" }];
    expect(codecsOf({ order: "F", dtype: "|O", fill_value: null, filters })).toEqual([
      ["numcodecs.json2", {}],
    ]);
  });

  test("refuses a filter that may look at dimensions where the order is F", () => {
    const filters = [{ id: "vectorized_temporal", transform: "xor", axis: 0 }];
    expect(codecsOf({ filters })).toEqual([["vectorized_temporal", { transform: "xor", axis: 0 }], LITTLE]);
    expect(refusalOf({ order: "F", filters })).toMatchObject({
      code: "UNSUPPORTED_CODEC",
      message:
        "/px/.zarray: the filter vectorized_temporal may look at dimensions, and is not supported in arrays of order F",
    });
  });

  test("leaves bytes behind categories, unless they are asked for as something else", () => {
    const filter = { id: "categorize", labels: ["a", "b"], dtype: "|O" };
    const ofCategories = (members: JsonObject): unknown =>
      codecsOf({ dtype: "|O", fill_value: null, filters: [{ ...filter, ...members }] })[1];
    expect(ofCategories({})).toEqual(["bytes", {}]);
    expect(ofCategories({ astype: ">u2" })).toEqual(BIG);
  });

  test("ends on the compressor, under its name in Zarr v3 where it has one", () => {
    const compressedBy = (compressor: JsonObject): unknown => codecsOf({ compressor })[1];
    expect(compressedBy({ id: "blosc", cname: "lz4", clevel: 5, shuffle: 1, blocksize: 0 })).toEqual([
      "blosc",
      { cname: "lz4", clevel: 5, shuffle: "shuffle", blocksize: 0 },
    ]);
    expect(compressedBy({ id: "blosc", cname: "zstd", clevel: 5, shuffle: -1, blocksize: 0 })).toEqual([
      "blosc",
      { cname: "zstd", clevel: 5, shuffle: null, blocksize: 0 },
    ]);
    expect(compressedBy({ id: "zstd", level: 100 })).toEqual(["zstd", { level: 22 }]);
    expect(compressedBy({ id: "gzip", level: -1 })).toEqual(["gzip", { level: 6 }]);
    expect(compressedBy({ id: "zlib", level: -1 })).toEqual(["numcodecs.zlib", { level: -1 }]);
    expect(compressedBy({ id: "lz4", acceleration: 1 })).toEqual(["numcodecs.lz4", { acceleration: 1 }]);
    expect(compressedBy({ id: "example.codec", strength: 3 })).toEqual(["example.codec", { strength: 3 }]);
  });

  test("stores the items that its last filter leaves, in their order", () => {
    expect(
      codecsOf({
        dtype: "<f8",
        fill_value: 0,
        filters: [
          { id: "fixedscaleoffset", dtype: "<f8", astype: ">i4", offset: 100, scale: 20 },
          { id: "delta", dtype: ">i4", astype: ">i2" },
        ],
      }),
    ).toEqual([
      ["numcodecs.fixedscaleoffset", { dtype: "<f8", astype: "<i4", offset: 100, scale: 20 }],
      ["numcodecs.delta", { dtype: "<i4", astype: "<i2" }],
      BIG,
    ]);
  });

  test("puts filters on bytes behind them", () => {
    const filters = [{ id: "delta", dtype: "<i4" }, { id: "shuffle", elementsize: 4 }, { id: "crc32" }];
    expect(codecsOf({ filters })).toEqual([
      ["numcodecs.delta", { dtype: "<i4" }],
      LITTLE,
      ["numcodecs.shuffle", { elementsize: 4 }],
      ["numcodecs.crc32", {}],
    ]);
  });

  test("lets a filter take bytes for items of its own", () => {
    const filters = [{ id: "delta", dtype: "<i8" }];
    const stored = { data_type: "int64", endian: "little" };
    const codec = { name: "numcodecs.delta", configuration: { dtype: "<i8" } };
    const reinterpreting = ["quarry.v2_filter", { codec, items: 12, decoded: stored, encoded: stored }];
    expect(codecsOf({ dtype: "<M8[ns]", filters })).toEqual([LITTLE, reinterpreting]);
    expect(codecsOf({ dtype: ">i8", filters })).toEqual([BIG, reinterpreting]);
  });

  test("refuses such a filter where the bytes are no whole number of items, or nobody knows how many", () => {
    const delta = { id: "delta", dtype: "<i8" };
    expect(refusalOf({ chunks: [3, 1], filters: [delta] })).toMatchObject({
      code: "UNSUPPORTED_CODEC",
      message:
        "/px/.zarray: the filter numcodecs.delta is given 12 bytes, which are no whole number of its items (int64)",
    });
    expect(refusalOf({ filters: [{ id: "zlib", level: 1 }, delta] })).toMatchObject({
      code: "UNSUPPORTED_CODEC",
      message:
        "/px/.zarray: the filter numcodecs.delta stands behind a codec whose output has no fixed size, which is not supported",
    });
  });

  test("has the codec of objects in the place of bytes", () => {
    const compressor = { id: "zlib", level: 1 };
    const ofObjects = (id: string): ArrayMetadata =>
      metadataOf({ dtype: "|O", fill_value: null, filters: [{ id }], compressor });
    expect(ofObjects("vlen-utf8")).toMatchObject({
      dataType: { name: "string" },
      codecs: [{ name: "vlen-utf8" }, { name: "numcodecs.zlib" }],
    });
    expect(ofObjects("vlen-bytes").dataType.name).toBe("variable_length_bytes");
    expect(ofObjects("json2").dataType.name).toBe("object");
    expect(ofObjects("pickle").codecs.map(({ name }) => name)).toEqual([
      "numcodecs.pickle",
      "numcodecs.zlib",
    ]);
  });
});

describe("a document is refused, with the place,", () => {
  test.each<[JsonObject, string]>([
    [{ order: "K" }, 'order must be "C" or "F", not "K"'],
    [{ dimension_separator: "-" }, 'dimension_separator must be "." or "/", not "-"'],
    [{ shape: [6.5, 4] }, "shape[0] must be an integer from 0 to 2^53 - 1, not 6.5"],
    [{ shape: 6 }, "shape must be an array of lengths, one a dimension, not 6"],
    [{ chunks: [3] }, "chunks must have one entry a dimension: 2 for the shape [6, 4], not 1"],
    [{ compressor: "zlib" }, 'compressor must be null, or an object with the id of a codec, not "zlib"'],
    [{ compressor: { level: 1 } }, "compressor.id is missing"],
    [{ filters: [{ id: 7 }] }, "filters[0].id must be a string that is not empty, not 7"],
    [
      { fill_value: "zero" },
      'fill_value must be an integer from -2147483648 to 2147483647 (int32), not "zero"',
    ],
    [{ dtype: 4 }, "dtype must be a type string of NumPy, or a list of fields, not 4"],
    [{ dtype: "|i4" }, 'dtype "|i4" does not say in which byte order its items are'],
    [
      { dtype: "|O" },
      'dtype "|O" holds Python objects, and no codec among the filters says how they are stored',
    ],
    [{ dtype: [] }, "a dtype of fields must have one"],
    [{ dtype: [["px"]] }, "a field of a dtype is a name and a type, not an array"],
    [
      {
        dtype: [
          ["px", "<i4"],
          ["px", "<i4"],
        ],
      },
      'the field "px" of a struct is there twice',
    ],
  ])("%j", (members, message) => {
    expect(refusalOf(members)).toMatchObject({
      code: "METADATA_INVALID",
      path: "/px",
      message: `/px/.zarray: ${message}`,
    });
  });

  test.each(["shape", "chunks", "dtype", "fill_value", "order", "zarr_format"])("without %s", (member) => {
    expect(refusalOf({}, member)).toMatchObject({
      code: "METADATA_INVALID",
      message: `/px/.zarray: ${member} is missing`,
    });
  });

  test.each<JsonValue>(["<f16", "i4", "<i3", "<M4[s]", "<i4[s]", "int32", "<x8", [["px", "<i4", [2]]]])(
    "of the dtype %j",
    (dtype) => {
      expect(refusalOf({ dtype })).toMatchObject({ code: "UNSUPPORTED_DATA_TYPE", path: "/px" });
    },
  );

  test("of another format", () => {
    expect(refusalOf({ zarr_format: 1 })).toMatchObject({ code: "UNSUPPORTED_FORMAT" });
    expect(refusalOf({ zarr_format: "2" })).toMatchObject({ code: "METADATA_INVALID" });
    expect(() => parseArrayOfV2([], {}, { path: "/px", label: "/px/.zarray: " }, codecKindOf)).toThrow(
      "/px/.zarray: the document must be an object",
    );
  });

  test("of structs in structs without end", () => {
    let dtype: JsonValue = "<i4";
    for (let depth = 0; depth < 5000; depth++) dtype = [["inner", dtype]];
    expect(refusalOf({ dtype })).toMatchObject({ code: "METADATA_INVALID" });
  });
});
