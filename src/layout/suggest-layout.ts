/**
 * Chunk and shard shapes for an array whose first dimension is time: rows are appended, and read in windows.
 *
 * Every number has its reason beside it, and the reasons come back with the shapes, for `quarry layout` and
 * for whoever reviews a store.
 */
import { isVariableLength } from "../metadata/data-type.ts";
import type { JsonValue } from "../metadata/json.ts";
import { type DataTypeSpelling, parseDataType } from "../metadata/parse-data-type.ts";

/**
 * Decoded bytes of an inner chunk, at most. A window of a few rows costs the decoding of one chunk, so smaller
 * is better; an index entry (16 bytes) and a dictionary start for each chunk, so larger is better. At 512 KiB
 * a chunk and its encoded form still fit a core's L2 cache.
 */
const CHUNK_BYTES_MAX = 512 * 1024;

/**
 * Inner chunks of a shard, at most: an index of up to 255 entries and its checksum fits one page of 4 KiB,
 * which a writer can replace in one aligned write.
 */
const CHUNKS_PER_SHARD_MAX = 255;

/** Decoded bytes of a shard, at most: an append rewrites its tail shard, and few files are better than many. */
const SHARD_BYTES_MAX = 32 * 1024 * 1024;

export interface LayoutRequest {
  /** Shape of the array; what its first dimension holds now does not matter. */
  readonly shape: readonly number[];
  /** One whose items have a fixed size. */
  readonly dataType: DataTypeSpelling;
  /**
   * Bytes of the widest row among the arrays that share the first dimension; default: this array's. Arrays of
   * one group then get chunks of the same rows, which is what xarray needs to read them as one dataset.
   */
  readonly widestRowBytes?: number;
}

export interface SuggestedLayout {
  /** Shape of an inner chunk. */
  readonly chunks: readonly number[];
  readonly shards: readonly number[];
  readonly reasons: readonly string[];
}

/**
 * Suggests chunks and shards for `request`.
 *
 * @example
 * suggestLayout({ shape: [0, 20], dataType: "int32" });   // chunks [4096, 20], shards [262144, 20]
 * @throws RangeError for a shape without dimensions, or with a dimension after the first that is empty; for a data
 *   type whose items have no fixed size
 */
export function suggestLayout(request: LayoutRequest): SuggestedLayout {
  const rowShape = request.shape.slice(1);
  if (request.shape.length === 0 || rowShape.some((length) => !Number.isSafeInteger(length) || length < 1)) {
    throw new RangeError(
      `no layout for shape [${request.shape.join(", ")}]: a row must have at least one item`,
    );
  }
  const dataType = parseDataType(request.dataType as JsonValue);
  if (isVariableLength(dataType)) {
    throw new RangeError(`no layout for ${dataType.name}: its items have no fixed size`);
  }
  const rowBytes = rowShape.reduce((bytes, length) => bytes * length, dataType.itemBytes);
  const widestRowBytes = Math.max(request.widestRowBytes ?? rowBytes, rowBytes);
  const chunkRows = powerOfTwoUpTo(CHUNK_BYTES_MAX / widestRowBytes);
  const chunkBytes = chunkRows * widestRowBytes;
  const chunksPerShard = powerOfTwoUpTo(Math.min(CHUNKS_PER_SHARD_MAX, SHARD_BYTES_MAX / chunkBytes));
  const shardRows = chunkRows * chunksPerShard;
  return {
    chunks: [chunkRows, ...rowShape],
    shards: [shardRows, ...rowShape],
    reasons: [
      `${chunkRows} rows of ${widestRowBytes} bytes are ${chunkBytes} bytes: the most rows, as a power of two, ` +
        `within the ${CHUNK_BYTES_MAX} bytes that a core decodes in its cache`,
      `${chunksPerShard} chunks make a shard of ${shardRows} rows, ${shardRows * rowBytes} bytes: within ` +
        `${SHARD_BYTES_MAX} bytes, which an append may have to rewrite, and ${CHUNKS_PER_SHARD_MAX} chunks, ` +
        "whose index fits one page",
    ],
  };
}

function powerOfTwoUpTo(limit: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(limit)));
}
