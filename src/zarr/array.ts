/** An array: reading, writing and growing it. */
import type { ArrayEngine, ArrayLayout, AxisSelection, MemoryLayout } from "../codec/engine.ts";
import { shardingOf } from "../codec/sharding/configuration.ts";
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata, CodecMetadata } from "../metadata/array-metadata.ts";
import type { DataType, DataTypeName } from "../metadata/data-type.ts";
import type { JsonObject } from "../metadata/json.ts";
import type { NodePath } from "../metadata/node-name.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import type { ReadableStore, Store } from "../store/store.ts";
import type { ArrayChunk, Block, GetOptions, GetResult, SetOptions } from "./array-access.ts";
import {
  type ArrayData,
  countOf,
  itemsOf,
  type NdArray,
  newOutput,
  outputOf,
  type ScalarOf,
  scalarAt,
} from "./array-data.ts";
import { arrayLayout, layoutKey } from "./array-layout.ts";
import { type AttributeChanges, changeAttributes, changeNode } from "./change-node.ts";
import { engineFor } from "./engine-for.ts";
import { type ResolvedSelection, resolveSelection } from "./indexing/basic-selection.ts";
import { type OrthogonalIndex, resolveOrthogonal } from "./indexing/orthogonal-selection.ts";
import { type AxisIndex, slice } from "./indexing/slice.ts";
import { requireDocument } from "./node-document.ts";
import { checkConcurrency } from "./store-engine/in-flight.ts";
import { inTurn } from "./turn.ts";
import { checkWritable } from "./writable.ts";

export class ZarrArray<N extends DataTypeName = DataTypeName> {
  readonly store: ReadableStore;
  /** Path in the store, `/book/bid_px`. */
  readonly path: NodePath;
  #metadata: ArrayMetadata;
  #layout: ArrayLayout;
  #engine: Promise<ArrayEngine> | undefined;

  /** @internal Use `openArray`, `createArray` or a group. */
  constructor(store: ReadableStore, path: NodePath, metadata: ArrayMetadata) {
    this.store = store;
    this.path = path;
    this.#metadata = metadata;
    this.#layout = arrayLayout(metadata, path);
  }

