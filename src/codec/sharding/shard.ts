/**
 * A shard (Zarr v3 `sharding_indexed`) as bytes: where its inner chunks are.
 *
 * Its index is an array of uint64 of shape [inner chunks along each axis …, 2] in C order: offset from the shard's
 * beginning and length of each inner chunk, both 2^64-1 where there is none. The index has a codec chain of its own
 * and stands at the shard's end or beginning.
 */
import type { ErrorPlace } from "../../errors.ts";
import type { Chain } from "../chain.ts";
import type { ShardingLayout } from "../engine.ts";
import { entryOutOfBounds, shardTruncated } from "../shard-faults.ts";

const MISSING = 0xffff_ffff_ffff_ffffn;

export interface ShardEntry {
  readonly offsetBytes: number;
  readonly encodedBytes: number;
}

export interface ShardIndex {
  /** Bytes of the whole shard; unknown where a store gave a part of it without saying. */
  readonly shardBytes: number | undefined;
  /** Of the shard that it was read from, where the store names versions. */
  readonly version: string | undefined;
  /** Offset and length of each inner chunk, in C order. */
  readonly pairs: BigUint64Array;
}

/** Where the inner chunk at `position` in C order is; undefined where it is absent. */
export function entryAt(index: ShardIndex, position: number): ShardEntry | undefined {
  const offset = index.pairs[2 * position]!;
  const length = index.pairs[2 * position + 1]!;
  if (offset === MISSING && length === MISSING) return undefined;
  // Beyond 2^53 nothing lies inside any shard, and Number() keeps them beyond.
  return { offsetBytes: Number(offset), encodedBytes: Number(length) };
}

/** Takes the index out of a whole shard. */
export async function indexOfShard(
  shard: Uint8Array,
  sharding: ShardingLayout,
  indexChain: Chain,
  place: ErrorPlace,
): Promise<ShardIndex> {
  const indexBytes = indexChain.pipeline.encodedBytes!;
  if (shard.length < indexBytes) throw shardTruncated(shard.length, indexBytes, place);
  const encoded =
    sharding.indexLocation === "start"
      ? shard.subarray(0, indexBytes)
      : shard.subarray(shard.length - indexBytes);
  const pairs = await decodePairs(encoded, indexChain, place);
  return { shardBytes: shard.length, version: undefined, pairs };
}

/**
 * That an entry lies inside the shard and outside its index, as far as the shard's size is known.
 * @throws QuarryError `SHARD_INDEX_CORRUPT`
 */
export function checkEntry(
  entry: ShardEntry,
  index: ShardIndex,
  sharding: ShardingLayout,
  indexBytes: number,
  place: ErrorPlace,
): void {
  const { offsetBytes, encodedBytes } = entry;
  const begin = sharding.indexLocation === "start" ? indexBytes : 0;
  const end =
    (index.shardBytes ?? Number.MAX_SAFE_INTEGER) - (sharding.indexLocation === "end" ? indexBytes : 0);
  if (offsetBytes < begin || offsetBytes + encodedBytes > end) {
    throw entryOutOfBounds(offsetBytes, encodedBytes, index.shardBytes, place);
  }
}

/** Puts a shard together: inner chunks in C order without gaps, and the index where it belongs. */
export async function assembleShard(
  cells: readonly (Uint8Array | undefined)[],
  sharding: ShardingLayout,
  indexChain: Chain,
  place: ErrorPlace,
): Promise<Uint8Array> {
  const indexBytes = indexChain.pipeline.encodedBytes!;
  const begin = sharding.indexLocation === "start" ? indexBytes : 0;
  let end = begin;
  const entries = cells.map((cell) => {
    if (cell === undefined) return undefined;
    const entry = { offsetBytes: end, encodedBytes: cell.length };
    end += cell.length;
    return entry;
  });
  const index = await encodeEntries(entries, indexChain, place);
  const shard = new Uint8Array(end + (sharding.indexLocation === "end" ? indexBytes : 0));
  shard.set(index, sharding.indexLocation === "start" ? 0 : end);
  for (const [position, cell] of cells.entries()) {
    if (cell !== undefined) shard.set(cell, entries[position]!.offsetBytes);
  }
  return shard;
}

/** The encoded index of a shard whose inner chunks are at `entries`. */
export async function encodeEntries(
  entries: readonly (ShardEntry | undefined)[],
  indexChain: Chain,
  place: ErrorPlace,
): Promise<Uint8Array> {
  const pairs = new BigUint64Array(2 * entries.length).fill(MISSING);
  for (const [position, entry] of entries.entries()) {
    if (entry === undefined) continue;
    pairs[2 * position] = BigInt(entry.offsetBytes);
    pairs[2 * position + 1] = BigInt(entry.encodedBytes);
  }
  return indexChain.encode(new Uint8Array(pairs.buffer), place);
}

/** Offset and length of each inner chunk, out of an encoded index. */
export async function decodePairs(
  encoded: Uint8Array,
  indexChain: Chain,
  place: ErrorPlace,
): Promise<BigUint64Array> {
  // A copy, since the bytes may begin anywhere.
  return new BigUint64Array((await indexChain.decode(encoded, place)).slice().buffer);
}
