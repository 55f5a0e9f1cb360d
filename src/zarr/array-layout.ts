/** From an array's metadata to what the engines work with: every codec resolved, every limit checked. */
import type { ArrayLayout } from "../codec/engine.ts";
import { bytesOf, type Pipeline, resolvePipeline } from "../codec/pipeline.ts";
import { shardingOf } from "../codec/sharding/configuration.ts";
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { dataTypeOf } from "../metadata/data-type.ts";
import { fillValueBytes } from "../metadata/fill-value.ts";
import type { NodeMetadata } from "../metadata/group-metadata.ts";
import { stringifyJson } from "../metadata/json.ts";

/** As NumPy before version 2; the native core has room for no more. */
const DIMENSIONS_MAX = 32;

/** What one decoded chunk, or one shard's index, may take: the size limit of c-blosc's and many others' buffers. */
const CHUNK_BYTES_MAX = 2 ** 31 - 1;

/**
 * @throws QuarryError `UNSUPPORTED_CODEC`, `CODEC_CONFIGURATION`, `METADATA_INVALID`
 */
export function arrayLayout(metadata: ArrayMetadata, path: string): ArrayLayout {
  const { dataType, chunkShape } = metadata;
  if (chunkShape.length > DIMENSIONS_MAX) {
    throw new QuarryError(
      "METADATA_INVALID",
      `${path} has ${chunkShape.length} dimensions; at most ${DIMENSIONS_MAX} are supported`,
      { path },
    );
  }
  const sharding = shardingOf(metadata.codecs, chunkShape, path);
  const cell = { dataType, shape: sharding?.chunkShape ?? chunkShape };
  checkBytes(bytesOf(cell), "a chunk", path);
  const cellPipeline = resolvePipeline(sharding?.codecs ?? metadata.codecs, cell, path);
  return {
    path,
    chunkKeyEncoding: metadata.chunkKeyEncoding,
    cellPipeline,
    fillItem: fillValueBytes(metadata.fillValue, dataType),
    sharding: sharding && {
      shardShape: chunkShape,
      indexPipeline: indexPipeline(sharding.indexCodecs, chunkShape, sharding.chunkShape, path),
      indexLocation: sharding.indexLocation,
    },
  };
}

/** All of an array's document that decides where its items are. */
export function layoutKey(metadata: NodeMetadata): string {
  if (metadata.nodeType !== "array") return metadata.nodeType;
  const { shape, dataType, chunkShape, chunkKeyEncoding, fillValue, codecs } = metadata;
  return stringifyJson(
    [
      shape.length,
      dataType.name,
      [...chunkShape],
      { ...chunkKeyEncoding },
      fillValue.bits,
      codecs.map(({ name, configuration }) => ({ name, configuration })),
    ],
    0,
  );
}

function indexPipeline(
  codecs: ArrayMetadata["codecs"],
  shardShape: readonly number[],
  chunkShape: readonly number[],
  path: string,
): Pipeline {
  const cellsPerShard = shardShape.map((extent, axis) => extent / chunkShape[axis]!);
  const index = { dataType: dataTypeOf("uint64"), shape: [...cellsPerShard, 2] };
  checkBytes(bytesOf(index), "a shard's index", path);
  const pipeline = resolvePipeline(codecs, index, path);
  if (pipeline.encodedBytes === undefined) {
    throw new QuarryError(
      "CODEC_CONFIGURATION",
      `the index codecs of ${path} do not have a fixed size, so that no reader could find the index`,
      { path, codec: "sharding_indexed" },
    );
  }
  return pipeline;
}

function checkBytes(bytes: number, what: string, path: string): void {
  if (bytes <= CHUNK_BYTES_MAX) return;
  throw new QuarryError(
    "METADATA_INVALID",
    `${what} of ${path} would take ${bytes} bytes in memory; at most ${CHUNK_BYTES_MAX} are supported`,
    { path },
  );
}
