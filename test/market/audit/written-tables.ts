/** Tables in memory, as columns that a test can damage, and stores of them. */
import { MISSING_LEVEL_INT64 } from "../../../src/market/step-types.ts";
import { createGroup, type Location } from "../../../src/zarr/open.ts";

export const MINUTE_NS = 60_000_000_000n;
export const START_NS = BigInt(Date.UTC(2024, 7, 5)) * 1_000_000n;

export const MISSING = -0x8000_0000;
export const TICK = 0.5;

/** Columns of a book with three levels and more, without a fault. */
export interface BookColumns {
  readonly levels: number;
  readonly times: BigInt64Array;
  readonly sequence: BigInt64Array;
  readonly bidPx: Int32Array | Float32Array | Float64Array;
  readonly bidSz: Int32Array | Float32Array | Float64Array;
  readonly askPx: Int32Array | Float32Array | Float64Array;
  readonly askSz: Int32Array | Float32Array | Float64Array;
}

/** Rows 0.7 and 1.15 seconds apart; ids rise by one and three. Float prices are multiples of {@link TICK}. */
export function soundBook(
  rows: number,
  levels: number,
  Items: Int32ArrayConstructor | Float32ArrayConstructor | Float64ArrayConstructor,
): BookColumns {
  const step = Items === Int32Array ? 1 : TICK;
  const items = (itemAt: (row: number, level: number) => number) => {
    const column = new Items(rows * levels);
    return column.map((_, at) => itemAt(Math.floor(at / levels), at % levels));
  };
  return {
    levels,
    times: BigInt64Array.from(
      { length: rows },
      (_, row) => START_NS + BigInt(row * 1000 + (row % 3) * 150) * 1_000_000n,
    ),
    sequence: BigInt64Array.from({ length: rows }, (_, row) => BigInt(1000 + row * 2 + (row % 2))),
    bidPx: items((row, level) => (60_000 + (row % 7) - level) * step),
    bidSz: items((row, level) => 1 + ((row + level) % 5)),
    askPx: items((row, level) => (60_002 + (row % 7) + level) * step),
    askSz: items((row, level) => 2 + ((row + level) % 3)),
  };
}

/** By what prices and sizes of int64 are larger: an odd number, so that all of their bits count. */
const INT64_FACTOR = 2n ** 31n + 1n;

/** The same book in larger numbers, which 32 bits do not hold. */
function asInt64(items: BookColumns["bidPx"]): BigInt64Array {
  return BigInt64Array.from(items, (item) =>
    item === MISSING ? MISSING_LEVEL_INT64 : BigInt(item) * INT64_FACTOR,
  );
}

interface Stored {
  readonly data: BigInt64Array | Int32Array | Float32Array | Float64Array;
  readonly shape: readonly number[];
  readonly attributes?: Record<string, string | number>;
}

export interface WriteOptions {
  readonly chunkRows?: number;
  readonly attributes?: Record<string, string>;
  readonly mode?: "w" | "w-";
}

/** Writes arrays over one time dimension, chunks of `chunkRows`. */
export async function writeTable(
  location: Location,
  dimension: string,
  arrays: Readonly<Record<string, Stored>>,
  { chunkRows = 64, attributes = {}, mode = "w-" }: WriteOptions = {},
): Promise<void> {
  const group = await createGroup(location, { attributes, mode });
  for (const [name, { data, shape, attributes = {} }] of Object.entries(arrays)) {
    const array = await group.createArray(name, {
      dataType: typeOf(data),
      shape,
      chunks: [chunkRows, ...shape.slice(1)],
      dimensionNames: [dimension, ...shape.slice(1).map((_, axis) => `axis${axis}`)],
      attributes,
      fillValue: shape.length === 2 ? missingOf(data) : 0,
    });
    await array.set(null, data as never);
  }
  await group.consolidate();
}

export const TIME_ATTRIBUTES = { units: "nanoseconds since 1970-01-01" };

export async function writeBook(
  location: Location,
  book: BookColumns,
  chunkRows?: number,
  isInt64 = false,
): Promise<void> {
  const rows = book.times.length;
  const side = (items: BookColumns["bidPx"]) => ({
    data: isInt64 ? asInt64(items) : items,
    shape: [rows, book.levels],
  });
  await writeTable(
    location,
    "ts_event",
    {
      ts_event: { data: book.times, shape: [rows], attributes: TIME_ATTRIBUTES },
      sequence: { data: book.sequence, shape: [rows] },
      bid_px: side(book.bidPx),
      bid_sz: side(book.bidSz),
      ask_px: side(book.askPx),
      ask_sz: side(book.askSz),
    },
    { ...(chunkRows !== undefined && { chunkRows }), attributes: { tick_size: String(TICK) } },
  );
}

function missingOf(data: Stored["data"]): number | bigint {
  if (data instanceof BigInt64Array) return MISSING_LEVEL_INT64;
  return data instanceof Int32Array ? MISSING : 0;
}

function typeOf(data: Stored["data"]) {
  if (data instanceof BigInt64Array) return "int64";
  if (data instanceof Int32Array) return "int32";
  return data instanceof Float32Array ? "float32" : "float64";
}
