/** Reads a book store back: rows by their index or by time, and trades. */
import { QuarryError } from "../errors.ts";
import type { Group } from "../zarr/group.ts";
import { slice } from "../zarr/indexing/slice.ts";
import { openGroup } from "../zarr/open.ts";
import { BOOK_COLUMNS, TRADE_COLUMNS } from "./book-columns.ts";
import { BookRows, TradeRows } from "./book-rows.ts";
import { DecimalGrid } from "./decimal-grid.ts";
import type { GroupSchema } from "./schema.ts";
import { groupSchemaFromJson } from "./schema-json.ts";
import { BOOK_SCHEMA_NAME, type BookScale } from "./schemas/book.ts";
import type { Column } from "./table-writer.ts";

/** Rows from `start` up to `end`, without it. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

export class BookReader {
  readonly path: string;
  readonly symbol: string;
  readonly schema: GroupSchema;
  /** Levels of a row; tick and lot as decimal text. */
  readonly scale: BookScale;
  readonly rowCount: number;
  readonly tradeCount: number;
  readonly #group: Group;
  readonly #inOrder: boolean;

  /**
   * Opens one book store, such as `BTCUSDT.zarr/2024-W32.zarr`.
   * @throws QuarryError `NOT_FOUND`; `METADATA_INVALID` for a group that is no book store
   * @example
   * const book = await BookReader.open("stores/BTCUSDT.zarr/2024-W32.zarr");
   * const { bidTicks, bidLots } = await book.rows({ start: 0, end: 100 });
   */
  static async open(path: string): Promise<BookReader> {
    const group = await openGroup(path);
    const schema = groupSchemaFromJson(group.attributes.schema, `${path}: attribute schema`);
    if (schema.name !== BOOK_SCHEMA_NAME) throw notBook(path, `its schema is ${schema.name}`);
    const sequence = await group.array("sequence");
    const tradeId = await group.array("trades/trade_id");
    return new BookReader(path, group, schema, sequence.shape[0]!, tradeId.shape[0]!);
  }

  private constructor(path: string, group: Group, schema: GroupSchema, rowCount: number, tradeCount: number) {
    const { symbol, levels, tick_size, lot_size, ts_event_in_order } = group.attributes;
    if (typeof symbol !== "string") throw notBook(path, "attribute symbol is missing");
    if (typeof levels !== "number") throw notBook(path, "attribute levels is missing");
    this.path = path;
    this.symbol = symbol;
    this.schema = schema;
    this.scale = {
      levels,
      tickSize: stepAt(path, "tick_size", tick_size),
      lotSize: stepAt(path, "lot_size", lot_size),
    };
    this.rowCount = rowCount;
    this.tradeCount = tradeCount;
    this.#group = group;
    this.#inOrder = ts_event_in_order === true;
  }

  /**
   * Book rows, default all. Prices are in ticks, sizes in lots, best level first; a level that is not there is
   * `MISSING_LEVEL`.
   * @throws QuarryError `OUT_OF_BOUNDS`, and as `ZarrArray.get`
   */
  async rows(range: RowRange = { start: 0, end: this.rowCount }): Promise<BookRows> {
    const rows = new BookRows(this.scale.levels);
    rows.setCount(this.#lengthOf(range, this.rowCount));
    await this.#fill("", BOOK_COLUMNS, rows, range);
    return rows;
  }

  /** Trades, default all. @throws QuarryError as {@link rows} */
  async trades(range: RowRange = { start: 0, end: this.tradeCount }): Promise<TradeRows> {
    const trades = new TradeRows();
    trades.setCount(this.#lengthOf(range, this.tradeCount));
    await this.#fill("trades/", TRADE_COLUMNS, trades, range);
    return trades;
  }

  /**
   * The rows whose exchange time is in `[fromNs, toNs)`, nanoseconds since 1970; some chunks of `ts_event` are
   * read for it.
   * @throws QuarryError `VALUE_INVALID` where the store's times are not in order; as `ZarrArray.get`
   */
  async rangeBetween(fromNs: bigint, toNs: bigint): Promise<RowRange> {
    if (!this.#inOrder) {
      throw new QuarryError(
        "VALUE_INVALID",
        `${this.path}: ts_event is not in order, so search rows by index`,
        {
          path: this.path,
        },
      );
    }
    const start = await this.#firstRowFrom(fromNs);
    return { start, end: Math.max(start, await this.#firstRowFrom(toNs)) };
  }

  async #firstRowFrom(timestampNs: bigint): Promise<number> {
    const times = await this.#group.array("ts_event");
    if (!times.is("int64")) throw notBook(this.path, `ts_event is ${times.dataType.name}`);
    let low = 0;
    let high = this.rowCount;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((await times.get([middle])) < timestampNs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Reads the columns of `rows`, which has as many rows as `range`, straight into them. */
  async #fill<Rows>(
    prefix: string,
    columns: readonly Column<Rows>[],
    rows: Rows,
    range: RowRange,
  ): Promise<void> {
    await Promise.all(
      columns.map(async (column) => {
        const array = await this.#group.array(`${prefix}${column.name}`);
        const window = [slice(range.start, range.end), ...array.shape.slice(1).map(() => null)];
        await array.get(window, { out: column.items(rows) });
      }),
    );
  }

  #lengthOf({ start, end }: RowRange, count: number): number {
    if (Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= count) {
      return end - start;
    }
    const message = `${this.path}: rows ${start} to ${end} of ${count}`;
    throw new QuarryError("OUT_OF_BOUNDS", message, { path: this.path });
  }
}

function stepAt(path: string, name: string, value: unknown): string {
  try {
    return new DecimalGrid(String(value)).step;
  } catch (cause) {
    throw new QuarryError("METADATA_INVALID", `${path}: attribute ${name} is no positive decimal`, {
      path,
      cause,
    });
  }
}

function notBook(path: string, reason: string): QuarryError {
  return new QuarryError("METADATA_INVALID", `${path} is not a book store: ${reason}`, { path });
}
