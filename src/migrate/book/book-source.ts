/**
 * A collector's book as arrays of one quantity each, in whole ticks and lots. `data` is `[rows, 2 × levels, columns]`:
 * first the bids, then the asks, best first, with the columns price, size and, where there are three, count.
 *
 * | array                 | items                                                                    |
 * |-----------------------|--------------------------------------------------------------------------|
 * | `ts_event` `[T]`      | int64, nanoseconds since 1970: `timestamps` in the unit that it names    |
 * | `level` `[L]`         | uint8: 0, 1, 2 …                                                         |
 * | `bid_px`, `ask_px` `[T, L]` | int32 or int64, ticks; NaN is the least number of the type         |
 * | `bid_sz`, `ask_sz` `[T, L]` | int32 or int64, lots                                               |
 * | `bid_ct`, `ask_ct` `[T, L]` | int32, as they are                                                 |
 *
 * All other arrays stay as they are. Every value is looked at before anything is written, so that a store of which one
 * is not on the grid is refused as a whole.
 */
import { QuarryError } from "../../errors.ts";
import { type StepType, type StepTypeOptions, stepTypesOf } from "../../market/step-types.ts";
import type { JsonObject } from "../../metadata/json.ts";
import type { NodePath } from "../../metadata/node-name.ts";
import { BOOK_PATHS } from "../book-week.ts";
import type { MigrationSource, SourceArray } from "../source.ts";
import { bookArrays } from "./book-arrays.ts";
import { type BookColumn, findSteps } from "./find-steps.ts";
import { FloatGrid, type FloatPrecision } from "./float-grid.ts";

export interface BookScaleOptions extends StepTypeOptions {
  /** Decimal text, such as `"0.1"`. Default: found from the values. */
  readonly tickSize?: string | undefined;
  readonly lotSize?: string | undefined;
}

/** What is known of a book once all of it has been looked at. */
export interface BookShape {
  readonly levels: number;
  readonly precision: FloatPrecision;
  /** By column, the grid on which all of its values are. */
  readonly grids: Readonly<Partial<Record<BookColumn, FloatGrid>>>;
  /** What the steps on them are counted in. */
  readonly types: Readonly<Record<BookColumn, StepType>>;
}

const COLUMNS: readonly BookColumn[] = ["price", "size", "count"];

/** `level` is uint8. */
const LEVELS_MAX = 255;

/**
 * `source` as a book.
 * @throws QuarryError `UNSUPPORTED_FORMAT` where there is none in it; `PRECISION_LOSS` naming the first value that is
 *   not on the grid; what reading throws
 * @throws RangeError for steps and step types that are none
 */
export async function bookSource(
  source: MigrationSource,
  options: BookScaleOptions,
): Promise<MigrationSource> {
  const data = requireArray(source, BOOK_PATHS.rows);
  const times = requireArray(source, BOOK_PATHS.times);
  const { levels, precision, columns } = checkShape(source, data, times);
  const { priceType, sizeType } = stepTypesOf(options);
  const types = { price: priceType, size: sizeType, count: "int32" } as const;
  const given = {
    price: { step: options.tickSize, type: types.price },
    size: { step: options.lotSize, type: types.size },
    count: { step: "1", type: types.count },
  };
  const steps = await findSteps(data, columns, given);
  const grids = Object.fromEntries(
    columns.map((column) => [column, new FloatGrid(steps[column]!, precision, types[column])]),
  );
  const book: BookShape = { levels, precision, grids, types };
  const replaced: readonly NodePath[] = [data.path, times.path];
  const others = source.arrays.filter(({ path }) => !replaced.includes(path));
  const made = bookArrays(data, times, book);
  const clash = others.find(({ path }) => made.some((array) => array.path === path));
  if (clash !== undefined) throw notABook(source, `it has an array ${clash.path} already`);
  return {
    ...source,
    format: `${source.format}, as a book`,
    groups: source.groups.map((group) =>
      group.path === "/" ? { ...group, attributes: { ...group.attributes, ...scaleFacts(book) } } : group,
    ),
    arrays: [...others, ...made].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

function scaleFacts({ levels, grids }: BookShape): JsonObject {
  return { levels, tick_size: grids.price!.step, lot_size: grids.size!.step };
}

function checkShape(
  source: MigrationSource,
  { shape, dataType, path }: SourceArray,
  times: SourceArray,
): { levels: number; precision: FloatPrecision; columns: readonly BookColumn[] } {
  const [rows, sides, columnCount] = shape;
  const named = source.groups.find((group) => group.path === "/")?.attributes.columns;
  const columns = COLUMNS.slice(0, columnCount);
  const isBook =
    shape.length === 3 && sides! % 2 === 0 && sides! > 0 && (columnCount === 2 || columnCount === 3);
  if (!isBook)
    throw notABook(source, `${path} has the shape [${shape.join(", ")}], not [rows, 2 × levels, 2 or 3]`);
  if (Array.isArray(named) && named.join() !== columns.join()) {
    throw notABook(source, `its columns are ${named.join(", ")}, not ${columns.join(", ")}`);
  }
  if (dataType.name !== "float32" && dataType.name !== "float64") {
    throw notABook(source, `${path} holds ${dataType.name}, not float32 or float64`);
  }
  if (times.dataType.name !== "int64" || times.shape.length !== 1 || times.shape[0] !== rows) {
    throw notABook(source, `${times.path} does not hold one int64 for each of the ${rows} rows`);
  }
  const levels = sides! / 2;
  if (levels > LEVELS_MAX) throw notABook(source, `it has ${levels} levels, more than ${LEVELS_MAX}`);
  return { levels, precision: dataType.name, columns };
}

function requireArray(source: MigrationSource, path: NodePath): SourceArray {
  const array = source.arrays.find((candidate) => candidate.path === path);
  if (array !== undefined) return array;
  throw notABook(source, `it has no array ${path}`);
}

function notABook({ location }: MigrationSource, reason: string): QuarryError {
  return new QuarryError("UNSUPPORTED_FORMAT", `${location} is no collector's book: ${reason}`, {
    path: location,
  });
}
