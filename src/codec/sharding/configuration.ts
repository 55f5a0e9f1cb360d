/**
 * The configuration of `sharding_indexed`, the array-to-bytes codec whose bytes, a shard, hold many inner chunks, each
 * encoded by a chain of its own, and an index of where they are.
 * Specification: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/sharding-indexed/index.html
 */
import { QuarryError } from "../../errors.ts";
import type { CodecMetadata } from "../../metadata/array-metadata.ts";
import { isJsonObject, type JsonValue } from "../../metadata/json.ts";

export const SHARDING_CODEC = "sharding_indexed";

export interface ShardingConfiguration {
  /** Shape of the inner chunk. */
  readonly chunkShape: readonly number[];
  readonly codecs: readonly CodecMetadata[];
  readonly indexCodecs: readonly CodecMetadata[];
  readonly indexLocation: "start" | "end";
}

/**
 * The sharding of an array with `codecs`, where it is their only one: then parts of its shards can be read and
 * written. Undefined where there is none, or one with codecs around it.
 * @param shardShape shape of the array's (outer) chunk
 * @throws QuarryError `CODEC_CONFIGURATION`
 */
export function shardingOf(
  codecs: readonly CodecMetadata[],
  shardShape: readonly number[],
  path: string,
): ShardingConfiguration | undefined {
  const [sharding] = codecs;
  if (codecs.length !== 1 || sharding?.name !== SHARDING_CODEC) return undefined;
  return parseSharding(sharding, shardShape, path);
}

/** The codec as metadata carries it. */
export function shardingCodec(configuration: ShardingConfiguration): CodecMetadata {
  return {
    name: SHARDING_CODEC,
    configuration: {
      chunk_shape: [...configuration.chunkShape],
      codecs: jsonOf(configuration.codecs),
      index_codecs: jsonOf(configuration.indexCodecs),
      index_location: configuration.indexLocation,
    },
  };
}

/** A chain as it stands in a configuration. */
export function jsonOf(codecs: readonly CodecMetadata[]): JsonValue[] {
  return codecs.map(({ name, configuration }) => ({ name, configuration }));
}

/**
 * @param shardShape shape of the chunk that the codec meets
 * @throws QuarryError `CODEC_CONFIGURATION`
 */
export function parseSharding(
  { configuration }: CodecMetadata,
  shardShape: readonly number[],
  path: string,
): ShardingConfiguration {
  const { chunk_shape, codecs, index_codecs, index_location = "end", ...others } = configuration;
  const fail = (problem: string): QuarryError =>
    new QuarryError("CODEC_CONFIGURATION", `codec ${SHARDING_CODEC} of ${path}: ${problem}`, {
      path,
      codec: SHARDING_CODEC,
    });
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw fail(`configuration.${unknown} is not a key that belongs there`);
  if (index_location !== "start" && index_location !== "end") {
    throw fail('configuration.index_location must be "start" or "end"');
  }
  if (!isShape(chunk_shape) || chunk_shape.length !== shardShape.length) {
    throw fail(`configuration.chunk_shape must be ${shardShape.length} positive integers`);
  }
  if (chunk_shape.some((extent, axis) => shardShape[axis]! % extent !== 0)) {
    throw fail(
      `the inner chunk [${chunk_shape.join(", ")}] does not divide the shard [${shardShape.join(", ")}]`,
    );
  }
  const innerCodecs = parseCodecs(codecs);
  const indexCodecs = parseCodecs(index_codecs);
  if (innerCodecs === undefined) throw fail("configuration.codecs must be a list of codecs");
  if (indexCodecs === undefined) throw fail("configuration.index_codecs must be a list of codecs");
  return { chunkShape: chunk_shape, codecs: innerCodecs, indexCodecs, indexLocation: index_location };
}

function isShape(value: JsonValue | undefined): value is number[] {
  return (
    Array.isArray(value) && value.every((extent) => Number.isSafeInteger(extent) && (extent as number) > 0)
  );
}

/** The chain that stands in a configuration, undefined for what is none. A codec may be spelled as a bare name. */
export function parseCodecs(value: JsonValue | undefined): CodecMetadata[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const codecs: CodecMetadata[] = [];
  for (const item of value) {
    if (typeof item === "string") codecs.push({ name: item, configuration: {} });
    else if (isJsonObject(item) && typeof item.name === "string") {
      const { name, configuration = {} } = item;
      if (!isJsonObject(configuration)) return undefined;
      codecs.push({ name, configuration });
    } else return undefined;
  }
  return codecs;
}
