/**
 * Chunk and shard shapes for an array whose first dimension is time: rows are appended, and read in windows.
 *
 * Every number has its reason beside it, and the reasons come back with the shapes, for `quarry layout` and
 * for whoever reviews a store. `spec/layout.md` has the measurements.
 *
 * Arrays of one group that share their rows should have chunks of the same rows, which is what xarray needs to read
 * them as one dataset. All that decides about rows is therefore asked for of the widest of them.
 */
import { isVariableLength } from "../metadata/data-type.ts";
import type { JsonValue } from "../metadata/json.ts";
import { type DataTypeSpelling, parseDataType } from "../metadata/parse-data-type.ts";

/** What an array is mostly read for: all of it, a few hundred rows at a time, or single rows. */
export type Access = "scan" | "window" | "point";
export const ACCESSES: readonly Access[] = ["scan", "window", "point"];

/**
 * Decoded bytes of an inner chunk, at most. At 20 KiB a row takes a tenth more bytes, from 80 KiB on never 5 % more; a
 * scan is as fast in chunks of 80 KiB as in larger ones. A row or a window costs more the larger the chunk is, little
 * with Blosc, which decodes parts of a chunk, in proportion with zstd. Above 1 MiB a read no longer runs in place and
 * costs twice as much. A scan takes the most all the same, because a shard can then hold more rows.
 */
const CHUNK_BYTES_MAX: Readonly<Record<Access, number>> = {
  scan: 1024 * 1024,
  window: 512 * 1024,
  point: 64 * 1024,
};

/** Rows of a chunk, at most: narrow arrays are no smaller beyond, and a window of theirs costs a long decode. */
const CHUNK_ROWS_MAX = 65_536;

/** How far a chunk may grow beyond {@link CHUNK_BYTES_MAX} so that it fills blocks of the file system. */
const CHUNK_GROWTH_MAX = 8;

/** Blocks that a chunk which is a file of its own should fill: half a block is lost at its end, a sixteenth of it. */
const BLOCKS_PER_FILE = 8;

/** As `statfs` gives it on most file systems. */
const BLOCK_BYTES = 4096;

/**
 * Inner chunks of a shard, at most: an index of up to 255 entries and its checksum fits one page of 4 KiB,
 * which a writer can replace in one aligned write.
 */
const CHUNKS_PER_SHARD_MAX = 255;

/** Stored bytes of a shard, at most: an append may have to rewrite its tail shard, and few files are better than many. */
const SHARD_STORED_BYTES_MAX = 32 * 1024 * 1024;

export interface LayoutRequest {
  /** Shape of the array; what its first dimension holds now does not matter. */
  readonly shape: readonly number[];
  /** One whose items have a fixed size. */
  readonly dataType: DataTypeSpelling;
  /** Bytes of the widest row among the arrays that share the first dimension; default: this array's. */
  readonly widestRowBytes?: number | undefined;
  /** Bytes that filters such as `astype` leave of an item; default: its size. Of the widest array, as the next. */
  readonly effectiveItemSize?: number | undefined;
  /** Bytes that the filters leave for each stored byte. Default 1: bounds on what is stored then hold in any case. */
  readonly compressionRatioHint?: number | undefined;
  /** Rows that the array will have in the end. Default: not known, which gives a layout that appends well. */
  readonly estimatedRows?: number | undefined;
  /** Default `window`. */
  readonly access?: Access | undefined;
  /** Bytes of a block of the file system (`statfs`), default 4096: no read or file takes less. */
  readonly blockBytes?: number | undefined;
  /** Whether each chunk is to be a file, for readers that have no shards. Default `false`. */
  readonly disableSharding?: boolean | undefined;
}

export interface SuggestedLayout {
  /** Shape of a chunk; of an inner chunk, where there are shards. */
  readonly chunks: readonly number[];
  /** Whole multiples of {@link chunks}; `undefined` where each chunk is a file. */
  readonly shards: readonly number[] | undefined;
  /** In words, chunks first. */
  readonly reasons: readonly string[];
}

