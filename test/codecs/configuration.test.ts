import { describe, expect, test } from "vitest";
import { codec } from "../../codecs/builders.ts";
import { CODEC_DEFINITIONS } from "../../codecs/index.ts";
import { resolveCodec } from "../../src/codec/registry.ts";
import { type DataTypeName, dataTypeOf } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";

function resolve(
  name: string,
  configuration: JsonObject,
  dataType: DataTypeName = "int32",
  shape = [4, 6, 2],
) {
  return resolveCodec({ name, configuration }, { dataType: dataTypeOf(dataType), shape }, "/a");
}

describe("a configuration that cannot be right is refused, and the error says why", () => {
  const cases: readonly [problem: string, string, JsonObject, DataTypeName, RegExp][] = [
    ["transpose with a dimension twice", "transpose", { order: [0, 0, 1] }, "int32", /order/],
    ["transpose with too few dimensions", "transpose", { order: [1, 0] }, "int32", /permutation/],
    ["transpose with a dimension too many", "transpose", { order: [0, 1, 3] }, "int32", /permutation/],
    ["transpose by letter, which Zarr v3 dropped", "transpose", { order: "F" }, "int32", /order/],
    ["bytes without an order for wide items", "bytes", {}, "int32", /endian/],
    ["bytes with an unknown order", "bytes", { endian: "middle" }, "int32", /endian/],
    ["delta of bool", "numcodecs.delta", {}, "bool", /bool/],
    ["delta stored as bool", "numcodecs.delta", { astype: "|b1" }, "int32", /bool/],
    ["delta of another type than the array's", "numcodecs.delta", { dtype: "<i8" }, "int32", /int32/],
    ["delta stored as an unknown type", "numcodecs.delta", { astype: "<c8" }, "int32", /<c8/],
    ["delta stored as big-endian", "numcodecs.delta", { astype: ">i4" }, "int32", /big-endian/],
    ["astype without a type", "numcodecs.astype", {}, "int32", /encode_dtype/],
    [
      "astype from another type than the array's",
      "numcodecs.astype",
      { encode_dtype: "<i2", decode_dtype: "<f4" },
      "int32",
      /int32/,
    ],
    ["astype to text", "numcodecs.astype", { encode_dtype: "<U8" }, "int32", /<U8/],
    ["temporal along a missing axis", "quarry.temporal", { transform: "xor", axis: 3 }, "int32", /axis/],
    ["temporal along a negative axis", "quarry.temporal", { transform: "xor", axis: -1 }, "int32", /axis/],
    [
      "temporal differences of floats",
      "quarry.temporal",
      { transform: "delta", axis: 0 },
      "float32",
      /float32/,
    ],
    ["temporal differences of bool", "quarry.temporal", { transform: "delta", axis: 0 }, "bool", /bool/],
    ["temporal without an axis", "quarry.temporal", { transform: "xor" }, "int32", /axis/],
    [
      "temporal with an unknown transform",
      "quarry.temporal",
      { transform: "add", axis: 0 },
      "int32",
      /transform/,
    ],
    [
      "shuffle of elements of less than nothing",
      "numcodecs.shuffle",
      { elementsize: -1 },
      "int32",
      /elementsize/,
    ],
    ["zstd beyond its best level", "zstd", { level: 23 }, "int32", /level/],
    ["zstd with a fraction of a level", "zstd", { level: 2.5 }, "int32", /level/],
    ["gzip beyond its best level", "gzip", { level: 10 }, "int32", /level/],
    ["gzip at zlib's default level", "gzip", { level: -1 }, "int32", /level/],
    ["blosc with an unknown compressor", "blosc", { cname: "lzma" }, "int32", /cname/],
    ["blosc with a number for the shuffle, as in Zarr v2", "blosc", { shuffle: 1 }, "int32", /shuffle/],
    ["blosc with elements without bytes", "blosc", { typesize: 0 }, "int32", /typesize/],
    ["crc32c with a member", "crc32c", { polynomial: 1 }, "int32", /polynomial/],
    ["lz4 with an unknown member", "numcodecs.lz4", { level: 1 }, "int32", /level/],
    ["zlib beyond its best level", "numcodecs.zlib", { level: 10 }, "int32", /level/],
    ["a checksum in the middle", "numcodecs.crc32", { location: "middle" }, "int32", /location/],
    ["lookup3 with a seed of 33 bits", "numcodecs.jenkins_lookup3", { initval: 2 ** 32 }, "int32", /initval/],
    ["lookup3 with a prefix", "numcodecs.jenkins_lookup3", { prefix: "ab" }, "int32", /prefix/],
    ["fixedscaleoffset without a scale", "numcodecs.fixedscaleoffset", { offset: 1 }, "int32", /scale/],
    [
      "fixedscaleoffset that divides by zero",
      "numcodecs.fixedscaleoffset",
      { offset: 1, scale: 0 },
      "int32",
      /scale/,
    ],
    [
      "fixedscaleoffset by more than the type holds",
      "numcodecs.fixedscaleoffset",
      { offset: 1e5, scale: 1 },
      "float16",
      /offset/,
    ],
    ["fixedscaleoffset of bool", "numcodecs.fixedscaleoffset", { offset: 0, scale: 1 }, "bool", /bool/],
    ["cast_value to text", "cast_value", { data_type: "string" }, "int32", /string/],
    [
      "cast_value to a float, wrapped",
      "cast_value",
      { data_type: "float32", out_of_range: "wrap" },
      "int32",
      /wrap/,
    ],
    [
      "cast_value in an unknown manner",
      "cast_value",
      { data_type: "int8", rounding: "up" },
      "int32",
      /rounding/,
    ],
    [
      "cast_value with pairs of three",
      "cast_value",
      { data_type: "int8", scalar_map: { encode: [[1, 2, 3]] } },
      "int32",
      /scalar_map/,
    ],
    ["quantize of integers", "numcodecs.quantize", { digits: 1 }, "int32", /int32/],
    ["quantize to integers", "numcodecs.quantize", { digits: 1, astype: "<i4" }, "float32", /int32/],
    ["quantize to more digits than the type has", "numcodecs.quantize", { digits: 5 }, "float16", /digits/],
    ["bitround to more bits than there are", "numcodecs.bitround", { keepbits: 24 }, "float32", /keepbits/],
    ["bitround of integers", "numcodecs.bitround", { keepbits: 1 }, "int32", /int32/],
    ["packbits of numbers", "numcodecs.packbits", {}, "uint8", /uint8/],
    [
      "numcodecs.blosc with a word for the shuffle",
      "numcodecs.blosc",
      { shuffle: "bitshuffle" },
      "int32",
      /shuffle/,
    ],
  ];
  test.each(cases)("%s", (_, name, configuration, dataType, message) => {
    const act = () => resolve(name, configuration, dataType);
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ code: "CODEC_CONFIGURATION", codec: name, path: "/a" }));
  });
});

