/** One book store while it is written, whichever way: what `BookWriter` hands its rows to. */
import type { JsonObject } from "../metadata/json.ts";
import type { Group } from "../zarr/group.ts";
import type { BookRows, TradeRows } from "./book-rows.ts";
import type { RowItems } from "./check-rows.ts";
import { isoTime, type Partition } from "./partition.ts";
import type { ArraySchema } from "./schema.ts";
import type { TableSummary } from "./table-times.ts";
import type { RowSink } from "./table-writer.ts";

export interface OpenBook {
  readonly partition: Partition;
  /** Where the store is, or will be. */
  readonly path: string;
  /** Of the book so far. */
  readonly rows: TableSummary;
  /** @internal */
  readonly book: RowSink<BookRows>;
  /** @internal */
  readonly trades: RowSink<TradeRows>;

  /**
   * Adds an array that is known only when the rows are. One over the dimension `ts_event` has an item, or a row, for
   * each row of the book.
   * @throws QuarryError `ALREADY_EXISTS`, `STORE_FAILED`; `VALUE_INVALID`, `SHAPE_MISMATCH` and `PRECISION_LOSS` for values
   *   that are not what `schema` says, with nothing written
   */
  addArray(schema: ArraySchema, values: RowItems): Promise<void>;

  /**
   * Writes what has collected and the root's attributes, and seals the store.
   * @throws QuarryError `SHAPE_MISMATCH` where a late array has not as many rows as the book; `STORE_FAILED`
   * @internal
   */
  complete(attributes: JsonObject): Promise<WrittenStore>;

  /** @throws QuarryError `ALREADY_EXISTS` where the place has been taken meanwhile @internal */
  checkPlace(): Promise<void>;

  /** Lets the completed store be seen and used by others. @throws QuarryError `ALREADY_EXISTS`, `STORE_FAILED` @internal */
  publish(): Promise<void>;

  /** Gives the store up: what nobody has been promised is gone. @internal */
  discard(): Promise<void>;
}

export interface WrittenStore {
  readonly path: string;
  readonly symbol: string;
  readonly rows: number;
  readonly trades: number;
  /** ISO 8601 with nanoseconds, of the earliest and latest row; of the trades where there are no rows. */
  readonly first: string;
  readonly last: string;
  /** Bytes of all items, before encoding. */
  readonly rawBytes: number;
  /** Bytes of all files. */
  readonly storedBytes: number;
}

/** What is in the store, for those who look at it without reading it. */
export function contentAttributes(book: TableSummary, trades: TableSummary): JsonObject {
  return {
    rows: book.rows,
    trades: trades.rows,
    first: book.firstNs === undefined ? null : isoTime(book.firstNs),
    last: book.lastNs === undefined ? null : isoTime(book.lastNs),
    ts_event_in_order: book.inOrder,
  };
}

/** @param storedBytes of all files */
export async function describeBook(
  { path, book, trades }: OpenBook,
  symbol: string,
  group: Group,
  storedBytes: number,
): Promise<WrittenStore> {
  const shown = book.summary.rows > 0 ? book.summary : trades.summary;
  return {
    path,
    symbol,
    rows: book.summary.rows,
    trades: trades.summary.rows,
    first: isoTime(shown.firstNs!),
    last: isoTime(shown.lastNs!),
    rawBytes: await rawBytesIn(group),
    storedBytes,
  };
}

async function rawBytesIn(group: Group): Promise<number> {
  let bytes = 0;
  for await (const [, node] of group.members({ depth: 2 })) {
    if ("shape" in node)
      bytes += node.shape.reduce((items, length) => items * length, node.dataType.itemBytes);
  }
  return bytes;
}
