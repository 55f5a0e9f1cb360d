/** `quarry-zarr/migrate`: legacy stores and files become Quarry stores. */
import "../platform/node.ts";

export { migrate } from "./migrate.ts";
export type { FileSourceOptions } from "./open-source.ts";
export type { MigrateOptions } from "./options.ts";
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
