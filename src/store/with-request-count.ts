/**
 * A store that writes down what it is asked: how many requests a read takes, and how many bytes come.
 *
 * The directory of a store of files is not passed on, or the native core would read around the count.
 */
import type { AbsolutePath, RangeQuery, ReadableStore, Store, ValuePart } from "./store.ts";

export interface StoreRequest {
  readonly operation: Exclude<
    keyof Store,
    "localDirectory" | "placeOf" | "readOnly" | "shareLease" | "syncsWrites"
  >;
  /** The prefix, for listings. */
  readonly key: AbsolutePath;
  /** Of `getRange`, `getTail` and `getHead`. */
  readonly range?: RangeQuery;
}

export interface RequestCount {
  /** Every request since the last {@link reset}, in order, the failed ones too. */
  readonly requests: readonly StoreRequest[];
  /** Bytes of values that reads have given. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  reset(): void;
}

/** `store`, with a {@link RequestCount} of what goes through. */
export function withRequestCount(store: Store): Store & RequestCount;
export function withRequestCount(store: ReadableStore): ReadableStore & RequestCount;
export function withRequestCount(store: ReadableStore | Store): ReadableStore & RequestCount {
  let requests: StoreRequest[] = [];
  let bytesRead = 0;
  let bytesWritten = 0;
  const note = (operation: StoreRequest["operation"], key: AbsolutePath, range?: RangeQuery): void => {
    requests.push({ operation, key, ...(range && { range }) });
  };
  const bytesOf = async (reading: Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> => {
    const bytes = await reading;
    bytesRead += bytes?.length ?? 0;
    return bytes;
  };
  const partOf = async (reading: Promise<ValuePart | undefined>): Promise<ValuePart | undefined> => {
    const part = await reading;
    bytesRead += part?.bytes.length ?? 0;
    return part;
  };

  const { getRange, getTail, getHead, listDirectory, list } = store;
  const counted: ReadableStore & RequestCount = {
    get requests() {
      return requests;
    },
    get bytesRead() {
      return bytesRead;
    },
    get bytesWritten() {
      return bytesWritten;
    },
    reset() {
      requests = [];
      bytesRead = 0;
      bytesWritten = 0;
    },
    ...(store.readOnly !== undefined && { readOnly: store.readOnly }),
    ...(store.placeOf && { placeOf: store.placeOf.bind(store) }),
    ...(store.shareLease && { shareLease: store.shareLease.bind(store) }),
    get(key, options) {
      note("get", key);
      return bytesOf(store.get(key, options));
    },
    // A store says what it can do by having the method.
    ...(getRange && {
      getRange(key, range, options) {
        note("getRange", key, range);
        return bytesOf(getRange.call(store, key, range, options));
      },
    }),
    ...(getTail && {
      getTail(key, lengthBytes, options) {
        note("getTail", key, { suffixLength: lengthBytes });
        return partOf(getTail.call(store, key, lengthBytes, options));
      },
    }),
    ...(getHead && {
      getHead(key, lengthBytes, options) {
        note("getHead", key, { offset: 0, length: lengthBytes });
        return partOf(getHead.call(store, key, lengthBytes, options));
      },
    }),
    ...(listDirectory && {
      listDirectory(prefix) {
        note("listDirectory", prefix);
        return listDirectory.call(store, prefix);
      },
    }),
    ...(list && {
      list(prefix) {
        note("list", prefix);
        return list.call(store, prefix);
      },
    }),
  };
  if (!("set" in store)) return counted;
  const writes: Pick<Store, "set" | "delete" | "deletePrefix"> = {
    set(key, value) {
      note("set", key);
      bytesWritten += value.length;
      return store.set(key, value);
    },
    delete(key) {
      note("delete", key);
      return store.delete(key);
    },
    deletePrefix(prefix) {
      note("deletePrefix", prefix);
      return store.deletePrefix(prefix);
    },
  };
  return Object.assign(counted, writes);
}
