/** What the rooms above use of the durable append. */
export type { SyncMode } from "./journal/journal.ts";
export type { RecoveryReport } from "./open-store.ts";
export {
  type CompactionReport,
  compactStore,
  openWriter,
  recoverStore,
  type WriterOptions,
} from "./open-writer.ts";
export type { RowBatch } from "./table.ts";
export { StoreWriter } from "./writer.ts";
