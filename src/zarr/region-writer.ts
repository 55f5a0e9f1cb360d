/**
 * Writing a region of whole objects from blocks of rows. What a block fills of a shard is encoded and put behind what
 * is there of it, in a file that nobody sees before it is whole: each shard is written once, however small the blocks.
 */
import type { WriteDraft, WriteOptions } from "../codec/engine.ts";
import type { DataTypeName } from "../metadata/data-type.ts";
import type { SetOptions } from "./array-access.ts";
import { type ItemMemory, itemsOf, type NdArray } from "./array-data.ts";
import type { ArrayState } from "./array-state.ts";
import { shapeMismatch } from "./items/item-box.ts";
import { checkAligned, misaligned } from "./region-access.ts";
import { inTurn } from "./turn.ts";
import { checkWritable } from "./writable.ts";

/** Rows of a region that lie in one row of objects. */
interface Piece {
  /** In the region. */
  readonly from: number;
  readonly rows: number;
  readonly firstCell: number;
  readonly endCell: number;
}

export class RegionWriter<N extends DataTypeName = DataTypeName> {
  readonly #array: ArrayState;
  readonly #start: readonly number[];
  readonly #shape: readonly number[];
  readonly #chunkRows: number;
  readonly #objectRows: number;
  /** Along the other axes of an object. */
  readonly #cellsPerChunkRow: number;
  #rows = 0;
  /** The last that was asked for; those before it have settled by then. */
  #lastWrite: Promise<void> = Promise.resolve();
  #draft: WriteDraft | undefined;
  #end: { readonly error: unknown } | undefined;

  /** @internal `ZarrArray.openRegion` */
  constructor(array: ArrayState, start: readonly number[], shape: readonly number[]) {
    const { path, layout, metadata } = array;
    checkWritable(array.store, path);
    if (shape.length === 0) throw new RangeError(`${path} has no dimensions, hence no rows`);
    checkAligned(start, shape, array.shape, metadata.chunkShape, path);
    const chunkShape = layout.cellPipeline.chunk.shape;
    this.#array = array;
    this.#start = [...start];
    this.#shape = [...shape];
    this.#chunkRows = chunkShape[0]!;
    this.#objectRows = metadata.chunkShape[0]!;
    this.#cellsPerChunkRow = chunkShape
      .slice(1)
      .reduce((count, extent, axis) => (count * metadata.chunkShape[axis + 1]!) / extent, 1);
  }

  /** Rows that were written, or are about to be. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Writes the next rows. Shards appear when their last row is written. `block`'s memory is borrowed until the promise
   * settles. Where a write fails, all behind it do, and the region can only be begun anew; a block that does not fit is
   * refused and changes nothing.
   * @param block `{ data, shape }` of shape [n, …] with the region's other extents; n is a multiple of the chunks' rows,
   *   but where the region ends
   * @throws QuarryError `REGION_MISALIGNED`, `SHAPE_MISMATCH`; as `ZarrArray.set`
   */
  async write(block: NdArray<N>, { signal, writeEmptyChunks = false }: SetOptions = {}): Promise<void> {
    if (this.#end !== undefined) throw this.#end.error;
    const { path, metadata, store } = this.#array;
    const from = this.#rows;
    const count = this.#checkBlock(block);
    const items = itemsOf(block, block.shape, metadata, path);
    this.#rows = from + count;
    if (this.#shape.includes(0)) return;
    const options = { signal, writeFillCells: writeEmptyChunks };
    // Behind one that fails none is begun, and each fails as that one did.
    this.#lastWrite = this.#lastWrite.then(() =>
      inTurn(store, path, () => this.#writeRows(from, count, items, options)),
    );
    this.#lastWrite.catch((error) => this.#finish(error));
    await this.#lastWrite;
  }

  /**
   * Resolves when all is written.
   * @throws QuarryError `SHAPE_MISMATCH` where rows are lacking; the shard that they belong to is as it was. What a write
   *   has thrown
   */
  async close(): Promise<void> {
    await this.#lastWrite;
    if (this.#end !== undefined) return;
    const { path } = this.#array;
    const isWhole = this.#rows === this.#shape[0];
    this.#finish(new TypeError(`the region of ${path} is closed`));
    if (isWhole) return;
    throw shapeMismatch(`${this.#rows} of ${this.#shape[0]} rows of the region were written`, path);
  }

  /** Drops what is not a whole shard yet. Once closed, nothing happens. */
  abandon(): void {
    if (this.#end === undefined)
      this.#finish(new TypeError(`the region of ${this.#array.path} was abandoned`));
  }

  async #writeRows(from: number, count: number, items: ItemMemory, options: WriteOptions): Promise<void> {
    await this.#array.refresh();
    const { path, metadata } = this.#array;
    // The array may have lost rows of the region, or gained some that share its last shard.
    checkAligned(this.#start, this.#shape, metadata.shape, metadata.chunkShape, path);
    for (const piece of this.#pieces(from, count)) await this.#writePiece(piece, from, items, options);
  }

  #finish(error: unknown): void {
    this.#end ??= { error };
    this.#draft?.discard();
    this.#draft = undefined;
  }

  /** @returns how many rows it has */
  #checkBlock({ shape }: NdArray<N>): number {
    const { path } = this.#array;
    const [count = 0, ...others] = shape;
    const isRows =
      shape.length === this.#shape.length && others.every((extent, i) => extent === this.#shape[i + 1]);
    if (!isRows || count > this.#shape[0]! - this.#rows) {
      const wanted = [`up to ${this.#shape[0]! - this.#rows}`, ...this.#shape.slice(1)].join(", ");
      throw shapeMismatch(`a block of [${shape.join(", ")}] is not one of [${wanted}]`, path);
    }
    if (count % this.#chunkRows !== 0 && this.#rows + count !== this.#shape[0]) {
      throw misaligned(
        `a block of ${count} rows for ${path} ends within a chunk of ${this.#chunkRows}`,
        path,
      );
    }
    return count;
  }

  *#pieces(from: number, count: number): Generator<Piece> {
    const [regionRows] = this.#shape as [number];
    const cellsOf = (rows: number): number => Math.ceil(rows / this.#chunkRows) * this.#cellsPerChunkRow;
    for (let row = from; row < from + count; ) {
      const rowInObject = row % this.#objectRows;
      const rows = Math.min(this.#objectRows - rowInObject, from + count - row);
      // With the region its last object is complete, though the array end within it.
      const isLast = row + rows === regionRows;
      yield {
        from: row,
        rows,
        firstCell: cellsOf(rowInObject),
        endCell: cellsOf(isLast ? this.#objectRows : rowInObject + rows),
      };
      row += rows;
    }
  }

  async #writePiece(
    { from, rows, firstCell, endCell }: Piece,
    blockFrom: number,
    { bytes, memory: { offset, strides }, heap }: ItemMemory,
    options: WriteOptions,
  ): Promise<void> {
    const engine = await this.#array.engine(heap);
    if (this.#end !== undefined) throw this.#end.error;
    this.#draft ??= engine.newDraft();
    const axes = this.#shape.map((extent, axis) =>
      axis === 0
        ? { start: this.#start[0]! + from, step: 1, count: rows }
        : { start: this.#start[axis]!, step: 1, count: extent },
    );
    const memory = { offset: offset + (from - blockFrom) * strides[0]!, strides };
    const part = { draft: this.#draft, firstCell, endCell };
    await engine.write(this.#array.shape, axes, bytes, memory, { ...options, part });
  }
}
