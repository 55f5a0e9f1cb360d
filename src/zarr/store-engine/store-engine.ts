/**
 * Arrays in any store: the bytes come in through the Store interface, the chains run on either backend.
 *
 * Read: an object of which every cell is wanted is fetched whole; else its index first (one range request, or none
 * where it is known), then the wanted cells, neighbours in one request. Write: each touched object is read if a part of it stays, put together
 * anew, and only when all of them are ready does the first `set` happen.
 */

import { filledWith, type ItemBox, isFilledWith } from "../../codec/box-copy.ts";
import type { Chain } from "../../codec/chain.ts";
import type {
  ArrayEngine,
  ArrayLayout,
  AxisSelection,
  BoxWriteOptions,
  MemoryLayout,
  PointSelection,
  ReadOptions,
  WriteDraft,
  WriteOptions,
} from "../../codec/engine.ts";
import { chunkTooLarge } from "../../codec/shard-faults.ts";
import { assembleShard, checkEntry, entryAt, indexOfShard } from "../../codec/sharding/shard.ts";
import type { AbsolutePath, ReadableStore, Store } from "../../store/store.ts";
import { breathe } from "../breathe.ts";
import { objectsOfBox } from "./box-selection.ts";
import { fetchCells } from "./fetch-cells.ts";
import { forEachConcurrently } from "./in-flight.ts";
import type { IndexCache } from "./index-cache.ts";
import type { NestedShard } from "./nested-shard.ts";
import { ObjectGrid, type TouchedObject } from "./object-grid.ts";
import { objectsOfPoints } from "./point-selection.ts";

export interface EngineChains {
  readonly cell: Chain;
  /** Present where the array is sharded. */
  readonly index: Chain | undefined;
  /** Present where its inner chunks are shards in turn. */
  readonly nested: NestedShard | undefined;
}

/** Of one object, encoded, in C order. */
type Cells = (Uint8Array | undefined)[];

/** Where the items of points lie in memory. */
const ONE_AFTER_ANOTHER = { offset: 0, strides: [1] };

export class StoreEngine implements ArrayEngine {
  readonly backend: "native" | "portable";
  readonly #store: ReadableStore | Store;
  readonly #layout: ArrayLayout;
  readonly #chains: EngineChains;
  readonly #grid: ObjectGrid;
  readonly #indexes: IndexCache;

  constructor(
    store: ReadableStore | Store,
    layout: ArrayLayout,
    chains: EngineChains,
    indexes: IndexCache,
    backend: "native" | "portable",
  ) {
    this.backend = backend;
    this.#store = store;
    this.#layout = layout;
    this.#chains = chains;
    this.#grid = new ObjectGrid(layout);
    this.#indexes = indexes;
  }

  async read(
    axes: readonly AxisSelection[],
    out: Uint8Array,
    memory: MemoryLayout,
    options: ReadOptions,
  ): Promise<void> {
    await this.#read(objectsOfBox(this.#grid.cells, axes), { bytes: out, ...memory }, options);
  }

  async readPoints(points: PointSelection, out: Uint8Array, options: ReadOptions): Promise<void> {
    await this.#read(
      objectsOfPoints(this.#grid.cells, points),
      { bytes: out, ...ONE_AFTER_ANOTHER },
      options,
    );
  }

