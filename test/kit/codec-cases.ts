/** Every codec in every manner of working that it has. A new codec is tested by a line here. */
import type { ChunkType } from "../../codecs/definition.ts";
import { type DataTypeName, NUMERIC_TYPE_NAMES } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import type { DataTypeSpelling } from "../../src/metadata/parse-data-type.ts";

export interface CodecCase {
  /** What is tested, in words: the codec and what its configuration makes of it. */
  readonly title: string;
  readonly codec: string;
  readonly configuration: (input: ChunkType) => JsonObject;
  readonly dataTypes: readonly DataTypeSpelling[];
  readonly minRank?: number;
  /** Whether every chunk comes back bit for bit. */
  readonly lossless: boolean;
  /**
   * Whether both backends refuse the same damaged bytes and make the same of the others. Not where zstd is at work
   * without a checksum: the last symbol of a Huffman stream that runs out of bits is accepted, refused or made up
   * from what stands before the stream, depending on the register width and the loop that libzstd was built with.
   */
  readonly decodesDamageAlike: boolean;
  /** Whether there are values that the encoder refuses, since the type that it stores cannot hold them. */
  readonly refusesValues?: boolean;
}

const INTEGERS = NUMERIC_TYPE_NAMES.filter((name) => name.startsWith("int") || name.startsWith("uint"));
const FLOATS = NUMERIC_TYPE_NAMES.filter((name) => name.startsWith("float"));
const SOME: readonly DataTypeName[] = ["bool", "uint8", "int16", "int32", "float32", "int64", "float64"];

/** Items that are not computed with, only moved, and whose bytes may have to be turned round. */
const MOVED: readonly DataTypeSpelling[] = [
  ...NUMERIC_TYPE_NAMES,
  "complex64",
  "complex128",
  "r24",
  { name: "raw_bytes", configuration: { length_bytes: 300 } },
  { name: "fixed_length_utf32", configuration: { length_bytes: 28 } },
  { name: "null_terminated_bytes", configuration: { length_bytes: 5 } },
  { name: "numpy.datetime64", configuration: { unit: "ns", scale_factor: 1 } },
];
const STRUCT: DataTypeSpelling = {
  name: "struct",
  configuration: {
    fields: [
      { name: "price", data_type: "int32" },
      { name: "side", data_type: "uint8" },
    ],
  },
};

function lossless(
  title: string,
  codec: string,
  configuration: JsonObject | ((input: ChunkType) => JsonObject),
  dataTypes: readonly DataTypeSpelling[] = SOME,
  minRank = 0,
): CodecCase {
  const configured = typeof configuration === "function" ? configuration : () => configuration;
  return {
    title,
    codec,
    configuration: configured,
    dataTypes,
    minRank,
    lossless: true,
    decodesDamageAlike: true,
  };
}

const bloscCases = (["lz4", "lz4hc", "zlib", "zstd"] as const).flatMap((cname) =>
  (["noshuffle", "shuffle", "bitshuffle"] as const).map((shuffle) => ({
    ...lossless(`blosc (${cname}, ${shuffle})`, "blosc", { cname, shuffle, clevel: 5 }),
    decodesDamageAlike: cname !== "zstd",
  })),
);

const astypeCases: CodecCase[] = NUMERIC_TYPE_NAMES.map((encoded) => ({
  title: `numcodecs.astype (to ${encoded})`,
  codec: "numcodecs.astype",
  configuration: () => ({ encode_dtype: encoded }),
  dataTypes: NUMERIC_TYPE_NAMES,
  lossless: false,
  decodesDamageAlike: true,
}));

/** A filter that rounds, and refuses what it cannot store. */
function rounding(
  title: string,
  codec: string,
  configuration: JsonObject,
  dataTypes: readonly DataTypeName[],
): CodecCase {
  return { ...lossless(title, codec, configuration, dataTypes), lossless: false, refusesValues: true };
}

