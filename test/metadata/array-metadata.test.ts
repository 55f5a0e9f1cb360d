import { describe, expect, test } from "vitest";
import { parseArrayMetadata, serializeArrayMetadata } from "../../src/metadata/array-metadata.ts";
import { decodeJson, encodeJson, type JsonObject, type JsonValue } from "../../src/metadata/json.ts";

/** As zarr-python 3.1.6 writes it, key for key. */
function sharded(): JsonObject {
  return {
    shape: [1000, 20],
    data_type: "int32",
    chunk_grid: { name: "regular", configuration: { chunk_shape: [512, 20] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: -2147483648,
    codecs: [
      {
        name: "sharding_indexed",
        configuration: {
          chunk_shape: [64, 20],
          codecs: [
            { name: "bytes", configuration: { endian: "little" } },
            { name: "zstd", configuration: { level: 3, checksum: false } },
          ],
          index_codecs: [
            { name: "bytes", configuration: { endian: "little" } },
            { name: "crc32c", configuration: {} },
          ],
          index_location: "end",
        },
      },
    ],
    attributes: { scale_factor: 0.1, first_id: 9223372036854775807n },
    dimension_names: ["ts_event", null],
    zarr_format: 3,
    node_type: "array",
    storage_transformers: [],
  };
}

function parse(changes: JsonObject = {}, without: readonly string[] = []) {
  const document = { ...sharded(), ...changes };
  for (const key of without) delete document[key];
  return parseArrayMetadata(document, "/book/bid_px");
}

describe("array metadata", () => {
  test("is read in the terms of the library", () => {
    expect(parse()).toEqual({
      nodeType: "array",
      shape: [1000, 20],
      dataType: { name: "int32", kind: "int", itemBytes: 4 },
      chunkShape: [512, 20],
      chunkKeyEncoding: { name: "default", separator: "/" },
      fillValue: { value: -2147483648, bytes: Uint8Array.of(0, 0, 0, 0x80) },
      codecs: sharded().codecs,
      attributes: { scale_factor: 0.1, first_id: 9223372036854775807n },
      dimensionNames: ["ts_event", null],
      extensions: undefined,
    });
  });

  test("is written as it was read, in the order of zarr-python's keys", () => {
    const bytes = encodeJson(sharded());
    expect(encodeJson(serializeArrayMetadata(parseArrayMetadata(decodeJson(bytes), "/a")))).toEqual(bytes);
  });

  test("has no dimension names where there are none", () => {
    for (const metadata of [parse({}, ["dimension_names"]), parse({ dimension_names: null })]) {
      expect(metadata.dimensionNames).toBeUndefined();
      expect(serializeArrayMetadata(metadata)).not.toHaveProperty("dimension_names");
    }
  });

  test("may leave out what has a default, and names stand for objects", () => {
    const metadata = parse(
      {
        data_type: { name: "int32" },
        chunk_key_encoding: "v2",
        codecs: ["bytes", { name: "crc32c" }],
        chunk_grid: { name: "regular", configuration: { chunk_shape: [1, 1] }, must_understand: true },
      },
      ["attributes", "storage_transformers"],
    );
    expect(metadata).toMatchObject({
      chunkKeyEncoding: { name: "v2", separator: "." },
      codecs: [
        { name: "bytes", configuration: {} },
        { name: "crc32c", configuration: {} },
      ],
      attributes: {},
    });
    expect(serializeArrayMetadata(metadata)).toMatchObject({
      data_type: "int32",
      chunk_key_encoding: { name: "v2", configuration: { separator: "." } },
      codecs: [
        { name: "bytes", configuration: {} },
        { name: "crc32c", configuration: {} },
      ],
      attributes: {},
      storage_transformers: [],
    });
  });

  test("may be of an array of no dimensions, and of an array of no rows", () => {
    const grid = (chunk_shape: number[]) => ({ name: "regular", configuration: { chunk_shape } });
    expect(parse({ shape: [], chunk_grid: grid([]), dimension_names: [] }).shape).toEqual([]);
    expect(parse({ shape: [0, 20] }).shape).toEqual([0, 20]);
  });

  test("keeps the keys of other authors that may be ignored, the odd ones too", () => {
    const ours = { must_understand: false, by: "somebody" };
    const metadata = parseArrayMetadata(
      decodeJson(
        encodeJson(
          JSON.parse(
            JSON.stringify({ ...sharded(), attributes: {} }, null).replace(
              '"zarr_format"',
              '"x_note": {"must_understand": false, "by": "somebody"}, "__proto__": {"must_understand": false}, "zarr_format"',
            ),
          ),
        ),
      ),
      "/a",
    );
    const written = serializeArrayMetadata(metadata);
    expect(written.x_note).toEqual(ours);
    expect(Object.keys(written)).toContain("__proto__");
    expect(Object.getPrototypeOf(written)).toBe(Object.prototype);
  });
});

describe("an array document is refused, and the message names the place, when", () => {
  const regular = (chunk_shape: JsonValue): JsonObject => ({
    name: "regular",
    configuration: { chunk_shape },
  });

  test.each<[string, string, JsonObject]>([
    ["a length is negative", "shape[1] must be an integer from 0 to 2^53 - 1, not -1", { shape: [1, -1] }],
    [
      "a length is fractional",
      "shape[0] must be an integer from 0 to 2^53 - 1, not 1.5",
      { shape: [1.5, 1] },
    ],
    [
      "a length is beyond 2^53",
      "shape[0] must be an integer from 0 to 2^53 - 1, not 9223372036854775808",
      { shape: [2n ** 63n, 1] },
    ],
    ["the shape is no list", "shape must be an array of lengths, one a dimension, not 5", { shape: 5 }],
    [
      "a chunk is empty",
      "chunk_grid.configuration.chunk_shape[1] must be an integer from 1 to 2^53 - 1, not 0",
      { chunk_grid: regular([1, 0]) },
    ],
    [
      "chunks have another rank",
      "chunk_grid.configuration.chunk_shape must have one entry a dimension: 2 for the shape [1000, 20], not 1",
      { chunk_grid: regular([1]) },
    ],
    [
      "the grid has no chunk shape",
      "chunk_grid.configuration.chunk_shape is missing",
      { chunk_grid: { name: "regular", configuration: {} } },
    ],
    [
      "the grid has a key of nobody",
      "chunk_grid.configuration.origin is not a key that belongs there",
      { chunk_grid: { name: "regular", configuration: { chunk_shape: [1, 1], origin: 0 } } },
    ],
    [
      "the grid is a name",
      'chunk_grid must be an object with a name and a configuration, not "regular"',
      { chunk_grid: "regular" },
    ],
    [
      "there is no codec",
      "codecs must be an array of one or more codecs, not an empty array",
      { codecs: [] },
    ],
    ["a codec has no name", "codecs[0].name is missing", { codecs: [{}] }],
    [
      "a codec's name is empty",
      'codecs[1].name must be a string that is not empty, not ""',
      { codecs: ["bytes", { name: "" }] },
    ],
    [
      "a codec's configuration is no object",
      "codecs[0].configuration must be an object, not an array",
      { codecs: [{ name: "bytes", configuration: [1] }] },
    ],
    [
      "a codec has a key of nobody",
      'codecs[0]["a b"] is not a key that belongs there',
      { codecs: [{ name: "bytes", "a b": 1 }] },
    ],
    [
      "a codec's key has signs of pointers and URLs",
      'codecs[0]["~1/ 100% #"] is not a key that belongs there',
      { codecs: [{ name: "bytes", "~1/ 100% #": 1 }] },
    ],
    [
      "a key is no Unicode",
      'the key "\\ud800" is not well-formed Unicode',
      { codecs: [{ name: "bytes", "\ud800": 1 }] },
    ],
    ["attributes are no object", "attributes must be an object, not null", { attributes: null }],
    [
      "a dimension's name is a number",
      "dimension_names[0] must be a string or null, not 1",
      { dimension_names: [1, "a"] },
    ],
    [
      "names are too few",
      "dimension_names must have one entry a dimension: 2 for the shape [1000, 20], not 1",
      { dimension_names: ["a"] },
    ],
    ["the format is a string", 'zarr_format must be the number 3, not "3"', { zarr_format: "3" }],
    ["it describes a group", 'node_type must be "array", not "group"', { node_type: "group" }],
    [
      "the data type is a number",
      "data_type must be a name, or an object with a name and perhaps a configuration, not 4",
      { data_type: 4 },
    ],
    [
      "a core data type is configured",
      'the data type "int32" takes no configuration',
      { data_type: { name: "int32", configuration: { a: 1 } } },
    ],
    [
      "the separator is unknown",
      'chunk_key_encoding.configuration must be {"separator": "/"} or {"separator": "."}',
      { chunk_key_encoding: { name: "default", configuration: { separator: "-" } } },
    ],
    [
      "the fill value does not fit",
      "fill_value must be an integer from -2147483648 to 2147483647 (int32), not 2147483648",
      { fill_value: 2147483648 },
    ],
    [
      "storage transformers are no list",
      "storage_transformers must be an array, not an object",
      { storage_transformers: {} },
    ],
  ])("%s", (_, message, changes) => {
    expect(() => parse(changes)).toThrowError(
      expect.objectContaining({
        code: "METADATA_INVALID",
        path: "/book/bid_px",
        message: `/book/bid_px/zarr.json: ${message}`,
      }),
    );
  });

  test.each([
    "shape",
    "data_type",
    "chunk_grid",
    "chunk_key_encoding",
    "fill_value",
    "codecs",
    "zarr_format",
    "node_type",
  ])("%s is missing", (key) => {
    expect(() => parse({}, [key])).toThrowError(
      expect.objectContaining({
        code: "METADATA_INVALID",
        message: `/book/bid_px/zarr.json: ${key} is missing`,
      }),
    );
  });

  test.each<[JsonValue]>([[null], [[]], ["array"], [3]])("it is %j and no object", (document) => {
    expect(() => parseArrayMetadata(document, "/")).toThrowError(
      expect.objectContaining({
        code: "METADATA_INVALID",
        message: "/zarr.json: the document must be an object",
      }),
    );
  });

  test.each<[string, string, JsonObject]>([
    ["UNSUPPORTED_FORMAT", "it is Zarr v2", { zarr_format: 2 }],
    ["UNSUPPORTED_DATA_TYPE", "its data type is unknown", { data_type: "bfloat16" }],
    [
      "UNSUPPORTED_EXTENSION",
      "its grid is not regular",
      { chunk_grid: { name: "rectilinear", configuration: {} } },
    ],
    ["UNSUPPORTED_EXTENSION", "its keys are encoded otherwise", { chunk_key_encoding: { name: "suffix" } }],
    ["UNSUPPORTED_EXTENSION", "it has storage transformers", { storage_transformers: [{ name: "x" }] }],
    ["UNSUPPORTED_EXTENSION", "a key must be understood", { x_virtual: { must_understand: true } }],
    ["UNSUPPORTED_EXTENSION", "a key does not say that it may be ignored", { x_virtual: "yes" }],
  ])("by %s when %s", (code, _, changes) => {
    expect(() => parse(changes)).toThrowError(expect.objectContaining({ code, path: "/book/bid_px" }));
  });
});
