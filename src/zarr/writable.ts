import { QuarryError } from "../errors.ts";
import type { NodeMetadata } from "../metadata/group-metadata.ts";
import type { ReadableStore, Store } from "../store/store.ts";

/**
 * That a node's store may be written to.
 * @throws QuarryError `READ_ONLY`
 */
export function checkWritable(store: ReadableStore, path: string): asserts store is Store {
  if (store.readOnly !== true && "set" in store) return;
  throw new QuarryError("READ_ONLY", `${path} was opened for reading only; open it with { mode: "r+" }`, {
    path,
  });
}

/**
 * That a node may be changed, and nodes created in it: Zarr v2 is read only.
 * @throws QuarryError `UNSUPPORTED_FORMAT`
 */
export function checkChangeable({ zarrFormat }: NodeMetadata, path: string): void {
  if (zarrFormat !== 2) return;
  throw new QuarryError(
    "UNSUPPORTED_FORMAT",
    `${path} is Zarr v2, which is read and not written; convert it to Zarr v3 with \`quarry migrate\``,
    { path },
  );
}
