/**
 * The chains that both sides must agree on, in the form in which `zarr.json` carries them: Quarry and zarr-python
 * both build arrays from these very objects.
 */
import type { CodecMetadata } from "../../src/metadata/array-metadata.ts";
import { NUMERIC_TYPE_NAMES, dataTypeOf, type NumericTypeName } from "../../src/metadata/data-type.ts";
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
  { title: "quarry.temporal, xor along axis 1", filters: [temporal("xor", 1)], dataTypes: NUMERIC_TYPE_NAMES },
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

/** Chains that round: what comes back is what the encoder's rounding made of the input. */
export const ROUNDING_CHAINS: readonly Chain[] = (
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
}));

/** The complete chain of `chain` for an array without sharding, `bytes` included. */
export const codecsOf = ({
  filters = [],
  endian = "little",
  compressors = [],
}: Chain): readonly CodecMetadata[] => [...filters, named("bytes", { endian }), ...compressors];
