/** The steps on which all prices, sizes and counts of a book are: given, or found from the values. */
import { QuarryError } from "../../errors.ts";
import { layoutRowBytes } from "../destination-array.ts";
import type { SourceArray } from "../source.ts";
import { WindowReader } from "../window-reader.ts";
import { FloatGrid, type FloatPrecision, StepSearch } from "./float-grid.ts";

export type BookColumn = "price" | "size" | "count";

/** Decoded bytes that are looked at in one piece. */
const WINDOW_BYTES = 16 << 20;

/**
 * Looks at every value of `data`, `[rows, levels of both sides, columns]`. Chunks that are damaged say nothing here.
 * @param given steps by column; those that are undefined are searched for
 * @throws QuarryError `PRECISION_LOSS` naming the first value that is not on the grid
 */
export async function findSteps(
  data: SourceArray,
  columns: readonly BookColumn[],
  given: Readonly<Partial<Record<BookColumn, string | undefined>>>,
): Promise<Readonly<Partial<Record<BookColumn, string>>>> {
  const precision = data.dataType.name as FloatPrecision;
  const checks = columns.map((column) => checkOf(given[column], precision));
  const reader = new WindowReader(data, { chunkByChunk: false, lost: [], onLost: () => {} });
  const [rows, ...rowShape] = data.shape as [number, ...number[]];
  const windowRows = Math.max(1, Math.floor(WINDOW_BYTES / layoutRowBytes(data)));
  for (let start = 0; start < rows; start += windowRows) {
    const shape = [Math.min(windowRows, rows - start), ...rowShape];
    const values = (await reader.read({ start: [start, 0, 0], shape }, undefined)) as Float32Array;
    for (let at = 0; at < values.length; at++) {
      const value = values[at]!;
      const column = at % columns.length;
      // A level that is not there; NaN is no value on any grid.
      if (Number.isNaN(value) || checks[column]!.isOn(value)) continue;
      throw offGrid(data, columns, start * (values.length / shape[0]!) + at, value, given[columns[column]!]);
    }
  }
  return Object.fromEntries(columns.map((column, i) => [column, checks[i]!.step()]));
}

interface ColumnCheck {
  isOn(value: number): boolean;
  step(): string;
}

function checkOf(step: string | undefined, precision: FloatPrecision): ColumnCheck {
  if (step === undefined) {
    const search = new StepSearch(precision);
    return { isOn: (value) => search.add(value), step: () => search.step };
  }
  const grid = new FloatGrid(step, precision);
  return { isOn: (value) => grid.stepsOf(value) !== undefined, step: () => grid.step };
}

function offGrid(
  { path, shape }: SourceArray,
  columns: readonly BookColumn[],
  position: number,
  value: number,
  step: string | undefined,
): QuarryError {
  const row = Math.floor(position / (shape[1]! * shape[2]!));
  const level = Math.floor(position / shape[2]!) % shape[1]!;
  const column = columns[position % shape[2]!]!;
  const grid = step === undefined ? "of any decimal step" : `of ${step}`;
  return new QuarryError(
    "PRECISION_LOSS",
    `${path} row ${row}, level ${level}: the ${column} ${value} is not exactly one whole number ${grid} within int32; ` +
      "migrate with the layout raw, or give another step",
    { path },
  );
}