const numericFilterCases: readonly CodecCase[] = [
  rounding("scale_offset (by itself)", "scale_offset", {}, [...INTEGERS, ...FLOATS]),
  rounding("scale_offset (of integers)", "scale_offset", { offset: 40, scale: 2 }, INTEGERS),
  rounding("scale_offset (of floats)", "scale_offset", { offset: -1.5, scale: 0.1 }, FLOATS),
  rounding("cast_value (to int16)", "cast_value", { data_type: "int16", rounding: "towards-negative" }, [
    ...INTEGERS,
    ...FLOATS,
  ]),
  rounding(
    "cast_value (to uint64, wrapped)",
    "cast_value",
    { data_type: "uint64", rounding: "nearest-away", out_of_range: "wrap" },
    INTEGERS,
  ),
  rounding(
    "cast_value (to int8, clamped)",
    "cast_value",
    { data_type: "int8", rounding: "towards-zero", out_of_range: "clamp" },
    [...INTEGERS, ...FLOATS],
  ),
  rounding(
    "cast_value (to float16, clamped)",
    "cast_value",
    { data_type: "float16", rounding: "towards-positive", out_of_range: "clamp" },
    [...INTEGERS, ...FLOATS],
  ),
  rounding("cast_value (to float32)", "cast_value", { data_type: "float32" }, [...INTEGERS, ...FLOATS]),
  rounding(
    "cast_value (to uint8, with a scalar map)",
    "cast_value",
    {
      data_type: "uint8",
      scalar_map: {
        encode: [
          ["NaN", 0],
          ["Infinity", 1],
        ],
        decode: [[0, "NaN"]],
      },
    },
    FLOATS,
  ),
  rounding(
    "numcodecs.fixedscaleoffset (as int16)",
    "numcodecs.fixedscaleoffset",
    { offset: 1000, scale: 10, astype: "<i2" },
    [...FLOATS, "int32", "uint64"],
  ),
  rounding(
    "numcodecs.fixedscaleoffset (by itself, as float32)",
    "numcodecs.fixedscaleoffset",
    { offset: 0, scale: 1, astype: "<f4" },
    [...INTEGERS, ...FLOATS],
  ),
  rounding(
    "numcodecs.fixedscaleoffset (as uint64)",
    "numcodecs.fixedscaleoffset",
    { offset: -2.5, scale: 0.75, astype: "<u8" },
    [...FLOATS, "int8", "int64"],
  ),
  rounding(
    "numcodecs.fixedscaleoffset (as float32)",
    "numcodecs.fixedscaleoffset",
    { offset: 0.1, scale: -3, astype: "<f4" },
    [...FLOATS, "int16"],
  ),
  lossless(
    "numcodecs.fixedscaleoffset (of integers)",
    "numcodecs.fixedscaleoffset",
    { offset: 1000, scale: 1, astype: "<i8" },
    ["int8", "uint16", "int32", "uint32"],
  ),
  rounding("numcodecs.quantize (2 digits)", "numcodecs.quantize", { digits: 2 }, FLOATS),
  rounding(
    "numcodecs.quantize (-2 digits, as float16)",
    "numcodecs.quantize",
    { digits: -2, astype: "<f2" },
    ["float32", "float64"],
  ),
  rounding("numcodecs.bitround (no bits)", "numcodecs.bitround", { keepbits: 0 }, FLOATS),
  rounding("numcodecs.bitround (7 bits)", "numcodecs.bitround", { keepbits: 7 }, FLOATS),
  lossless("numcodecs.bitround (all bits)", "numcodecs.bitround", { keepbits: 23 }, ["float32"]),
];

