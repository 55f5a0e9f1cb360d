/** From what a caller wants of a new array to its metadata. */
import { codec } from "../../codecs/builders.ts";
import { INDEX_CODECS } from "../../codecs/shard-index.ts";
import { codecDefinition } from "../codec/registry.ts";
import { jsonOf, parseCodecs, SHARDING_CODEC, shardingCodec } from "../codec/sharding/configuration.ts";
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata, ChunkKeyEncoding, CodecMetadata } from "../metadata/array-metadata.ts";
import type { DataType, DataTypeName } from "../metadata/data-type.ts";
import { defaultFillValue, fillValueOf } from "../metadata/fill-value.ts";
import type { JsonObject, JsonValue } from "../metadata/json.ts";
import { type DataTypeSpelling, parseDataType } from "../metadata/parse-data-type.ts";
import type { ScalarOf } from "./array-data.ts";
import { arrayLayout } from "./array-layout.ts";

export interface CreateArrayOptions<N extends DataTypeName = DataTypeName> {
  /** Items along each dimension; `[0, 20]` for an array that grows by `append`. */
  readonly shape: readonly number[];
  /**
   * A name, or one with its configuration: `{ name: "numpy.datetime64", configuration: { unit: "ns", scale_factor: 1 } }`.
   * zarr-python 3.1 has other names for `r24` and `struct`, `raw_bytes` and `structured`, and reads those alone: of a
   * group that is consolidated it then opens nothing at all (see `Group.consolidate`).
   */
  readonly dataType: DataTypeSpelling<N>;
  /** Items along each dimension of a chunk (an inner chunk, with `shards`): what is encoded, and read, as one piece. */
  readonly chunks: readonly number[];
  /** Items along each dimension of a shard, multiples of `chunks`: what is one file. Default: each chunk is a file. */
  readonly shards?: readonly number[] | undefined;
  /**
   * The chain of each chunk (`codec.zstd({ level: 3 })` …): filters, `codec.bytes()`, compressors. `bytes` in little-
   * endian order is put in its place where it is left out. `codec.sharding(…)` makes shards inside shards, or with
   * codecs around them. Default: Blosc (zstd at level 2, byte
   * shuffle) and a crc32c checksum.
   */
  readonly codecs?: readonly CodecMetadata[] | undefined;
  /** One name a dimension, `null` for none. xarray needs them. Default: no names. */
  readonly dimensionNames?: readonly (string | null)[] | undefined;
  /** What an item is that was never written. Default 0, `false`, nothing, no time ("NaT"). */
  readonly fillValue?: ScalarOf<N> | number | undefined;
  readonly attributes?: JsonObject | undefined;
  /** Where a shard's index stands. Default `"end"`: other libraries exist that misread `"start"`. */
  readonly indexLocation?: "start" | "end" | undefined;
  /** Default: `c/0/1`. */
  readonly chunkKeyEncoding?: ChunkKeyEncoding | undefined;
}

/** On order books faster than zstd alone and smaller (bench/presets.mjs), and a part of a chunk is decoded alone. */
const DEFAULT_CODECS: readonly CodecMetadata[] = [
  codec.blosc({ cname: "zstd", clevel: 2, shuffle: "shuffle" }),
  codec.crc32c(),
];

/**
 * The metadata of an array as `options` asks for it, with every codec's configuration complete.
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_DATA_TYPE`, `UNSUPPORTED_CODEC`, `CODEC_CONFIGURATION`,
 *   `VALUE_INVALID` (fill value)
 */
