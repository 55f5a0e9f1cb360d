/**
 * The chains that both sides must agree on, in the form in which `zarr.json` carries them: Quarry and zarr-python
 * both build arrays from these very objects.
 */
import type { CodecMetadata } from "../../src/metadata/array-metadata.ts";
import { dataTypeOf, NUMERIC_TYPE_NAMES, type NumericTypeName } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";

export interface Chain {
  readonly title: string;
  readonly filters?: readonly CodecMetadata[];
  /** Byte order of the `bytes` codec; little where absent. */
  readonly endian?: "little" | "big";
  readonly compressors?: readonly CodecMetadata[];
  readonly dataTypes: readonly NumericTypeName[];
}

const named = (name: string, configuration: JsonObject = {}): CodecMetadata => ({ name, configuration });
const integers = NUMERIC_TYPE_NAMES.filter((name) => ["int", "uint"].includes(dataTypeOf(name).kind));

const blosc = (cname: string, shuffle: string, dataType: NumericTypeName) =>
  named("blosc", { cname, clevel: 5, shuffle, typesize: dataTypeOf(dataType).itemBytes, blocksize: 0 });

const bytesChains: readonly Chain[] = [
  { title: "bytes alone, little-endian", dataTypes: NUMERIC_TYPE_NAMES },
  { title: "bytes alone, big-endian", endian: "big", dataTypes: NUMERIC_TYPE_NAMES },
  { title: "transpose", filters: [named("transpose", { order: [1, 0] })], dataTypes: NUMERIC_TYPE_NAMES },
  { title: "crc32c", compressors: [named("crc32c")], dataTypes: NUMERIC_TYPE_NAMES },
];

const compressorChains: readonly Chain[] = [
  ["zstd 3", named("zstd", { level: 3, checksum: false })],
  ["zstd -5 with its checksum", named("zstd", { level: -5, checksum: true })],
  ["gzip 6", named("gzip", { level: 6 })],
  ["numcodecs.zstd", named("numcodecs.zstd", { level: 1 })],
  ["numcodecs.lz4", named("numcodecs.lz4", { acceleration: 1 })],
].map(([title, codec]) => ({
  title: title as string,
  compressors: [codec as CodecMetadata],
  dataTypes: NUMERIC_TYPE_NAMES,
}));

/** One chain an item size, since Blosc's `typesize` stands in its configuration. */
const bloscChains: readonly Chain[] = ["zstd", "lz4", "lz4hc", "zlib"].flatMap((cname) =>
  ["noshuffle", "shuffle", "bitshuffle"].flatMap((shuffle) =>
    (["uint8", "float16", "int32", "float64"] as const).map((dataType) => ({
      title: `blosc ${cname}, ${shuffle}, of ${dataType}`,
      compressors: [blosc(cname, shuffle, dataType)],
      dataTypes: [dataType],
    })),
  ),
);

const filterChains: readonly Chain[] = [
  ...integers.map((dataType) => ({
    title: `numcodecs.delta of ${dataType}, then zstd`,
    filters: [named("numcodecs.delta", { dtype: numpyType(dataType) })],
    compressors: [named("zstd", { level: 1, checksum: false })],
    dataTypes: [dataType],
  })),
  ...(["uint16", "int32", "float64"] as const).map((dataType) => ({
    title: `numcodecs.shuffle of ${dataType}, then zstd`,
    compressors: [
      named("numcodecs.shuffle", { elementsize: dataTypeOf(dataType).itemBytes }),
      named("zstd", { level: 1, checksum: false }),
    ],
    dataTypes: [dataType],
  })),
  { title: "quarry.temporal, xor", filters: [temporal("xor", 0)], dataTypes: NUMERIC_TYPE_NAMES },
  {
    title: "quarry.temporal, xor along axis 1",
    filters: [temporal("xor", 1)],
    dataTypes: NUMERIC_TYPE_NAMES,
  },
  { title: "quarry.temporal, delta", filters: [temporal("delta", 0)], dataTypes: integers },
  {
    title: "quarry.temporal before a big-endian bytes codec",
    filters: [temporal("delta", 0)],
    endian: "big",
    dataTypes: integers,
  },
  {
    title: "transpose, temporal, shuffle, zstd and crc32c in one chain",
    filters: [named("transpose", { order: [1, 0] }), temporal("xor", 1)],
    compressors: [
      named("numcodecs.shuffle", { elementsize: 4 }),
      named("zstd", { level: 9, checksum: true }),
      named("crc32c"),
    ],
    dataTypes: ["int32", "float32"],
  },
  {
    title: "blosc and crc32c, the default preset",
    compressors: [blosc("zstd", "shuffle", "int32"), named("crc32c")],
    dataTypes: ["int32"],
  },
];

