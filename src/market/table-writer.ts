/**
 * Appends rows to the arrays of one group that grow together, such as the columns of a book or of its trades.
 *
 * Rows collect in memory and go to the arrays in blocks of whole chunks, so no chunk is encoded twice, and
 * memory does not depend on how many rows there are.
 */
import type { DataTypeName } from "../metadata/data-type.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import type { ZarrArray } from "../zarr/array.ts";
import type { Group } from "../zarr/group.ts";

/**
 * Rows in a block, a multiple of every chunk that the layout rules suggest: 22 MB of a book with 20 levels, a
 * quarter of its shard. Each block makes the tail shard be written again with what it already holds.
 */
const BLOCK_ROWS = 65_536;

/** Rows as columns in memory. */
export interface Table<Self> {
  readonly count: number;
  readonly tsEventNs: BigInt64Array;
  addRange(source: Self, from: number, to: number): void;
  clear(): void;
}

/** The array that holds a column, and the column's items for the rows that `rows` holds. */
export interface Column<Rows> {
  readonly name: string;
  readonly items: (rows: Rows) => TypedArrayOf<DataTypeName>;
}

/** What a table holds, by the time of the exchange. */
export interface TableSummary {
  readonly rows: number;
  /** Earliest and latest; `undefined` where there are no rows. */
  readonly firstNs: bigint | undefined;
  readonly lastNs: bigint | undefined;
  /** Whether no row is earlier than the row before it: where not, time cannot be searched by halving. */
  readonly inOrder: boolean;
}

export class TableWriter<Rows extends Table<Rows>> {
  readonly #arrays: readonly (readonly [ZarrArray, Column<Rows>])[];
  readonly #block: Rows;
  #rows = 0;
  #firstNs: bigint | undefined;
  #lastNs: bigint | undefined;
  #inOrder = true;

  /** @param block empty, of the shape of the rows to come */
  static async open<Rows extends Table<Rows>>(
    group: Group,
    columns: readonly Column<Rows>[],
    block: Rows,
  ): Promise<TableWriter<Rows>> {
    const arrays: [ZarrArray, Column<Rows>][] = [];
    for (const column of columns) arrays.push([await group.array(column.name), column]);
    return new TableWriter(arrays, block);
  }

  private constructor(arrays: readonly (readonly [ZarrArray, Column<Rows>])[], block: Rows) {
    this.#arrays = arrays;
    this.#block = block;
  }

  get summary(): TableSummary {
    return { rows: this.#rows, firstNs: this.#firstNs, lastNs: this.#lastNs, inOrder: this.#inOrder };
  }

  /** Takes rows `[from, to)` of `source`; it is free again when the promise resolves. */
  async append(source: Rows, from: number, to: number): Promise<void> {
    this.#noteTimes(source.tsEventNs, from, to);
    let next = from;
    while (next < to) {
      const end = Math.min(to, next + BLOCK_ROWS - this.#block.count);
      this.#block.addRange(source, next, end);
      next = end;
      if (this.#block.count === BLOCK_ROWS) await this.flush();
    }
    this.#rows += to - from;
  }

  /** Writes the rows that have collected. */
  async flush(): Promise<void> {
    if (this.#block.count === 0) return;
    // Chunks of nothing but the fill value as well: one that is not there has been lost.
    const options = { writeEmptyChunks: true };
    await Promise.all(
      this.#arrays.map(([array, column]) => array.append(column.items(this.#block), options)),
    );
    this.#block.clear();
  }

  #noteTimes(times: BigInt64Array, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const time = times[row]!;
      if (this.#lastNs === undefined || time >= this.#lastNs) this.#lastNs = time;
      else this.#inOrder = false;
      if (this.#firstNs === undefined || time < this.#firstNs) this.#firstNs = time;
    }
  }
}
