/** A store in memory. Values are copied on the way in and out: nobody can change one behind the store's back. */
import { checkKey, checkPrefix, rangeWithin } from "./key.ts";
import { childrenOf, isBelow } from "./key-listing.ts";
import type { AbsolutePath, DirectoryEntry, GetOptions, RangeQuery, Store, ValuePart } from "./store.ts";

export class MemoryStore implements Store {
  readonly #values = new Map<AbsolutePath, Uint8Array>();

  async get(key: AbsolutePath, options: GetOptions = {}): Promise<Uint8Array | undefined> {
    checkKey(key);
    options.signal?.throwIfAborted();
    return this.#values.get(key)?.slice();
  }

  async getRange(
    key: AbsolutePath,
    range: RangeQuery,
    options: GetOptions = {},
  ): Promise<Uint8Array | undefined> {
    return this.#part(key, range, options)?.bytes;
  }

  async getTail(
    key: AbsolutePath,
    lengthBytes: number,
    options: GetOptions = {},
  ): Promise<ValuePart | undefined> {
    return this.#part(key, { suffixLength: lengthBytes }, options);
  }

  async getHead(
    key: AbsolutePath,
    lengthBytes: number,
    options: GetOptions = {},
  ): Promise<ValuePart | undefined> {
    return this.#part(key, { offset: 0, length: lengthBytes }, options);
  }

  async set(key: AbsolutePath, value: Uint8Array): Promise<void> {
    checkKey(key);
    // Not `value.slice()`: of a Node `Buffer` that is a view.
    this.#values.set(key, new Uint8Array(value));
  }

  async delete(key: AbsolutePath): Promise<void> {
    checkKey(key);
    this.#values.delete(key);
  }

  async deletePrefix(prefix: AbsolutePath): Promise<void> {
    checkPrefix(prefix);
    for (const key of this.#values.keys()) {
      if (key === prefix || isBelow(key, prefix)) this.#values.delete(key);
    }
  }

  async listDirectory(prefix: AbsolutePath): Promise<DirectoryEntry[]> {
    return childrenOf(this.#values.keys(), prefix);
  }

  async *list(prefix: AbsolutePath): AsyncIterable<AbsolutePath> {
    checkPrefix(prefix);
    for (const key of [...this.#values.keys()]) if (isBelow(key, prefix)) yield key;
  }

  #part(key: AbsolutePath, range: RangeQuery, { signal }: GetOptions): ValuePart | undefined {
    checkKey(key);
    signal?.throwIfAborted();
    const value = this.#values.get(key);
    const { start, end } = rangeWithin(range, value?.length ?? 0);
    return value && { bytes: value.slice(start, end), valueBytes: value.length };
  }
}
