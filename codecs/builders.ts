/**
 * `codec.zstd({ level: 3 })` and so on: codec metadata without typing it. Each returns a plain object as it
 * stands in `zarr.json`; what is left out is filled in from the array when the array is created.
 *
 * @example
 * await group.createArray("bid_px", { …, codecs: [codec.delta(), codec.zstd({ level: 9 })] });
 */
import type { CodecMetadata } from "../src/metadata/array-metadata.ts";
import type { NumericTypeName } from "../src/metadata/data-type.ts";
import { dataTypeOf } from "../src/metadata/data-type.ts";
import type { JsonObject, JsonValue } from "../src/metadata/json.ts";
import { numpyDtypeOf } from "./numeric/numpy-dtype.ts";
import type { Rounding } from "./numeric/rounding.ts";
import { INDEX_CODECS } from "./shard-index.ts";

function metadata(
  name: string,
  members: { readonly [member: string]: JsonValue | undefined },
): CodecMetadata {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return { name, configuration: Object.fromEntries(given) as JsonObject };
}

function dtype(name: NumericTypeName | undefined): string | undefined {
  return name === undefined ? undefined : numpyDtypeOf(dataTypeOf(name));
}

export const codec = {
  /** Array to bytes. `endian`: byte order on disk, default `"little"`. Every chain has one; it is implied. */
  bytes: ({ endian = "little" }: { endian?: "little" | "big" } = {}) => metadata("bytes", { endian }),

  /** Array to array. `order`: dimension `i` of the stored chunk is dimension `order[i]` of the array. */
  transpose: ({ order }: { order: readonly number[] }) => metadata("transpose", { order: [...order] }),

  /**
   * Array to array: differences along C order. `astype`: type of the first item of each chunk and of the differences,
   * default the array's. Integers that would not come back as they are, and floats that would not come back finite,
   * are refused.
   */
  delta: ({ astype }: { astype?: NumericTypeName } = {}) =>
    metadata("numcodecs.delta", { astype: dtype(astype) }),

  /** Array to array: stores elements as `encode`. Lossy where that type cannot hold them. */
  astype: ({ encode }: { encode: NumericTypeName }) =>
    metadata("numcodecs.astype", { encode_dtype: dtype(encode) }),

  /**
   * Array to array: stores `(x - offset) * scale` in the data type of the array, which must hold every step. For
   * zarr-python 3.2 and later.
   */
  scaleOffset: (options: { offset?: number | bigint; scale?: number | bigint } = {}) =>
    metadata("scale_offset", options),

  /**
   * Array to array, lossy where the type needs it: stores elements as `dataType`. `rounding`: default
   * `"nearest-even"`. `outOfRange`: default is to refuse what does not fit. `scalarMap`: pairs of values that are
   * converted into each other. What could not be decoded again is refused. For zarr-python 3.2 and later.
   */
  castValue: (options: {
    dataType: NumericTypeName;
    rounding?: Rounding;
    outOfRange?: "clamp" | "wrap";
    scalarMap?: {
      encode?: readonly (readonly [JsonValue, JsonValue])[];
      decode?: readonly (readonly [JsonValue, JsonValue])[];
    };
  }) =>
    metadata("cast_value", {
      data_type: options.dataType,
      rounding: options.rounding,
      out_of_range: options.outOfRange,
      scalar_map: options.scalarMap as JsonValue | undefined,
    }),

  /**
   * Array to array, lossy: stores `(x - offset) * scale`, rounded, as `astype` (default the array's). Values that do
   * not fit are refused.
   */
  fixedScaleOffset: (options: { offset: number; scale: number; astype?: NumericTypeName }) =>
    metadata("numcodecs.fixedscaleoffset", { ...options, astype: dtype(options.astype) }),

  /** Array to array, lossy: floats to `digits` decimal digits behind the point, stored as `astype`. */
  quantize: ({ digits, astype }: { digits: number; astype?: "float16" | "float32" | "float64" }) =>
    metadata("numcodecs.quantize", { digits, astype: dtype(astype) }),

  /** Array to array, lossy: floats whose fraction keeps its first `keepbits` bits, of 10, 23 or 52. */
  bitround: ({ keepbits }: { keepbits: number }) => metadata("numcodecs.bitround", { keepbits }),

  /** Array to array: bool as bits. */
  packbits: () => metadata("numcodecs.packbits", {}),

  /**
   * Array to array: each item against the one before it along `axis` (default 0). `transform`: `"xor"` (default)
   * of the bits, for any type, or `"delta"`, for integers. Python needs the package `quarry-zarr` to read it.
   */
  temporal: ({ transform = "xor", axis = 0 }: { transform?: "xor" | "delta"; axis?: number } = {}) =>
    metadata("quarry.temporal", { transform, axis }),

  /** Bytes to bytes: byte shuffle. `elementBytes`: default the item size of the array. */
  shuffle: ({ elementBytes }: { elementBytes?: number } = {}) =>
    metadata("numcodecs.shuffle", { elementsize: elementBytes }),

  /**
   * Bytes to bytes. `cname`: default `"zstd"`; `"lz4"` is fastest. `clevel`: 0 (copy) … 9, default 5. `shuffle`:
   * default `"shuffle"`, for single-byte items `"bitshuffle"`. `typesize`: bytes of an element, default the item
   * size. `blocksize`: bytes of a block, default 0, which leaves it to Blosc's heuristics.
   */
  blosc: (
    options: {
      cname?: "zstd" | "lz4" | "lz4hc" | "zlib";
      clevel?: number;
      shuffle?: "noshuffle" | "shuffle" | "bitshuffle";
      typesize?: number;
      blocksize?: number;
    } = {},
  ) => metadata("blosc", options),

  /**
   * Bytes to bytes. `level`: -131072 … 22, default 3; above 9 encoding is slow, decoding never is. `checksum`:
   * 4 bytes that let every reader notice a flipped bit, default false.
   */
  zstd: ({ level = 3, checksum = false }: { level?: number; checksum?: boolean } = {}) =>
    metadata("zstd", { level, checksum }),

  /** Bytes to bytes. `level`: 0 … 9, default 5. For readers that have nothing else. */
  gzip: ({ level = 5 }: { level?: number } = {}) => metadata("gzip", { level }),

  /** Bytes to bytes: LZ4 as numcodecs frames it. `acceleration`: default 1; larger is faster, compresses less. */
  lz4: ({ acceleration = 1 }: { acceleration?: number } = {}) => metadata("numcodecs.lz4", { acceleration }),

  /**
   * Array to bytes: shards of inner chunks of `chunkShape`, each through `codecs`, found by an index. For shards inside
   * shards and for codecs before or behind shards, which are then read and written whole; shards of which parts can be
   * read are asked for by the option `shards` of `createArray`. Default `codecs`: `bytes`; `indexLocation`: `"end"`.
   */
  sharding: ({
    chunkShape,
    codecs = [],
    indexLocation = "end",
  }: {
    chunkShape: readonly number[];
    codecs?: readonly CodecMetadata[];
    indexLocation?: "start" | "end";
  }) =>
    metadata("sharding_indexed", {
      chunk_shape: [...chunkShape],
      codecs: codecs.map(({ name, configuration }) => ({ name, configuration })),
      index_codecs: INDEX_CODECS.map(({ name, configuration }) => ({ name, configuration })),
      index_location: indexLocation,
    }),

  /** Bytes to bytes: 4 bytes of CRC-32C behind the chunk, verified on every read. */
  crc32c: () => metadata("crc32c", {}),
} as const;
