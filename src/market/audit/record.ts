/**
 * Writing down which rows are faulty, where whoever reads the rows finds it: attribute `audit` of each table's group.
 *
 * ```json
 * { "rows": 44772, "faulty_rows": 3, "success_percent": 99.99, "checks": [
 *   { "name": "crossed", "rule": "…", "faults": 3, "ranges": [[17, 18], [40, 42]], "ranges_cut": false }, … ] }
 * ```
 * Ranges are `[first row, end)`. `rows` tells an audit of fewer rows than there are now: what has been appended since
 * has not been looked at. A hierarchy that was consolidated is so again afterwards.
 */
import { isQuarryError } from "../../errors.ts";
import type { JsonObject } from "../../metadata/json.ts";
import type { NodePath } from "../../metadata/node-name.ts";
import { Group } from "../../zarr/group.ts";
import { type Location, open } from "../../zarr/open.ts";
import type { AuditFailureReport, AuditReport, TableReport } from "./audit.ts";

export interface AuditRecord {
  /** Nodes whose attributes have the audit now. */
  readonly recorded: readonly NodePath[];
  /** Those that could not be written, such as all of Zarr v2. */
  readonly failures: readonly AuditFailureReport[];
}

/** Records what {@link audit} has found at `location`, in every table that can be written. */
export async function recordAudit(location: Location, { tables }: AuditReport): Promise<AuditRecord> {
  const recorded: NodePath[] = [];
  const failures: AuditFailureReport[] = [];
  for (const hierarchy of new Set(tables.map((table) => table.hierarchy))) {
    const root = await open(location, { mode: "r+", path: hierarchy });
    for (const table of tables.filter((other) => other.hierarchy === hierarchy)) {
      try {
        const node = await open(location, { mode: "r+", path: table.path });
        await node.updateAttributes({ audit: attributeOf(table) });
        recorded.push(table.path);
      } catch (error) {
        if (!isQuarryError(error)) throw error;
        failures.push({ path: table.path, code: error.code, message: `not recorded: ${error.message}` });
      }
    }
    const wasConsolidated = root instanceof Group && root.metadata.consolidated !== undefined;
    if (wasConsolidated && recorded.some((path) => isWithin(path, hierarchy))) await root.consolidate();
  }
  return { recorded, failures };
}

function isWithin(path: NodePath, hierarchy: NodePath): boolean {
  return path === hierarchy || path.startsWith(hierarchy === "/" ? "/" : `${hierarchy}/`);
}

function attributeOf({ rows, faultyRows, successPercent, checks }: TableReport): JsonObject {
  return {
    rows,
    faulty_rows: faultyRows,
    success_percent: successPercent,
    checks: checks.map(({ name, rule, faults, ranges, rangesCut }) => ({
      name,
      rule,
      faults,
      ranges: ranges.map(({ start, end }) => [start, end]),
      ranges_cut: rangesCut,
    })),
  };
}