  get metadata(): ArrayMetadata {
    return this.#metadata;
  }
  get shape(): readonly number[] {
    return [...this.#metadata.shape];
  }
  get dataType(): DataType & { readonly name: N } {
    return this.#metadata.dataType as DataType & { readonly name: N };
  }
  /** Shape of a chunk; of an inner chunk where the array is sharded. */
  get chunks(): readonly number[] {
    return [...this.#layout.cellPipeline.chunk.shape];
  }
  /** Shape of a shard; undefined where the array is not sharded. */
  get shards(): readonly number[] | undefined {
    return this.#layout.sharding && [...this.#layout.sharding.shardShape];
  }
  /** The chain that every chunk goes through, in encoding order; without the sharding codec. */
  get codecs(): readonly CodecMetadata[] {
    const { codecs, chunkShape } = this.#metadata;
    return shardingOf(codecs, chunkShape, this.path)?.codecs ?? codecs;
  }
  get fillValue(): ScalarOf<N> {
    return this.#metadata.fillValue.value as ScalarOf<N>;
  }
  get attributes(): JsonObject {
    return this.#metadata.attributes;
  }
  get dimensionNames(): readonly (string | null)[] | undefined {
    return this.#metadata.dimensionNames;
  }

  /** Narrows the array's type: after `array.is("int64")`, `get` gives a `BigInt64Array`. */
  is<M extends DataTypeName>(dataType: M): this is ZarrArray<M> {
    return (this.dataType.name as string) === dataType;
  }

  /**
   * Reads a selection.
   * @param selection one entry a dimension: `slice(…)`, `null` for all of it, or one index, which drops the dimension;
   *   nothing at all selects the whole array
   * @returns `{ data, shape, stride }` in C order (with `out`: as it lies in `out`), or the item itself where every
   *   dimension is selected by an index. int64 and uint64 are bigint, bool is a `Uint8Array` of 0 and 1.
   * @throws QuarryError `OUT_OF_BOUNDS`, `SHAPE_MISMATCH`, `CHUNK_CORRUPT`, `SHARD_INDEX_CORRUPT`, `SHARD_TRUNCATED`,
   *   `STORE_FAILED`; the reason of an aborted `signal`
   * @example
   * const { data, shape } = await bidPx.get([slice(0, 100), null]);
   */
  async get<const S extends readonly AxisIndex[] | null = null>(
    selection?: S,
    options: GetOptions<N> = {},
  ): Promise<GetResult<N, S>> {
    const resolved = resolveSelection(selection, this.shape, this.path);
    return (await this.#read(resolved, options)) as GetResult<N, S>;
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
    selection: readonly OrthogonalIndex[],
    options: GetOptions<N> = {},
  ): Promise<ArrayChunk<N> | ScalarOf<N>> {
    return this.#read(resolveOrthogonal(selection, this.shape, this.path), options);
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
  async set(
    selection: readonly AxisIndex[] | null,
    value: ArrayData<N>,
    options: SetOptions = {},
  ): Promise<void> {
    await this.#writeSelection(resolveSelection(selection, this.shape, this.path), value, options);
  }

  /**
   * Writes an orthogonal selection (see {@link getOrthogonal}); of an index that is listed twice the last value stays.
   * @throws as {@link set}
   */
  async setOrthogonal(
    selection: readonly OrthogonalIndex[],
    value: ArrayData<N>,
    options: SetOptions = {},
  ): Promise<void> {
    await this.#writeSelection(resolveOrthogonal(selection, this.shape, this.path), value, options);
  }

  /**
   * Adds rows at the end of the first dimension. The tail chunk or shard is written anew, with the bytes of its
   * complete inner chunks kept; then the array's metadata is, which is when the rows begin to exist.
   *
   * Resolved means that the rows are in the store and seen by every reader that opens the array from now on; it does
   * not mean that they survive a power cut. Consolidated metadata of the groups above would be stale and is taken out.
   * `rows`' memory is borrowed until the promise settles: it must not be changed or transferred before.
   * @param rows a typed array of n × (items of a row), in C order, or `{ data, shape }`
   * @returns the index of the first new row, and how many there are
   * @throws QuarryError `SHAPE_MISMATCH`, `VALUE_INVALID`, `READ_ONLY`, `STORE_FAILED`
   */
  async append(
    rows: TypedArrayOf<N> | NdArray<N>,
    options: SetOptions = {},
  ): Promise<{ firstRow: number; rows: number }> {
    checkWritable(this.store, this.path);
    const rowShape = this.shape.slice(1);
    const count = this.#rowsIn(rows, rowShape);
    const { bytes, memory } = itemsOf(rows, [count, ...rowShape], this.dataType, this.path);
    return inTurn(this.store, this.path, async () => {
      const document = await this.#refresh();
      const firstRow = this.shape[0]!;
      if (count === 0) return { firstRow, rows: 0 };
      const shape = [firstRow + count, ...rowShape];
      const axes = shape.map((extent, axis) =>
        axis === 0 ? { start: firstRow, step: 1, count } : { start: 0, step: 1, count: extent },
      );
      if (countOf(rowShape) > 0) await this.#write(shape, axes, bytes, memory, options);
      await changeNode(this.store as Store, this.path, document, (editable) => {
        editable.shape = shape;
      });
      this.#metadata = { ...this.#metadata, shape };
      return { firstRow, rows: count };
    });
  }

  /** Replaces the attributes named in `changes`; `undefined` removes one. */
  async updateAttributes(changes: AttributeChanges): Promise<void> {
    checkWritable(this.store, this.path);
    this.#metadata = (await changeAttributes(this.store, this.path, changes)) as ArrayMetadata;
  }

  /**
   * The array in blocks of whole shards (whole chunks, where it is not sharded) along the first dimension, in order,
   * `readAhead` of them being read while one is in use. Memory: `readAhead` + 1 blocks.
   */
  async *blocks(
    options: { readonly readAhead?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<Block<N>, void, undefined> {
    const { readAhead = 1, signal } = options;
    if (!Number.isInteger(readAhead) || readAhead < 0) {
      throw new RangeError(`readAhead is a whole number of blocks, not ${readAhead}`);
    }
    const rows = this.shape[0];
    if (rows === undefined) throw new RangeError(`${this.path} has no dimensions, hence no blocks`);
    const blockRows = (this.shards ?? this.chunks)[0]!;
    const rest = this.shape.slice(1).map(() => null);
    const ahead: Promise<Block<N>>[] = [];
    const readBlock = async (start: number): Promise<Block<N>> => {
      const rows = [slice(start, start + blockRows), ...rest];
      return { start, ...((await this.get(rows, { signal })) as ArrayChunk<N>) };
    };
    let next = 0;
    try {
      while (next < rows || ahead.length > 0) {
        for (; next < rows && ahead.length <= readAhead; next += blockRows) {
          const block = readBlock(next);
          // Its failure is reported when its turn comes.
          block.catch(() => {});
          ahead.push(block);
        }
        yield await ahead.shift()!;
      }
    } finally {
      await Promise.allSettled(ahead);
    }
  }

  async #read(resolved: ResolvedSelection, options: GetOptions<N>): Promise<ArrayChunk<N> | ScalarOf<N>> {
    checkConcurrency(options.concurrency);
    const { bytes, memory, result } = outputOf(
      options.out ?? newOutput(resolved.shape, this.dataType),
      resolved.shape,
      this.dataType,
      this.path,
    );
    if (countOf(resolved.shape) > 0) {
      const engine = await this.#openEngine();
      await engine.read(resolved.axes, bytes, spread(memory, resolved.kept, resolved.axes.length), options);
    }
    const { data, shape, stride, offset } = result;
    if (shape.length === 0) return scalarAt(data, offset, this.dataType);
    return { data, shape: [...shape], stride: [...stride] };
  }

  async #writeSelection(
    resolved: ResolvedSelection,
    value: ArrayData<N>,
    options: SetOptions,
  ): Promise<void> {
    checkWritable(this.store, this.path);
    const { bytes, memory } = itemsOf(value, resolved.shape, this.dataType, this.path);
    if (countOf(resolved.shape) === 0) return;
    const strides = spread(memory, resolved.kept, resolved.axes.length);
    await inTurn(this.store, this.path, async () => {
      // The array may have grown: what then lies in an edge chunk behind the old edge has to stay.
      await this.#refresh();
      await this.#write(this.shape, resolved.axes, bytes, strides, options);
    });
  }

  #openEngine(): Promise<ArrayEngine> {
    this.#engine ??= engineFor(this.#layout, this.store);
    return this.#engine;
  }

  async #write(
    shape: readonly number[],
    axes: readonly AxisSelection[],
    bytes: Uint8Array,
    memory: MemoryLayout,
    options: SetOptions,
  ): Promise<void> {
    const engine = await this.#openEngine();
    const { signal, writeEmptyChunks = false } = options;
    await engine.write(shape, axes, bytes, memory, { signal, writeFillCells: writeEmptyChunks });
  }

  /** In the array's turn: takes over what another handle has changed since. Returns the document. */
  async #refresh(): Promise<Uint8Array> {
    const { metadata, bytes } = await requireDocument(this.store, this.path);
    if (layoutKey(metadata) !== layoutKey(this.#metadata)) {
      throw new QuarryError("NOT_FOUND", `${this.path} has been replaced by another array; open it again`, {
        path: this.path,
      });
    }
    this.#metadata = metadata as ArrayMetadata;
    return bytes;
  }

  #rowsIn(rows: TypedArrayOf<N> | NdArray<N>, rowShape: readonly number[]): number {
    if (this.shape.length === 0)
      throw new RangeError(`${this.path} has no dimensions, so nothing can be appended`);
    if ("data" in rows) {
      const { shape } = rows as NdArray<N>;
      // Broadcasting is for writing into what is there; rows that were not given must not come into being.
      const fits =
        shape.length === this.shape.length && rowShape.every((extent, i) => shape[i + 1] === extent);
      if (!fits) {
        throw new QuarryError(
          "SHAPE_MISMATCH",
          `rows of shape [${shape.join(", ")}] cannot be appended to ${this.path}, which takes [n${rowShape.map((extent) => `, ${extent}`).join("")}]`,
          { path: this.path },
        );
      }
      return shape[0]!;
    }
    const rowItems = countOf(rowShape);
    const count = rowItems === 0 ? 0 : rows.length / rowItems;
    if (!Number.isInteger(count)) {
      throw new QuarryError(
        "SHAPE_MISMATCH",
        `${this.path}: ${rows.length} items are no whole number of rows of ${rowItems}`,
        { path: this.path },
      );
    }
    return count;
  }
}

/** A result's memory, as strides of the array's dimensions: those that an index dropped have one item. */
function spread(memory: MemoryLayout, kept: readonly number[], dimensions: number): MemoryLayout {
  const strides = new Array<number>(dimensions).fill(0);
  for (const [i, axis] of kept.entries()) strides[axis] = memory.strides[i]!;
  return { offset: memory.offset, strides };
}
