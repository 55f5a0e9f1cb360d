/** What `quarry migrate` tells people: of a plan, and of what was done. */
import type { MigrationPlan, PlannedStore } from "../migrate/migration-plan.ts";
import type { MigratedStore, MigrationRefusal, MigrationReport, SourceFault } from "../migrate/report.ts";
import { byteText, grouped, plural } from "./quantities.ts";
import { textList } from "./text-list.ts";
import { textTable } from "./text-table.ts";

/** Faults of a store that people are shown; `--json` has them all. */
const FAULTS_SHOWN = 20;

export function reportText(report: MigrationReport): string {
  const counts = (["migrated", "partial", "unchanged", "refused"] as const)
    .map((status) => [status, report.stores.filter((store) => store.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${grouped(count)} ${status}`);
  const lines = [
    ...report.stores.flatMap(storeLines),
    `${plural(report.stores.length, "store")} in ${report.seconds.toFixed(1)} s: ${counts.join(", ")}`,
  ];
  if (!report.verified)
    lines.push("NOT VERIFIED: nothing of what was written has been compared with its source");
  return `${lines.join("\n")}\n`;
}

export function planText({ stores }: MigrationPlan): string {
  return `${stores.flatMap(plannedLines).join("\n")}\n`;
}

function storeLines(store: MigratedStore): string[] {
  const { source, dest, status, reason, arrays, refusals, faults, notes } = store;
  const lines = [`${source} → ${dest}: ${status}${reason === null ? "" : `: ${reason}`}`];
  if (arrays.length > 0 && status !== "unchanged") {
    const rows = arrays.map((array) => [
      array.path,
      array.dataType,
      grouped(array.rows),
      byteText(array.sourceBytes),
      byteText(array.destBytes),
      array.ratio === null ? "" : array.ratio.toFixed(2),
      array.seconds.toFixed(2),
      array.sha256 === null ? "not verified" : array.sha256.slice(0, 12),
    ]);
    const heading = ["array", "type", "rows", "source", "dest", "ratio", "seconds", "sha256"];
    lines.push(...textTable([heading, ...rows], [2, 3, 4, 5, 6]).map((line) => `  ${line}`));
    const unvouched = arrays.filter((array) => !array.sourceVouched).map((array) => array.path);
    if (unvouched.length > 0) {
      lines.push(
        `  no checksum in the source vouches for its bytes, so that a flipped bit may have been read as a value: ${unvouched.join(", ")}`,
      );
    }
  }
  return [...lines, ...troubleLines(refusals, faults, notes)];
}

function plannedLines(store: PlannedStore): string[] {
  const { source, dest, format, destState, error, arrays, refusals, faults, notes } = store;
  const lines = [`${source} → ${dest}: ${error ?? `${format}, destination ${destState}`}`];
  if (arrays.length > 0) {
    const rows = arrays.map((array) => [
      array.path,
      `${array.dataType} [${array.shape.join(", ")}]`,
      `[${array.sourceChunks.join(", ")}] ${array.sourceCodecs}`,
      `[${array.chunks.join(", ")}]${array.shards === null ? "" : ` in [${array.shards.join(", ")}]`} ${array.codecs}`,
      byteText(array.sourceBytes),
      array.estimatedBytes === null ? "" : byteText(array.estimatedBytes),
      array.estimatedSeconds === null ? "" : array.estimatedSeconds.toFixed(1),
    ]);
    const heading = ["array", "items", "chunks now", "chunks then", "now", "then (about)", "seconds (about)"];
    lines.push(...textTable([heading, ...rows], [4, 5, 6]).map((line) => `  ${line}`));
  }
  return [...lines, ...troubleLines(refusals, faults, notes)];
}

function troubleLines(
  refusals: readonly MigrationRefusal[],
  faults: readonly SourceFault[],
  notes: readonly string[],
): string[] {
  return [
    ...refusals.map(({ array, code, reason }) => `  ${array}: ${reason} [${code}]`),
    ...textList(faults, faultText, FAULTS_SHOWN),
    ...notes.map((note) => `  ${note}`),
  ];
}

function faultText({ array, chunk, rows, code, message }: SourceFault): string {
  const place = [
    array,
    ...(chunk === null ? [] : [`chunk [${chunk.join(", ")}]`]),
    ...(rows === null ? [] : [`rows ${rows[0]} to ${rows[1] - 1}`]),
  ];
  return `${place.join(" ")}: ${message} [${code}]`;
}
