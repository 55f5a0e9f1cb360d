/** From an array's metadata to what the engines work with: every codec resolved, every limit checked. */
import type { ArrayLayout } from "../codec/engine.ts";
import { resolvePipeline, resolveSharding } from "../codec/pipeline.ts";
import { refuseInternalCodecs } from "../codec/registry.ts";
import { shardingOf } from "../codec/sharding/configuration.ts";
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { serializeDataType } from "../metadata/data-type.ts";
import { serializeFillValue } from "../metadata/fill-value.ts";
import type { NodeMetadata } from "../metadata/group-metadata.ts";
import { stringifyJson } from "../metadata/json.ts";

/** As NumPy before version 2; the native core has room for no more. */
const DIMENSIONS_MAX = 32;

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
  if (metadata.zarrFormat === undefined) refuseInternalCodecs(metadata.codecs, path);
  const chunk = { dataType, shape: chunkShape };
  const fillItem = metadata.fillValue.bytes;
  const common = { path, chunkKeyEncoding: metadata.chunkKeyEncoding, fillItem };
  const fill = async (): Promise<Uint8Array> => fillItem;
  const configuration = shardingOf(metadata.codecs, chunkShape, path);
  if (configuration === undefined) {
    return {
      ...common,
      cellPipeline: resolvePipeline(metadata.codecs, chunk, path, fill),
      sharding: undefined,
    };
  }
  const { cellPipeline, ...sharding } = resolveSharding(configuration, chunk, path, fill);
  return { ...common, cellPipeline, sharding };
}

/** All of an array's document that decides where its items are. */
export function layoutKey(metadata: NodeMetadata): string {
  if (metadata.nodeType !== "array") return metadata.nodeType;
  const { shape, dataType, chunkShape, chunkKeyEncoding, fillValue, codecs } = metadata;
  return stringifyJson(
    [
      shape.length,
      serializeDataType(dataType),
      [...chunkShape],
      { ...chunkKeyEncoding },
      serializeFillValue(fillValue, dataType),
      codecs.map(({ name, configuration }) => ({ name, configuration })),
    ],
    0,
  );
}
