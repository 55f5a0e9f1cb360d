/** Which checks a table gets, with what they need to know beforehand. */

import type { Field, LevelField, Table } from "../tables/table.ts";
import { BarOpenClose, BarRange } from "./bar-range.ts";
import type { Check } from "./check.ts";
import { CrossedBooks } from "./crossed-books.ts";
import { RepeatedIds, RepeatedRows } from "./duplicates.ts";
import { type ExpectedStep, expectedTimeStep, idsAreConsecutive, sampleSteps } from "./expected-step.ts";
import { Gaps } from "./gaps.ts";
import { LevelOrder } from "./level-order.ts";
import { PriceGrid } from "./price-grid.ts";
import { canBeOffGrid, priceTick } from "./price-tick.ts";
import { SequenceBreaks } from "./sequence-breaks.ts";
import { LevelSizes, RowSizes } from "./sizes.ts";
import { TimeOrder } from "./time-order.ts";

export interface Expectations {
  /** A longer silence is a gap, nanoseconds. Default: from the steps that the table's rows take. */
  readonly maxGapNs?: number | undefined;
  /** What float prices are multiples of, positive decimal text. Default: what the store says, else its prices show. */
  readonly tickSize?: string | undefined;
}

export async function checksOf(table: Table, expectations: Expectations): Promise<Check[]> {
  const { sides, trade, bar, ids } = table;
  const checks: Check[] = [new TimeOrder(), duplicatesOf(table)];
  const expected = await expectedStepOf(table, expectations.maxGapNs);
  if (expected !== undefined) checks.push(new Gaps(expected, table.timeScale.unitNs));
  if (ids !== undefined) {
    checks.push(new SequenceBreaks(ids.name, idsAreConsecutive(await sampleSteps(ids.array))));
  }
  if (sides !== undefined) {
    checks.push(new CrossedBooks("crossed", sides), new CrossedBooks("locked", sides), new LevelOrder(sides));
    if (sides.some(({ sizes }) => sizes !== undefined)) checks.push(new LevelSizes(sides));
  }
  if (trade !== undefined) checks.push(new RowSizes(trade.size, "trades"));
  if (bar?.volume !== undefined) checks.push(new RowSizes(bar.volume, "bars"));
  const prices = pricesOf(table).filter(({ column }) => canBeOffGrid(table.columns.get(column)!.dataType));
  const tick = prices.length === 0 ? undefined : await priceTick(table, prices, expectations.tickSize);
  if (tick !== undefined) checks.push(new PriceGrid(prices, tick.step, tick.origin));
  if (bar !== undefined) checks.push(new BarRange(bar), new BarOpenClose(bar));
  return checks;
}

function duplicatesOf({ kind, ids, columns }: Table): Check {
  if (kind === "trades" && ids !== undefined) return new RepeatedIds(ids.name);
  // Two bars of one time contradict each other, whatever is in them.
  return new RepeatedRows(kind === "bars" ? [] : [...columns.keys()]);
}

async function expectedStepOf(table: Table, maxGapNs: number | undefined): Promise<ExpectedStep | undefined> {
  const sampled = expectedTimeStep(await sampleSteps(table.time));
  if (maxGapNs === undefined) return sampled;
  return { regular: sampled?.regular, limit: maxGapNs / table.timeScale.unitNs, reason: "as given" };
}

function pricesOf({ sides, trade, bar }: Table): LevelField[] {
  const single = (field: Field): LevelField => ({ ...field, levels: 1, stride: 1, missing: Number.NaN });
  return [
    ...(sides?.map(({ prices }) => prices) ?? []),
    ...(trade === undefined ? [] : [single(trade.price)]),
    ...(bar === undefined ? [] : [bar.open, bar.high, bar.low, bar.close].map(single)),
  ];
}
