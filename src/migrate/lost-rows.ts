/** Rows in which something was lost, as ranges: sorted, without overlaps, neighbours joined. */
import type { JsonValue } from "../metadata/json.ts";
import type { NodePath } from "../metadata/node-name.ts";
import type { RowRange, SourceFault } from "./report.ts";

/** Of one array. */
export function lostRowsOf(array: NodePath, faults: readonly SourceFault[]): readonly RowRange[] {
  return joined(
    faults.flatMap((fault) => (fault.array === array && fault.rows !== null ? [fault.rows] : [])),
  );
}

/** `lost_rows` as an array's attribute, together with what an earlier migration has put there. */
export function lostRowsAttribute(earlier: JsonValue | undefined, lost: readonly RowRange[]): JsonValue {
  const ranges = Array.isArray(earlier) ? (earlier as readonly unknown[]).filter(isRange) : [];
  return joined([...ranges, ...lost]).map((range) => [...range]);
}

function joined(ranges: readonly RowRange[]): RowRange[] {
  const sorted = ranges.toSorted((a, b) => a[0] - b[0]);
  const result: RowRange[] = [];
  for (const [start, stop] of sorted) {
    const last = result.at(-1);
    if (last !== undefined && start <= last[1])
      result[result.length - 1] = [last[0], Math.max(last[1], stop)];
    else result.push([start, stop]);
  }
  return result;
}

function isRange(value: unknown): value is RowRange {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isSafeInteger);
}
