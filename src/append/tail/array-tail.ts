/**
 * The end of one array: rows that are not published yet, and the objects that they go to.
 *
 * A *band* is the rows of one chunk along the first dimension: the cells of a band grow together, and are complete
 * together. What lies before the last band that is not complete is never touched again.
 */
import { dirname } from "node:path";
import { createChain } from "../../codec/backend.ts";
import { copyBox, filledWith, isFilledWith } from "../../codec/box-copy.ts";
import { contiguousStrides, flatIndex, product } from "../../codec/c-order.ts";
import type { Chain } from "../../codec/chain.ts";
import type { ArrayLayout } from "../../codec/engine.ts";
import type { ErrorPlace } from "../../errors.ts";
import type { ArrayMetadata } from "../../metadata/array-metadata.ts";
import { chunkKey } from "../../metadata/chunk-key.ts";
import { arrayLayout } from "../../zarr/array-layout.ts";
import { type AppendFiles, makeDirectories } from "../files.ts";
import { placeBelow } from "../paths.ts";
import { GrowingShard } from "./growing-shard.ts";
import { RowBuffer } from "./row-buffer.ts";
import { cellsWithRows, type ShardFormat, shardFormatOf } from "./shard-file.ts";
import type { NewCell, StagedObject, TailClock, TailObject } from "./tail-object.ts";
import { WholeObject } from "./whole-object.ts";

/** Chunks of one array that are encoded at the same time. */
const ENCODED_TOGETHER = 16;

export class ArrayTail {
  /** Relative to the root of the hierarchy, without a slash at its beginning. */
  readonly path: string;
  readonly metadata: ArrayMetadata;
  readonly chunkRows: number;
  readonly #directory: string;
  readonly #layout: ArrayLayout;
  readonly #chain: Chain;
  readonly #shardFormat: ShardFormat | undefined;
  readonly #files: AppendFiles;
  readonly #clock: TailClock;
  readonly #rows: RowBuffer;
  /** Objects that rows still go to, by key. */
  readonly #open = new Map<string, TailObject>();
  /** Coordinate of each along the first dimension. */
  readonly #objectRowOf = new Map<string, number>();
  /** Complete shards that are not in their last form yet. */
  readonly #unsealed: { readonly object: TailObject; readonly completeAtMs: number }[] = [];
  #publishedRows: number;

  /**
   * @param directory of the array
   * @param readFrom the items of the committed rows from a row on
   */
  static async open(
    path: string,
    directory: string,
    metadata: ArrayMetadata,
    readFrom: (row: number) => Promise<Uint8Array>,
    files: AppendFiles,
    clock: TailClock,
  ): Promise<ArrayTail> {
    const layout = arrayLayout(metadata, `/${path}`);
    const chain = await createChain(layout.cellPipeline, "chunk");
    const { sharding } = layout;
    const shardFormat =
      sharding && shardFormatOf(layout, sharding, await createChain(sharding.indexPipeline, "shard index"));
    const rows = metadata.shape[0]!;
    const tailRows = await readFrom(rows - (rows % layout.cellPipeline.chunk.shape[0]!));
    return new ArrayTail(path, directory, metadata, layout, chain, shardFormat, tailRows, files, clock);
  }

  private constructor(
    path: string,
    directory: string,
    metadata: ArrayMetadata,
    layout: ArrayLayout,
    chain: Chain,
    shardFormat: ShardFormat | undefined,
    tailRows: Uint8Array,
    files: AppendFiles,
    clock: TailClock,
  ) {
    this.path = path;
    this.metadata = metadata;
    this.#directory = directory;
    this.#layout = layout;
    this.#chain = chain;
    this.#shardFormat = shardFormat;
    this.#files = files;
    this.#clock = clock;
    const rows = metadata.shape[0]!;
    this.#publishedRows = rows;
    this.chunkRows = layout.cellPipeline.chunk.shape[0]!;
    const rowBytes = metadata.shape
      .slice(1)
      .reduce((bytes, extent) => bytes * extent, metadata.dataType.itemBytes);
    const bandStart = rows - (rows % this.chunkRows);
    this.#rows = new RowBuffer(rowBytes, bandStart);
    this.#rows.add(rows - bandStart, tailRows);
  }

  get rowBytes(): number {
    return this.#rows.rowBytes;
  }
  /** Published and waiting. */
  get rows(): number {
    return this.#rows.endRow;
  }
  get publishedRows(): number {
    return this.#publishedRows;
  }

  add(rows: number, bytes: Uint8Array): void {
    this.#rows.add(rows, bytes);
  }

