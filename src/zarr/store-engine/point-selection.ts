/**
 * Single items of an array, in any order, repeated ones included (`native/core/array/point_selection.h` does the
 * same): sorted by object and cell, so that each is met once, and within a cell in the order in which they were given,
 * so that of a repeated one the last is written last.
 */
import type { ItemBox } from "../../codec/box-copy.ts";
import type { PointSelection } from "../../codec/engine.ts";
import type { CellPart, ObjectGrid, TouchedObject } from "./object-grid.ts";

/** The objects that `points` touch, in C order. */
export function objectsOfPoints(grid: ObjectGrid, { count, coordinates }: PointSelection): TouchedObject[] {
  const rank = grid.cellShape.length;
  const objectAt = (point: number): number[] =>
    grid.cellShape.map((extent, axis) =>
      Math.floor(coordinates[axis * count + point]! / (extent * grid.cellsPerObject[axis]!)),
    );
  const items = new Float64Array(count);
  const positions = new Float64Array(count);
  const ordinals = new Ordinals(count);
  for (let axis = 0; axis < rank; axis++) {
    const extent = grid.cellShape[axis]!;
    const perObject = grid.cellsPerObject[axis]!;
    const objects = new Float64Array(count);
    for (let point = 0; point < count; point++) {
      const index = coordinates[axis * count + point]!;
      const cell = Math.floor(index / extent);
      objects[point] = Math.floor(cell / perObject);
      positions[point] = positions[point]! * perObject + (cell - objects[point]! * perObject);
      items[point] = items[point]! * extent + (index - cell * extent);
    }
    ordinals.append(objects);
  }
  const objects: TouchedObject[] = [];
  let begin = 0;
  for (const end of ordinals.append(positions).runs()) {
    const points = ordinals.order.subarray(begin, end);
    const first = points[0]!;
    const part = new PointsInCell(grid, positions[first]!, points, items);
    const object = objectAt(first);
    const last = objects.at(-1);
    if (last !== undefined && object.every((coordinate, axis) => coordinate === last.coordinates[axis])) {
      (last.parts as CellPart[]).push(part);
    } else {
      // Points may name one item twice, so that no number of them covers an object for certain.
      objects.push({ coordinates: object, parts: [part], covers: () => false });
    }
    begin = end;
  }
  return objects;
}

class PointsInCell implements CellPart {
  readonly position: number;
  readonly #grid: ObjectGrid;
  readonly #points: Uint32Array;
  readonly #items: Float64Array;

  /** @param items for every point of the selection, the item's position in its cell */
  constructor(grid: ObjectGrid, position: number, points: Uint32Array, items: Float64Array) {
    this.position = position;
    this.#grid = grid;
    this.#points = points;
    this.#items = items;
  }

  covers(): boolean {
    return false;
  }

  copyOut(cell: Uint8Array | undefined, target: ItemBox): void {
    const { itemBytes, fillItem } = this.#grid;
    for (const point of this.#points) {
      const from = cell === undefined ? 0 : this.#items[point]! * itemBytes;
      copyItem(target.bytes, (target.offset + point) * itemBytes, cell ?? fillItem, from, itemBytes);
    }
  }

  copyIn(cell: Uint8Array, source: ItemBox): void {
    const { itemBytes } = this.#grid;
    for (const point of this.#points) {
      copyItem(
        cell,
        this.#items[point]! * itemBytes,
        source.bytes,
        (source.offset + point) * itemBytes,
        itemBytes,
      );
    }
  }
}

function copyItem(
  target: Uint8Array,
  targetAt: number,
  source: Uint8Array,
  sourceAt: number,
  itemBytes: number,
): void {
  for (let i = 0; i < itemBytes; i++) target[targetAt + i] = source[sourceAt + i]!;
}

/** One number a point, which orders points as a tuple of coordinates does that is given one axis after another. */
class Ordinals {
  /** The points, ascending; valid after {@link runs}. */
  readonly order: Uint32Array;
  readonly #values: Float64Array;
  #extent = 1;

  constructor(count: number) {
    this.#values = new Float64Array(count);
    this.order = Uint32Array.from(this.#values.keys());
  }

  append(coordinates: Float64Array): this {
    let along = coordinates;
    let extent = along.reduce((max, coordinate) => Math.max(max, coordinate), 0) + 1;
    // In a sparse array of astronomical extents the numbers would lose bits. Ranks are below the number of points.
    if (this.#extent * extent > Number.MAX_SAFE_INTEGER) this.#extent = rank(this.#values, this.#values);
    if (this.#extent * extent > Number.MAX_SAFE_INTEGER) {
      along = new Float64Array(along.length);
      extent = rank(coordinates, along);
    }
    for (const [point, value] of this.#values.entries()) this.#values[point] = value * extent + along[point]!;
    this.#extent *= extent;
    return this;
  }

  /** Sorts {@link order}, points with the same coordinates as they were; gives the end of each run of such. */
  *runs(): Generator<number> {
    const values = this.#values;
    const { order } = this;
    if (values.some((value, point) => point > 0 && value < values[point - 1]!)) {
      order.sort((a, b) => values[a]! - values[b]! || a - b);
    }
    for (let end = 1; end <= order.length; end++) {
      if (end === order.length || values[order[end]!] !== values[order[end - 1]!]) yield end;
    }
  }
}

/** Puts the ranks of `values` into `ranks`, 0 for the smallest; returns how many different ones there are. */
function rank(values: Float64Array, ranks: Float64Array): number {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const rankOf = new Map(sorted.map((value, position) => [value, position]));
  for (const [point, value] of values.entries()) ranks[point] = rankOf.get(value)!;
  return sorted.length;
}
