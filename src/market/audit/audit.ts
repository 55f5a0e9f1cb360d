/**
 * The audit of market data: every table at a location, every row, every rule that the table's kind has.
 *
 * A fault is counted and placed, and nothing stops for it: not the other rules, nor the rows after it, nor the other
 * tables. Rows that cannot be read at all are faults of the check `unreadable`; a node that cannot be opened, or
 * whose columns do not belong together, is a failure beside the tables.
 */
import type { ErrorCode, QuarryError } from "../../errors.ts";
import type { NodePath } from "../../metadata/node-name.ts";
import { resolveLocation } from "../../store/location.ts";
import type { ReadableStore } from "../../store/store.ts";
import { withReadOnly } from "../../store/with-read-only.ts";
import type { Location } from "../../zarr/open.ts";
import { isoTime } from "../partition.ts";
import { findTables } from "../tables/find-tables.ts";
import type { Table, TableKind } from "../tables/table.ts";
import { type TableBlock, tableBlocks } from "../tables/table-blocks.ts";
import type { TimeScale } from "../tables/time-units.ts";
import { CHECK_NAMES, type Check, type CheckName } from "./check.ts";
import { checksOf, type Expectations } from "./checks-of.ts";
import { type FaultRange, FaultRows } from "./fault-rows.ts";

export interface CheckReport {
  readonly name: CheckName;
  readonly rule: string;
  /** Rows that break the rule. */
  readonly faults: number;
  /** The first of them, ten at the most, and their times (ISO 8601 with nanoseconds; `null` for no time at all). */
  readonly firstRows: readonly number[];
  readonly firstTimes: readonly (string | null)[];
  /** All of them, in order: the first thousand ranges, `rangesCut` where there are more. */
  readonly ranges: readonly FaultRange[];
  readonly rangesCut: boolean;
  /** What else the check found: of gaps the limit, the longest, and the missing rows. */
  readonly figures: Readonly<Record<string, number | string>>;
}

export interface TableReport {
  readonly path: NodePath;
  /** Root of the hierarchy that the table is in. */
  readonly hierarchy: NodePath;
  readonly kind: TableKind;
  /** The table that its first row is compared with: that of the week before. */
  readonly follows: NodePath | null;
  readonly rows: number;
  /** Rows that break at least one rule. */
  readonly faultyRows: number;
  /** Share of the rows that break none; 100 where there are no rows. */
  readonly successPercent: number;
  readonly checks: readonly CheckReport[];
}