/**
 * Suggests chunks and shards for `request`.
 *
 * @example
 * suggestLayout({ shape: [0, 20], dataType: "int32" });   // chunks [4096, 20], shards [262144, 20]
 * @throws RangeError for a shape without dimensions, or with a dimension after the first that is empty; for a data
 *   type whose items have no fixed size; for an option out of its range
 */
export function suggestLayout(request: LayoutRequest): SuggestedLayout {
  const { disableSharding = false } = request;
  const rowShape = request.shape.slice(1);
  const rows = rowsOf(request);
  const { chunkRows, reason, isWhole } = chunkRowsFor(rows, disableSharding);
  const chunks = [chunkRows, ...rowShape];
  if (disableSharding) {
    return { chunks, shards: undefined, reasons: [reason, "each chunk is a file, as was asked for"] };
  }
  if (isWhole) {
    return { chunks, shards: undefined, reasons: [reason, "one chunk needs no shard around it"] };
  }
  const shard = chunksPerShardFor(rows, chunkRows);
  if (shard.chunksPerShard === 1) {
    return { chunks, shards: undefined, reasons: [reason, `${shard.reason}: each chunk is a file`] };
  }
  return {
    chunks,
    shards: [chunkRows * shard.chunksPerShard, ...rowShape],
    reasons: [reason, shard.reason],
  };
}

/** What is known of the rows that share chunks. */
interface Rows {
  /** Decoded bytes of the widest. */
  readonly rowBytes: number;
  /** Bytes that such a row is expected to take where it is stored. */
  readonly storedRowBytes: number;
  readonly estimatedRows: number | undefined;
  readonly access: Access;
  readonly blockBytes: number;
}

function rowsOf(request: LayoutRequest): Rows {
  const { shape, compressionRatioHint: ratio = 1, estimatedRows, access = "window" } = request;
  const { blockBytes = BLOCK_BYTES } = request;
  const rowShape = shape.slice(1);
  if (shape.length === 0 || rowShape.some((length) => !Number.isSafeInteger(length) || length < 1)) {
    throw new RangeError(`no layout for shape [${shape.join(", ")}]: a row must have at least one item`);
  }
  const dataType = parseDataType(request.dataType as JsonValue);
  if (isVariableLength(dataType)) {
    throw new RangeError(`no layout for ${dataType.name}: its items have no fixed size`);
  }
  const { effectiveItemSize = dataType.itemBytes } = request;
  const ownRowBytes = rowShape.reduce((bytes, length) => bytes * length, dataType.itemBytes);
  const rowBytes = Math.max(request.widestRowBytes ?? ownRowBytes, ownRowBytes);
  checkPositive("widestRowBytes", rowBytes);
  checkPositive("effectiveItemSize", effectiveItemSize);
  checkPositive("compressionRatioHint", ratio);
  if (estimatedRows !== undefined && !(Number.isSafeInteger(estimatedRows) && estimatedRows >= 0)) {
    throw new RangeError(`estimatedRows is ${estimatedRows}, which is no number of rows`);
  }
  if (!Number.isSafeInteger(blockBytes) || blockBytes < 1) {
    throw new RangeError(`blockBytes is ${blockBytes}, which is no size of a block`);
  }
  if (!ACCESSES.includes(access))
    throw new RangeError(`access is one of ${ACCESSES.join(", ")}, not ${access}`);
  const storedRowBytes = (rowBytes * effectiveItemSize) / dataType.itemBytes / ratio;
  return { rowBytes, storedRowBytes, estimatedRows, access, blockBytes };
}

interface ChunkRows {
  readonly chunkRows: number;
  /** Whether this one chunk is expected to hold all rows. */
  readonly isWhole: boolean;
  readonly reason: string;
}

