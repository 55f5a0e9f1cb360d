/**
 * A store in memory. Values are copied on the way in and out: nobody can change one behind the store's back. The
 * version of a value is the number of the `set` that brought it, counted over the whole store.
 */
import { QuarryError } from "../errors.ts";
import { checkKey, checkPrefix, rangeWithin } from "./key.ts";
import { childrenOf, isBelow } from "./key-listing.ts";
import type { AbsolutePath, DirectoryEntry, GetOptions, RangeQuery, Store, ValuePart } from "./store.ts";

let storesMade = 0;

interface StoredValue {
  readonly bytes: Uint8Array;
  readonly version: string;
}

export class MemoryStore implements Store {
  readonly #name = `memory:${++storesMade}`;
  readonly #values = new Map<AbsolutePath, StoredValue>();
  #setCount = 0;

  placeOf(key: AbsolutePath): string {
    return `${this.#name}${key}`;
  }

  async get(key: AbsolutePath, options: GetOptions = {}): Promise<Uint8Array | undefined> {
    return this.#part(key, { offset: 0, length: Number.MAX_SAFE_INTEGER }, options)?.bytes;
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
    this.#setCount += 1;
    // Not `value.slice()`: of a Node `Buffer` that is a view.
    this.#values.set(key, { bytes: new Uint8Array(value), version: String(this.#setCount) });
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

  #part(key: AbsolutePath, range: RangeQuery, { signal, ifVersion }: GetOptions): ValuePart | undefined {
    checkKey(key);
    signal?.throwIfAborted();
    const value = this.#values.get(key);
    const { start, end } = rangeWithin(range, value?.bytes.length ?? 0);
    if (ifVersion !== undefined && value?.version !== ifVersion) {
      throw new QuarryError("VALUE_CHANGED", `${key} was replaced while it was being read; read it again`, {
        path: key,
      });
    }
    return value && { ...value, bytes: value.bytes.slice(start, end), valueBytes: value.bytes.length };
  }
}