  /**
   * Encodes the rows up to `toRow` and puts them on the disk where no reader looks.
   * @param again whether the last band is encoded though no row is new
   */
  async stage(toRow: number, again: boolean): Promise<StagedObject[]> {
    const from = this.#publishedRows - (this.#publishedRows % this.chunkRows);
    if (toRow === this.#publishedRows && !(again && from < toRow)) return [];
    const cells = await this.#encodeBands(from, toRow);
    const staged: StagedObject[] = [];
    for (const { key, coordinates, cells: ofObject } of cells.values()) {
      const object = await this.#objectAt(key, coordinates);
      staged.push(await object.stage(ofObject, this.#isReadWhole(coordinates[0]!)));
    }
    return staged;
  }

  /** After a commit: what is complete needs no rows any more. */
  published(toRow: number): void {
    this.#publishedRows = toRow;
    const band = toRow - (toRow % this.chunkRows);
    this.#rows.dropBefore(band);
    const objectRows = this.metadata.chunkShape[0]!;
    const firstOpen = Math.floor(toRow / objectRows);
    for (const [key, object] of this.#open) {
      if (this.#objectRowOf.get(key)! >= firstOpen) continue;
      this.#open.delete(key);
      this.#objectRowOf.delete(key);
      this.#unsealed.push({ object, completeAtMs: this.#clock.nowMs() });
    }
  }

  /** Brings complete shards into their last form, as far as that disturbs no reader. */
  async sealComplete(): Promise<void> {
    for (const entry of [...this.#unsealed]) {
      if (this.#clock.nowMs() < entry.completeAtMs + this.#clock.graceMs) return;
      if (await entry.object.seal(true)) this.#unsealed.splice(this.#unsealed.indexOf(entry), 1);
    }
  }

  /** Brings everything into its last form. */
  async sealAll(): Promise<void> {
    for (const { object } of this.#unsealed) await object.seal(false);
    for (const object of this.#open.values()) await object.seal(false);
    this.#unsealed.length = 0;
    this.#open.clear();
  }

  async close(): Promise<void> {
    for (const { object } of this.#unsealed) await object.close();
    for (const object of this.#open.values()) await object.close();
  }

  /** Whether a reader of the committed rows that wants all of the object's may want all of its cells. */
  #isReadWhole(objectRow: number): boolean {
    const lastBand = (objectRow + 1) * this.metadata.chunkShape[0]! - this.chunkRows;
    return this.#publishedRows > lastBand;
  }

  async #objectAt(key: string, coordinates: readonly number[]): Promise<TailObject> {
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const path = placeBelow(this.#directory, key);
    await makeDirectories(this.#files, dirname(path));
    const object =
      this.#shardFormat === undefined
        ? new WholeObject(path, this.#files)
        : await GrowingShard.open(
            path,
            cellsWithRows(this.#shardFormat, coordinates[0]!, this.#publishedRows),
            this.#files,
            this.#shardFormat,
            this.#clock,
            this.#placeOf(coordinates),
          );
    this.#open.set(key, object);
    this.#objectRowOf.set(key, coordinates[0]!);
    return object;
  }

  async #encodeBands(from: number, toRow: number) {
    const byObject = new Map<string, { key: string; coordinates: number[]; cells: NewCell[] }>();
    const cellShape = this.#layout.cellPipeline.chunk.shape;
    const objectShape = this.metadata.chunkShape;
    const cellsOfObject = objectShape.map((extent, axis) => extent / cellShape[axis]!);
    const { shape, chunkKeyEncoding } = this.metadata;
    const others = shape.slice(1).map((extent, i) => indices(Math.ceil(extent / cellShape[i + 1]!)));
    const work: (() => Promise<void>)[] = [];
    for (let bandStart = from; bandStart < toRow; bandStart += this.chunkRows) {
      const bandEnd = Math.min(bandStart + this.chunkRows, toRow);
      for (const other of product(others)) {
        const cell = [bandStart / this.chunkRows, ...other];
        const coordinates = cell.map((index, axis) => Math.floor(index / cellsOfObject[axis]!));
        const inside = cell.map((index, axis) => index % cellsOfObject[axis]!);
        const key = chunkKey(chunkKeyEncoding, coordinates);
        const object = byObject.get(key) ?? { key, coordinates, cells: [] };
        byObject.set(key, object);
        const position = flatIndex(inside, cellsOfObject);
        const slot = object.cells.length;
        const isComplete = bandEnd === bandStart + this.chunkRows;
        object.cells.push({ position, encoded: undefined, isComplete });
        work.push(async () => {
          const items = this.#cellItems(bandStart, bandEnd, other);
          if (isFilledWith(items, this.#layout.fillItem)) return;
          const encoded = await this.#chain.encode(items, { path: `/${this.path}`, chunk: cell });
          object.cells[slot] = { position, encoded, isComplete };
        });
      }
    }
    for (let i = 0; i < work.length; i += ENCODED_TOGETHER) {
      await Promise.all(work.slice(i, i + ENCODED_TOGETHER).map((encode) => encode()));
    }
    return byObject;
  }

  /** The items of a cell in C order; those that are not there yet, or lie beyond the array, are the fill value. */
  #cellItems(bandStart: number, bandEnd: number, other: readonly number[]): Uint8Array {
    const { chunk, chunkBytes } = this.#layout.cellPipeline;
    const rows = this.#rows.view(bandStart, bandEnd);
    const rowShape = this.metadata.shape.slice(1);
    const isWhole = rowShape.every((extent, i) => extent === chunk.shape[i + 1]);
    if (isWhole && rows.length === chunkBytes) return rows;
    const { itemBytes } = this.metadata.dataType;
    const items = filledWith(this.#layout.fillItem, chunkBytes / itemBytes);
    const strides = contiguousStrides([bandEnd - bandStart, ...rowShape]);
    const starts = other.map((index, i) => index * chunk.shape[i + 1]!);
    const counts = rowShape.map((extent, i) => Math.min(chunk.shape[i + 1]!, extent - starts[i]!));
    copyBox(
      { bytes: items, offset: 0, strides: contiguousStrides(chunk.shape) },
      { bytes: rows, offset: starts.reduce((sum, start, i) => sum + start * strides[i + 1]!, 0), strides },
      [bandEnd - bandStart, ...counts],
      itemBytes,
    );
    return items;
  }

  #placeOf(coordinates: readonly number[]): ErrorPlace {
    return { path: `/${this.path}`, shard: coordinates };
  }
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
