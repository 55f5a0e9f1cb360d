/** An array: reading, writing and growing it. */
import { shardingOf } from "../codec/sharding/configuration.ts";
import type { ArrayMetadata, CodecMetadata } from "../metadata/array-metadata.ts";
import type { DataType, DataTypeName } from "../metadata/data-type.ts";
import { copyOfElement } from "../metadata/element.ts";
import type { NodeMetadata } from "../metadata/group-metadata.ts";
import type { JsonObject } from "../metadata/json.ts";
import type { NodePath } from "../metadata/node-name.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import type { ReadableStore } from "../store/store.ts";
import { type AppendedRows, appendRows } from "./append-rows.ts";
import type { ArrayChunk, Block, GetOptions, GetResult, SetOptions } from "./array-access.ts";
import type { ArrayData, NdArray, ScalarOf } from "./array-data.ts";
import { ArrayState } from "./array-state.ts";
import { type AttributeChanges, changeAttributes } from "./change-node.ts";
import { type FollowOptions, followRows } from "./follow.ts";
import { type ResolvedSelection, resolveSelection } from "./indexing/basic-selection.ts";
import { resolveBlocks } from "./indexing/block-selection.ts";
import { type Mask, resolveMask } from "./indexing/mask-selection.ts";
import { type OrthogonalSelection, resolveOrthogonal } from "./indexing/orthogonal-selection.ts";
import { type PointCoordinates, resolvePoints } from "./indexing/point-selection.ts";
import { type BasicSelection, slice } from "./indexing/slice.ts";
import { readPoints, writePoints } from "./point-access.ts";
import { readRegion, writeAligned, writeRegion } from "./region-access.ts";
import { RegionWriter } from "./region-writer.ts";
import { resizeArray } from "./resize-array.ts";
import { type BlocksOptions, rowBlocks } from "./row-blocks.ts";
import { checkWritable } from "./writable.ts";

export class ZarrArray<N extends DataTypeName = DataTypeName> {
  readonly #state: ArrayState;

  /** @internal Use `openArray`, `createArray` or a group. */
  constructor(
    store: ReadableStore,
    path: NodePath,
    metadata: ArrayMetadata,
    source?: () => Promise<NodeMetadata>,
  ) {
    this.#state = new ArrayState(store, path, metadata, source);
  }

