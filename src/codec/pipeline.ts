/**
 * A codec chain out of metadata, checked as a whole: any number of array-to-array codecs, one array-to-bytes codec,
 * any number of bytes-to-bytes codecs. Pure description; `chain.ts` makes it run.
 *
 * The array-to-bytes codec may be `sharding_indexed`, which has chains of its own inside. As the only codec of an
 * array it is resolved by {@link resolveSharding}, and the engines read and write parts of its shards; anywhere else
 * it is a step that encodes and decodes whole shards.
 */
import type { ChunkType, ResolvedCodec } from "../../codecs/definition.ts";
import { QuarryError } from "../errors.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import { dataTypeOf } from "../metadata/data-type.ts";
import { CodecStep } from "./portable/codec-step.ts";
import { resolveCodec } from "./registry.ts";
import { parseSharding, SHARDING_CODEC, type ShardingConfiguration } from "./sharding/configuration.ts";
import { type ItemSource, shardedChunkCodec } from "./sharding/sharded-chunk.ts";

export interface Pipeline {
  /** What goes in: a chunk in C order. */
  readonly chunk: ChunkType;
  readonly chunkBytes: number;
  /** In encoding order, named as metadata names them. */
  readonly codecs: readonly ResolvedCodec[];
  /** Bytes of every encoded chunk, where that does not depend on the content. */
  readonly encodedBytes: number | undefined;
  /** Where the only codec is `sharding_indexed`: then parts of what it encodes can be decoded. */
  readonly sharding: ResolvedSharding | undefined;
}

export interface ResolvedSharding {
  readonly shardShape: readonly number[];
  /** Of an inner chunk. */
  readonly cellPipeline: Pipeline;
  readonly indexPipeline: Pipeline;
  readonly indexLocation: "start" | "end";
}

/** What one decoded chunk, or one shard's index, may take: the size limit of c-blosc's and many others' buffers. */
const CHUNK_BYTES_MAX = 2 ** 31 - 1;

/**
 * @param fillItem what a shard inside the chain leaves out; default zero
 * @throws QuarryError `UNSUPPORTED_CODEC`, `CODEC_CONFIGURATION`, `METADATA_INVALID` (wrong order of kinds, a chunk
 *   that is too large)
 */
export function resolvePipeline(
  codecs: readonly CodecMetadata[],
  chunk: ChunkType,
  path: string,
  fillItem: ItemSource = async () => new Uint8Array(chunk.dataType.itemBytes),
): Pipeline {
  const resolved: ResolvedCodec[] = [];
  const chunkBytes = bytesOf(chunk);
  checkBytes(chunkBytes, "a chunk", path);
  let type = chunk;
  let hasBytes = false;
  let size: number | undefined = chunkBytes;
  let sharding: ResolvedSharding | undefined;
  for (const [position, metadata] of codecs.entries()) {
    let codec: ResolvedCodec;
    if (metadata.name === SHARDING_CODEC) {
      if (hasBytes) throw outOfOrder(codecs, path);
      const item = encodedItem(fillItem, codecs.slice(0, position), chunk, path);
      const configuration = parseSharding(metadata, type.shape, path);
      sharding = resolveSharding(configuration, type, path, item);
      codec = shardedChunkCodec(configuration, sharding, item);
    } else {
      codec = { ...resolveCodec(metadata, type, path), name: metadata.name };
    }
    if (hasBytes !== (codec.kind === "bytes-to-bytes")) throw outOfOrder(codecs, path);
    if (codec.kind === "array-to-bytes") hasBytes = true;
    resolved.push(codec);
    type = codec.encodedType ?? type;
    size = size === undefined ? undefined : codec.encodedBytes?.(size);
  }
  if (!hasBytes) throw outOfOrder(codecs, path);
  return {
    chunk,
    chunkBytes,
    codecs: resolved,
    encodedBytes: size,
    sharding: codecs.length === 1 ? sharding : undefined,
  };
}

/**
 * The sharding that `configuration` declares for chunks of type `shard`.
 * @throws QuarryError as {@link resolvePipeline}
 */
