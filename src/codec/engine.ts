/**
 * Who moves items between an array's stored objects and memory: a whole region at a time.
 *
 * Words: a *cell* is what the codec chain encodes (the chunk; the inner chunk where the array is sharded); an
 * *object* is what the store holds under one key (the chunk, or the shard).
 */
import type { ChunkKeyEncoding } from "../metadata/array-metadata.ts";
import type { Pipeline } from "./pipeline.ts";

export interface ShardingLayout {
  readonly shardShape: readonly number[];
  readonly indexPipeline: Pipeline;
  readonly indexLocation: "start" | "end";
}

/** What does not change from one read or write of an array to the next. */
export interface ArrayLayout {
  /** Path of the array in its store. */
  readonly path: string;
  readonly chunkKeyEncoding: ChunkKeyEncoding;
  readonly cellPipeline: Pipeline;
  /** One item, `itemBytes` bytes. */
  readonly fillItem: Uint8Array;
  readonly sharding: ShardingLayout | undefined;
}

/** Indices `start`, `start + step`, … (`count` of them), `step` ≥ 1; or, with `indices`, those, in their order. */
export interface AxisSelection {
  readonly start: number;
  readonly step: number;
  readonly count: number;
  /** Whole numbers inside the dimension; the same one may stand twice. `count` is their number, at least 1. */
  readonly indices?: Float64Array;
}

/** Single items, in any order, repeated ones included. */
export interface PointSelection {
  readonly count: number;
  /** Whole numbers inside the dimensions: of point i along axis a at `[a * count + i]`. */
  readonly coordinates: Float64Array;
}

/** Where in memory a region's items are: item [i, j, …] at `offset + i * strides[0] + j * strides[1] + …`, in items. */
export interface MemoryLayout {
  readonly offset: number;
  readonly strides: readonly number[];
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Requests to the store in flight at once, 1 … 1024, where the store is not a local directory. Default 8. */
  readonly concurrency?: number | undefined;
}

/** Objects that several writes put together, see {@link DraftPart}. */
export interface WriteDraft {
  /** Takes what was written and not published. */
  discard(): void;
}

/**
 * What one of several writes makes of the objects that it touches, which are the same until they are complete: the next
 * of their cells, in C order. The write with the last ones gives the objects their names; of a failed one the draft is
 * spoilt.
 */
export interface DraftPart {
  /** Of an engine of this array. */
  readonly draft: WriteDraft;
  readonly firstCell: number;
  readonly endCell: number;
}

export interface WriteOptions extends ReadOptions {
  /** Write cells that hold nothing but the fill value as well. */
  readonly writeFillCells: boolean;
}

export interface BoxWriteOptions extends WriteOptions {
  /** Where the write is one of several. */
  readonly part?: DraftPart | undefined;
}

export interface ArrayEngine {
  /** Which backend decodes. */
  readonly backend: "native" | "portable";

  /**
   * Reads the region `axes` into `out`. On failure `out` holds some cells and not others.
   * @throws QuarryError `CHUNK_CORRUPT`, `SHARD_INDEX_CORRUPT`, `SHARD_TRUNCATED`, `STORE_FAILED` …; the signal's reason
   */
  read(
    axes: readonly AxisSelection[],
    out: Uint8Array,
    memory: MemoryLayout,
    options: ReadOptions,
  ): Promise<void>;

  /**
   * Writes the region `axes` of an array of shape `shape` from `source`. Every touched object is replaced whole; none
   * is before all of them have been encoded.
   */
  write(
    shape: readonly number[],
    axes: readonly AxisSelection[],
    source: Uint8Array,
    memory: MemoryLayout,
    options: BoxWriteOptions,
  ): Promise<void>;

  newDraft(): WriteDraft;

  /** Reads `points` into `out`, one item after another. Failures as of {@link read}. */
  readPoints(points: PointSelection, out: Uint8Array, options: ReadOptions): Promise<void>;

  /** Writes `points`, of a repeated one the last, from `source`, in which they lie one after another; as {@link write}. */
  writePoints(
    shape: readonly number[],
    points: PointSelection,
    source: Uint8Array,
    options: WriteOptions,
  ): Promise<void>;
}