export function newArrayMetadata(options: CreateArrayOptions, path: string): ArrayMetadata {
  const { shape, chunks, shards, codecs = DEFAULT_CODECS } = options;
  const dataType = newDataType(options.dataType, path);
  const rank = shape.length;
  checkExtents("shape", shape, rank, 0, path);
  checkExtents("chunks", chunks, rank, 1, path);
  if (shards !== undefined) {
    checkExtents("shards", shards, rank, 1, path);
    if (shards.some((extent, axis) => extent % chunks[axis]! !== 0)) {
      throw invalid(`shards [${shards.join(", ")}] are not multiples of chunks [${chunks.join(", ")}]`, path);
    }
  }
  const { dimensionNames = shape.map(() => null) } = options;
  if (dimensionNames.length !== rank)
    throw invalid(`dimensionNames has one entry a dimension, ${rank}`, path);
  if (shards === undefined && codecs.length === 1 && codecs[0]!.name === SHARDING_CODEC) {
    throw invalid("shards without codecs around them are asked for by `shards`, not by a codec", path);
  }

  const chain = withBytes(codecs, dataType, path);
  const draft = (codecs: readonly CodecMetadata[]): ArrayMetadata => ({
    nodeType: "array",
    // Without the sign of -0, which JSON would keep.
    shape: shape.map((extent) => extent + 0),
    dataType,
    chunkShape: [...(shards ?? chunks)],
    chunkKeyEncoding: options.chunkKeyEncoding ?? { name: "default", separator: "/" },
    fillValue:
      options.fillValue === undefined ? defaultFillValue(dataType) : fillValueOf(options.fillValue, dataType),
    codecs:
      shards === undefined
        ? codecs
        : [
            shardingCodec({
              chunkShape: chunks,
              codecs,
              indexCodecs: INDEX_CODECS,
              indexLocation: options.indexLocation ?? "end",
            }),
          ],
    attributes: options.attributes ?? {},
    dimensionNames: [...dimensionNames],
  });
  // Resolving fills in what the caller left out (item sizes, defaults), which other readers need spelled out.
  const resolved = arrayLayout(draft(chain), path).cellPipeline.codecs;
  return draft(resolved.map(({ name, configuration }) => ({ name, configuration })));
}

/** `codecs` with the array-to-bytes codec that they imply; inside shards as well. */
function withBytes(codecs: readonly CodecMetadata[], dataType: DataType, path: string): CodecMetadata[] {
  const kinds = codecs.map((codec) =>
    codec.name === SHARDING_CODEC ? "array-to-bytes" : codecDefinition(codec.name, path).kind,
  );
  if (kinds.includes("array-to-bytes")) {
    return codecs.map((codec) => {
      const inner = codec.name === SHARDING_CODEC ? parseCodecs(codec.configuration.codecs) : undefined;
      if (inner === undefined) return codec;
      return {
        ...codec,
        configuration: { ...codec.configuration, codecs: jsonOf(withBytes(inner, dataType, path)) },
      };
    });
  }
  const firstOfBytes = kinds.indexOf("bytes-to-bytes");
  const place = firstOfBytes === -1 ? codecs.length : firstOfBytes;
  return [...codecs.slice(0, place), bytesCodecFor(dataType), ...codecs.slice(place)];
}

function newDataType(spelling: DataTypeSpelling, path: string): DataType {
  try {
    return parseDataType(spelling as JsonValue);
  } catch (error) {
    if (!(error instanceof QuarryError)) throw error;
    throw new QuarryError(error.code, `${path}: ${error.message}`, { path });
  }
}

/** What makes bytes of items, where the caller leaves it out. */
function bytesCodecFor({ kind }: DataType): CodecMetadata {
  switch (kind) {
    case "string":
      return { name: "vlen-utf8", configuration: {} };
    case "variable-bytes":
      return { name: "vlen-bytes", configuration: {} };
    default:
      return { name: "bytes", configuration: { endian: "little" } };
  }
}

function checkExtents(
  field: string,
  extents: readonly number[],
  rank: number,
  least: number,
  path: string,
): void {
  if (extents.length === rank && extents.every((extent) => Number.isSafeInteger(extent) && extent >= least))
    return;
  throw invalid(
    `${field} is a list of ${rank} whole numbers of at least ${least}, not [${extents.join(", ")}]`,
    path,
  );
}

function invalid(message: string, path: string): QuarryError {
  return new QuarryError("METADATA_INVALID", `${path}: ${message}`, { path });
}
