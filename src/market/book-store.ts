/** One book store, opened: rows by their index or by time, and trades. `spec/book-store.md` says what is in it. */
import { QuarryError } from "../errors.ts";
import type { JsonObject } from "../metadata/json.ts";
import type { ZarrArray } from "../zarr/array.ts";
import type { Group } from "../zarr/group.ts";
import { slice } from "../zarr/indexing/slice.ts";
import { openGroup } from "../zarr/open.ts";
import { BOOK_COLUMNS, TRADE_COLUMNS } from "./book-columns.ts";
import { BookRows, TradeRows } from "./book-rows.ts";
import { type BookSelection, selectedColumns, selectedLevels } from "./book-selection.ts";
import type { BlockRead, BookWeek, RowRange, StampColumn, TickBlock, TickColumn } from "./book-week.ts";
import { DecimalGrid } from "./decimal-grid.ts";
import { fillRows } from "./fill-rows.ts";
import { checkAllStored } from "./lost-chunks.ts";
import type { GroupSchema } from "./schema.ts";
import { groupSchemaFromJson } from "./schema-json.ts";
import { BOOK_SCHEMA_NAME, type BookScale } from "./schemas/book.ts";
import { STEP_BYTES, STEP_TYPES, type StepItems, type StepType, type StepTypes } from "./step-types.ts";
import type { Column } from "./table-writer.ts";
import { TimeColumn, type TimeOrder } from "./time-column.ts";

type Arrays = ReadonlyMap<string, ZarrArray>;

const TICK_COLUMNS: readonly TickColumn[] = ["bid_px", "bid_sz", "ask_px", "ask_sz"];
const STAMP_COLUMNS: readonly StampColumn[] = ["ts_recv", "sequence"];
const SIDES = 2;

/** All prices of a store are of one data type, and so are all sizes. */
const PRICE_ARRAYS = { book: ["bid_px", "ask_px"], trades: ["px"] } as const;
const SIZE_ARRAYS = { book: ["bid_sz", "ask_sz"], trades: ["sz"] } as const;

export class BookStore implements BookWeek {
  readonly layout = "ticks";
  readonly path: string;
  readonly symbol: string;
  readonly attributes: JsonObject;
  readonly schema: GroupSchema;
  /** Levels of a row; tick and lot as decimal text, and the data types of their arrays. */
  readonly scale: BookScale & StepTypes;
  readonly rowCount: number;
  readonly tradeCount: number;
  readonly chunkRows: number;
  readonly sourceChunkRows: number;
  readonly times: TimeColumn;
  readonly #book: Arrays;
  readonly #trades: Arrays;

  /**
   * Opens one book store, such as `BTCUSDT.zarr/2024-W32.zarr`.
   * @throws QuarryError `NOT_FOUND`, also for chunks that are lost; `METADATA_INVALID` for a group that is no book
   *   store; `SHAPE_MISMATCH` where its arrays are not of the same rows
   * @example
   * const book = await BookStore.open("stores/BTCUSDT.zarr/2024-W32.zarr");
   * const { bidTicks, bidLots } = await book.rows({ start: 0, end: 100 });
   */
  static async open(path: string): Promise<BookStore> {
    return BookStore.of(await openGroup(path), path);
  }

  /** The book store that `group` is; `path` is how it is called. @throws QuarryError as {@link open} */
  static async of(group: Group, path: string): Promise<BookStore> {
    const schema = groupSchemaFromJson(group.attributes.schema, `${path}: attribute schema`);
    if (schema.name !== BOOK_SCHEMA_NAME) throw notBook(path, `its schema is ${schema.name}`);
    const isAllStored = group.attributes.all_chunks_stored === true;
    const book = await openColumns(group, BOOK_COLUMNS, path, isAllStored);
    const trades = await openColumns(
      await group.group("trades"),
      TRADE_COLUMNS,
      `${path}/trades`,
      isAllStored,
    );
    return new BookStore(path, group.attributes, schema, book, trades);
  }

  private constructor(
    path: string,
    attributes: JsonObject,
    schema: GroupSchema,
    book: Arrays,
    trades: Arrays,
  ) {
    const { symbol, levels, tick_size, lot_size, ts_event_in_order } = attributes;
    if (typeof symbol !== "string") throw notBook(path, "attribute symbol is missing");
    if (typeof levels !== "number") throw notBook(path, "attribute levels is missing");
    for (const name of TICK_COLUMNS) {
      const { shape } = book.get(name)!;
      if (shape.length === 2 && shape[1] === levels) continue;
      throw mismatch(path, `${name} is [${shape.join(", ")}], but attribute levels is ${levels}`);
    }
    const times = book.get("ts_event")!;
    if (!times.is("int64")) throw notBook(path, `ts_event is ${times.dataType.name}`);
    const prices = book.get("bid_px")!;
    this.path = path;
    this.symbol = symbol;
    this.attributes = attributes;
    this.schema = schema;
    this.scale = {
      levels,
      tickSize: stepAt(path, "tick_size", tick_size),
      lotSize: stepAt(path, "lot_size", lot_size),
      priceType: typeIn(path, { book, trades }, PRICE_ARRAYS),
      sizeType: typeIn(path, { book, trades }, SIZE_ARRAYS),
    };
    this.rowCount = times.shape[0]!;
    this.tradeCount = trades.get("ts_event")!.shape[0]!;
    this.chunkRows = prices.chunks[0]!;
    this.sourceChunkRows = (prices.shards ?? prices.chunks)[0]!;
    this.times = new TimeColumn(times, path, 1n, orderOf(ts_event_in_order));
    this.#book = book;
    this.#trades = trades;
  }

