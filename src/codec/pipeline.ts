/**
 * A codec chain out of metadata, checked as a whole: any number of array-to-array codecs, one array-to-bytes codec,
 * any number of bytes-to-bytes codecs. Pure description; `chain.ts` makes it run.
 */
import type { ChunkType, ResolvedCodec } from "../../codecs/definition.ts";
import { QuarryError } from "../errors.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import { resolveCodec } from "./registry.ts";

export interface Pipeline {
  /** What goes in: a chunk in C order. */
  readonly chunk: ChunkType;
  readonly chunkBytes: number;
  /** In encoding order, named as metadata names them. */
  readonly codecs: readonly ResolvedCodec[];
  /** Bytes of every encoded chunk, where that does not depend on the content. */
  readonly encodedBytes: number | undefined;
}

/**
 * @throws QuarryError `UNSUPPORTED_CODEC`, `CODEC_CONFIGURATION`, `METADATA_INVALID` (wrong order of kinds)
 */
export function resolvePipeline(codecs: readonly CodecMetadata[], chunk: ChunkType, path: string): Pipeline {
  const resolved: ResolvedCodec[] = [];
  const chunkBytes = bytesOf(chunk);
  let type = chunk;
  let hasBytes = false;
  let size: number | undefined = chunkBytes;
  for (const metadata of codecs) {
    const codec: ResolvedCodec = { ...resolveCodec(metadata, type, path), name: metadata.name };
    if (hasBytes !== (codec.kind === "bytes-to-bytes")) throw outOfOrder(codecs, path);
    if (codec.kind === "array-to-bytes") hasBytes = true;
    resolved.push(codec);
    type = codec.encodedType ?? type;
    size = size === undefined ? undefined : codec.encodedBytes?.(size);
  }
  if (!hasBytes) throw outOfOrder(codecs, path);
  return { chunk, chunkBytes, codecs: resolved, encodedBytes: size };
}

/** Bytes of a chunk in memory. */
export function bytesOf(chunk: ChunkType): number {
  return chunk.shape.reduce((bytes, extent) => bytes * extent, chunk.dataType.itemBytes);
}

function outOfOrder(codecs: readonly CodecMetadata[], path: string): QuarryError {
  const names = codecs.map((codec) => codec.name).join(", ");
  return new QuarryError(
    "METADATA_INVALID",
    `the codecs of ${path} are [${names}]; a chain has array-to-array codecs, then exactly one array-to-bytes codec, then bytes-to-bytes codecs`,
    { path },
  );
}
