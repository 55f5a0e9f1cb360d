/**
 * `sharding_indexed`, the array-to-bytes codec that is not a step of a chain but a layout: one stored object holds
 * many inner chunks, each encoded by a chain of its own, and an index of where they are.
 * Specification: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/sharding-indexed/index.html
 */
import { QuarryError } from "../../errors.ts";
import type { CodecMetadata } from "../../metadata/array-metadata.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../metadata/json.ts";

export const SHARDING_CODEC = "sharding_indexed";

export interface ShardingConfiguration {
  /** Shape of the inner chunk. */
  readonly chunkShape: readonly number[];
  readonly codecs: readonly CodecMetadata[];
  readonly indexCodecs: readonly CodecMetadata[];
  readonly indexLocation: "start" | "end";
}

/**
 * The sharding of an array with `codecs`, or undefined where it has none.
 * @param shardShape shape of the array's (outer) chunk
 * @throws QuarryError `UNSUPPORTED_CODEC` for codecs beside the sharding codec, or sharding inside it;
 *   `CODEC_CONFIGURATION`
 */
export function shardingOf(
  codecs: readonly CodecMetadata[],
  shardShape: readonly number[],
  path: string,
): ShardingConfiguration | undefined {
  const sharding = codecs.find((codec) => codec.name === SHARDING_CODEC);
  if (sharding === undefined) return undefined;
  if (codecs.length > 1) {
    const others = codecs.filter((codec) => codec !== sharding).map((codec) => codec.name);
    throw new QuarryError(
      "UNSUPPORTED_CODEC",
      `${path} has the codecs ${others.join(", ")} beside ${SHARDING_CODEC}, which is not supported: they are never skipped in silence`,
      { path, codec: others[0] },
    );
  }
  return parseConfiguration(sharding.configuration, shardShape, path);
}

/** The codec as metadata carries it. */
export function shardingCodec(configuration: ShardingConfiguration): CodecMetadata {
  const list = (codecs: readonly CodecMetadata[]): JsonValue[] =>
    codecs.map(({ name, configuration }) => ({ name, configuration }));
  return {
    name: SHARDING_CODEC,
    configuration: {
      chunk_shape: [...configuration.chunkShape],
      codecs: list(configuration.codecs),
      index_codecs: list(configuration.indexCodecs),
      index_location: configuration.indexLocation,
    },
  };
}

/** What our own shards have: the index at the end, little-endian, with a checksum. */
export const INDEX_CODECS: readonly CodecMetadata[] = [
  { name: "bytes", configuration: { endian: "little" } },
  { name: "crc32c", configuration: {} },
];

function parseConfiguration(
  configuration: JsonObject,
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
  if (innerCodecs.some((codec) => codec.name === SHARDING_CODEC)) {
    throw new QuarryError("UNSUPPORTED_CODEC", `${path} has shards inside shards, which is not supported`, {
      path,
      codec: SHARDING_CODEC,
    });
  }
  return { chunkShape: chunk_shape, codecs: innerCodecs, indexCodecs, indexLocation: index_location };
}

function isShape(value: JsonValue | undefined): value is number[] {
  return (
    Array.isArray(value) && value.every((extent) => Number.isSafeInteger(extent) && (extent as number) > 0)
  );
}

/** A codec may be spelled as a bare name. */
function parseCodecs(value: JsonValue | undefined): CodecMetadata[] | undefined {
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
