/** Reads a shard's index, and nothing else of the shard where that can be helped, out of a store. */
import type { Chain } from "../../codec/chain.ts";
import type { ShardingLayout } from "../../codec/engine.ts";
import { shardTruncated } from "../../codec/shard-faults.ts";
import { decodePairs, indexOfShard, type ShardIndex } from "../../codec/sharding/shard.ts";
import type { ErrorPlace } from "../../errors.ts";
import type { AbsolutePath, GetOptions, ReadableStore, ValuePart } from "../../store/store.ts";

export interface StoredIndex extends ShardIndex {
  /** The whole shard, where its cells must be taken from these bytes because its version has no name yet. */
  readonly shard?: Uint8Array;
}

/** Reads the index alone, with one request, or else the whole shard. Undefined where there is no shard. */
export async function readIndex(
  store: ReadableStore,
  key: AbsolutePath,
  sharding: ShardingLayout,
  indexChain: Chain,
  place: ErrorPlace,
  options: GetOptions,
): Promise<StoredIndex | undefined> {
  const indexBytes = indexChain.pipeline.encodedBytes!;
  const part = await readEnd(store, key, sharding.indexLocation, indexBytes, options);
  if (part === undefined) return undefined;
  if (part.isUnsettled) {
    const shard = await store.get(key, options);
    return shard && { ...(await indexOfShard(shard, sharding, indexChain, place)), shard };
  }
  const { bytes, valueBytes, version } = part;
  if (bytes.length < indexBytes) throw shardTruncated(bytes.length, indexBytes, place);
  return { shardBytes: valueBytes, version, pairs: await decodePairs(bytes, indexChain, place) };
}

/** The first or last bytes of a value, with what the store tells of the whole. */
async function readEnd(
  store: ReadableStore,
  key: AbsolutePath,
  end: ShardingLayout["indexLocation"],
  lengthBytes: number,
  options: GetOptions,
): Promise<(Partial<ValuePart> & { readonly bytes: Uint8Array }) | undefined> {
  if (end === "start" && store.getHead) return store.getHead(key, lengthBytes, options);
  if (end === "end" && store.getTail) return store.getTail(key, lengthBytes, options);
  const range = end === "start" ? { offset: 0, length: lengthBytes } : { suffixLength: lengthBytes };
  const bytes = await store.getRange!(key, range, options);
  return bytes && { bytes };
}