describe("what a configuration leaves out has the value that zarr-python gives it", () => {
  const cases: readonly [string, JsonObject, DataTypeName, JsonObject][] = [
    ["zstd", {}, "int32", { level: 0, checksum: false }],
    ["gzip", {}, "int32", { level: 5 }],
    ["numcodecs.lz4", {}, "int32", { acceleration: 1 }],
    ["blosc", {}, "int32", { typesize: 4, cname: "zstd", clevel: 5, shuffle: "shuffle", blocksize: 0 }],
    ["blosc", {}, "uint8", { typesize: 1, cname: "zstd", clevel: 5, shuffle: "bitshuffle", blocksize: 0 }],
    [
      "blosc",
      { typesize: null, shuffle: null },
      "float64",
      { typesize: 8, cname: "zstd", clevel: 5, shuffle: "shuffle", blocksize: 0 },
    ],
    ["numcodecs.shuffle", {}, "float64", { elementsize: 8 }],
    ["numcodecs.shuffle", { elementsize: null }, "int16", { elementsize: 2 }],
    ["numcodecs.delta", { dtype: "int64", astype: null }, "int64", { dtype: "<i8", astype: "<i8" }],
    ["numcodecs.delta", { dtype: "<i8", astype: "i4" }, "int64", { dtype: "<i8", astype: "<i4" }],
    ["numcodecs.delta", {}, "uint8", { dtype: "|u1", astype: "|u1" }],
    [
      "numcodecs.astype",
      { encode_dtype: "float16" },
      "float32",
      { encode_dtype: "<f2", decode_dtype: "<f4" },
    ],
    ["bytes", {}, "uint8", {}],
    ["numcodecs.shuffle", { elementsize: 0 }, "int16", { elementsize: 0 }],
    ["numcodecs.zstd", { level: 100 }, "int16", { level: 100, checksum: false }],
    ["numcodecs.zlib", {}, "int32", { level: 1 }],
    ["numcodecs.gzip", { level: -1 }, "int32", { level: -1 }],
    ["numcodecs.blosc", {}, "int32", { cname: "lz4", clevel: 5, shuffle: 1, blocksize: 0 }],
    [
      "numcodecs.blosc",
      { shuffle: -1, typesize: 2 },
      "int32",
      { cname: "lz4", clevel: 5, shuffle: -1, blocksize: 0, typesize: 2 },
    ],
    ["numcodecs.crc32", {}, "int32", { location: "start" }],
    ["numcodecs.adler32", {}, "int32", { location: "start" }],
    ["numcodecs.crc32c", {}, "int32", { location: "end" }],
    ["numcodecs.jenkins_lookup3", {}, "int32", { initval: 0, prefix: null }],
    [
      "numcodecs.fixedscaleoffset",
      { offset: 1, scale: 10, astype: "i2" },
      "float64",
      { offset: 1, scale: 10, dtype: "<f8", astype: "<i2" },
    ],
    ["numcodecs.quantize", { digits: 3 }, "float64", { digits: 3, dtype: "<f8", astype: "<f8" }],
  ];
  test.each(cases)("%s %j of %s", (name, configuration, dataType, complete) => {
    const resolved = resolve(name, configuration, dataType);
    expect(resolved.configuration).toEqual(complete);
    expect(resolve(name, resolved.configuration, dataType).configuration).toEqual(complete);
  });
});

