/**
 * The rows of a table in blocks, in order: every column of a few whole chunks, and how times and ids step from row to
 * row. Memory is that of two blocks, one being checked and one being read, however long the table is. A block that
 * cannot be read is given as such, and the blocks after it are read all the same.
 */
import { isQuarryError, QuarryError } from "../../errors.ts";
import type { TypedArray } from "../../metadata/typed-array.ts";
import type { ZarrArray } from "../../zarr/array.ts";
import { slice } from "../../zarr/indexing/slice.ts";
import { fillNumbers } from "../step-columns.ts";
import { type StampColumn, Steps } from "./steps.ts";
import { missingItemOf, type Table } from "./table.ts";

/** Numbers in memory; 64-bit integers are brought to doubles, if that loses nothing but how a missing level is written. */
export type NumberColumn = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

export interface TableBlock {
  /** Index of the first row. */
  readonly start: number;
  readonly count: number;
  readonly times: StampColumn;
  /** Differences from the row before; NaN where that is not known. */
  readonly timeSteps: Float64Array;
  readonly ids: StampColumn | undefined;
  /** Empty where the table has no ids. */
  readonly idSteps: Float64Array;
  readonly columns: ReadonlyMap<string, NumberColumn>;
}

export interface UnreadableBlock {
  readonly start: number;
  readonly count: number;
  readonly error: QuarryError;
}

/** Of all columns together: large enough that a block's cost is its rows, small enough to stay out of the way. */
const BLOCK_BYTES = 8 * 2 ** 20;

export interface TableBlocksOptions {
  /** Of all columns of a block; a block has one chunk at least. Default 8 MiB. */
  readonly blockBytes?: number | undefined;
  /** The table whose last row comes before the first one, such as that of the week before. */
  readonly before?: Table | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface RawBlock {
  readonly start: number;
  readonly count: number;
  readonly times: StampColumn;
  readonly ids: StampColumn | undefined;
  readonly columns: ReadonlyMap<string, NumberColumn>;
}

export async function* tableBlocks(
  table: Table,
  options: TableBlocksOptions = {},
): AsyncGenerator<TableBlock | UnreadableBlock, void, undefined> {
  const timeSteps = new Steps(await lastItem(options.before?.time));
  const idSteps = new Steps(await lastItem(options.before?.ids?.array));
  for await (const block of rawBlocks(table, options)) {
    if ("error" in block) {
      timeSteps.forget();
      idSteps.forget();
      yield block;
      continue;
    }
    yield {
      ...block,
      timeSteps: timeSteps.next(block.times),
      idSteps: block.ids === undefined ? new Float64Array(0) : idSteps.next(block.ids),
    };
  }
}

/** Undefined where there is none, or it cannot be read: reading its own table says so. */
async function lastItem(column: ZarrArray | undefined): Promise<number | bigint | undefined> {
  if (column === undefined || column.shape[0] === 0) return undefined;
  try {
    return (await column.get([-1])) as number | bigint;
  } catch (error) {
    if (isQuarryError(error)) return undefined;
    throw error;
  }
}

async function* rawBlocks(
  table: Table,
  { blockBytes = BLOCK_BYTES, signal }: TableBlocksOptions,
): AsyncGenerator<RawBlock | UnreadableBlock, void, undefined> {
  const { blockRows, pieceRows } = rowsOfBlock(table, blockBytes);
  const read = (start: number, rows: number): Promise<RawBlock | UnreadableBlock> =>
    readBlock(table, start, Math.min(rows, table.rowCount - start), signal);
  let next = table.rowCount > 0 ? read(0, blockRows) : undefined;
  while (next !== undefined) {
    const block = await next;
    const end = block.start + block.count;
    next = end < table.rowCount ? read(end, blockRows) : undefined;
    // Its failure is told when its turn comes.
    next?.catch(() => {});
    if (!("error" in block) || block.count <= pieceRows) {
      yield block;
      continue;
    }
    // One broken chunk takes no more rows with it than it has.
    for (let start = block.start; start < end; start += pieceRows) {
      yield await read(start, Math.min(pieceRows, end - start));
    }
  }
}

/** A block may be so many times `blockBytes`, where whole chunks of all columns are not to be had for less. */
const WHOLE_CHUNKS_FACTOR = 8;

/**
 * Of a block: whole chunks of the column whose chunks have the most rows, unless that takes too much memory. Of a
 * piece: those of the column whose chunks have the fewest.
 */
function rowsOfBlock(
  { time, ids, columns }: Table,
  blockBytes: number,
): {
  readonly blockRows: number;
  readonly pieceRows: number;
} {
  const arrays = [time, ...columns.values(), ...(ids === undefined ? [] : [ids.array])];
  const rowBytes = arrays.reduce(
    (bytes, { shape, dataType }) =>
      bytes + shape.slice(1).reduce((items, extent) => items * extent, dataType.itemBytes),
    0,
  );
  const chunkRows = arrays.map(({ chunks }) => chunks[0]!).sort((a, b) => a - b);
  const fitting = chunkRows.findLast((rows) => rows * rowBytes <= WHOLE_CHUNKS_FACTOR * blockBytes);
  const unitRows = fitting ?? chunkRows[0]!;
  return {
    blockRows: unitRows * Math.max(1, Math.floor(blockBytes / rowBytes / unitRows)),
    pieceRows: chunkRows[0]!,
  };
}

async function readBlock(
  table: Table,
  start: number,
  count: number,
  signal: AbortSignal | undefined,
): Promise<RawBlock | UnreadableBlock> {
  const itemsOf = async (array: ZarrArray): Promise<TypedArray> => {
    const rows = [slice(start, start + count), ...array.shape.slice(1).map(() => null)];
    return (await array.get(rows, { signal })).data as TypedArray;
  };
  const columns = [...table.columns];
  try {
    const [times, ids, ...items] = await Promise.all([
      itemsOf(table.time),
      table.ids === undefined ? undefined : itemsOf(table.ids.array),
      ...columns.map(([, array]) => itemsOf(array)),
    ]);
    return {
      start,
      count,
      times: times as StampColumn,
      ids: ids as StampColumn | undefined,
      columns: new Map(columns.map(([name, array], index) => [name, numbersOf(items[index]!, array)])),
    };
  } catch (error) {
    if (!isQuarryError(error)) throw error;
    return { start, count, error };
  }
}

function numbersOf(items: TypedArray, array: ZarrArray): NumberColumn {
  if (!(items instanceof BigInt64Array) && !(items instanceof BigUint64Array)) return items;
  const numbers = new Float64Array(items.length);
  const missing = missingItemOf(array);
  const inexact = fillNumbers(items, numbers, typeof missing === "bigint" ? missing : undefined);
  if (inexact < 0) return numbers;
  const { path } = array;
  throw new QuarryError(
    "VALUE_INVALID",
    `${path}: ${items[inexact]} is beyond the prices and sizes that a check can compare exactly`,
    { path },
  );
}
