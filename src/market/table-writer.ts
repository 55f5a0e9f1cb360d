/**
 * Appends rows to the arrays of one group that grow together, such as the columns of a book or of its trades.
 *
 * Rows collect in memory and go to the arrays in blocks of whole chunks, so no chunk is encoded twice, and
 * memory does not depend on how many rows there are. The arrays are made when the first block is: what is in it may
 * decide how they are stored.
 */
import type { DataTypeName } from "../metadata/data-type.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import type { Gate } from "../store/gate.ts";
import type { ZarrArray } from "../zarr/array.ts";
import type { Group } from "../zarr/group.ts";
import { itemsOfSteps } from "./step-columns.ts";
import type { StepColumn } from "./step-types.ts";
import { type TableSummary, TableTimes } from "./table-times.ts";

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

/** The array that holds a column, and the column's items for the rows that `rows` holds, as the array stores them. */
export interface Column<Rows> {
  readonly name: string;
  readonly items: (rows: Rows) => TypedArrayOf<DataTypeName>;
  /** Of ticks or lots: the items as `rows` hold them, where they can be changed. */
  readonly steps?: (rows: Rows) => StepColumn;
}

/** A column of ticks or lots. */
export function stepsColumn<Rows>(name: string, steps: (rows: Rows) => StepColumn): Column<Rows> {
  return { name, steps, items: (rows) => itemsOfSteps(steps(rows)) };
}

/** Where rows of a table go. */
export interface RowSink<Rows> {
  readonly summary: TableSummary;
  /** Takes rows `[from, to)` of `source`; it is free again when the promise resolves. */
  append(source: Rows, from: number, to: number): Promise<void>;
}

export class TableWriter<Rows extends Table<Rows>> implements RowSink<Rows> {
  readonly #columns: readonly Column<Rows>[];
  readonly #block: Rows;
  readonly #create: (first: Rows) => Promise<Group>;
  readonly #gate: Gate;
  readonly #times = new TableTimes();
  #arrays: readonly ZarrArray[] | undefined;
  /** Of a write after which the arrays are no longer of the same rows: nothing more is taken. */
  #failure: { readonly cause: unknown } | undefined;

  /**
   * @param block empty, of the shape of the rows to come
   * @param create makes the arrays; `first` are the first rows, none where there are none to come
   * @param gate what each write of an array goes through
   */
  constructor(
    columns: readonly Column<Rows>[],
    block: Rows,
    create: (first: Rows) => Promise<Group>,
    gate: Gate,
  ) {
    this.#columns = columns;
    this.#block = block;
    this.#create = create;
    this.#gate = gate;
  }

  get summary(): TableSummary {
    return this.#times.summary;
  }

  async append(source: Rows, from: number, to: number): Promise<void> {
    this.#checkUsable();
    this.#times.note(source.tsEventNs, from, to);
    let next = from;
    while (next < to) {
      const end = Math.min(to, next + BLOCK_ROWS - this.#block.count);
      this.#block.addRange(source, next, end);
      next = end;
      if (this.#block.count === BLOCK_ROWS) await this.flush();
    }
  }

  /** Writes the rows that have collected; without any, sees to it that the arrays are there. */
  async flush(): Promise<void> {
    this.#checkUsable();
    const block = this.#block;
    this.#arrays ??= await this.#open(await this.#create(block));
    if (block.count === 0) return;
    // Chunks of nothing but the fill value as well: one that is not there has been lost.
    const options = { writeEmptyChunks: true };
    const writes = this.#arrays.map((array, index) => {
      const items = this.#columns[index]!.items(block);
      return this.#gate.through(() => array.append(items, options), undefined);
    });
    // A failure of one is told when none is under way any more: the caller may then delete the arrays.
    const results = await Promise.allSettled(writes);
    const rejected = results.find((result) => result.status === "rejected");
    if (rejected !== undefined) this.#failure = { cause: rejected.reason };
    this.#checkUsable();
    block.clear();
  }

  #checkUsable(): void {
    if (this.#failure !== undefined) throw this.#failure.cause;
  }

  async #open(group: Group): Promise<readonly ZarrArray[]> {
    return Promise.all(this.#columns.map(({ name }) => group.array(name)));
  }
}
