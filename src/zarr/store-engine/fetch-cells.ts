/** Gets the encoded bytes of some cells of one object, in as few and as small requests as the store allows. */
import type { Chain } from "../../codec/chain.ts";
import type { ShardingLayout } from "../../codec/engine.ts";
import { entryOutOfBounds } from "../../codec/shard-faults.ts";
import {
  checkEntry,
  entryAt,
  indexOfShard,
  type ShardEntry,
  type ShardIndex,
} from "../../codec/sharding/shard.ts";
import { type ErrorPlace, isQuarryError } from "../../errors.ts";
import type { AbsolutePath, GetOptions, ReadableStore } from "../../store/store.ts";
import type { IndexCache } from "./index-cache.ts";
import { readIndex, type StoredIndex } from "./read-index.ts";
import { wholeValue } from "./value-part.ts";

/** Bytes between two wanted cells that are fetched along, rather than asking twice. */
const GAP_BYTES_MAX = 16_384;

export interface CellRequest {
  /** Positions in C order of the wanted cells inside the object. */
  readonly positions: readonly number[];
  /** Cells that an object has room for. */
  readonly cellCount: number;
  readonly sharding: ShardingLayout | undefined;
  readonly indexChain: Chain | undefined;
  readonly indexes: IndexCache;
  place(position: number | undefined): ErrorPlace;
  /** Throws where a cell of `encodedBytes` bytes cannot be right. */
  check(encodedBytes: number, position: number): void;
  readonly signal?: AbortSignal;
}

/** @returns one entry for each of `positions`; undefined where the cell, or the whole object, is absent */
export async function fetchCells(
  store: ReadableStore,
  key: AbsolutePath,
  request: CellRequest,
): Promise<(Uint8Array | undefined)[]> {
  const { positions, sharding, indexChain } = request;
  const options: GetOptions = request.signal === undefined ? {} : { signal: request.signal };
  if (sharding === undefined || indexChain === undefined) {
    const bytes = await store.get(key, options);
    if (bytes !== undefined) request.check(bytes.length, 0);
    return positions.map(() => bytes);
  }

  if (store.getRange === undefined || positions.length === request.cellCount) {
    const shard = await store.get(key, options);
    if (shard === undefined) return positions.map(() => undefined);
    const index = await indexOfShard(shard, sharding, indexChain, request.place(undefined));
    return wantedEntries(index, request).map(
      (entry) => entry && shard.subarray(entry.offsetBytes, entry.offsetBytes + entry.encodedBytes),
    );
  }

  const cells = await throughIndex(store, key, request, (entries, source, options) =>
    fetchEntries(entries, source, key, request, options),
  );
  return cells ?? positions.map(() => undefined);
}

/**
 * Has `take` get what it wants of the cells at `request.positions` from `source`, given where they are; `options`
 * hold it to the version of the shard that the index is of. Taken anew, once, where the shard was replaced meanwhile.
 * @returns undefined where there is no shard
 */
export async function throughIndex<T>(
  store: ReadableStore,
  key: AbsolutePath,
  request: CellRequest,
  take: (
    entries: readonly (ShardEntry | undefined)[],
    source: ReadableStore,
    options: GetOptions,
  ) => Promise<T>,
): Promise<T | undefined> {
  const { positions, indexes } = request;
  const options: GetOptions = request.signal === undefined ? {} : { signal: request.signal };
  const takeBy = (index: StoredIndex): Promise<T> => {
    const source = index.shard === undefined ? store : wholeValue(index.shard);
    const version = index.version !== undefined && { ifVersion: index.version };
    return take(wantedEntries(index, request), source, { ...options, ...version });
  };
  // Not awaited where there is none: of windows that begin together, the first one reads and the others wait.
  const underWay = indexes.underWay(key, request.signal);
  if (underWay !== undefined) await underWay;
  const known = indexes.find(key, positions);
  if (known !== undefined) {
    try {
      return await takeBy(known);
    } catch (error) {
      indexes.forget(key, known);
      // The shard is another by now, or its index was damaged and may have been mended.
      if (!isQuarryError(error, "VALUE_CHANGED") && !isQuarryError(error, "SHARD_INDEX_CORRUPT")) throw error;
    }
  }
  for (let isSecond = false; ; isSecond = true) {
    const index = await indexes.read(key, () =>
      readIndex(store, key, request.sharding!, request.indexChain!, request.place(undefined), options),
    );
    if (index === undefined) return undefined;
    try {
      return await takeBy(index);
    } catch (error) {
      indexes.forget(key, index);
      // Replaced between the two requests. A shard to which that happens twice in a row is not worth chasing.
      if (isSecond || !isQuarryError(error, "VALUE_CHANGED")) throw error;
    }
  }
}

/** Gets the cells that lie at `entries`. */
async function fetchEntries(
  entries: readonly (ShardEntry | undefined)[],
  store: ReadableStore,
  key: AbsolutePath,
  request: CellRequest,
  options: GetOptions,
): Promise<(Uint8Array | undefined)[]> {
  const cells = new Array<Uint8Array | undefined>(entries.length);
  await Promise.all(
    runsOf(entries).map(async (run) => {
      const length = run.end - run.begin;
      const bytes = await store.getRange!(key, { offset: run.begin, length }, options);
      for (const i of run.members) {
        const { offsetBytes, encodedBytes } = entries[i]!;
        const begin = offsetBytes - run.begin;
        if (bytes === undefined || bytes.length < begin + encodedBytes) {
          throw entryOutOfBounds(offsetBytes, encodedBytes, undefined, request.place(request.positions[i]));
        }
        cells[i] = bytes.subarray(begin, begin + encodedBytes);
      }
    }),
  );
  return cells;
}

function wantedEntries(index: ShardIndex, request: CellRequest): (ShardEntry | undefined)[] {
  const { sharding, indexChain } = request;
  return request.positions.map((position) => {
    const entry = entryAt(index, position);
    if (entry !== undefined) {
      checkEntry(entry, index, sharding!, indexChain!.pipeline.encodedBytes!, request.place(position));
      request.check(entry.encodedBytes, position);
    }
    return entry;
  });
}

interface Run {
  readonly begin: number;
  end: number;
  readonly members: number[];
}

/** Entries that lie close together, as one range each. */
function runsOf(entries: readonly (ShardEntry | undefined)[]): Run[] {
  const present = entries.flatMap((entry, i) => (entry === undefined ? [] : [{ entry, i }]));
  present.sort((a, b) => a.entry.offsetBytes - b.entry.offsetBytes);
  const runs: Run[] = [];
  for (const { entry, i } of present) {
    const end = entry.offsetBytes + entry.encodedBytes;
    const last = runs.at(-1);
    if (last !== undefined && entry.offsetBytes <= last.end + GAP_BYTES_MAX) {
      last.end = Math.max(last.end, end);
      last.members.push(i);
    } else {
      runs.push({ begin: entry.offsetBytes, end, members: [i] });
    }
  }
  return runs;
}
