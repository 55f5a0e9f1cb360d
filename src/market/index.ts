/**
 * `quarry-zarr/market`: order books and trades as stores. Captures of exchanges' streams in, weekly book stores
 * out, and back again.
 */
import "../platform/node.ts";

export { type AuditOptions, type AuditReport, audit, type TableReport } from "./audit/audit.ts";
export { type AuditRecord, recordAudit } from "./audit/record.ts";
export { BarRows } from "./bar-rows.ts";
export { BarWriter, type BarWriterOptions } from "./bar-writer.ts";
export {
  type BlocksOptions,
  BookReader,
  type BookReaderOptions,
  type BookReport,
  type SymbolBooks,
} from "./book-reader.ts";
export { BookRows, SIDE_CODES, TradeRows } from "./book-rows.ts";
export type { BookSelection } from "./book-selection.ts";
export { BookStore } from "./book-store.ts";
export type { BookBlock, BookWeek, FloatBlock, RowRange, TickBlock } from "./book-week.ts";
export { BookWriter, type BookWriterOptions, type FinalAttributes } from "./book-writer.ts";
export { type CheckedRows, checkItems, checkRows, type RowBatch, type RowItems } from "./check-rows.ts";
export { type IngestJob, type IngestOverrides, ingestJobs } from "./config/ingest-jobs.ts";
export { type QuarrySettings, readQuarryToml, type SymbolSettings } from "./config/quarry-toml.ts";
export { createStore, type SchemaLayoutOptions } from "./create-from-schema.ts";
export { DecimalGrid, type GridFault } from "./decimal-grid.ts";
export type { SkippedWeek } from "./find-books.ts";
export { type IngestOptions, type IngestReport, ingestCapture } from "./ingest.ts";
export { type IngestSymbolsOptions, ingestSymbols, type SymbolOutcome } from "./ingest-symbols.ts";
export type { OpenBook, WrittenStore } from "./open-book.ts";
export { PARTITION_KINDS, type PartitionKind } from "./partition.ts";
export { PRESET_NAMES, type PresetName, type PresetOptions } from "./presets.ts";
export {
  type ArrayDefinition,
  type ArraySchema,
  type ColumnSchema,
  defineArray,
  defineGroup,
  type GroupDefinition,
  type GroupSchema,
} from "./schema.ts";
export { readSchemaFile } from "./schema-file.ts";
export {
  arraySchemaFromJson,
  arraySchemaToJson,
  groupSchemaFromJson,
  groupSchemaToJson,
} from "./schema-json.ts";
export { SchemaWriter, type SchemaWriterOptions } from "./schema-writer.ts";
export * from "./schemas/index.ts";
export { type SimulationOptions, simulateCapture, writeSimulatedCapture } from "./simulate/index.ts";
export * as sources from "./sources/index.ts";
export {
  MISSING_LEVEL,
  MISSING_LEVEL_INT64,
  STEP_TYPES,
  type StepColumn,
  type StepItems,
  type StepType,
  type StepTypeOptions,
  type StepTypes,
} from "./step-types.ts";
