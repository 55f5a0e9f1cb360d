/**
 * Arrays in any store: the bytes come in through the Store interface, the chains run on either backend.
 *
 * Read: an object of which every cell is wanted is fetched whole; else its index first (one range request, or none
 * where it is known), then the wanted cells, neighbours in one request. Write: each touched object is read if a part of it stays, put together
 * anew, and only when all of them are ready does the first `set` happen.
 */

import { filledWith, type ItemBox, isFilledWith } from "../../codec/box-copy.ts";
import { flatIndex, product } from "../../codec/c-order.ts";
import type { Chain } from "../../codec/chain.ts";
import type {
  ArrayEngine,
  ArrayLayout,
  AxisSelection,
  MemoryLayout,
  ReadOptions,
  WriteOptions,
} from "../../codec/engine.ts";
import { chunkTooLarge } from "../../codec/shard-faults.ts";
import { assembleShard, checkEntry, entryAt, indexOfShard } from "../../codec/sharding/shard.ts";
import type { ErrorPlace } from "../../errors.ts";
import { chunkKey } from "../../metadata/chunk-key.ts";
import { childPath, type NodePath } from "../../metadata/node-name.ts";
import type { AbsolutePath, ReadableStore, Store } from "../../store/store.ts";
import { breathe } from "../breathe.ts";
import { CellCopy } from "./cell-copy.ts";
import { fetchCells } from "./fetch-cells.ts";
import { cutAxis, isWhole, type ObjectPieces, type Piece } from "./grid.ts";
import { forEachConcurrently } from "./in-flight.ts";
import type { IndexCache } from "./index-cache.ts";
import type { NestedShard } from "./nested-shard.ts";

export interface EngineChains {
  readonly cell: Chain;
  /** Present where the array is sharded. */
  readonly index: Chain | undefined;
  /** Present where its inner chunks are shards in turn. */
  readonly nested: NestedShard | undefined;
}

/** One object that a region touches, with the pieces of each axis that fall into it. */
interface TouchedObject {
  readonly coordinates: readonly number[];
  readonly key: AbsolutePath;
  readonly pieces: readonly (readonly Piece[])[];
}

export class StoreEngine implements ArrayEngine {
  readonly backend: "native" | "portable";
  readonly #store: ReadableStore | Store;
  readonly #layout: ArrayLayout;
  readonly #chains: EngineChains;
  readonly #cellShape: readonly number[];
  readonly #copy: CellCopy;
  readonly #cellsPerObject: readonly number[];
  readonly #cellCount: number;
  readonly #itemBytes: number;
  readonly #indexes: IndexCache;

