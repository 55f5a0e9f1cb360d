/**
 * A store that remembers what was read, up to so many bytes, the least recently used going first.
 *
 * It is for values that change only through it, or not at all: what another program writes is not seen as long as the
 * old value is remembered. Three rules keep even that old value whole:
 * - A part is remembered with its version, and given only to who asks for that version or for any.
 * - When the store under it says that a value has changed, everything known of that value is forgotten.
 * - A part that has no version yet, but soon will, is not remembered.
 *
 * That a key has no value is not remembered.
 */
import { isQuarryError } from "../errors.ts";
import { ByteBoundedMap } from "./byte-bounded-map.ts";
import type { AbsolutePath, GetOptions, ReadableStore, Store, ValuePart } from "./store.ts";

export interface CacheOptions {
  /** Of all values and parts together. Default 64 MiB. */
  readonly bytesMax?: number;
}

const BYTES_MAX_DEFAULT = 2 ** 26;

/** `store` with a memory. Its directory, where it has one, is not passed on: the native core would read around it. */
export function withCache(store: Store, options?: CacheOptions): Store;
export function withCache(store: ReadableStore, options?: CacheOptions): ReadableStore;
export function withCache(store: ReadableStore | Store, options: CacheOptions = {}): ReadableStore {
  const memory = new Memory(options.bytesMax ?? BYTES_MAX_DEFAULT);
  const { getRange, getTail, getHead, listDirectory, list } = store;
  const cached: ReadableStore = {
    ...(store.readOnly !== undefined && { readOnly: store.readOnly }),
    ...(store.placeOf && { placeOf: store.placeOf.bind(store) }),
    ...(store.shareLease && { shareLease: store.shareLease.bind(store) }),
    get: (key, options) => memory.bytes(key, "all", options, () => store.get(key, options)),
    // A store says what it can do by having the method.
    ...(getRange && {
      getRange: (key, range, options) =>
        memory.bytes(key, JSON.stringify(range), options, () => getRange.call(store, key, range, options)),
    }),
    ...(getTail && {
      getTail: (key, lengthBytes, options) =>
        memory.part(key, `tail ${lengthBytes}`, options, () =>
          getTail.call(store, key, lengthBytes, options),
        ),
    }),
    ...(getHead && {
      getHead: (key, lengthBytes, options) =>
        memory.part(key, `head ${lengthBytes}`, options, () =>
          getHead.call(store, key, lengthBytes, options),
        ),
    }),
    ...(listDirectory && { listDirectory: listDirectory.bind(store) }),
    ...(list && { list: list.bind(store) }),
  };
  if (!("set" in store)) return cached;
  const writes: Pick<Store, "set" | "delete" | "deletePrefix"> = {
    set: (key, value) => memory.whileChanging(key, () => store.set(key, value)),
    delete: (key) => memory.whileChanging(key, () => store.delete(key)),
    deletePrefix: (prefix) => memory.whileChanging(undefined, () => store.deletePrefix(prefix)),
  };
  return Object.assign(cached, writes);
}

/** What an answer takes beside its bytes, roughly: a million remembered empty values are not free. */
const ENTRY_BYTES = 256;

class Memory {
  /** By key, the key's generation, and what was asked. */
  readonly #answers: ByteBoundedMap<string, ValuePart>;
  /** Counts the writes to a key. What was read under an earlier number is never found again, and ages out. */
  readonly #generations = new Map<AbsolutePath, number>();
  #latestGeneration = 0;
  /** Of every key that has none of its own. */
  #commonGeneration = 0;

  constructor(bytesMax: number) {
    this.#answers = new ByteBoundedMap(bytesMax);
  }

  async bytes(
    key: AbsolutePath,
    request: string,
    options: GetOptions | undefined,
    read: () => Promise<Uint8Array | undefined>,
  ): Promise<Uint8Array | undefined> {
    const version = options?.ifVersion;
    const part = await this.part(key, request, options, async () => {
      const bytes = await read();
      // What was asked for in one version is of that version. The size of the whole is told to nobody.
      return bytes && { bytes, valueBytes: bytes.length, ...(version !== undefined && { version }) };
    });
    return part?.bytes;
  }

  async part(
    key: AbsolutePath,
    request: string,
    options: GetOptions = {},
    read: () => Promise<ValuePart | undefined>,
  ): Promise<ValuePart | undefined> {
    options.signal?.throwIfAborted();
    const generation = this.#generations.get(key) ?? this.#commonGeneration;
    const name = `${key}\0${generation}\0${request}`;
    const known = this.#answers.get(name);
    const isWanted = options.ifVersion === undefined || known?.version === options.ifVersion;
    if (known !== undefined && isWanted) return copyOf(known);
    try {
      const part = await read();
      if (part !== undefined && !part.isUnsettled) {
        this.#answers.set(name, copyOf(part), part.bytes.length + ENTRY_BYTES);
      }
      return part;
    } catch (error) {
      if (isQuarryError(error, "VALUE_CHANGED")) this.#forget(key);
      throw error;
    }
  }

  /** @param key undefined: any number of keys change */
  async whileChanging<T>(key: AbsolutePath | undefined, change: () => Promise<T>): Promise<T> {
    // Before, for what is remembered; afterwards, for what was read meanwhile and may be the old value.
    this.#forget(key);
    try {
      return await change();
    } finally {
      this.#forget(key);
    }
  }

  #forget(key: AbsolutePath | undefined): void {
    this.#latestGeneration += 1;
    if (key !== undefined) {
      this.#generations.set(key, this.#latestGeneration);
      return;
    }
    this.#generations.clear();
    this.#commonGeneration = this.#latestGeneration;
  }
}

/** The bytes that a store returns belong to the caller, who may write to them. */
function copyOf(part: ValuePart): ValuePart {
  return { ...part, bytes: new Uint8Array(part.bytes) };
}
