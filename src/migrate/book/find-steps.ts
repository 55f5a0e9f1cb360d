/** The steps on which all prices, sizes and counts of a book are: given, or found from the values. */
import { QuarryError } from "../../errors.ts";
import type { StepType } from "../../market/step-types.ts";
import { layoutRowBytes } from "../destination-array.ts";
import type { SourceArray } from "../source.ts";
import { WindowReader } from "../window-reader.ts";
import { FloatGrid, type FloatPrecision, StepSearch } from "./float-grid.ts";

export type BookColumn = "price" | "size" | "count";

/** What is known of a column before its values are looked at. */
export interface StepRequest {
  /** Default: it is searched for. */
  readonly step: string | undefined;
  /** What its steps are counted in. */
  readonly type: StepType;
}

/** Decoded bytes that are looked at in one piece. */
const WINDOW_BYTES = 16 << 20;

/**
 * Looks at every value of `data`, `[rows, levels of both sides, columns]`. Chunks that are damaged say nothing here.
 * @param given by column
 * @throws QuarryError `PRECISION_LOSS` naming the first value that is not on the grid
 */
export async function findSteps(
  data: SourceArray,
  columns: readonly BookColumn[],
  given: Readonly<Record<BookColumn, StepRequest>>,
): Promise<Readonly<Partial<Record<BookColumn, string>>>> {
  const precision = data.dataType.name as FloatPrecision;
  const checks = columns.map((column) => checkOf(given[column], precision));
  /** Of each column the value furthest from 0: where a step turns out to be finer, it is the first to overflow. */
  const furthest = columns.map(() => ({ value: 0, position: 0 }));
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
      if (Number.isNaN(value)) continue;
      const position = start * (values.length / shape[0]!) + at;
      if (!checks[column]!.isOn(value)) {
        throw offGrid(data, columns, position, value, given[columns[column]!], checks[column]!);
      }
      if (Math.abs(value) > Math.abs(furthest[column]!.value)) furthest[column] = { value, position };
    }
  }
  return Object.fromEntries(
    columns.map((column, i) => {
      const found = { step: checks[i]!.step(), type: given[column].type };
      const check = checkOf(found, precision);
      const { value, position } = furthest[i]!;
      if (!check.isOn(value)) throw offGrid(data, columns, position, value, found, check);
      return [column, found.step];
    }),
  );
}

interface ColumnCheck {
  isOn(value: number): boolean;
  /** Whether it would be with steps of int64. */
  isOnAsInt64(value: number): boolean;
  step(): string;
}

function checkOf({ step, type }: StepRequest, precision: FloatPrecision): ColumnCheck {
  if (step === undefined) {
    const search = new StepSearch(precision, type);
    return {
      isOn: (value) => search.add(value),
      isOnAsInt64: (value) => search.wouldTakeAsInt64(value),
      step: () => search.step,
    };
  }
  const grid = new FloatGrid(step, precision, type);
  return {
    isOn: (value) => grid.stepsOf(value) !== undefined,
    isOnAsInt64: (value) => new FloatGrid(step, precision, "int64").stepsOf(value) !== undefined,
    step: () => grid.step,
  };
}

function offGrid(
  { path, shape }: SourceArray,
  columns: readonly BookColumn[],
  position: number,
  value: number,
  { step, type }: StepRequest,
  check: ColumnCheck,
): QuarryError {
  const row = Math.floor(position / (shape[1]! * shape[2]!));
  const level = Math.floor(position / shape[2]!) % shape[1]!;
  const column = columns[position % shape[2]!]!;
  const grid = step === undefined ? "of any decimal step" : `of ${step}`;
  const isWide = column !== "count" && check.isOnAsInt64(value);
  const remedy = isWide ? `--${column}-type int64 (${column}Type) takes it; else ` : "";
  return new QuarryError(
    "PRECISION_LOSS",
    `${path} row ${row}, level ${level}: the ${column} ${value} is not exactly one whole number ${grid} within ${type}; ` +
      `${remedy}migrate with the layout raw, or give another step`,
    { path },
  );
}