/** What could not be audited, and why. */
export interface AuditFailureReport {
  readonly path: NodePath;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface AuditReport {
  /** Whether no row breaks a rule and nothing failed. */
  readonly ok: boolean;
  readonly rows: number;
  readonly faultyRows: number;
  readonly successPercent: number;
  readonly tables: readonly TableReport[];
  readonly failures: readonly AuditFailureReport[];
}

export interface AuditOptions extends Expectations {
  /** Bytes of rows that are checked at a time, while as many are being read. Default 8 MiB. */
  readonly blockBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after every block of rows. */
  readonly onProgress?: ((progress: AuditProgress) => void) | undefined;
}

export interface AuditProgress {
  readonly rows: number;
  /** Of the tables that have been found so far. */
  readonly totalRows: number;
  readonly faults: number;
}

/**
 * Audits a store, one array with times, or a directory of stores. Reads only.
 * @throws QuarryError `NOT_FOUND`, `STORE_FAILED` where there is nothing to audit; the reason of an aborted `signal`
 * @example
 * const { successPercent, tables } = await audit("stores/BTCUSDT.zarr");
 */
export async function audit(location: Location, options: AuditOptions = {}): Promise<AuditReport> {
  const store = withReadOnly(resolveLocation(location as ReadableStore));
  const found: Table[] = [];
  const failures: AuditFailureReport[] = [];
  for await (const result of findTables(store)) {
    if ("error" in result) failures.push(failureOf(result.path, result.error));
    else found.push(result);
  }
  const totalRows = found.reduce((rows, { rowCount }) => rows + rowCount, 0);
  let rows = 0;
  let faults = 0;
  const tables: TableReport[] = [];
  for (const table of found) {
    const before = tableBefore(table, found);
    tables.push(
      await auditTable(table, before, options, (block) => {
        rows += block.rows;
        faults += block.faults;
        options.onProgress?.({ rows, totalRows, faults });
      }),
    );
  }
  const faultyRows = tables.reduce((sum, table) => sum + table.faultyRows, 0);
  return {
    ok: faultyRows === 0 && failures.length === 0,
    rows,
    faultyRows,
    successPercent: successPercent(rows, faultyRows),
    tables,
    failures,
  };
}

function failureOf(path: NodePath, { code, message }: QuarryError): AuditFailureReport {
  return { path, code, message };
}

/**
 * The same table of the partition before, in a directory with the weeks or the days of a symbol: whose names are in
 * the order of their times. Partitions without rows are passed over.
 */
function tableBefore(table: Table, found: readonly Table[]): Table | undefined {
  const { directory, partition, rest } = placeOf(table);
  if (!PARTITION.test(partition)) return undefined;
  const earlier = found.filter((other) => {
    const place = placeOf(other);
    const isSame = place.directory === directory && place.rest === rest && other.kind === table.kind;
    return isSame && PARTITION.test(place.partition) && place.partition < partition && other.rowCount > 0;
  });
  return earlier.toSorted((a, b) => (placeOf(a).partition < placeOf(b).partition ? -1 : 1)).at(-1);
}

/** `2024-W32.zarr` or `2024-08-09.zarr`. */
const PARTITION = /^\d{4}-(W\d{2}|\d{2}-\d{2})\.zarr$/;

function placeOf({ hierarchy, path }: Table): Record<"directory" | "partition" | "rest", string> {
  const nameStart = hierarchy.lastIndexOf("/") + 1;
  return {
    directory: hierarchy.slice(0, nameStart),
    partition: hierarchy.slice(nameStart),
    rest: path.slice(hierarchy.length),
  };
}

/** A check with what it has found. */
interface RunningCheck {
  readonly check: Check;
  readonly rows: FaultRows;
  readonly firstTimes: (string | null)[];
}

async function auditTable(
  table: Table,
  before: Table | undefined,
  options: AuditOptions,
  onBlock: (block: { readonly rows: number; readonly faults: number }) => void,
): Promise<TableReport> {
  const checks = (await checksOf(table, options)).map((check): RunningCheck => {
    return { check, rows: new FaultRows(), firstTimes: [] };
  });
  const unreadable = new FaultRows();
  const reasons = new Set<string>();
  let faultyRows = 0;
  for await (const block of tableBlocks(table, { ...options, before })) {
    const { start, count } = block;
    let faults = count;
    if ("error" in block) {
      unreadable.addRange({ start, end: start + count });
      reasons.add(`${block.error.message} [${block.error.code}]`);
      for (const { check } of checks) check.forget?.();
    } else {
      faults = inspectBlock(block, checks, table.timeScale);
    }
    faultyRows += faults;
    onBlock({ rows: count, faults });
  }
  const reports = checks.map(({ check, rows, firstTimes }) => reportOf(check, rows, firstTimes));
  if (unreadable.count > 0) {
    const check = { name: "unreadable", rule: "the row can be read" } as const;
    const figures = { reasons: [...reasons].join("; ") };
    reports.push(
      reportOf(
        { ...check, figures },
        unreadable,
        unreadable.firstRows.map(() => null),
      ),
    );
  }
  reports.sort((a, b) => CHECK_NAMES.indexOf(a.name) - CHECK_NAMES.indexOf(b.name));
  return {
    path: table.path,
    hierarchy: table.hierarchy,
    kind: table.kind,
    follows: before?.path ?? null,
    rows: table.rowCount,
    faultyRows,
    successPercent: successPercent(table.rowCount, faultyRows),
    checks: reports,
  };
}

/** @returns rows of the block that break at least one rule */
function inspectBlock(block: TableBlock, checks: readonly RunningCheck[], timeScale: TimeScale): number {
  const isFaulty = new Uint8Array(block.count);
  let faultyRows = 0;
  for (const { check, rows, firstTimes } of checks) {
    check.inspect(block, (row) => {
      if (isFaulty[row] === 0) faultyRows += 1;
      isFaulty[row] = 1;
      rows.add(block.start + row);
      if (firstTimes.length < rows.firstRows.length) firstTimes.push(timeText(block.times[row]!, timeScale));
    });
  }
  return faultyRows;
}

function reportOf(
  { name, rule, figures = {} }: Pick<Check, "name" | "rule" | "figures">,
  { count, firstRows, ranges, rangesCut }: FaultRows,
  firstTimes: readonly (string | null)[],
): CheckReport {
  return { name, rule, faults: count, firstRows, firstTimes, ranges, rangesCut, figures };
}

/** What `Date` can hold. */
const TIME_MAX_NS = 8_640_000_000_000_000_000_000n;

function timeText(time: number | bigint, { unitNs, epochNs }: TimeScale): string | null {
  if (typeof time === "number" && !Number.isFinite(time)) return null;
  const timeNs =
    epochNs + (typeof time === "bigint" ? time * BigInt(unitNs) : BigInt(Math.round(time * unitNs)));
  return timeNs > TIME_MAX_NS || timeNs < -TIME_MAX_NS ? null : isoTime(timeNs);
}

function successPercent(rows: number, faultyRows: number): number {
  return rows === 0 ? 100 : (100 * (rows - faultyRows)) / rows;
}
