/** What the items of an array take where they are stored: all files of its chunks or shards, but no metadata. */
import type { NodePath } from "../metadata/node-name.ts";
import type { ReadableStore } from "../store/store.ts";
import { storedObjects } from "../store/stored-objects.ts";

export interface StoredSizes {
  readonly bytes: number;
  /** Of the largest chunk or shard. */
  readonly largestBytes: number;
}

/** @throws QuarryError `STORE_FAILED`, also for a store that cannot list */
export async function storedSizes(store: ReadableStore, array: NodePath): Promise<StoredSizes> {
  let bytes = 0;
  let largestBytes = 0;
  for await (const object of storedObjects(store, array)) {
    if (object.kind !== "value" || isDocument(object.key)) continue;
    bytes += object.bytes;
    largestBytes = Math.max(largestBytes, object.bytes);
  }
  return { bytes, largestBytes };
}

function isDocument(key: string): boolean {
  return /\/(zarr\.json|\.z(array|attrs|group|metadata))$/.test(key);
}
