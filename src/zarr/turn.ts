/**
 * Writers of one node in one process take turns, so that two that touch the same chunk, shard or document do not undo
 * each other: both read the old version, change their part, and publish.
 *
 * During its turn a writer shares the store's lease (`Store.shareLease`), so that no durable writer begins beside it.
 *
 * A node is known by the place where it is kept (`Store.placeOf`), whichever store, wrapper or path reaches it.
 *
 * Who takes several turns takes those of deeper nodes first ({@link inTurns}), as everybody does, and nobody takes the
 * turn of a node in a turn of the same node or of one above it. So nobody waits in a circle.
 */
import type { NodePath } from "../metadata/node-name.ts";
import type { ReadableStore } from "../store/store.ts";

/** The last turn taken, by place; gone when nobody waits. */
const turns = new Map<string, Promise<unknown>>();
const storeNames = new WeakMap<object, string>();
let storesNamed = 0;

/** Runs `work` when every earlier one on the same node has settled. */
export async function inTurn<T>(store: ReadableStore, path: NodePath, work: () => Promise<T>): Promise<T> {
  const place = store.placeOf?.(path) ?? `${nameOf(store)}\0${path}`;
  const change = async (): Promise<T> => {
    const end = store.shareLease?.();
    try {
      return await work();
    } finally {
      end?.();
    }
  };
  const turn = (turns.get(place) ?? Promise.resolve()).then(change, change);
  turns.set(place, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(place) === turn) turns.delete(place);
  }
}

/** Runs `work` in the turns of all of `paths`. */
export async function inTurns<T>(
  store: ReadableStore,
  paths: Iterable<NodePath>,
  work: () => Promise<T>,
): Promise<T> {
  const [first, ...others] = [...new Set(paths)].sort(deepestFirst);
  if (first === undefined) return work();
  return inTurn(store, first, () => inTurns(store, others, work));
}

function deepestFirst(a: NodePath, b: NodePath): number {
  return depthOf(b) - depthOf(a) || (a < b ? -1 : 1);
}

function depthOf(path: NodePath): number {
  return path === "/" ? 0 : path.split("/").length;
}

/** Of a store that does not tell places. */
function nameOf(store: ReadableStore): string {
  let name = storeNames.get(store);
  if (name === undefined) {
    name = `#${++storesNamed}`;
    storeNames.set(store, name);
  }
  return name;
}
