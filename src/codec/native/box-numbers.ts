/**
 * Boxes as numbers, the form in which they cross to the core: start, step, count and stride in bytes of each axis, then
 * the offset in bytes of the first item in memory.
 *
 * The core copies them before a call returns, so that one array serves all calls. A new one a call would be small
 * enough to lie on JavaScript's heap, from where the core's look at it moves it: that took longer than all the rest
 * of a call.
 */
import type { AxisSelection, MemoryLayout } from "../engine.ts";
import type { AxisLists } from "./addon.ts";

export interface MemoryBox {
  readonly axes: readonly AxisSelection[];
  readonly memory: MemoryLayout;
}

let numbers = new Float64Array(64);

/** The numbers of `box`, good until the next call of a function of this file. */
export function numbersOfBox(box: MemoryBox, itemBytes: number): Float64Array {
  makeRoom(4 * box.axes.length + 1);
  putBox(box, itemBytes, 0);
  return numbers;
}

/** The same of boxes that have as many axes, one behind the other. */
export function numbersOfBoxes(boxes: readonly MemoryBox[], itemBytes: number): Float64Array {
  makeRoom(boxes.reduce((count, { axes }) => count + 4 * axes.length + 1, 0));
  let at = 0;
  for (const box of boxes) at = putBox(box, itemBytes, at);
  return numbers;
}

/** The lists that select axes of `box`. */
export function listsOfBox({ axes }: MemoryBox): AxisLists {
  return axes.some(({ indices }) => indices !== undefined) ? axes.map(({ indices }) => indices) : undefined;
}

/** The same of several boxes; undefined where there are none at all. */
export function listsOfBoxes(boxes: readonly MemoryBox[]): readonly AxisLists[] | undefined {
  const lists = boxes.map(listsOfBox);
  return lists.some((list) => list !== undefined) ? lists : undefined;
}

function makeRoom(count: number): void {
  if (numbers.length < count) numbers = new Float64Array(2 * count);
}

/** Returns the place behind it. */
function putBox({ axes, memory }: MemoryBox, itemBytes: number, at: number): number {
  let next = at;
  for (let axis = 0; axis < axes.length; axis++) {
    const { start, step, count } = axes[axis]!;
    numbers[next++] = start;
    numbers[next++] = step;
    numbers[next++] = count;
    numbers[next++] = memory.strides[axis]! * itemBytes;
  }
  numbers[next++] = memory.offset * itemBytes;
  return next;
}
