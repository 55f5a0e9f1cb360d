/**
 * The interface of stores: a map from absolute keys (`/bid_px/zarr.json`) to bytes.
 *
 * It is zarrita's interface with listing and deleting added, so that `zarrita.open` works on our stores.
 * Features compose as wrappers (`with-<feature>.ts`); each implementation and each wrapper passes the contract
 * in `test/kit/store.ts`.
 *
 * Rules of the contract:
 * - `get` and `getRange` resolve to `undefined` for a key without a value, and the bytes belong to the caller.
 * - A reader sees a value as it was before or after a `set`, never between.
 * - A key that could address something else than it says (`..`, empty segments) is `KEY_INVALID`.
 * - What the medium refuses is `STORE_FAILED`, with the medium's error as `cause`.
 */
export type AbsolutePath = `/${string}`;

export type RangeQuery = { offset: number; length: number } | { suffixLength: number };

export interface GetOptions {
  signal?: AbortSignal;
  /**
   * Only a value of this {@link ValuePart.version}: of another one, or of none any more, it is `VALUE_CHANGED`. So
   * an index and the chunks that it points to, read one after another, belong together. Stores that name no
   * versions ignore it.
   */
  ifVersion?: string;
}

/** A part of a value, and what a reader must know of the whole to judge it. */
export interface ValuePart {
  readonly bytes: Uint8Array;
  /** Of the whole value. */
  readonly valueBytes: number;
  /**
   * A name that these very bytes of the whole value have and other bytes under the same key have not, where the
   * store can tell: what HTTP calls an entity tag.
   */
  readonly version?: string;
  /**
   * Set by a store that names versions, for a value so new that the next one might get the same name: this one has
   * none yet. Who needs several parts of one version has to `get` the whole.
   */
  readonly isUnsettled?: true;
}

export interface DirectoryEntry {
  readonly name: string;
  /** `object`: a key with a value. `directory`: a prefix, possibly of no key any more. */
  readonly kind: "object" | "directory";
}

export interface ReadableStore {
  get(key: AbsolutePath, options?: GetOptions): Promise<Uint8Array | undefined>;
  /**
   * The part of the value that `range` covers: fewer bytes than asked where the value ends earlier, and none
   * where it ends before `offset`. A caller that knows how many there must be compares.
   * @throws RangeError if an offset or a length is not a non-negative safe integer
   */
  getRange?(key: AbsolutePath, range: RangeQuery, options?: GetOptions): Promise<Uint8Array | undefined>;
  /**
   * The last `lengthBytes` bytes of the value (all of a shorter one), and how many bytes the value has: what it
   * takes to find a shard's index and to judge it, in one request.
   */
  getTail?(key: AbsolutePath, lengthBytes: number, options?: GetOptions): Promise<ValuePart | undefined>;
  /** The same for the first `lengthBytes` bytes, where a shard's index may stand as well. */
  getHead?(key: AbsolutePath, lengthBytes: number, options?: GetOptions): Promise<ValuePart | undefined>;
  /** Direct children of `prefix` (`/` or `/book`, without a trailing slash), sorted by name. */
  listDirectory?(prefix: AbsolutePath): Promise<DirectoryEntry[]>;
  /** Every key below `prefix`, in no particular order. */
  list?(prefix: AbsolutePath): AsyncIterable<AbsolutePath>;
  /**
   * Directory that holds the keys as files (`/c/0` is `<localDirectory>/c/0`), where there is one: the native
   * core may do its own I/O in it, and publishes files as the file system store does.
   */
  readonly localDirectory?: string;
  /**
   * A name of the place where the values of `key` and below it are kept, the same for every store that reaches that
   * place under whatever key: writers in one process take turns by it. Wrappers pass it on.
   */
  placeOf?(key: AbsolutePath): string;
  /**
   * Begins a change, and gives what ends it: meanwhile no durable writer can take hold of the store. Wrappers pass it on.
   * @throws QuarryError `LEASE_HELD` where one has
   */
  shareLease?(): () => void;
  /** Set by stores whose `set` resolves only when the value is safe from a power cut. */
  readonly syncsWrites?: boolean;
  /** Set by stores that refuse every write, so that a caller need not begin one (nor go round by {@link localDirectory}). */
  readonly readOnly?: boolean;
}

export interface Store extends ReadableStore {
  set(key: AbsolutePath, value: Uint8Array): Promise<void>;
  /** Deleting a key that has no value is no error. */
  delete(key: AbsolutePath): Promise<void>;
  /** Deletes `prefix` itself and every key below it. */
  deletePrefix(prefix: AbsolutePath): Promise<void>;
}
