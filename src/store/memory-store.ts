/** A store in memory. Values are copied on the way in and out: nobody can change one behind the store's back. */
import { checkKey, checkPrefix, rangeWithin } from "./key.ts";
import type { AbsolutePath, DirectoryEntry, GetOptions, RangeQuery, Store, Tail } from "./store.ts";

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
    checkKey(key);
    options.signal?.throwIfAborted();
    const value = this.#values.get(key);
    const { start, end } = rangeWithin(range, value?.length ?? 0);
    return value?.slice(start, end);
  }

  async getTail(key: AbsolutePath, lengthBytes: number, options: GetOptions = {}): Promise<Tail | undefined> {
    checkKey(key);
    options.signal?.throwIfAborted();
    const value = this.#values.get(key);
    const { start } = rangeWithin({ suffixLength: lengthBytes }, value?.length ?? 0);
    return value && { bytes: value.slice(start), valueBytes: value.length };
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
    checkPrefix(prefix);
    const kinds = new Map<string, DirectoryEntry["kind"]>();
    for (const key of this.#values.keys()) {
      if (!isBelow(key, prefix)) continue;
      const [name, ...deeper] = key.slice(prefix === "/" ? 1 : prefix.length + 1).split("/");
      const kind = deeper.length > 0 ? "directory" : "object";
      if (kind === "directory" || !kinds.has(name!)) kinds.set(name!, kind);
    }
    return Array.from(kinds, ([name, kind]) => ({ name, kind })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async *list(prefix: AbsolutePath): AsyncIterable<AbsolutePath> {
    checkPrefix(prefix);
    for (const key of [...this.#values.keys()]) if (isBelow(key, prefix)) yield key;
  }
}

function isBelow(key: AbsolutePath, prefix: AbsolutePath): boolean {
  return prefix === "/" || key.startsWith(`${prefix}/`);
}
