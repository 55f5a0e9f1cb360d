/** The file of a shard: its index, and copies of its inner chunks. */
import type { Chain } from "../../codec/chain.ts";
import type { ArrayLayout, ShardingLayout } from "../../codec/engine.ts";
import type { Pipeline } from "../../codec/pipeline.ts";
import { shardTruncated } from "../../codec/shard-faults.ts";
import { checkEntry, decodePairs, entryAt, type ShardEntry } from "../../codec/sharding/shard.ts";
import type { ErrorPlace } from "../../errors.ts";
import { type AppendFile, PAGE_BYTES } from "../files.ts";

/** What is the same for all shards of an array. */
export interface ShardFormat {
  readonly sharding: ShardingLayout;
  readonly indexChain: Chain;
  /** Rows of a shard, and of an inner chunk. */
  readonly shardRows: number;
  readonly chunkRows: number;
  /** Inner chunks that a shard has room for. */
  readonly cellCount: number;
  /** Of an inner chunk, decoded. */
  readonly cellBytes: number;
  /** What an inner chunk takes encoded, unless its codecs blow it up beyond reason. */
  readonly encodedCellBytesMax: number;
  /** Whether an inner chunk that is not what was encoded fails to decode. */
  readonly verifiesContent: boolean;
}

export function shardFormatOf(
  { cellPipeline }: ArrayLayout,
  sharding: ShardingLayout,
  indexChain: Chain,
): ShardFormat {
  const { shape } = cellPipeline.chunk;
  return {
    sharding,
    indexChain,
    shardRows: sharding.shardShape[0]!,
    chunkRows: shape[0]!,
    cellCount: shape.reduce((count, extent, axis) => (count * sharding.shardShape[axis]!) / extent, 1),
    cellBytes: cellPipeline.chunkBytes,
    encodedCellBytesMax: encodedBytesMaxOf(cellPipeline),
    verifiesContent: cellPipeline.codecs.some((codec) => codec.verifiesContent === true),
  };
}

/** Compressors that find nothing to compress add their frames: less than an eighth, or a page where there is little. */
function encodedBytesMaxOf({ codecs, chunkBytes }: Pipeline): number {
  let bytes = chunkBytes;
  for (const { encodedBytes } of codecs) {
    bytes = encodedBytes?.(bytes) ?? bytes + Math.max(PAGE_BYTES, Math.ceil(bytes / 8));
  }
  return bytes;
}

/**
 * How many inner chunks of a shard, in C order from the first, are full of an array's first `rows` rows, and how many
 * hold any of them.
 * @param shardRow coordinate of the shard along the first dimension
 */
export function cellsWithRows(
  { shardRows, chunkRows, cellCount }: ShardFormat,
  shardRow: number,
  rows: number,
): { readonly complete: number; readonly used: number } {
  const inside = Math.min(Math.max(rows - shardRow * shardRows, 0), shardRows);
  const cellsPerBand = (cellCount * chunkRows) / shardRows;
  return {
    complete: Math.floor(inside / chunkRows) * cellsPerBand,
    used: Math.ceil(inside / chunkRows) * cellsPerBand,
  };
}

export type Entries = readonly (ShardEntry | undefined)[];

/**
 * Where the inner chunks are, each checked to lie inside the file.
 * @throws QuarryError `SHARD_TRUNCATED`, `SHARD_INDEX_CORRUPT`
 */
export async function readEntries(
  file: AppendFile,
  { sharding, indexChain, cellCount }: ShardFormat,
  place: ErrorPlace,
): Promise<Entries> {
  const indexBytes = indexChain.pipeline.encodedBytes!;
  const shardBytes = await file.size();
  if (shardBytes < indexBytes) throw shardTruncated(shardBytes, indexBytes, place);
  const at = sharding.indexLocation === "start" ? 0 : shardBytes - indexBytes;
  const pairs = await decodePairs(await file.read(at, indexBytes), indexChain, place);
  const index = { shardBytes, version: undefined, pairs };
  return Array.from({ length: cellCount }, (_, position) => {
    const entry = entryAt(index, position);
    if (entry !== undefined) checkEntry(entry, index, sharding, indexBytes, place);
    return entry;
  });
}

/** Where the inner chunks are when nothing lies between them: in C order, from the index or the beginning on. */
export function denseEntries(entries: Entries, { sharding, indexChain }: ShardFormat): Entries {
  let offsetBytes = sharding.indexLocation === "start" ? indexChain.pipeline.encodedBytes! : 0;
  return entries.map((entry) => {
    if (entry === undefined) return undefined;
    const dense = { offsetBytes, encodedBytes: entry.encodedBytes };
    offsetBytes += entry.encodedBytes;
    return dense;
  });
}

/** Bytes of a shard in which nothing lies between the inner chunks. */
export function denseBytes(entries: Entries, { indexChain }: ShardFormat): number {
  return entries.reduce(
    (bytes, entry) => bytes + (entry?.encodedBytes ?? 0),
    indexChain.pipeline.encodedBytes!,
  );
}

export function samePlaces(a: Entries, b: Entries): boolean {
  return a.every(
    (entry, i) => entry?.offsetBytes === b[i]?.offsetBytes && entry?.encodedBytes === b[i]?.encodedBytes,
  );
}

const COPY_STEP_BYTES = 4 * 2 ** 20;

export async function copyBytes(
  from: AppendFile,
  fromOffset: number,
  to: AppendFile,
  toOffset: number,
  lengthBytes: number,
): Promise<void> {
  for (let done = 0; done < lengthBytes; done += COPY_STEP_BYTES) {
    const step = Math.min(COPY_STEP_BYTES, lengthBytes - done);
    await to.write(toOffset + done, await from.read(fromOffset + done, step));
  }
}
