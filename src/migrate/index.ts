/** `quarry-zarr/migrate`: legacy stores and files become Quarry stores. */
import "../platform/node.ts";

export type { FileSourceOptions } from "./files/open-file-source.ts";
export { migrate } from "./migrate.ts";
export { type MigrationPlan, type PlannedArray, type PlannedStore, planMigration } from "./migration-plan.ts";
export type { LayoutName, MigrateOptions } from "./options.ts";
export type {
  MigratedArray,
  MigratedStore,
  MigrationProgress,
  MigrationRefusal,
  MigrationReport,
  MigrationStatus,
  RowRange,
  SourceFault,
} from "./report.ts";
