/** Fast, strict, sharded Zarr v3 for order books and ticks. */
import "./platform/node.ts";

export * from "./append/index.ts";
export * from "./browser.ts";
export { FileSystemStore } from "./store/file-system-store.ts";
export type { StoredArchive } from "./store/zip/archive.ts";
export { ZipStore, type ZipStoreOptions } from "./store/zip-store.ts";
export { type Inspection, inspect } from "./zarr/inspect.ts";
export { type VerifyFault, type VerifyOptions, type VerifyReport, verify } from "./zarr/verify.ts";
