/** Growing an array along its first dimension: rows first, then the document, which is when they begin to exist. */
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import type { DataTypeName } from "../metadata/data-type.ts";
import type { NodePath } from "../metadata/node-name.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import type { SetOptions } from "./array-access.ts";
import { countOf, type ItemMemory, isBox, itemsOf, type NdArray } from "./array-data.ts";
import type { ArrayState } from "./array-state.ts";
import { checkBox } from "./items/item-box.ts";
import { itemCountOf } from "./items/typed-items.ts";
import { writeAxes } from "./region-access.ts";
import { inTurn } from "./turn.ts";
import { checkWritable } from "./writable.ts";

export interface AppendedRows {
  readonly firstRow: number;
  readonly rows: number;
}

export async function appendRows<N extends DataTypeName>(
  array: ArrayState,
  rows: TypedArrayOf<N> | NdArray<N>,
  options: SetOptions,
): Promise<AppendedRows> {
  checkWritable(array.store, array.path);
  const rowShape = array.shape.slice(1);
  const { count, items } = rowItems(array.path, array.metadata, rows);
  return inTurn(array.store, array.path, async () => {
    const document = await array.refresh();
    const firstRow = array.shape[0]!;
    // Another handle may have given the array another shape.
    if (rowShape.some((extent, i) => array.shape[i + 1] !== extent))
      throw notRows(array, [count, ...rowShape]);
    if (count === 0) return { firstRow, rows: 0 };
    const shape = [firstRow + count, ...rowShape];
    const axes = shape.map((extent, axis) =>
      axis === 0 ? { start: firstRow, step: 1, count } : { start: 0, step: 1, count: extent },
    );
    if (countOf(rowShape) > 0) await writeAxes(array, shape, axes, items, options);
    await array.changeShape(document, shape);
    return { firstRow, rows: count };
  });
}

/**
 * `rows` as items of an array of the metadata given, and how many rows they are.
 * @throws QuarryError `SHAPE_MISMATCH`, `VALUE_INVALID`
 */
export function rowItems<N extends DataTypeName>(
  path: NodePath,
  metadata: ArrayMetadata,
  rows: TypedArrayOf<N> | NdArray<N>,
): { readonly count: number; readonly items: ItemMemory } {
  const rowShape = metadata.shape.slice(1);
  const count = countRows(path, metadata, rows, rowShape);
  return { count, items: itemsOf(rows, [count, ...rowShape], metadata, path) };
}

function countRows<N extends DataTypeName>(
  path: NodePath,
  { shape, dataType }: ArrayMetadata,
  rows: TypedArrayOf<N> | NdArray<N>,
  rowShape: readonly number[],
): number {
  if (shape.length === 0) throw new RangeError(`${path} has no dimensions, so nothing can be appended`);
  if (isBox(rows)) {
    checkBox(rows, path);
    const { shape: boxShape } = rows;
    // Broadcasting is for writing into what is there; rows that were not given must not come into being.
    const fits =
      boxShape.length === shape.length && rowShape.every((extent, i) => boxShape[i + 1] === extent);
    if (!fits) {
      throw notRows({ path, shape }, boxShape);
    }
    return boxShape[0]!;
  }
  if (typeof rows !== "object" || rows === null) {
    throw new QuarryError(
      "VALUE_INVALID",
      `rows of ${path} are items, or { data, shape }, not ${String(rows)}`,
      {
        path,
      },
    );
  }
  const rowItems = countOf(rowShape);
  const given = itemCountOf(rows, dataType, path);
  const count = rowItems === 0 ? 0 : given / rowItems;
  if (!Number.isInteger(count)) {
    throw new QuarryError(
      "SHAPE_MISMATCH",
      `${path}: ${given} items are no whole number of rows of ${rowItems}`,
      { path },
    );
  }
  return count;
}

function notRows({ path, shape }: Pick<ArrayState, "path" | "shape">, given: readonly number[]): QuarryError {
  const rowShape = shape.slice(1).map((extent) => `, ${extent}`);
  return new QuarryError(
    "SHAPE_MISMATCH",
    `rows of shape [${given.join(", ")}] cannot be appended to ${path}, which takes [n${rowShape.join("")}]`,
    { path },
  );
}