/** What only others write has no builder, nor what follows from the data type. */
const WITHOUT_BUILDER = [
  ...["numcodecs.categorize", "numcodecs.json", "numcodecs.json2", "numcodecs.msgpack", "numcodecs.msgpack2"],
  ...["vlen-utf8", "vlen-bytes", "numcodecs.vlen-array", "quarry.v2_filter", "quarry.v2_struct"],
  "numcodecs.adler32",
  "numcodecs.base64",
  "numcodecs.blosc",
  "numcodecs.bz2",
  "numcodecs.crc32",
  "numcodecs.crc32c",
  "numcodecs.fletcher32",
  "numcodecs.gzip",
  "numcodecs.jenkins_lookup3",
  "numcodecs.lzma",
  "numcodecs.zlib",
  "numcodecs.zstd",
];

test("the builders give configurations that resolve, for every codec that one would choose", () => {
  const built = [
    codec.bytes(),
    codec.transpose({ order: [2, 0, 1] }),
    codec.delta({ astype: "int16" }),
    codec.astype({ encode: "float32" }),
    codec.temporal(),
    codec.shuffle(),
    codec.blosc({ cname: "lz4", clevel: 1, shuffle: "noshuffle" }),
    codec.zstd(),
    codec.gzip(),
    codec.lz4(),
    codec.crc32c(),
    codec.fixedScaleOffset({ offset: 100, scale: 0.5, astype: "int16" }),
    codec.scaleOffset({ offset: 100 }),
    codec.castValue({ dataType: "int8", outOfRange: "clamp", scalarMap: { encode: [[1000, 0]] } }),
  ];
  const ofFloats = [codec.quantize({ digits: 2, astype: "float16" }), codec.bitround({ keepbits: 5 })];
  const ofBool = [codec.packbits()];
  const names = [...built, ...ofFloats, ...ofBool].map(({ name }) => name).concat(WITHOUT_BUILDER);
  expect(names.sort()).toEqual(CODEC_DEFINITIONS.map(({ name }) => name).sort());
  for (const [metadata, dataType] of [
    [built, "int32"],
    [ofFloats, "float32"],
    [ofBool, "bool"],
  ] as const) {
    for (const { name, configuration } of metadata) {
      expect(resolve(name, configuration, dataType).name).toBe(name);
    }
  }
});

test("an array codec says what comes out of it", () => {
  expect(resolve("transpose", { order: [2, 0, 1] }).encodedType).toEqual({
    dataType: dataTypeOf("int32"),
    shape: [2, 4, 6],
  });
  const astype = resolve("numcodecs.astype", { encode_dtype: "<f2" }, "float64");
  expect(astype.encodedType).toEqual({ dataType: dataTypeOf("float16"), shape: [4, 6, 2] });
  expect(astype.encodedBytes?.(800)).toBe(200);
});

test("the core is told the same as the portable implementation", () => {
  const told = (name: string, configuration: JsonObject) => resolve(name, configuration).native;
  expect(told("bytes", { endian: "big" })).toEqual({ id: "bytes", bigEndian: true });
  expect(told("transpose", { order: [2, 0, 1] })).toEqual({ id: "transpose", order: [2, 0, 1] });
  expect(told("numcodecs.zstd", { level: -5 })).toEqual({ id: "zstd", level: -5, checksum: false });
  expect(told("blosc", { cname: "lz4", shuffle: "bitshuffle" })).toEqual({
    id: "blosc",
    cname: "lz4",
    clevel: 5,
    shuffle: 2,
    typesize: 4,
    blocksize: 0,
  });
  expect(told("numcodecs.shuffle", {})).toEqual({ id: "shuffle", elementBytes: 4 });
  expect(told("numcodecs.delta", { astype: "<i2" })).toEqual({
    id: "delta",
    decodedType: "int32",
    encodedType: "int16",
  });
  expect(told("vectorized_temporal", { transform: "xor", axis: 1 })).toEqual({
    id: "temporal",
    transform: "xor",
    axis: 1,
  });
});
