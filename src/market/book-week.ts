/**
 * One store of order-book rows as `BookReader` reads it, whatever its layout, and the blocks of rows that it gives.
 *
 * - `ticks`: a book store (`spec/book-store.md`), integer ticks and lots, one array a side and quantity
 * - `floats`: the older layout, `data` [rows, levels of both sides, columns] with `timestamps` and, maybe,
 *   `snapshot_metadata`
 */
import type { JsonObject } from "../metadata/json.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import type { Gate } from "../store/gate.ts";
import type { BookSelection } from "./book-selection.ts";
import type { BookScale } from "./schemas/book.ts";
import type { StepItems, StepType } from "./step-types.ts";
import type { TimeColumn } from "./time-column.ts";

/** Rows from `start` up to `end`, without it. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** Where the rows of a block are, and when they happened. */
interface BlockPlace {
  readonly symbol: string;
  /** The store that they come from. */
  readonly path: string;
  /** Index of the first row in that store. */
  readonly start: number;
  readonly count: number;
  /** Time of each row, nanoseconds since 1970. */
  readonly timestampsNs: BigInt64Array;
}

/** Of one of the types that prices and sizes can have, which `priceType` and `sizeType` tell. */
export type TickBlock = {
  [Price in StepType]: { [Size in StepType]: TickBlockOf<Price, Size> }[StepType];
}[StepType];

export interface TickBlockOf<Price extends StepType, Size extends StepType> extends BlockPlace {
  readonly layout: "ticks";
  /** Data types of the prices and of the sizes of this store. */
  readonly priceType: Price;
  readonly sizeType: Size;
  /** Tick and lot of this store, and how many levels of each side the block has. */
  readonly scale: BookScale;
  /**
   * Of `count` × levels items, row after row, best level first; a missing level is `MISSING_LEVEL`, of int64
   * `MISSING_LEVEL_INT64`.
   */
  readonly book: Partial<Record<PriceColumn, StepItems<Price>> & Record<SizeColumn, StepItems<Size>>>;
  readonly metadata: Partial<Record<StampColumn, BigInt64Array>>;
}

export type PriceColumn = "bid_px" | "ask_px";
export type SizeColumn = "bid_sz" | "ask_sz";
export type TickColumn = PriceColumn | SizeColumn;
export type StampColumn = "ts_recv" | "sequence";

/** Numbers as rows. */
export interface Matrix<Items> {
  readonly data: Items;
  readonly shape: readonly number[];
}

export interface FloatBlock extends BlockPlace {
  readonly layout: "floats";
  /** `[count, levels of both sides, columns]`, in the data type of the store. */
  readonly book: Matrix<TypedArrayOf<FloatType>>;
  /** Names along the last axis of `book`; empty where the store does not say. */
  readonly columns: readonly string[];
  /** `[count, …]`; undefined where the store has none. */
  readonly metadata: Matrix<TypedArrayOf<"float64">> | undefined;
}

export type FloatType = "float16" | "float32" | "float64";

export type BookBlock = TickBlock | FloatBlock;

export interface BookWeek {
  readonly path: string;
  readonly symbol: string;
  readonly layout: BookBlock["layout"];
  readonly attributes: JsonObject;
  readonly rowCount: number;
  /** What must be the same in all weeks that are read as one: lengths behind the first axis. */
  readonly rowShape: readonly number[];
  /** Decoded bytes of a row of the book. */
  readonly rowBytes: number;
  /** Rows of a chunk; of an inner chunk, where the store is sharded. */
  readonly chunkRows: number;
  /** Rows of what is one file: the shard, or else the chunk. */
  readonly sourceChunkRows: number;
  readonly times: TimeColumn;

  /**
   * Checks a selection and resolves it for many reads.
   * @throws RangeError for columns or levels that there are not
   */
  select(selection: BookSelection): BlockRead;
}

/**
 * Reads a block, each of its arrays through `gate`.
 * @throws QuarryError as `ZarrArray.get`
 */
export type BlockRead = (range: RowRange, gate: Gate, signal?: AbortSignal) => Promise<BookBlock>;
