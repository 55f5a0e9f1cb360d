/** Which engine an array of a store gets: the core's own I/O where both can, else the Store interface. */
import { backend, createChain, createLocalEngine } from "../codec/backend.ts";
import type { ArrayEngine, ArrayLayout } from "../codec/engine.ts";
import type { ReadableStore, Store } from "../store/store.ts";
import { NestedShard } from "./store-engine/nested-shard.ts";
import { StoreEngine } from "./store-engine/store-engine.ts";

export async function engineFor(layout: ArrayLayout, store: ReadableStore | Store): Promise<ArrayEngine> {
  const { localDirectory, syncsWrites } = store;
  // The core hands its files to the kernel and no further; a store that promises more does its own writing.
  const isLocal = localDirectory !== undefined && syncsWrites !== true;
  const local = isLocal ? createLocalEngine(layout, localDirectory) : undefined;
  if (local !== undefined) return local;
  const cell = await createChain(layout.cellPipeline, "chunk");
  const index = layout.sharding && (await createChain(layout.sharding.indexPipeline, "shard index"));
  const nested = index && (await NestedShard.of(cell, layout.fillItem));
  return new StoreEngine(store, layout, { cell, index, nested }, backend().name);
}