function temporal(transform: "xor" | "delta", axis: number): CodecMetadata {
  return named("quarry.temporal", { transform, axis });
}

/** numpy's type string, as numcodecs' configurations spell it. */
export function numpyType(dataType: NumericTypeName): string {
  const { kind, itemBytes } = dataTypeOf(dataType);
  const letter = { bool: "b", int: "i", uint: "u", float: "f" }[kind];
  return `${itemBytes === 1 ? "|" : "<"}${letter}${itemBytes}`;
}

/** Chains that give back every bit pattern. */
export const EXACT_CHAINS = [...bytesChains, ...compressorChains, ...bloscChains, ...filterChains];

const checksums = ["adler32", "crc32", "crc32c", "fletcher32", "jenkins_lookup3"];

/** Chains of what is numcodecs' alone, and gives back every bit pattern. */
export const NUMCODECS_CHAINS: readonly Chain[] = [
  ...checksums.map((name) => ({
    title: `numcodecs.${name}`,
    compressors: [named(`numcodecs.${name}`)],
    dataTypes: ["bool", "uint8", "int16", "float32", "int64"] as const,
  })),
  {
    title: "numcodecs.crc32 at the end, around numcodecs.adler32 at the end",
    compressors: [
      named("numcodecs.adler32", { location: "end" }),
      named("numcodecs.crc32", { location: "end" }),
    ],
    dataTypes: ["float64"],
  },
  {
    title: "numcodecs.jenkins_lookup3 with a seed",
    compressors: [named("numcodecs.jenkins_lookup3", { initval: 4_000_000_000 })],
    dataTypes: ["int32"],
  },
  {
    title: "numcodecs.zlib",
    compressors: [named("numcodecs.zlib", { level: 1 })],
    dataTypes: NUMERIC_TYPE_NAMES,
  },
  {
    title: "numcodecs.bz2",
    compressors: [named("numcodecs.bz2", { level: 1 })],
    dataTypes: NUMERIC_TYPE_NAMES,
  },
  {
    title: "numcodecs.gzip at zlib's default level",
    compressors: [named("numcodecs.gzip", { level: -1 })],
    dataTypes: ["int32", "float16"],
  },
  {
    title: "numcodecs.blosc",
    compressors: [named("numcodecs.blosc", { cname: "zstd", clevel: 3, shuffle: 2, blocksize: 0 })],
    dataTypes: ["uint8", "int32", "float64"],
  },
  {
    title: "numcodecs.packbits, then zstd",
    filters: [named("numcodecs.packbits")],
    compressors: [named("zstd", { level: 1, checksum: false })],
    dataTypes: ["bool"],
  },
  {
    title: "numcodecs.bitround that rounds nothing, big-endian",
    filters: [named("numcodecs.bitround", { keepbits: 23 })],
    endian: "big",
    dataTypes: ["float32"],
  },
  // No transpose before it: zarr-python then hands numcodecs its memory in the other order, and cannot read it back.
  {
    title: "numcodecs.fixedscaleoffset of integers, shuffle, zlib and two checksums in one chain",
    filters: [named("numcodecs.fixedscaleoffset", { offset: 100, scale: 1, dtype: "<i4", astype: "<i8" })],
    compressors: [
      named("numcodecs.fletcher32"),
      named("numcodecs.shuffle", { elementsize: 4 }),
      named("numcodecs.zlib", { level: 9 }),
      named("crc32c"),
    ],
    dataTypes: ["int32"],
  },
];