function chunkRowsFor(rows: Rows, isFile: boolean): ChunkRows {
  const { rowBytes, storedRowBytes, access, blockBytes, estimatedRows } = rows;
  const usualBytes = CHUNK_BYTES_MAX[access];
  const usualRows = chunkRowsWithin(usualBytes, rowBytes);
  const blocks = isFile ? BLOCKS_PER_FILE : 1;
  const fillingRows = powerOfTwoFrom((blocks * blockBytes) / storedRowBytes);
  const largestRows = chunkRowsWithin(usualBytes * CHUNK_GROWTH_MAX, rowBytes);
  const chunkRows = Math.max(usualRows, Math.min(fillingRows, largestRows));

  const leastRows = Math.min(chunkRows, powerOfTwoFrom(blockBytes / rowBytes));
  if (estimatedRows !== undefined && estimatedRows <= chunkRows) {
    const wholeRows = Math.max(leastRows, powerOfTwoFrom(estimatedRows));
    const reason =
      `${estimatedRows} rows of ${rowBytes} bytes fit one chunk: ${wholeRows} rows are the next power of two, ` +
      `and no less than a block of ${blockBytes} bytes`;
    return { chunkRows: wholeRows, isWhole: true, reason };
  }
  return { chunkRows, isWhole: false, reason: chunkReason(rows, chunkRows, usualRows, isFile) };
}

function chunkReason(rows: Rows, chunkRows: number, usualRows: number, isFile: boolean): string {
  const { rowBytes, storedRowBytes, access, blockBytes } = rows;
  const usualBytes = CHUNK_BYTES_MAX[access];
  const size = `${chunkRows} rows of ${rowBytes} bytes are ${chunkRows * rowBytes} bytes: `;
  if (chunkRows === 1 && rowBytes > usualBytes) {
    return `${size}a row is the least that a chunk can have, although ${usualBytes} would suit ${USE[access]}`;
  }
  if (chunkRows === CHUNK_ROWS_MAX) {
    return `${size}no chunk has more than ${CHUNK_ROWS_MAX} rows, which already compress as well as more would`;
  }
  if (chunkRows === usualRows) {
    return `${size}the most rows, as a power of two, within the ${usualBytes} that suit ${USE[access]}`;
  }
  return (
    `${size}more than the ${usualBytes} that suit ${USE[access]}, which would be stored in ` +
    `${Math.ceil(usualRows * storedRowBytes)}: the file system has blocks of ${blockBytes}, of which ` +
    `${isFile ? `a file should fill ${BLOCKS_PER_FILE}` : "a read takes no less than one"}`
  );
}

const USE: Readonly<Record<Access, string>> = {
  scan: "a scan",
  window: "a window of rows, and that a core decodes in its cache",
  point: "single rows, each of which costs the decoding of a chunk",
};

function chunksPerShardFor(
  { rowBytes, storedRowBytes, estimatedRows }: Rows,
  chunkRows: number,
): { readonly chunksPerShard: number; readonly reason: string } {
  const storedChunkBytes = chunkRows * storedRowBytes;
  const most = powerOfTwoUpTo(Math.min(CHUNKS_PER_SHARD_MAX, SHARD_STORED_BYTES_MAX / storedChunkBytes));
  const needed = estimatedRows === undefined ? most : Math.ceil(estimatedRows / chunkRows);
  const chunksPerShard = Math.min(most, needed);
  const storedBytes = Math.round(chunksPerShard * storedChunkBytes);
  const size = `${chunksPerShard} chunks make a shard of ${chunksPerShard * chunkRows} rows, ${storedBytes} bytes as stored`;
  const decoded = chunksPerShard * chunkRows * rowBytes;
  const ratio = storedBytes < decoded ? ` of ${decoded}` : "";
  if (chunksPerShard === needed && estimatedRows !== undefined) {
    return { chunksPerShard, reason: `${size}${ratio}: it holds all ${estimatedRows} rows` };
  }
  return {
    chunksPerShard,
    reason:
      `${size}${ratio}: within ${SHARD_STORED_BYTES_MAX} bytes, which an append may have to rewrite, and ` +
      `${CHUNKS_PER_SHARD_MAX} chunks, whose index fits one page`,
  };
}

function chunkRowsWithin(bytes: number, rowBytes: number): number {
  return Math.min(CHUNK_ROWS_MAX, powerOfTwoUpTo(bytes / rowBytes));
}

function powerOfTwoUpTo(limit: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(limit)));
}

function powerOfTwoFrom(least: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(least)));
}

function checkPositive(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new RangeError(`${name} is ${value}; it must be more than 0`);
}