  constructor(
    store: ReadableStore | Store,
    layout: ArrayLayout,
    chains: EngineChains,
    indexes: IndexCache,
    backend: "native" | "portable",
  ) {
    const { shape, dataType } = layout.cellPipeline.chunk;
    this.backend = backend;
    this.#store = store;
    this.#layout = layout;
    this.#chains = chains;
    this.#indexes = indexes;
    this.#cellShape = shape;
    this.#copy = new CellCopy(shape, layout.fillItem);
    this.#cellsPerObject = shape.map((extent, axis) =>
      layout.sharding === undefined ? 1 : layout.sharding.shardShape[axis]! / extent,
    );
    this.#cellCount = this.#cellsPerObject.reduce((count, cells) => count * cells, 1);
    this.#itemBytes = dataType.itemBytes;
  }

  async read(
    axes: readonly AxisSelection[],
    out: Uint8Array,
    memory: MemoryLayout,
    options: ReadOptions,
  ): Promise<void> {
    const target = { bytes: out, ...memory };
    await forEachConcurrently(this.#touchedObjects(axes), options, async (object) => {
      const wanted = [...product(object.pieces)];
      const positions = wanted.map((pieces) => this.#positionInObject(object, pieces));
      const request = {
        positions,
        cellCount: this.#cellCount,
        sharding: this.#layout.sharding,
        indexChain: this.#chains.index,
        indexes: this.#indexes,
        place: (position: number | undefined) => this.#place(object, position),
        check: (bytes: number, position: number) => this.#checkSize(bytes, object, position),
        ...(options.signal && { signal: options.signal }),
      };
      const { nested } = this.#chains;
      const isPartial = !wanted.every((pieces) => isWhole(pieces, this.#cellShape));
      if (nested !== undefined && isPartial && this.#store.getRange !== undefined) {
        await nested.readFrom({ store: this.#store, key: object.key }, request, wanted, target, options);
        return;
      }
      const encoded = await fetchCells(this.#store, object.key, request);
      for (const [i, pieces] of wanted.entries()) {
        await breathe();
        options.signal?.throwIfAborted();
        const bytes = encoded[i];
        const place = this.#place(object, positions[i]!);
        const cell = bytes && (await this.#chains.cell.decode(bytes, place));
        this.#copy.out(cell, pieces, target);
      }
    });
  }

  async write(
    shape: readonly number[],
    axes: readonly AxisSelection[],
    source: Uint8Array,
    memory: MemoryLayout,
    options: WriteOptions,
  ): Promise<void> {
    const store = this.#store as Store;
    const box = { bytes: source, ...memory };
    const ready: { key: AbsolutePath; bytes: Uint8Array | undefined }[] = [];
    await forEachConcurrently(this.#touchedObjects(axes), options, async (object) => {
      ready.push({ key: object.key, bytes: await this.#newObject(object, shape, box, options) });
    });
    // From here on an abort comes too late: half of the objects would be new.
    const { concurrency } = options;
    await forEachConcurrently(ready, { concurrency }, ({ key, bytes }) =>
      bytes === undefined ? store.delete(key) : store.set(key, bytes),
    );
  }

  *#touchedObjects(axes: readonly AxisSelection[]): Generator<TouchedObject> {
    const cut = axes.map((axis, i) => cutAxis(axis, this.#cellShape[i]!, this.#cellsPerObject[i]!));
    for (const parts of product<ObjectPieces>(cut)) {
      const coordinates = parts.map((part) => part.object);
      const key = childPath(
        this.#layout.path as NodePath,
        chunkKey(this.#layout.chunkKeyEncoding, coordinates),
      );
      yield { coordinates, key, pieces: parts.map((part) => part.pieces) };
    }
  }

  /** The bytes of an object as it will be, or undefined if it will have no cell. */
  async #newObject(
    object: TouchedObject,
    shape: readonly number[],
    source: ItemBox,
    options: WriteOptions,
  ): Promise<Uint8Array | undefined> {
    const { sharding } = this.#layout;
    const cells = this.#coversObject(object, shape)
      ? new Array<Uint8Array | undefined>(this.#cellCount)
      : await this.#oldCells(object, options);
    for (const pieces of product(object.pieces)) {
      await breathe();
      options.signal?.throwIfAborted();
      const position = this.#positionInObject(object, pieces);
      const place = this.#place(object, position);
      const covered = pieces.every((piece, axis) => this.#coversCell(piece, axis, shape));
      const old = covered ? undefined : cells[position];
      const cell =
        old === undefined
          ? filledWith(this.#layout.fillItem, this.#chains.cell.pipeline.chunkBytes / this.#itemBytes)
          : (await this.#chains.cell.decode(old, place)).slice();
      this.#copy.in(cell, pieces, source);
      cells[position] =
        !options.writeFillCells && isFilledWith(cell, this.#layout.fillItem)
          ? undefined
          : await this.#chains.cell.encode(cell, place);
    }
    if (cells.every((cell) => cell === undefined)) return undefined;
    return sharding === undefined
      ? cells[0]
      : assembleShard(cells, sharding, this.#chains.index!, this.#place(object, undefined));
  }

  async #oldCells(object: TouchedObject, options: WriteOptions): Promise<(Uint8Array | undefined)[]> {
    const { sharding } = this.#layout;
    const bytes = await this.#store.get(object.key, options.signal && { signal: options.signal });
    if (bytes === undefined) return new Array<undefined>(this.#cellCount);
    if (sharding === undefined) {
      this.#checkSize(bytes.length, object, 0);
      return [bytes];
    }
    const indexChain = this.#chains.index!;
    const index = await indexOfShard(bytes, sharding, indexChain, this.#place(object, undefined));
    return Array.from({ length: this.#cellCount }, (_, position) => {
      const entry = entryAt(index, position);
      if (entry === undefined) return undefined;
      checkEntry(entry, index, sharding, indexChain.pipeline.encodedBytes!, this.#place(object, position));
      return bytes.subarray(entry.offsetBytes, entry.offsetBytes + entry.encodedBytes);
    });
  }

  #checkSize(encodedBytes: number, object: TouchedObject, position: number): void {
    const { encodedBytesMax } = this.#chains.cell;
    if (encodedBytes > encodedBytesMax) {
      throw chunkTooLarge(encodedBytes, encodedBytesMax, this.#place(object, position));
    }
  }

  /** Whether the selection leaves nothing of the object as it was, as far as it lies inside the array. */
  #coversObject(object: TouchedObject, shape: readonly number[]): boolean {
    return object.pieces.every((pieces, axis) => {
      const perObject = this.#cellsPerObject[axis]!;
      const firstCell = object.coordinates[axis]! * perObject;
      const cellsInside = Math.ceil(shape[axis]! / this.#cellShape[axis]!) - firstCell;
      return (
        pieces.length === Math.min(perObject, cellsInside) &&
        pieces.every((piece) => this.#coversCell(piece, axis, shape))
      );
    });
  }

  #coversCell(piece: Piece, axis: number, shape: readonly number[]): boolean {
    // Of a list some items may be repeated.
    if (piece.entries !== undefined) return false;
    const extent = this.#cellShape[axis]!;
    return piece.count === Math.min(extent, shape[axis]! - piece.cell * extent);
  }

  #positionInObject(object: TouchedObject, pieces: readonly Piece[]): number {
    const within = pieces.map(
      (piece, axis) => piece.cell - object.coordinates[axis]! * this.#cellsPerObject[axis]!,
    );
    return flatIndex(within, this.#cellsPerObject);
  }

  /** Place of a cell, or, without a position, of the object as a whole. */
  #place(object: TouchedObject, position: number | undefined): ErrorPlace {
    const { path, sharding } = this.#layout;
    if (sharding === undefined) return { path, chunk: object.coordinates };
    if (position === undefined) return { path, shard: object.coordinates };
    let rest = position;
    const chunk = this.#cellsPerObject.map(() => 0);
    for (let axis = chunk.length - 1; axis >= 0; axis--) {
      const perObject = this.#cellsPerObject[axis]!;
      chunk[axis] = object.coordinates[axis]! * perObject + (rest % perObject);
      rest = Math.floor(rest / perObject);
    }
    return { path, shard: object.coordinates, chunk };
  }
}
