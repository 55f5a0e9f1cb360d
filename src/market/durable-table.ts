/** Appends rows to the arrays of one group so that they survive: each batch is acknowledged when it is in the journal. */
import type { StoreWriter } from "../append/writer.ts";
import type { ZarrArray } from "../zarr/array.ts";
import { type TableSummary, TableTimes } from "./table-times.ts";
import type { Column, RowSink, Table } from "./table-writer.ts";

/** Rows of a batch, at most: 22 MB of a book with 20 levels, a frame of the journal each. */
const BATCH_ROWS_MAX = 65_536;

export class DurableTable<Rows extends Table<Rows>> implements RowSink<Rows> {
  readonly #writer: StoreWriter;
  readonly #group: string;
  readonly #columns: readonly Column<Rows>[];
  readonly #batch: Rows;
  readonly #times = new TableTimes();

  /**
   * @param group path of the group in the store; empty for its root
   * @param batch empty, of the shape of the rows to come
   */
  constructor(writer: StoreWriter, group: string, columns: readonly Column<Rows>[], batch: Rows) {
    this.#writer = writer;
    this.#group = group;
    this.#columns = columns;
    this.#batch = batch;
  }

  get summary(): TableSummary {
    return this.#times.summary;
  }

  /** Notes the rows that the store has already. */
  async resume(times: ZarrArray<"int64">): Promise<void> {
    for await (const { data } of times.blocks()) this.#times.note(data, 0, data.length);
  }

  async append(source: Rows, from: number, to: number): Promise<void> {
    for (let next = from; next < to; next += BATCH_ROWS_MAX) {
      const end = Math.min(to, next + BATCH_ROWS_MAX);
      this.#batch.clear();
      this.#batch.addRange(source, next, end);
      const paths = this.#columns.map(({ name }) => (this.#group === "" ? name : `${this.#group}/${name}`));
      const items = this.#columns.map((column, index) => [paths[index]!, column.items(this.#batch)] as const);
      await this.#writer.append(Object.fromEntries(items));
      this.#times.note(source.tsEventNs, next, end);
    }
  }
}
