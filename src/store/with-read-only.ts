/** A store that can be read and refuses every write, whatever the store under it would do. */
import { QuarryError } from "../errors.ts";
import type { AbsolutePath, ReadableStore, Store } from "./store.ts";

/** `store` without its writes: they reject with `READ_ONLY`. What it can read and list stays. */
export function withReadOnly(store: ReadableStore): Store {
  const refuse = async (key: AbsolutePath): Promise<never> => {
    throw new QuarryError("READ_ONLY", `${key} cannot be written: the store was opened for reading only`, {
      path: key,
    });
  };
  return {
    readOnly: true,
    get: (key, options) => store.get(key, options),
    // A store says what it can do by having the method.
    ...(store.getRange && { getRange: store.getRange.bind(store) }),
    ...(store.getTail && { getTail: store.getTail.bind(store) }),
    ...(store.getHead && { getHead: store.getHead.bind(store) }),
    ...(store.listDirectory && { listDirectory: store.listDirectory.bind(store) }),
    ...(store.list && { list: store.list.bind(store) }),
    ...(store.placeOf && { placeOf: store.placeOf.bind(store) }),
    ...(store.shareLease && { shareLease: store.shareLease.bind(store) }),
    ...(store.localDirectory !== undefined && { localDirectory: store.localDirectory }),
    set: refuse,
    delete: refuse,
    deletePrefix: refuse,
  };
}
