/**
 * The columns of a picture: equal spans of time, left to right, into which rows are counted. And the two looks at a
 * table's times that come before: from when to when, and where nothing came for too long.
 */
import { expectedTimeStep, sampleSteps } from "../market/audit/expected-step.ts";
import type { StampColumn } from "../market/tables/steps.ts";
import type { Table } from "../market/tables/table.ts";
import { type TableBlock, tableBlocks } from "../market/tables/table-blocks.ts";
import type { TimeScale } from "../market/tables/time-units.ts";
import type { Span } from "./frame.ts";

export class TimeColumns {
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;

  constructor({ fromMs, toMs }: Span, count: number) {
    this.count = count;
    this.fromMs = fromMs;
    this.toMs = toMs;
  }

  /** The column of a time; undefined outside of the picture. */
  at(timeMs: number): number | undefined {
    if (!(timeMs >= this.fromMs && timeMs <= this.toMs)) return undefined;
    const share = (timeMs - this.fromMs) / (this.toMs - this.fromMs);
    return Math.min(this.count - 1, Math.floor(share * this.count));
  }

  startMs(column: number): number {
    return this.fromMs + (column / this.count) * (this.toMs - this.fromMs);
  }

  /** The middle of a column. */
  timeMs(column: number): number {
    return this.startMs(column + 0.5);
  }
}

/** Times as milliseconds since 1970, to a thousandth: a picture needs no more. */
export function milliseconds(times: StampColumn, { unitNs, epochNs }: TimeScale): Float64Array {
  const epochMs = Number(epochNs) / 1e6;
  const perMs = unitNs / 1e6;
  const result = new Float64Array(times.length);
  if (times instanceof BigInt64Array || times instanceof BigUint64Array) {
    const words = new Uint32Array(times.buffer, times.byteOffset, times.length * 2);
    const highWords = new Int32Array(times.buffer, times.byteOffset, times.length * 2);
    for (let row = 0; row < result.length; row += 1) {
      result[row] = (highWords[2 * row + 1]! * 2 ** 32 + words[2 * row]!) * perMs + epochMs;
    }
    return result;
  }
  for (let row = 0; row < result.length; row += 1) result[row] = times[row]! * perMs + epochMs;
  return result;
}

/** The blocks of rows that can be read: what cannot is a blank, and the audit's business. */
export async function* readableBlocks(
  tables: readonly Table[],
  columnsOf: (table: Table) => Table["columns"],
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly table: Table; readonly block: TableBlock; readonly timesMs: Float64Array }> {
  for (const table of tables) {
    const narrowed: Table = { ...table, ids: undefined, columns: columnsOf(table) };
    for await (const block of tableBlocks(narrowed, { signal })) {
      if ("error" in block) continue;
      yield { table, block, timesMs: milliseconds(block.times, table.timeScale) };
    }
  }
}

/** From the earliest row to the latest of those in `part`, and the silences between them. */
export interface TableTimes {
  readonly span: Span;
  readonly gaps: readonly Span[];
  readonly rows: number;
  /** The step that rows take, where they come on a timer. */
  readonly regularMs: number | undefined;
}

/** Undefined where there are no rows in `part`. */
export async function timesOf(
  tables: readonly Table[],
  part: Span,
  signal: AbortSignal | undefined,
): Promise<TableTimes | undefined> {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  let rows = 0;
  let regularMs: number | undefined;
  const limits = new Map<Table, number>();
  for (const table of tables) {
    const { limit = Number.POSITIVE_INFINITY, regular } =
      expectedTimeStep(await sampleSteps(table.time)) ?? {};
    const unitMs = table.timeScale.unitNs / 1e6;
    limits.set(table, limit * unitMs);
    if (regular !== undefined) regularMs ??= regular * unitMs;
  }
  const gaps: Span[] = [];
  for await (const { table, timesMs } of readableBlocks(tables, () => new Map(), signal)) {
    const limitMs = limits.get(table)!;
    for (const timeMs of timesMs) {
      if (!(timeMs >= part.fromMs && timeMs <= part.toMs)) continue;
      if (timeMs - toMs > limitMs) gaps.push({ fromMs: toMs, toMs: timeMs });
      if (timeMs < fromMs) fromMs = timeMs;
      if (timeMs > toMs) toMs = timeMs;
      rows += 1;
    }
  }
  if (rows === 0) return undefined;
  // One moment is drawn in the middle of a second.
  if (fromMs === toMs) [fromMs, toMs] = [fromMs - 500, toMs + 500];
  const finite = gaps.filter((gap) => Number.isFinite(gap.fromMs));
  return { span: { fromMs, toMs }, gaps: longest(finite), rows, regularMs };
}

/** More would be a picture of hatching. */
const GAPS_MAX = 300;

function longest(gaps: readonly Span[]): readonly Span[] {
  const length = ({ fromMs, toMs }: Span): number => toMs - fromMs;
  return gaps.toSorted((a, b) => length(b) - length(a)).slice(0, GAPS_MAX);
}