export const CODEC_CASES: readonly CodecCase[] = [
  lossless("bytes (little-endian)", "bytes", { endian: "little" }, [...MOVED, STRUCT]),
  lossless("bytes (big-endian)", "bytes", { endian: "big" }, MOVED),
  lossless(
    "transpose (dimensions reversed)",
    "transpose",
    ({ shape }) => ({ order: shape.map((_, axis) => shape.length - 1 - axis) }),
    [...MOVED, STRUCT],
  ),
  lossless(
    "transpose (first dimension last)",
    "transpose",
    ({ shape }) => ({ order: [...shape.keys()].slice(1).concat(0) }),
    [...MOVED, STRUCT],
    1,
  ),
  lossless("numcodecs.delta (in its own type)", "numcodecs.delta", {}, INTEGERS),
  rounding("numcodecs.delta (of floats)", "numcodecs.delta", {}, FLOATS),
  rounding("numcodecs.delta (as int16)", "numcodecs.delta", { astype: "<i2" }, [
    "int16",
    "int32",
    "int64",
    "uint8",
    "float32",
    "float64",
  ]),
  ...astypeCases,
  lossless(
    "quarry.temporal (xor, first axis)",
    "quarry.temporal",
    { transform: "xor", axis: 0 },
    NUMERIC_TYPE_NAMES,
    1,
  ),
  lossless(
    "quarry.temporal (xor, last axis)",
    "quarry.temporal",
    ({ shape }) => ({ transform: "xor", axis: shape.length - 1 }),
    NUMERIC_TYPE_NAMES,
    1,
  ),
  lossless(
    "quarry.temporal (delta, first axis)",
    "quarry.temporal",
    { transform: "delta", axis: 0 },
    INTEGERS,
    1,
  ),
  lossless(
    "vectorized_temporal (legacy name)",
    "vectorized_temporal",
    { transform: "xor", axis: 0 },
    SOME,
    1,
  ),
  lossless("numcodecs.shuffle (item size)", "numcodecs.shuffle", {}, [...MOVED, STRUCT]),
  lossless("numcodecs.shuffle (single bytes)", "numcodecs.shuffle", { elementsize: 1 }),
  { ...lossless("zstd (default)", "zstd", {}), decodesDamageAlike: false },
  { ...lossless("zstd (level -7)", "zstd", { level: -7 }), decodesDamageAlike: false },
  lossless("zstd (level 19, checksum)", "zstd", { level: 19, checksum: true }),
  {
    ...lossless("numcodecs.zstd", "numcodecs.zstd", { level: 1, checksum: false }),
    decodesDamageAlike: false,
  },
  lossless("gzip (stored)", "gzip", { level: 0 }),
  lossless("gzip (level 1)", "gzip", { level: 1 }),
  lossless("gzip (level 9)", "gzip", { level: 9 }),
  lossless("numcodecs.lz4", "numcodecs.lz4", {}),
  lossless("numcodecs.lz4 (hurried)", "numcodecs.lz4", { acceleration: 100 }),
  ...bloscCases,
  lossless("blosc (small blocks)", "blosc", { cname: "lz4", clevel: 9, blocksize: 256 }, [...MOVED, STRUCT]),
  lossless("blosc (copy)", "blosc", { cname: "zstd", clevel: 0 }),
  lossless("blosc (elements of 20 bytes)", "blosc", { cname: "lz4", typesize: 20 }),
  lossless("crc32c", "crc32c", {}),
  ...numericFilterCases,
  lossless("numcodecs.packbits", "numcodecs.packbits", {}, ["bool"]),
  lossless("numcodecs.base64", "numcodecs.base64", {}),
  lossless("numcodecs.zlib (stored)", "numcodecs.zlib", { level: 0 }),
  lossless("numcodecs.zlib (zlib's default level)", "numcodecs.zlib", { level: -1 }),
  lossless("numcodecs.bz2", "numcodecs.bz2", { level: 1 }),
  lossless("numcodecs.gzip", "numcodecs.gzip", { level: 1 }),
  lossless("numcodecs.blosc", "numcodecs.blosc", { cname: "lz4", clevel: 5, shuffle: 1, blocksize: 0 }),
  lossless("numcodecs.crc32c (at the end)", "numcodecs.crc32c", {}),
  lossless("numcodecs.crc32c (at the start)", "numcodecs.crc32c", { location: "start" }),
  lossless("numcodecs.crc32 (at the start)", "numcodecs.crc32", {}),
  lossless("numcodecs.crc32 (at the end)", "numcodecs.crc32", { location: "end" }),
  lossless("numcodecs.adler32 (at the start)", "numcodecs.adler32", {}),
  lossless("numcodecs.adler32 (at the end)", "numcodecs.adler32", { location: "end" }),
  lossless("numcodecs.fletcher32", "numcodecs.fletcher32", {}),
  lossless("numcodecs.jenkins_lookup3", "numcodecs.jenkins_lookup3", {}),
  lossless("numcodecs.jenkins_lookup3 (seeded)", "numcodecs.jenkins_lookup3", { initval: 0xfedcba98 }),
];