export function resolveSharding(
  { chunkShape, codecs, indexCodecs, indexLocation }: ShardingConfiguration,
  shard: ChunkType,
  path: string,
  fillItem: ItemSource,
): ResolvedSharding {
  const cell = { dataType: shard.dataType, shape: chunkShape };
  const cellsPerShard = shard.shape.map((extent, axis) => extent / chunkShape[axis]!);
  const index = { dataType: dataTypeOf("uint64"), shape: [...cellsPerShard, 2] };
  checkBytes(bytesOf(index), "a shard's index", path);
  const indexPipeline = resolvePipeline(indexCodecs, index, path);
  if (indexPipeline.encodedBytes === undefined) {
    throw new QuarryError(
      "CODEC_CONFIGURATION",
      `the index codecs of ${path} do not have a fixed size, so that no reader could find the index`,
      { path, codec: SHARDING_CODEC },
    );
  }
  return {
    shardShape: shard.shape,
    cellPipeline: resolvePipeline(codecs, cell, path, fillItem),
    indexPipeline,
    indexLocation,
  };
}

/** Bytes of a chunk in memory. */
export function bytesOf(chunk: ChunkType): number {
  return chunk.shape.reduce((bytes, extent) => bytes * extent, chunk.dataType.itemBytes);
}

/**
 * The fill item as the shards behind `codecs` see it: put through them as a chunk of one item. This is what other
 * implementations take it for; all that ours leave out are inner chunks which decode to just that. It is asked for only
 * where an inner chunk is missing, or may be left out: codecs that have no word for the fill value may still have one
 * for every item of a chunk.
 * @throws QuarryError `CODEC_CONFIGURATION` where the codecs do not make one item of one item
 */
function encodedItem(
  fillItem: ItemSource,
  codecs: readonly CodecMetadata[],
  chunk: ChunkType,
  path: string,
): ItemSource {
  let type: ChunkType = { dataType: chunk.dataType, shape: chunk.shape.map(() => 1) };
  const resolved = codecs.map((metadata) => {
    const codec = resolveCodec(metadata, type, path);
    const decodedBytes = bytesOf(type);
    type = codec.encodedType ?? type;
    const { itemBytes } = type.dataType;
    if (codec.kind === "array-to-array" && codec.encodedBytes?.(decodedBytes) !== itemBytes) {
      throw new QuarryError(
        "CODEC_CONFIGURATION",
        `codec ${metadata.name} of ${path} does not make one item of one item, so that there is no fill value for the shards behind it`,
        { path, codec: metadata.name },
      );
    }
    return { ...codec, name: metadata.name };
  });
  let encoded: Promise<Uint8Array> | undefined;
  return () => {
    encoded ??= encodedBy(resolved, fillItem, path);
    return encoded;
  };
}

async function encodedBy(
  codecs: readonly ResolvedCodec[],
  fillItem: ItemSource,
  path: string,
): Promise<Uint8Array> {
  let item = await fillItem();
  for (const codec of codecs) {
    try {
      const size = { exact: item.length, max: item.length };
      item = await new CodecStep(codec, await codec.portable(), size, "chunk").encode(item, { path });
    } catch (cause) {
      throw new QuarryError(
        "CODEC_CONFIGURATION",
        `the fill value of ${path} does not go through ${codec.name}, behind which there are shards that leave out what has no other value`,
        { path, codec: codec.name, cause },
      );
    }
  }
  return item;
}

function checkBytes(bytes: number, what: string, path: string): void {
  if (bytes <= CHUNK_BYTES_MAX) return;
  throw new QuarryError(
    "METADATA_INVALID",
    `${what} of ${path} would take ${bytes} bytes in memory; at most ${CHUNK_BYTES_MAX} are supported`,
    { path },
  );
}

function outOfOrder(codecs: readonly CodecMetadata[], path: string): QuarryError {
  const names = codecs.map((codec) => codec.name).join(", ");
  return new QuarryError(
    "METADATA_INVALID",
    `the codecs of ${path} are [${names}]; a chain has array-to-array codecs, then exactly one array-to-bytes codec, then bytes-to-bytes codecs`,
    { path },
  );
}