  async #read(objects: Iterable<TouchedObject>, target: ItemBox, options: ReadOptions): Promise<void> {
    await forEachConcurrently(objects, options, async (object) => {
      const { parts } = object;
      const key = this.#grid.keyOf(object);
      const positions = parts.map(({ position }) => position);
      const request = {
        positions,
        cellCount: this.#grid.cellCount,
        sharding: this.#layout.sharding,
        indexChain: this.#chains.index,
        indexes: this.#indexes,
        place: (position: number | undefined) => this.#grid.placeOf(object, position),
        check: (bytes: number, position: number) => this.#checkSize(bytes, object, position),
        ...(options.signal && { signal: options.signal }),
      };
      const { nested } = this.#chains;
      const isPartial = !parts.every((part) => part.isWhole);
      if (nested !== undefined && isPartial && this.#store.getRange !== undefined) {
        await nested.readFrom({ store: this.#store, key }, request, parts, target, options);
        return;
      }
      const encoded = await fetchCells(this.#store, key, request);
      for (const [i, part] of parts.entries()) {
        await breathe();
        options.signal?.throwIfAborted();
        const bytes = encoded[i];
        const place = this.#grid.placeOf(object, part.position);
        const cell = bytes && (await this.#chains.cell.decode(bytes, place));
        part.copyOut(cell, target);
      }
    });
  }

  async write(
    shape: readonly number[],
    axes: readonly AxisSelection[],
    source: Uint8Array,
    memory: MemoryLayout,
    options: BoxWriteOptions,
  ): Promise<void> {
    const objects = objectsOfBox(this.#grid.cells, axes);
    await this.#write(shape, objects, { bytes: source, ...memory }, options);
  }

  newDraft(): WriteDraft {
    return new CellDraft();
  }

  async writePoints(
    shape: readonly number[],
    points: PointSelection,
    source: Uint8Array,
    options: WriteOptions,
  ): Promise<void> {
    const objects = objectsOfPoints(this.#grid.cells, points);
    await this.#write(shape, objects, { bytes: source, ...ONE_AFTER_ANOTHER }, options);
  }

  async #write(
    shape: readonly number[],
    objects: Iterable<TouchedObject>,
    source: ItemBox,
    options: BoxWriteOptions,
  ): Promise<void> {
    const store = this.#store as Store;
    const { part } = options;
    const draft = part?.draft as CellDraft | undefined;
    const ready: { key: AbsolutePath; bytes: Uint8Array | undefined }[] = [];
    await forEachConcurrently(objects, options, async (object) => {
      const key = this.#grid.keyOf(object);
      const cells = draft
        ? draft.take(key, part!.firstCell, this.#grid.cellCount)
        : await this.#oldCells(object, shape, options);
      await this.#encodeInto(cells, object, shape, source, options);
      if (part !== undefined && part.endCell < this.#grid.cellCount) draft!.keep(key, cells);
      else ready.push({ key, bytes: await this.#assemble(cells, object) });
    });
    // From here on an abort comes too late: half of the objects would be new.
    const { concurrency } = options;
    await forEachConcurrently(ready, { concurrency }, ({ key, bytes }) =>
      bytes === undefined ? store.delete(key) : store.set(key, bytes),
    );
  }

  /** Puts the cells of an object that `source` changes into `cells`. */
  async #encodeInto(
    cells: Cells,
    object: TouchedObject,
    shape: readonly number[],
    source: ItemBox,
    options: WriteOptions,
  ): Promise<void> {
    for (const part of object.parts) {
      await breathe();
      options.signal?.throwIfAborted();
      const { position } = part;
      const place = this.#grid.placeOf(object, position);
      const old = part.covers(shape) ? undefined : cells[position];
      const cell =
        old === undefined
          ? filledWith(
              this.#layout.fillItem,
              this.#chains.cell.pipeline.chunkBytes / this.#grid.cells.itemBytes,
            )
          : (await this.#chains.cell.decode(old, place)).slice();
      part.copyIn(cell, source);
      cells[position] =
        !options.writeFillCells && isFilledWith(cell, this.#layout.fillItem)
          ? undefined
          : await this.#chains.cell.encode(cell, place);
    }
  }

  /** The bytes of an object, or undefined where it has no cell. */
  async #assemble(cells: Cells, object: TouchedObject): Promise<Uint8Array | undefined> {
    const { sharding } = this.#layout;
    if (cells.every((cell) => cell === undefined)) return undefined;
    return sharding === undefined
      ? cells[0]
      : assembleShard(cells, sharding, this.#chains.index!, this.#grid.placeOf(object, undefined));
  }

  /** The cells as they are stored; nothing of an object that is written whole. */
  async #oldCells(object: TouchedObject, shape: readonly number[], options: WriteOptions): Promise<Cells> {
    const { sharding } = this.#layout;
    if (object.covers(shape)) return new Array<undefined>(this.#grid.cellCount);
    const bytes = await this.#store.get(
      this.#grid.keyOf(object),
      options.signal && { signal: options.signal },
    );
    if (bytes === undefined) return new Array<undefined>(this.#grid.cellCount);
    if (sharding === undefined) {
      this.#checkSize(bytes.length, object, 0);
      return [bytes];
    }
    const indexChain = this.#chains.index!;
    const index = await indexOfShard(bytes, sharding, indexChain, this.#grid.placeOf(object, undefined));
    return Array.from({ length: this.#grid.cellCount }, (_, position) => {
      const entry = entryAt(index, position);
      if (entry === undefined) return undefined;
      checkEntry(
        entry,
        index,
        sharding,
        indexChain.pipeline.encodedBytes!,
        this.#grid.placeOf(object, position),
      );
      return bytes.subarray(entry.offsetBytes, entry.offsetBytes + entry.encodedBytes);
    });
  }

  #checkSize(encodedBytes: number, object: TouchedObject, position: number): void {
    const { encodedBytesMax } = this.#chains.cell;
    if (encodedBytes > encodedBytesMax) {
      throw chunkTooLarge(encodedBytes, encodedBytesMax, this.#grid.placeOf(object, position));
    }
  }
}

/** Holds what is encoded of objects that are not complete: a store takes them in one piece. */
class CellDraft implements WriteDraft {
  readonly #cells = new Map<AbsolutePath, Cells>();

  take(key: AbsolutePath, firstCell: number, cellCount: number): Cells {
    const begun = this.#cells.get(key);
    if ((begun === undefined) !== (firstCell === 0))
      throw new Error("these are not the cells that come next");
    this.#cells.delete(key);
    return begun ?? new Array<undefined>(cellCount);
  }

  keep(key: AbsolutePath, cells: Cells): void {
    this.#cells.set(key, cells);
  }

  discard(): void {
    this.#cells.clear();
  }
}
