/**
 * The chain of an array whose schema does not give one. Integers are stored as differences, since times, ids and
 * counts step by little; the bytes of floats of several columns are shuffled, so that exponents lie beside exponents;
 * everything ends in zstd with its checksum, without which a flipped bit may decode to other values.
 */
import { codec } from "../../codecs/builders.ts";
import type { ChunkType } from "../../codecs/definition.ts";
import { codecKindOf, resolveCodec } from "../codec/registry.ts";
import { QuarryError } from "../errors.ts";
import type { ChainCodecs } from "../layout/suggest-codecs.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import type { NumericType } from "../metadata/data-type.ts";

/** Levels that Quarry offers where one is configured; zstd's negative ones trade size for speed that lz4 has. */
export const ZSTD_LEVEL_MAX = 22;

/** The strongest that still encodes at 80 MB/s and more (spec/book-store.md): features are written once. */
const ZSTD_LEVEL_DEFAULT = 9;

/** @throws RangeError for a level that is not a whole number from 1 to {@link ZSTD_LEVEL_MAX} */
export function checkedZstdLevel(level: number): number {
  if (Number.isInteger(level) && level >= 1 && level <= ZSTD_LEVEL_MAX) return level;
  throw new RangeError(`the zstd level is a whole number from 1 to ${ZSTD_LEVEL_MAX}, not ${level}`);
}

/** What is given, and for what is not, what the values ask for. Either is taken as it stands. */
export function chainOf(
  given: Partial<ChainCodecs> & { readonly zstdLevel?: number | undefined },
  dataType: NumericType,
  hasColumns: boolean,
): ChainCodecs {
  const level = checkedZstdLevel(given.zstdLevel ?? ZSTD_LEVEL_DEFAULT);
  const isInteger = dataType.kind === "int" || dataType.kind === "uint";
  const shuffled = dataType.kind === "float" && hasColumns ? [codec.shuffle()] : [];
  return {
    filters: given.filters?.map(plain) ?? (isInteger ? [codec.delta()] : []),
    compressors: given.compressors?.map(plain) ?? [...shuffled, codec.zstd({ level, checksum: true })],
  };
}

/**
 * Bytes of an item as the compressors see it, behind all filters.
 * @throws QuarryError `UNSUPPORTED_CODEC`, `CODEC_CONFIGURATION`; `METADATA_INVALID` for a codec in the wrong list
 */
export function itemBytesBehind(
  { filters, compressors }: ChainCodecs,
  dataType: NumericType,
  shape: readonly (number | null)[],
  where: string,
): number {
  let chunk: ChunkType = { dataType, shape: shape.map((length) => length ?? 1) };
  for (const filter of filters) {
    checkKind(filter, "array-to-array", "filters", where);
    chunk = resolveCodec(filter, chunk, where).encodedType ?? chunk;
  }
  for (const compressor of compressors) {
    checkKind(compressor, "bytes-to-bytes", "compressors", where);
    resolveCodec(compressor, chunk, where);
  }
  return chunk.dataType.itemBytes;
}

function checkKind(
  { name }: CodecMetadata,
  kind: "array-to-array" | "bytes-to-bytes",
  list: keyof ChainCodecs,
  where: string,
): void {
  const actual = codecKindOf(name);
  // What is not known at all is refused by the registry, in better words.
  if (actual === undefined || actual === kind) return;
  throw new QuarryError("METADATA_INVALID", `${where}: ${name} is ${actual}, but ${list} are ${kind}`);
}

/** A codec that somebody else's object describes, without whatever else is in it. */
function plain({ name, configuration }: CodecMetadata): CodecMetadata {
  return { name, configuration };
}
