/**
 * What a migration reads from: groups and arrays, whatever the files look like. A source is opened once, is never
 * written to, and says at once all that it cannot give.
 *
 * A source finds everything out that metadata can tell when it is opened; that stored values are damaged shows only
 * when they are read. Paths are those of the Zarr hierarchy that comes of it: `/data`, `/features/px`. A source that is
 * a single array of Zarr without a group has the path `/`, and then no groups.
 */
import type { ErrorCode } from "../errors.ts";
import type { DataType } from "../metadata/data-type.ts";
import type { FillValue } from "../metadata/fill-value.ts";
import type { JsonObject } from "../metadata/json.ts";
import type { NodePath } from "../metadata/node-name.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";

export interface MigrationSource {
  /** Path of the file or directory, as it was given. */
  readonly location: string;
  /** In words, for reports: `Zarr v2`, `.npy`, `HDF5`. */
  readonly format: string;
  /** A parent before its children, the root (`/`) first; the root is always there unless the source is one array. */
  readonly groups: readonly SourceGroup[];
  /** Sorted by path. */
  readonly arrays: readonly SourceArray[];
  /** Everything that has no equal in Zarr v3 or cannot be read whatever its values are: all of it, sorted by path. */
  readonly refusals: readonly SourceRefusal[];
  /**
   * What is damaged and could be read from a copy that may be older, such as consolidated metadata: taken only where
   * damaged data is asked for. Absent: nothing.
   */
  readonly salvaged?: readonly SourceRefusal[];
  /** What people should know and no error: a last snapshot cut short that was left out. */
  readonly notes: readonly string[];
  /** Releases files. Not to be read from afterwards. */
  close(): Promise<void>;
}

export interface SourceGroup {
  readonly path: NodePath;
  readonly attributes: JsonObject;
}

/** An array, or a field of one, that is not read, or not as it should be. */
export interface SourceRefusal {
  readonly path: NodePath;
  readonly code: ErrorCode;
  readonly reason: string;
}

export interface SourceArray {
  readonly path: NodePath;
  readonly dataType: DataType;
  /** Items along each dimension; `[]` for a single item. */
  readonly shape: readonly number[];
  /**
   * Items along each dimension of what is decoded as one piece: reading one item of it takes time and memory for all of
   * it. Where the format has no such pieces, some MiB of whole rows.
   */
  readonly chunkShape: readonly number[];
  /**
   * Bytes in memory that reading a part of a chunk takes beside the result, at most: encoded and decoded bytes. Each
   * thread that reads takes as many.
   */
  readonly chunkMemoryBytes: number;
  readonly fillValue: FillValue;
  /** The source says that items that were never written are undefined; `fillValue` is what is read all the same. */
  readonly fillValueIsUndefined: boolean;
  /** Undefined where the source names none. */
  readonly dimensionNames: readonly (string | null)[] | undefined;
  readonly attributes: JsonObject;
  /** How items are encoded, in words, for plans and reports: `blosc(lz4), delta`, `gzip`. Empty: not at all. */
  readonly encoding: string;
  /** Stored bytes of the array's items. */
  readonly encodedBytes: number;
  /** Whether a checksum in the source covers every stored item: without, a flipped bit may go unnoticed. */
  readonly verifiesContent: boolean;
  /**
   * The items from `start` on, `count` along each dimension, in C order and in the host's byte order. Several calls may
   * be under way at once.
   * @throws QuarryError `CHUNK_CORRUPT`, `SHARD_…` for damage, which concerns one chunk and not its neighbours;
   *   `STORE_FAILED`; the signal's reason
   */
  readRegion(
    start: readonly number[],
    count: readonly number[],
    options?: ReadRegionOptions,
  ): Promise<TypedArrayOf>;
}

export interface ReadRegionOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Memory of exactly the items asked for that is free again: a source may put them there and give it back, so that a
   * migration does not wait for the garbage collector. It need not: what counts is what is given back.
   */
  readonly reuse?: TypedArrayOf | undefined;
}
