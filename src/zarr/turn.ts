/**
 * Writers of one array in one process take turns, so that two that touch the same chunk or shard do not undo each
 * other: both read the old version, change their part, and publish.
 */
import type { ReadableStore } from "../store/store.ts";

/** The last turn taken, by store and array path; gone when nobody waits. */
const turns = new Map<string, Promise<unknown>>();
const storeNames = new WeakMap<object, string>();
let storesNamed = 0;

/** Runs `work` when every earlier one on the same array has settled. */
export async function inTurn<T>(store: ReadableStore, path: string, work: () => Promise<T>): Promise<T> {
  const key = `${nameOf(store)}\0${path}`;
  const turn = (turns.get(key) ?? Promise.resolve()).then(work, work);
  turns.set(key, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(key) === turn) turns.delete(key);
  }
}

/** Two stores of one directory are the same store. */
function nameOf(store: ReadableStore): string {
  if (store.localDirectory !== undefined) return store.localDirectory;
  let name = storeNames.get(store);
  if (name === undefined) {
    name = `#${++storesNamed}`;
    storeNames.set(store, name);
  }
  return name;
}
