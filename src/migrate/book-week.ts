/**
 * What a week of a collector's book must hold: `data` has one row for each of `timestamps`, and so has
 * `snapshot_metadata`, where it is there. A week that has rows without times was left by a collector that stopped
 * between two appends.
 */
import type { NodePath } from "../metadata/node-name.ts";
import type { SourceFault } from "./report.ts";
import type { SourceArray } from "./source.ts";

/** Where a collector's book has its rows and their times. */
export const BOOK_PATHS = { rows: "/data", times: "/timestamps" } as const satisfies Record<string, NodePath>;

const TABLE_PATHS: readonly NodePath[] = [BOOK_PATHS.times, BOOK_PATHS.rows, "/snapshot_metadata"];

/** Rows that one of the week's arrays has and another lacks; none for what is no week of a book. */
export function missingInWeek(arrays: readonly SourceArray[]): readonly SourceFault[] {
  const table = arrays.filter((array) => TABLE_PATHS.includes(array.path));
  const isWeek = table.some(({ path }) => path === BOOK_PATHS.rows) && table.length > 1;
  const isTimes = table.some(({ path }) => path === BOOK_PATHS.times);
  if (!isWeek) return [];
  const rowCount = Math.max(...table.map(({ shape }) => shape[0] ?? 0));
  const faults: SourceFault[] = [];
  if (!isTimes) {
    faults.push({
      array: BOOK_PATHS.times,
      chunk: null,
      rows: [0, rowCount],
      code: "NOT_FOUND",
      message: `there is no ${BOOK_PATHS.times} for the ${rowCount} rows of ${BOOK_PATHS.rows}`,
    });
  }
  for (const { path, shape } of table) {
    const rows = shape[0] ?? 0;
    if (rows === rowCount) continue;
    faults.push({
      array: path,
      chunk: null,
      rows: [rows, rowCount],
      code: "SHAPE_MISMATCH",
      message: `${path} has ${rows} rows where others of the week have ${rowCount}`,
    });
  }
  return faults;
}
