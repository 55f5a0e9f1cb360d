/** Selections by a mask of the array's whole shape: the items where it is true, in C order (zarr-python's mask selection). */
import { QuarryError } from "../../errors.ts";
import { boxOfLists } from "./nested-lists.ts";
import type { ResolvedPoints } from "./point-selection.ts";
import { itemsInCOrder, type StridedList } from "./strided-list.ts";

export type NestedBooleans = readonly (boolean | NestedBooleans)[];

/**
 * Booleans in lists inside lists, one level a dimension; or items, 0 or 1, with their shape and stride, as `get` of an
 * array of bool gives them.
 */
export type Mask = NestedBooleans | StridedList<Uint8Array | readonly boolean[]>;

/**
 * @throws QuarryError `SHAPE_MISMATCH` for a mask of another shape than the array's
 * @throws TypeError for what is no mask
 */
export function resolveMask(mask: Mask, arrayShape: readonly number[], path: string): ResolvedPoints {
  const { items, shape } = itemsOf(mask, path);
  if (shape.length !== arrayShape.length || shape.some((extent, axis) => extent !== arrayShape[axis])) {
    throw new QuarryError(
      "SHAPE_MISMATCH",
      `a mask of shape [${shape.join(", ")}] does not fit ${path}, which has [${arrayShape.join(", ")}]`,
      { path },
    );
  }
  const selected = positionsOfTrue(items);
  const count = selected.length;
  const coordinates = new Float64Array(count * shape.length);
  for (const [point, position] of selected.entries()) {
    let rest = position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      coordinates[axis * count + point] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
  }
  return { count, coordinates, shape: [count] };
}

function itemsOf(mask: Mask, path: string): { items: ArrayLike<unknown>; shape: readonly number[] } {
  if (typeof mask === "object" && mask !== null && "data" in mask) {
    const { data, shape } = mask;
    const isBytes = data instanceof Uint8Array && data.every((item) => item <= 1);
    if (!isBytes && !isBooleans(data)) throw notAMask(path);
    const items = itemsInCOrder<unknown>(mask as StridedList<ArrayLike<unknown>>);
    if (items === undefined) throw notAMask(path);
    return { items, shape };
  }
  const box = Array.isArray(mask) ? boxOfLists(mask) : undefined;
  if (box === undefined || !isBooleans(box.items)) throw notAMask(path);
  return box;
}

function isBooleans(items: unknown): items is readonly boolean[] {
  return Array.isArray(items) && items.every((item) => typeof item === "boolean");
}

function positionsOfTrue(items: ArrayLike<unknown>): number[] {
  const positions: number[] = [];
  for (let i = 0; i < items.length; i++) if (items[i] === true || items[i] === 1) positions.push(i);
  return positions;
}

function notAMask(path: string): TypeError {
  return new TypeError(
    `a mask of ${path} is booleans in lists of equal length, one level a dimension, or { data, shape, stride } of 0 and 1`,
  );
}
