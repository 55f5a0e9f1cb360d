/** Reading windows one after the other, the next while one is in use. */
import type { DataType } from "../metadata/data-type.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import { countOf } from "../zarr/array-data.ts";
import type { WindowMemory } from "./window-memory.ts";
import type { Window } from "./windows.ts";

export interface ReadWindow<W extends Window> {
  readonly window: W;
  readonly items: TypedArrayOf;
}

export interface WindowReading {
  readonly memory: WindowMemory;
  /** Whether the next window is read while one is in use. */
  readonly isAhead: boolean;
}

/**
 * Each of `windows` with its items, in order. Items are good until the next window is asked for.
 * @param read reads a window, into the memory that it is given, if it can
 */
export async function* readWindows<W extends Window>(
  windows: Iterable<W>,
  dataType: DataType,
  { memory, isAhead }: WindowReading,
  read: (window: W, reuse: TypedArrayOf | undefined) => Promise<TypedArrayOf>,
): AsyncGenerator<ReadWindow<W>, void, undefined> {
  const iterator = windows[Symbol.iterator]();
  const start = () => {
    const next = iterator.next();
    if (next.done) return undefined;
    const room = memory.take(dataType, countOf(next.value.shape));
    const items = read(next.value, room);
    // Whoever waits for it hears of its failure; where nobody does any more, an earlier failure is what counts.
    items.catch(() => {});
    return { window: next.value, room, items };
  };
  let current = start();
  let next: typeof current;
  try {
    while (current !== undefined) {
      const { window } = current;
      const items = await current.items;
      if (isAhead) next = start();
      yield { window, items };
      memory.give(current.room);
      [current, next] = [next ?? start(), undefined];
    }
  } finally {
    for (const unused of [current, next]) {
      // Memory that is still being written to must not be given away.
      await unused?.items.catch(() => {});
      memory.give(unused?.room);
    }
  }
}
