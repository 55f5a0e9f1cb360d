/**
 * Indexes of an opened array's shards, so that the second window of a shard takes one request.
 *
 * Invariant: nothing is ever read by a stale index.
 * - An index is kept only with the version that its store gave it. Cells are then asked for in that version, and a
 *   store whose value has another one refuses (`VALUE_CHANGED`); the index is read anew.
 * - An absence cannot be confirmed in this way. A kept index that says that a wanted cell is absent is not used.
 *
 * So a store that names no versions has none of its indexes kept, nor has a directory those of shards that it cannot
 * tell yet from what may replace them. The others live as long as the opened array.
 */
import { entryAt } from "../../codec/sharding/shard.ts";
import { ByteBoundedMap } from "../../store/byte-bounded-map.ts";
import { onAbort } from "../../store/on-abort.ts";
import type { AbsolutePath } from "../../store/store.ts";
import type { StoredIndex } from "./read-index.ts";

/** Room for a quarter of a million inner chunks, 16 bytes each. */
const KEPT_BYTES_MAX = 2 ** 22;

export class IndexCache {
  readonly #kept: ByteBoundedMap<AbsolutePath, StoredIndex>;
  readonly #underWay = new Map<AbsolutePath, Promise<StoredIndex | undefined>>();
  /** Whether the last index that was read had a version; before the first it may have. */
  #isVersioned = true;

  constructor(bytesMax: number = KEPT_BYTES_MAX) {
    this.#kept = new ByteBoundedMap(bytesMax);
  }

  /** The kept index, if it knows where the cells at `positions` are. */
  find(key: AbsolutePath, positions: readonly number[]): StoredIndex | undefined {
    const index = this.#kept.get(key);
    if (index === undefined) return undefined;
    return positions.every((position) => entryAt(index, position) !== undefined) ? index : undefined;
  }

  /**
   * The end of somebody else's read of the index, if there is one that {@link find} may profit from. Its failure is
   * none of ours.
   * @returns a promise that rejects with the signal's reason
   */
  underWay(key: AbsolutePath, signal: AbortSignal | undefined): Promise<void> | undefined {
    const reading = this.#isVersioned ? this.#underWay.get(key) : undefined;
    return reading && untilAborted(reading, signal);
  }

  /** Reads the index by `load`, and keeps it if it has a version. */
  async read(
    key: AbsolutePath,
    load: () => Promise<StoredIndex | undefined>,
  ): Promise<StoredIndex | undefined> {
    const reading = this.#loadAndKeep(key, load);
    this.#underWay.set(key, reading);
    try {
      return await reading;
    } finally {
      if (this.#underWay.get(key) === reading) this.#underWay.delete(key);
    }
  }

  /** Drops `index`, unless another one has taken its place. */
  forget(key: AbsolutePath, index: StoredIndex): void {
    if (this.#kept.get(key) === index) this.#kept.delete(key);
  }

  async #loadAndKeep(
    key: AbsolutePath,
    load: () => Promise<StoredIndex | undefined>,
  ): Promise<StoredIndex | undefined> {
    const index = await load();
    if (index === undefined) return undefined;
    this.#isVersioned = index.version !== undefined;
    if (this.#isVersioned) this.#kept.set(key, index, index.pairs.byteLength);
    return index;
  }
}

async function untilAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  let stopListening = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    if (signal !== undefined) stopListening = onAbort(signal, () => reject(signal.reason));
  });
  try {
    await Promise.race([work.catch(() => {}), aborted]);
  } finally {
    stopListening();
  }
}
