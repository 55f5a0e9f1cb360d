/** Which engine an array of a store gets: the core's own I/O where both can, else the Store interface. */
import type { ItemHeap } from "../../codecs/item-heap.ts";
import { backend, createChain, createLocalEngine } from "../codec/backend.ts";
import type { ArrayEngine, ArrayLayout } from "../codec/engine.ts";
import type { ReadableStore, Store } from "../store/store.ts";
import { IndexCache } from "./store-engine/index-cache.ts";
import { NestedShard } from "./store-engine/nested-shard.ts";
import { StoreEngine } from "./store-engine/store-engine.ts";

/**
 * @param heap where items of variable length are: then the engine is for one operation
 * @param indexes what is known of the shards' indexes
 */
export async function engineFor(
  layout: ArrayLayout,
  store: ReadableStore | Store,
  heap?: ItemHeap,
  indexes = new IndexCache(),
): Promise<ArrayEngine> {
  const { localDirectory, syncsWrites } = store;
  // The core hands its files to the kernel and no further; a store that promises more does its own writing.
  const isLocal = localDirectory !== undefined && syncsWrites !== true;
  const local = isLocal ? createLocalEngine(layout, localDirectory) : undefined;
  if (local !== undefined) return local;
  const cell = await createChain(layout.cellPipeline, "chunk", heap);
  const index = layout.sharding && (await createChain(layout.sharding.indexPipeline, "shard index"));
  const nested = index && (await NestedShard.of(cell, layout.fillItem, heap));
  return new StoreEngine(store, layout, { cell, index, nested }, indexes, backend().name);
}
