/** Reading the next window while one is in use. */
import type { DataType } from "../metadata/data-type.ts";
import { elementsPerItem, isListed, type TypedArrayOf } from "../metadata/typed-array.ts";
import { countOf } from "../zarr/array-data.ts";
import { itemRange, newItems } from "./items.ts";
import type { Window } from "./windows.ts";

/**
 * Each of `windows` with its items, in order. Items are good until the next window is asked for: two memories take
 * turns, so that what a migration holds does not depend on when garbage is collected.
 */
export async function* readAhead<W extends Window>(
  windows: Iterable<W>,
  dataType: DataType,
  read: (window: W, reuse: TypedArrayOf | undefined) => Promise<TypedArrayOf>,
): AsyncGenerator<{ readonly window: W; readonly items: TypedArrayOf }> {
  const memories: (TypedArrayOf | undefined)[] = [];
  const memoryFor = (turn: number, shape: readonly number[]): TypedArrayOf | undefined => {
    // Values of a plain array are new whoever holds them.
    if (isListed(dataType)) return undefined;
    const count = countOf(shape);
    const memory = memories[turn];
    const isLargeEnough = memory !== undefined && memory.length >= count * elementsPerItem(dataType);
    const free = isLargeEnough ? memory : newItems(dataType, shape);
    memories[turn] = free;
    return itemRange(free, dataType, 0, count);
  };
  const iterator = windows[Symbol.iterator]();
  const start = (turn: number): { window: W; items: Promise<TypedArrayOf> } | undefined => {
    const next = iterator.next();
    if (next.done) return undefined;
    const items = read(next.value, memoryFor(turn, next.value.shape));
    // Whoever waits for it hears of its failure; where nobody does any more, an earlier failure is what counts.
    items.catch(() => {});
    return { window: next.value, items };
  };
  let current = start(0);
  for (let turn = 1; current !== undefined; turn = 1 - turn) {
    const items = await current.items;
    const next = start(turn);
    try {
      yield { window: current.window, items };
    } finally {
      // Memory that is still being written to must not be given away.
      await next?.items.catch(() => {});
    }
    current = next;
  }
}
