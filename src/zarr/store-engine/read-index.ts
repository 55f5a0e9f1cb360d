/** Reads a shard's index, and nothing else of the shard, out of a store. */
import type { Chain } from "../../codec/chain.ts";
import type { ShardingLayout } from "../../codec/engine.ts";
import { shardTruncated } from "../../codec/shard-faults.ts";
import { decodePairs, type ShardIndex } from "../../codec/sharding/shard.ts";
import type { ErrorPlace } from "../../errors.ts";
import type { AbsolutePath, GetOptions, ReadableStore, ValuePart } from "../../store/store.ts";

/** Reads the index alone, with one request. Undefined where there is no shard. */
export async function readIndex(
  store: ReadableStore,
  key: AbsolutePath,
  sharding: ShardingLayout,
  indexChain: Chain,
  place: ErrorPlace,
  options: GetOptions,
): Promise<ShardIndex | undefined> {
  const indexBytes = indexChain.pipeline.encodedBytes!;
  const part = await readEnd(store, key, sharding.indexLocation, indexBytes, options);
  if (part === undefined) return undefined;
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