/** Chains with a codec that Quarry decodes and does not encode. */
export const READ_ONLY_CHAINS: readonly Chain[] = [
  ["numcodecs.lzma", named("numcodecs.lzma", { preset: 1 })],
  ["numcodecs.lzma in the .lzma format", named("numcodecs.lzma", { format: 2 })],
].map(([title, codec]) => ({
  title: title as string,
  compressors: [codec as CodecMetadata],
  dataTypes: ["bool", "int32", "float64"] as const,
}));

/** A chain that rounds, and for which numbers its types are wide enough. */
export interface RoundingChain extends Chain {
  readonly dataTypes: readonly ("float32" | "float64")[];
  /** Powers of two between which the numbers are. */
  readonly exponents: readonly [smallest: number, largest: number];
}

/** Exponents of two whose numbers the narrower type holds: from its subnormals to below its overflow. */
const EXPONENTS = { float16: [-26, 15], float32: [-152, 127] } as const;

const astypeChains: readonly RoundingChain[] = (
  [
    ["float32", "float16"],
    ["float64", "float16"],
    ["float64", "float32"],
  ] as const
).map(([decoded, encoded]) => ({
  title: `numcodecs.astype from ${decoded} to ${encoded}`,
  filters: [
    named("numcodecs.astype", { encode_dtype: numpyType(encoded), decode_dtype: numpyType(decoded) }),
  ],
  dataTypes: [decoded],
  exponents: EXPONENTS[encoded],
}));

/** Chains that round: what comes back is what the encoder's rounding made of the input. */
export const ROUNDING_CHAINS: readonly RoundingChain[] = [
  ...astypeChains,
  ...(["float32", "float64"] as const).flatMap((dataType): RoundingChain[] => [
    {
      title: `numcodecs.fixedscaleoffset of ${dataType}, as int32`,
      filters: [
        named("numcodecs.fixedscaleoffset", {
          offset: 1000.25,
          scale: 100,
          dtype: numpyType(dataType),
          astype: "<i4",
        }),
      ],
      dataTypes: [dataType],
      exponents: [-20, 20],
    },
    {
      title: `numcodecs.fixedscaleoffset of ${dataType}, as itself`,
      filters: [
        named("numcodecs.fixedscaleoffset", {
          offset: -3,
          scale: 0.1,
          dtype: numpyType(dataType),
          astype: numpyType(dataType),
        }),
      ],
      dataTypes: [dataType],
      exponents: [-20, 60],
    },
    {
      title: `numcodecs.quantize of ${dataType}`,
      filters: [named("numcodecs.quantize", { digits: 3, dtype: numpyType(dataType) })],
      compressors: [named("numcodecs.zlib", { level: 1 })],
      dataTypes: [dataType],
      exponents: [-20, 60],
    },
    {
      title: `numcodecs.quantize of ${dataType} to hundreds`,
      filters: [named("numcodecs.quantize", { digits: -2, dtype: numpyType(dataType) })],
      dataTypes: [dataType],
      exponents: [0, 20],
    },
    {
      title: `numcodecs.bitround of ${dataType}`,
      filters: [named("numcodecs.bitround", { keepbits: 7 })],
      dataTypes: [dataType],
      exponents: [-152, 127],
    },
  ]),
];

/** The complete chain of `chain` for an array without sharding, `bytes` included. */
export const codecsOf = ({
  filters = [],
  endian = "little",
  compressors = [],
}: Chain): readonly CodecMetadata[] => [...filters, named("bytes", { endian }), ...compressors];
