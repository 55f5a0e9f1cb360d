/** The tick that a table's float prices should lie on: as told, as the store says, or as its prices show. */
import { isQuarryError } from "../../errors.ts";
import type { DataType } from "../../metadata/data-type.ts";
import { type FloatBytes, shortestDecimal } from "../../metadata/float.ts";
import type { ZarrArray } from "../../zarr/array.ts";
import { slice } from "../../zarr/indexing/slice.ts";
import { DecimalGrid } from "../decimal-grid.ts";
import { StepSample } from "../sources/find-step.ts";
import type { LevelField, Table } from "../tables/table.ts";
import type { NumberColumn } from "../tables/table-blocks.ts";
import { LAST_PLACES } from "./price-grid.ts";

export interface PriceTick {
  /** Positive decimal text. */
  readonly step: string;
  /** Where it comes from, in words. */
  readonly origin: string;
}

/** Rows that are looked at, in runs spread evenly over the table. */
const RUNS = 32;
const RUN_ROWS = 32;
/**
 * The tick of `fields`, which are the prices of `table`; undefined where they have none.
 * @param told the tick by the caller
 */
export async function priceTick(
  table: Table,
  fields: readonly LevelField[],
  told: string | undefined,
): Promise<PriceTick | undefined> {
  if (told !== undefined) return { step: told, origin: "as given" };
  const said = decimalStep(table.attributes.tick_size);
  if (said !== undefined) return { step: said, origin: "the store's tick_size" };
  const step = await tickOfSample(table, fields);
  return step === undefined ? undefined : { step, origin: "found in the prices" };
}

/** Whether prices of this type may be off a grid at all. */
export function canBeOffGrid({ kind }: DataType): boolean {
  return kind === "float";
}

function decimalStep(value: unknown): string | undefined {
  try {
    return new DecimalGrid(String(value)).step;
  } catch {
    return undefined;
  }
}

async function tickOfSample(table: Table, fields: readonly LevelField[]): Promise<string | undefined> {
  const sample = new StepSample();
  const runs = Math.min(RUNS, Math.ceil(table.rowCount / RUN_ROWS));
  for (let run = 0; run < runs; run += 1) {
    const start = runs === 1 ? 0 : Math.round(((table.rowCount - RUN_ROWS) * run) / (runs - 1));
    for (const field of fields) {
      const prices = await rowsOf(table.columns.get(field.column)!, start);
      if (prices === undefined) continue;
      const rows = priceTexts(prices, field);
      if (isFinerThanFloats(stepOf(rows), rows, prices)) continue;
      addRows(sample, rows);
    }
  }
  return sample.step(true);
}

/** The prices of each row, as decimal texts. */
function priceTexts(prices: NumberColumn, field: LevelField): string[][] {
  const rows: string[][] = [];
  for (let first = field.first; first < prices.length; first += field.rowItems) {
    const row: string[] = [];
    for (let level = 0; level < field.levels; level += 1) {
      const price = prices[first + level * field.stride]!;
      if (price !== field.missing && Number.isFinite(price))
        row.push(plainDecimal(shortestDecimal(price, prices.BYTES_PER_ELEMENT as FloatBytes)));
    }
    rows.push(row);
  }
  return rows;
}

function stepOf(rows: readonly (readonly string[])[]): string | undefined {
  const sample = new StepSample();
  addRows(sample, rows);
  return sample.step(true);
}

function addRows(sample: StepSample, rows: readonly (readonly string[])[]): void {
  for (const row of rows) {
    sample.nextLine();
    for (const price of row) sample.add(price);
  }
}

/** Whether the step is none of a market but of damaged values: finer than floats of that size can be. */
function isFinerThanFloats(
  step: string | undefined,
  rows: readonly (readonly string[])[],
  prices: NumberColumn,
): boolean {
  if (step === undefined) return true;
  const largest = rows.flat().reduce((price, text) => Math.max(price, Math.abs(Number(text))), 0);
  return Number(step) < largest * LAST_PLACES[prices.BYTES_PER_ELEMENT]!;
}

/** Undefined where the rows cannot be read: the audit itself says so. */
async function rowsOf(array: ZarrArray, start: number): Promise<NumberColumn | undefined> {
  const rows = [slice(start, start + RUN_ROWS), ...array.shape.slice(1).map(() => null)];
  try {
    return (await array.get(rows)).data as NumberColumn;
  } catch (error) {
    if (isQuarryError(error)) return undefined;
    throw error;
  }
}

/** Without an exponent, which no price of an exchange has. */
function plainDecimal(price: number): string {
  const text = String(price);
  return /e-/.test(text) ? price.toFixed(15) : text;
}