  get store(): ReadableStore {
    return this.#state.store;
  }
  /** Path in the store, `/book/bid_px`. */
  get path(): NodePath {
    return this.#state.path;
  }
  get metadata(): ArrayMetadata {
    return this.#state.metadata;
  }
  get shape(): readonly number[] {
    return [...this.metadata.shape];
  }
  get dataType(): DataType & { readonly name: N } {
    return this.metadata.dataType as DataType & { readonly name: N };
  }
  /** Shape of a chunk; of an inner chunk where the array is sharded. */
  get chunks(): readonly number[] {
    return [...this.#state.layout.cellPipeline.chunk.shape];
  }
  /** Shape of a shard; undefined where the array is not sharded. */
  get shards(): readonly number[] | undefined {
    return this.#state.layout.sharding && [...this.#state.layout.sharding.shardShape];
  }
  /** The chain that every chunk goes through, in encoding order; without the sharding codec. */
  get codecs(): readonly CodecMetadata[] {
    const { codecs, chunkShape } = this.metadata;
    return shardingOf(codecs, chunkShape, this.path)?.codecs ?? codecs;
  }
  get fillValue(): ScalarOf<N> {
    return copyOfElement(this.metadata.fillValue.value) as ScalarOf<N>;
  }
  get attributes(): JsonObject {
    return this.metadata.attributes;
  }
  get dimensionNames(): readonly (string | null)[] | undefined {
    return this.metadata.dimensionNames;
  }

  /** Narrows the array's type: after `array.is("int64")`, `get` gives a `BigInt64Array`. */
  is<M extends DataTypeName>(dataType: M): this is ZarrArray<M> {
    return (this.dataType.name as string) === dataType;
  }

  /**
   * Reads a selection.
   * @param selection one entry a dimension: `slice(…)`, `null` for all of it, or one index, which drops the dimension.
   *   The last dimensions may be left out, or, by an `ellipsis`, any in between; they are taken whole
   * @returns `{ data, shape, stride }` in C order (with `out`: as it lies in `out`), or the item itself where every
   *   dimension is selected by an index (types do not know how many dimensions there are: to them a list of nothing but
   *   indices names every one). What holds the items
   *   of each data type is said at {@link TypedArrayOf}, what one item is at {@link ScalarOf}.
   * @throws QuarryError `OUT_OF_BOUNDS`, `SELECTION_TOO_LARGE`, `SHAPE_MISMATCH`, `CHUNK_CORRUPT`,
   *   `SHARD_INDEX_CORRUPT`, `SHARD_TRUNCATED`, `STORE_FAILED`; the reason of an aborted `signal`
   * @example
   * const { data, shape } = await bidPx.get([slice(0, 100), null]);
   */
  async get<const S extends BasicSelection | null = null>(
    selection?: S,
    options: GetOptions<N> = {},
  ): Promise<GetResult<N, S>> {
    const resolved = resolveSelection(selection, this.#state.shape, this.path);
    return (await readRegion(this.#state, resolved, options)) as GetResult<N, S>;
  }

  /**
   * Reads an orthogonal selection: dimensions may also be selected by lists of indices (any order, repeated ones too)
   * and by masks of booleans, and the result has every combination. A chunk is decoded once, however many of its items
   * are wanted.
   * @returns and @throws as {@link get}
   * @example
   * const { data } = await bidPx.getOrthogonal([[5, 900, 17], null]);   // three rows
   */
  async getOrthogonal(
    selection: OrthogonalSelection,
    options: GetOptions<N> = {},
  ): Promise<ArrayChunk<N> | ScalarOf<N>> {
    return readRegion(this.#state, resolveOrthogonal(selection, this.#state.shape, this.path), options);
  }

  /**
   * Reads single items: those at `[lists[0][i], lists[1][i], …]` for each i. Lists of different shapes are broadcast as
   * NumPy does. Each chunk is decoded once, however many of its items are wanted.
   * @param points one entry a dimension: an index, a list of them, lists in lists, or `{ data, shape, stride }`
   * @returns the items in the lists' shape; as {@link get} otherwise
   * @throws QuarryError as {@link get}; `SHAPE_MISMATCH` for lists that do not fit together
   * @example
   * const { data } = await bidPx.getPoints([[5, 900, 17], [0, 3, 19]]);   // three items
   */
  async getPoints(points: readonly PointCoordinates[], options: GetOptions<N> = {}): Promise<ArrayChunk<N>> {
    return readPoints(this.#state, resolvePoints(points, this.#state.shape, this.path), options);
  }

  /** Reads the items where `mask`, which has the array's shape, is true, in C order. @throws as {@link getPoints} */
  async getMask(mask: Mask, options: GetOptions<N> = {}): Promise<ArrayChunk<N>> {
    return readPoints(this.#state, resolveMask(mask, this.#state.shape, this.path), options);
  }

  /**
   * Reads whole blocks: shards, where the array is sharded, else chunks (as zarr-python's `blocks`).
   * @param blocks as for {@link get}, counted in blocks; an index keeps its dimension, and ranges have no step
   * @throws QuarryError as {@link get}; a range that begins outside is `OUT_OF_BOUNDS` here
   * @example
   * const { data, shape } = await bidPx.getBlocks([-1]);   // the last shard
   */
  async getBlocks(blocks: BasicSelection, options: GetOptions<N> = {}): Promise<ArrayChunk<N> | ScalarOf<N>> {
    return readRegion(this.#state, this.#resolveBlocks(blocks), options);
  }

  /**
   * Writes a selection. Chunks and shards that are touched in part are read, changed and written again; an inner chunk
   * that is not touched keeps its bytes. Every stored object is replaced whole, and none before all are encoded: bad
   * input, an abort or a full disk leave everything as it was. (What is left can fail only by the file system refusing
   * a rename; the objects renamed before that are then new.) Writes to one array from one thread take turns, whichever
   * handle they go through; other threads and processes must not write to it meanwhile.
   *
   * `value`'s memory is borrowed until the promise settles: it must not be changed or transferred before.
   * @param selection as for {@link get}
   * @param value one item for all; a typed array with the selection's items in C order; or `{ data, shape, stride }`,
   *   whose dimensions of 1 are repeated
   * @throws QuarryError `VALUE_INVALID`, `SHAPE_MISMATCH`, `OUT_OF_BOUNDS`, `READ_ONLY`, `STORE_FAILED`; what
   *   {@link get} throws, for chunks that are written in part
   */
  async set(selection: BasicSelection | null, value: ArrayData<N>, options: SetOptions = {}): Promise<void> {
    await writeRegion(this.#state, resolveSelection(selection, this.#state.shape, this.path), value, options);
  }

  /**
   * Writes a region of whole shards (whole chunks, where there are none), which touches nothing of any other: so several
   * processes may write regions of one array at the same time. Its ends are multiples of the shards', or the array's.
   * @param start first index along each dimension
   * @param value `{ data, shape }`, whose shape is the region's
   * @throws QuarryError `REGION_MISALIGNED`, before anything is written; as {@link set}
   * @example
   * await bidPx.writeRegion([262_144, 0], { data: rows, shape: [262_144, 20] });   // the second shard
   */
  async writeRegion(start: readonly number[], value: NdArray<N>, options: SetOptions = {}): Promise<void> {
    await writeAligned(this.#state, start, value, options);
  }

  /**
   * Writes such a region from blocks of rows, and each of its shards once, however small the blocks are: for rows that
   * are too many to be held together.
   * @param shape of the region; a block has some of its rows
   * @throws QuarryError `REGION_MISALIGNED`, `OUT_OF_BOUNDS`, `READ_ONLY`
   * @example
   * const region = bidPx.openRegion([0, 0], bidPx.shape);
   * for await (const rows of source) await region.write({ data: rows, shape: [rows.length / 20, 20] });
   * await region.close();
   */
  openRegion(start: readonly number[], shape: readonly number[]): RegionWriter<N> {
    return new RegionWriter<N>(this.#state, start, shape);
  }

  /**
   * Writes an orthogonal selection (see {@link getOrthogonal}); of an index that is listed twice the last value stays.
   * @throws as {@link set}
   */
  async setOrthogonal(
    selection: OrthogonalSelection,
    value: ArrayData<N>,
    options: SetOptions = {},
  ): Promise<void> {
    await writeRegion(
      this.#state,
      resolveOrthogonal(selection, this.#state.shape, this.path),
      value,
      options,
    );
  }

  /**
   * Writes single items (see {@link getPoints}); of a point that is listed twice the last value stays.
   * @param value one item for all, or items in the lists' shape, whose dimensions of 1 are repeated
   * @throws QuarryError as {@link set} and {@link getPoints}
   */
  async setPoints(
    points: readonly PointCoordinates[],
    value: ArrayData<N>,
    options: SetOptions = {},
  ): Promise<void> {
    await writePoints(this.#state, resolvePoints(points, this.#state.shape, this.path), value, options);
  }

  /** Writes the items where `mask` is true (see {@link getMask}). @throws as {@link setPoints} */
  async setMask(mask: Mask, value: ArrayData<N>, options: SetOptions = {}): Promise<void> {
    await writePoints(this.#state, resolveMask(mask, this.#state.shape, this.path), value, options);
  }

  /** Writes whole blocks (see {@link getBlocks}). @throws as {@link set} */
  async setBlocks(blocks: BasicSelection, value: ArrayData<N>, options: SetOptions = {}): Promise<void> {
    await writeRegion(this.#state, this.#resolveBlocks(blocks), value, options);
  }

  /**
   * Adds rows at the end of the first dimension. The tail chunk or shard is written anew, with the bytes of its
   * complete inner chunks kept; then the array's metadata is, which is when the rows begin to exist.
   *
   * Resolved means that the rows are in the store and seen by every reader that opens the array from now on; it does
   * not mean that they survive a power cut. Consolidated metadata of the groups above would be stale and is taken out;
   * groups above the location that was opened are another hierarchy, and are left alone.
   * `rows`' memory is borrowed until the promise settles: it must not be changed or transferred before.
   * @param rows a typed array of n × (items of a row), in C order, or `{ data, shape }`
   * @returns the index of the first new row, and how many there are
   * @throws QuarryError `SHAPE_MISMATCH`, `VALUE_INVALID`, `READ_ONLY`, `STORE_FAILED`
   */
  async append(rows: TypedArrayOf<N> | NdArray<N>, options: SetOptions = {}): Promise<AppendedRows> {
    return appendRows(this.#state, rows, options);
  }

  /**
   * Gives the array another shape of as many dimensions. Chunks and shards beyond the new edge are deleted, and what
   * the others hold beyond it is cleared, so that new items are the fill value, also where there were others before.
   * A crash in between leaves a whole array of the smaller shape. Takes its turn as {@link set} does.
   *
   * Costs a listing of what is stored, and a rewrite of the shards that the new edge cuts.
   * @throws QuarryError `SHAPE_MISMATCH`, `READ_ONLY`, `STORE_FAILED` (also of a store that cannot list); of a chunk
   *   that the edge cuts, what {@link get} throws
   */
  async resize(shape: readonly number[]): Promise<void> {
    await resizeArray(this.#state, shape);
  }

  /** Replaces the attributes named in `changes`; `undefined` removes one. */
  async updateAttributes(changes: AttributeChanges): Promise<void> {
    checkWritable(this.store, this.path);
    this.#state.takeOver((await changeAttributes(this.store, this.path, changes)) as ArrayMetadata);
  }

  /**
   * The array in blocks of whole shards (whole chunks, where it is not sharded) along the first dimension, in order,
   * `readAhead` of them being read while one is in use. Memory: `readAhead` + 1 blocks.
   */
  async *blocks(options: BlocksOptions = {}): AsyncGenerator<Block<N>, void, undefined> {
    const { readAhead = 1, signal } = options;
    const [rowCount, ...rowShape] = this.shape;
    if (rowCount === undefined) throw new RangeError(`${this.path} has no dimensions, hence no blocks`);
    const blockRows = (this.shards ?? this.chunks)[0]!;
    yield* rowBlocks(rowCount, blockRows, readAhead, async (start) => {
      const rows = [slice(start, start + blockRows), ...rowShape.map(() => null)];
      return { start, ...((await this.get(rows, { signal })) as ArrayChunk<N>) };
    });
  }

  /**
   * Takes over what has been committed since the array was opened: rows that were appended, attributes. Where it came out
   * of consolidated metadata, it goes by that again, so that arrays of one group stay those of one commit.
   * @throws QuarryError `NOT_FOUND` where the array is gone, or is another one by now; as `open`
   */
  async refresh(): Promise<void> {
    await this.#state.reload();
  }

  /**
   * The array's rows as they are committed, from `from` on, until `signal` ends it.
   * @throws QuarryError as {@link get} and {@link refresh}; `VALUE_CHANGED` where the array has lost rows
   * @example
   * for await (const { start, data } of bidPx.follow({ from: "end" })) …
   */
  async *follow(options: FollowOptions = {}): AsyncGenerator<Block<N>, void, undefined> {
    if (this.shape.length === 0) throw new RangeError(`${this.path} has no dimensions, hence no rows`);
    const look = async (): Promise<ReadonlyMap<string, ZarrArray>> => {
      await this.refresh();
      return new Map([["", this as unknown as ZarrArray]]);
    };
    for await (const { firstRow, arrays } of followRows(look, options)) {
      yield { start: firstRow, ...(arrays[""] as ArrayChunk<N>) };
    }
  }

  #resolveBlocks(blocks: BasicSelection): ResolvedSelection {
    return resolveBlocks(blocks, this.shape, this.shards ?? this.chunks, this.path);
  }
}