  get rowShape(): readonly number[] {
    return [this.scale.levels];
  }
  get rowBytes(): number {
    const { levels, priceType, sizeType } = this.scale;
    return levels * SIDES * (STEP_BYTES[priceType] + STEP_BYTES[sizeType]) + 3 * 8;
  }

  /**
   * Book rows, default all. Prices are in ticks, sizes in lots, best level first; a level that is not there is
   * `missingTicks` and `missingLots` of the rows.
   * @throws QuarryError `OUT_OF_BOUNDS`, and as `ZarrArray.get`; `PRECISION_LOSS` for an int64 beyond 2^53, which
   *   {@link select} gives
   */
  async rows(range: RowRange = { start: 0, end: this.rowCount }): Promise<BookRows> {
    const rows = new BookRows(this.scale.levels, this.scale);
    rows.setCount(this.#lengthOf(range, this.rowCount));
    await fillRows(this.path, this.#book, BOOK_COLUMNS, rows, range);
    return rows;
  }

  /** Trades, default all. @throws QuarryError as {@link rows} */
  async trades(range: RowRange = { start: 0, end: this.tradeCount }): Promise<TradeRows> {
    const trades = new TradeRows(this.scale);
    trades.setCount(this.#lengthOf(range, this.tradeCount));
    await fillRows(`${this.path}/trades`, this.#trades, TRADE_COLUMNS, trades, range);
    return trades;
  }

  /**
   * The rows whose exchange time is in `[fromNs, toNs)`, nanoseconds since 1970; some chunks of `ts_event` are
   * read for it.
   * @throws QuarryError `VALUE_INVALID` where the store's times are not in order; as `ZarrArray.get`
   */
  async rangeBetween(fromNs: bigint, toNs: bigint): Promise<RowRange> {
    return this.times.rangeBetween(fromNs, toNs);
  }

  select(selection: BookSelection): BlockRead {
    const { path, symbol, times } = this;
    const levels = selectedLevels(selection.levels, this.scale.levels, path);
    const columns = selectedColumns(selection.columns, [...TICK_COLUMNS, ...STAMP_COLUMNS], path);
    const { priceType, sizeType } = this.scale;
    const scale = { ...this.scale, levels: levels?.length ?? this.scale.levels };
    return async (range, gate, signal) => {
      const rows = slice(range.start, range.end);
      const itemsOf = async (name: TickColumn | StampColumn) => {
        const array = this.#book.get(name)!;
        const isLevels = array.shape.length > 1 && levels !== undefined;
        const read = async () =>
          isLevels ? array.getOrthogonal([rows, levels], { signal }) : array.get([rows], { signal });
        const { data } = (await gate.through(read, signal)) as { readonly data: StepItems };
        return [name, data] as const;
      };
      const [timestampsNs, ...items] = await Promise.all([
        gate.through(() => times.read(range, signal), signal),
        ...columns.map(itemsOf),
      ]);
      const among = (names: readonly string[]) =>
        Object.fromEntries(items.filter(([name]) => names.includes(name)));
      return {
        layout: "ticks",
        priceType,
        sizeType,
        symbol,
        path,
        start: range.start,
        count: range.end - range.start,
        timestampsNs,
        scale,
        book: among(TICK_COLUMNS),
        metadata: among(STAMP_COLUMNS),
      } as TickBlock;
    };
  }

  #lengthOf({ start, end }: RowRange, count: number): number {
    if (Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= count) {
      return end - start;
    }
    const message = `${this.path}: rows ${start} to ${end} of ${count}`;
    throw new QuarryError("OUT_OF_BOUNDS", message, { path: this.path });
  }
}

/**
 * @param isAllStored whether every chunk must be there
 * @throws QuarryError `SHAPE_MISMATCH` where they are not of the same rows; `NOT_FOUND` where one is not whole
 */
async function openColumns(
  group: Group,
  columns: readonly Column<never>[],
  path: string,
  isAllStored: boolean,
): Promise<Arrays> {
  const arrays = new Map<string, ZarrArray>();
  for (const { name } of columns) arrays.set(name, await group.array(name));
  const [[first, { shape }]] = [...arrays] as [[string, ZarrArray]];
  for (const [name, array] of arrays) {
    if (array.shape[0] === shape[0]) continue;
    throw mismatch(path, `${name} has ${array.shape[0]} rows, ${first} ${shape[0]}`);
  }
  await Promise.all(
    [...arrays].map(async ([name, array]) => {
      // No row is of 1970, so that no chunk of times is left out for being the fill value.
      if (isAllStored || name === "ts_event") await checkAllStored(array, `${path}/${name}`);
    }),
  );
  return arrays;
}

/** @throws QuarryError `METADATA_INVALID` where the arrays hold no steps, or steps of several types */
function typeIn(
  path: string,
  tables: { readonly book: Arrays; readonly trades: Arrays },
  names: { readonly book: readonly string[]; readonly trades: readonly string[] },
): StepType {
  const arrays = [
    ...names.book.map((name) => tables.book.get(name)!),
    ...names.trades.map((name) => tables.trades.get(name)!),
  ];
  const [type, ...others] = arrays.map(({ dataType }) => STEP_TYPES.find((name) => name === dataType.name));
  if (type !== undefined && others.every((other) => other === type)) return type;
  const found = arrays.map(({ path: place, dataType }) => `${place} is ${dataType.name}`).join(", ");
  throw notBook(path, `${found}: they are all int32, or all int64`);
}

function orderOf(inOrder: unknown): TimeOrder {
  if (typeof inOrder !== "boolean") return "unknown";
  return inOrder ? "in-order" : "not-in-order";
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

function mismatch(path: string, reason: string): QuarryError {
  return new QuarryError("SHAPE_MISMATCH", `${path}: ${reason}`, { path });
}
