/**
 * What a week of a collector's book must hold: `data` has one row for each of `timestamps`, and so has
 * `snapshot_metadata`, where it is there. A week that has rows without times was left by a collector that stopped
 * between two appends.
 */
import type { NodePath } from "../metadata/node-name.ts";
import type { SourceFault } from "./report.ts";
import type { SourceArray } from "./source.ts";

const ROWS_PATH: NodePath = "/data";
const TIMES_PATH: NodePath = "/timestamps";
const TABLE_PATHS: readonly NodePath[] = [TIMES_PATH, ROWS_PATH, "/snapshot_metadata"];

/** Rows that one of the week's arrays has and another lacks; none for what is no week of a book. */
export function missingInWeek(arrays: readonly SourceArray[]): readonly SourceFault[] {
  const table = arrays.filter((array) => TABLE_PATHS.includes(array.path));
  const isWeek = table.some(({ path }) => path === ROWS_PATH) && table.length > 1;
  const isTimes = table.some(({ path }) => path === TIMES_PATH);
  if (!isWeek) return [];
  const rowCount = Math.max(...table.map(({ shape }) => shape[0] ?? 0));
  const faults: SourceFault[] = [];
  if (!isTimes) {
    faults.push({
      array: TIMES_PATH,
      chunk: null,
      rows: [0, rowCount],
      code: "NOT_FOUND",
      message: `there is no ${TIMES_PATH} for the ${rowCount} rows of ${ROWS_PATH}`,
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
