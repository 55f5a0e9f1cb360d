/**
 * Single items of an array, in any order, repeated ones included (`native/core/array/point_selection.h` does the
 * same): sorted by object and cell, so that each is met once, and within a cell in the order in which they were given,
 * so that of a repeated one the last is written last.
 */
import type { ItemBox } from "../../codec/box-copy.ts";
import type { PointSelection } from "../../codec/engine.ts";
import type { CellGrid, CellPart, TouchedObject } from "./object-grid.ts";

/** The objects that `points` touch, in C order. */
export function objectsOfPoints(grid: CellGrid, { count, coordinates }: PointSelection): TouchedObject[] {
  const places = new Uint32Array(count);
  for (let point = 0; point < count; point++) places[point] = point;
  return cutPoints(grid, places, coordinates);
}

/**
 * @param places where in the selection's memory each point is
 * @param coordinates as of a {@link PointSelection}
 */
function cutPoints(grid: CellGrid, places: Uint32Array, coordinates: Float64Array): TouchedObject[] {
  const count = places.length;
  const objectAt = (point: number): number[] =>
    grid.cellShape.map((extent, axis) =>
      Math.floor(coordinates[axis * count + point]! / (extent * grid.cellsPerObject[axis]!)),
    );
  const items = new Float64Array(count);
  const positions = new Float64Array(count);
  const ordinals = new Ordinals(count);
  for (const [axis, extent] of grid.cellShape.entries()) {
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
  ordinals.append(positions);
  const objects: { coordinates: number[]; parts: CellPart[]; covers(): boolean }[] = [];
  for (const run of ordinals.runs()) {
    const first = run[0]!;
    const part = new PointsInCell(
      grid,
      positions[first]!,
      run.map((point) => places[point]!),
      Float64Array.from(run, (point) => items[point]!),
    );
    const object = objectAt(first);
    const last = objects.at(-1);
    if (last !== undefined && object.every((coordinate, axis) => coordinate === last.coordinates[axis])) {
      last.parts.push(part);
    } else {
      // Points may name one item twice, so that no number of them covers an object for certain.
      objects.push({ coordinates: object, parts: [part], covers: () => false });
    }
  }
  return objects;
}

class PointsInCell implements CellPart {
  readonly position: number;
  readonly isWhole = false;
  readonly #grid: CellGrid;
  readonly #places: Uint32Array;
  readonly #items: Float64Array;

  /**
   * @param places of each point in the selection's memory
   * @param items of each point, its position in the cell, in C order
   */
  constructor(grid: CellGrid, position: number, places: Uint32Array, items: Float64Array) {
    this.position = position;
    this.#grid = grid;
    this.#places = places;
    this.#items = items;
  }

  covers(): boolean {
    return false;
  }

  copyOut(cell: Uint8Array | undefined, target: ItemBox): void {
    const { itemBytes, fillItem } = this.#grid;
    for (let i = 0; i < this.#places.length; i++) {
      const from = cell === undefined ? 0 : this.#items[i]! * itemBytes;
      const to = (target.offset + this.#places[i]!) * itemBytes;
      copyItem(target.bytes, to, cell ?? fillItem, from, itemBytes);
    }
  }

  copyIn(cell: Uint8Array, source: ItemBox): void {
    const { itemBytes } = this.#grid;
    for (let i = 0; i < this.#places.length; i++) {
      const from = (source.offset + this.#places[i]!) * itemBytes;
      copyItem(cell, this.#items[i]! * itemBytes, source.bytes, from, itemBytes);
    }
  }

  cutInto(grid: CellGrid): CellPart[] {
    const { cellShape } = this.#grid;
    const count = this.#items.length;
    const coordinates = new Float64Array(count * cellShape.length);
    for (const [i, item] of this.#items.entries()) {
      let rest = item;
      for (let axis = cellShape.length - 1; axis >= 0; axis--) {
        coordinates[axis * count + i] = rest % cellShape[axis]!;
        rest = Math.floor(rest / cellShape[axis]!);
      }
    }
    return cutPoints(grid, this.#places, coordinates).flatMap(({ parts }) => parts);
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
  readonly #values: Float64Array;
  #extent = 1;

  constructor(count: number) {
    this.#values = new Float64Array(count);
  }

  append(coordinates: Float64Array): void {
    const values = this.#values;
    let along = coordinates;
    let extent = maximumOf(along) + 1;
    // In a sparse array of astronomical extents the numbers would lose bits. Ranks are below the number of points.
    if (this.#extent * extent > Number.MAX_SAFE_INTEGER) this.#extent = rank(values, values);
    if (this.#extent * extent > Number.MAX_SAFE_INTEGER) {
      along = new Float64Array(along.length);
      extent = rank(coordinates, along);
    }
    for (let point = 0; point < values.length; point++)
      values[point] = values[point]! * extent + along[point]!;
    this.#extent *= extent;
  }

  /** The points of each number, ascending by number, those of one number as they were given. */
  *runs(): Generator<Uint32Array> {
    const order = this.#order();
    for (let begin = 0, end = 1; end <= order.length; end++) {
      if (end < order.length && this.#values[order[end]!] === this.#values[order[begin]!]) continue;
      yield order.subarray(begin, end);
      begin = end;
    }
  }

  #order(): Uint32Array {
    const values = this.#values;
    const order = new Uint32Array(values.length);
    let isSorted = true;
    for (let point = 0; point < values.length; point++) {
      order[point] = point;
      if (point > 0 && values[point]! < values[point - 1]!) isSorted = false;
    }
    if (isSorted) return order;
    // Hardly more numbers than points, as where many points fall into a few chunks: they are counted.
    if (this.#extent > 4 * values.length) return order.sort((a, b) => values[a]! - values[b]! || a - b);
    const next = new Uint32Array(this.#extent + 1);
    for (const value of values) next[value + 1]! += 1;
    for (let value = 0; value < this.#extent; value++) next[value + 1]! += next[value]!;
    for (let point = 0; point < values.length; point++) order[next[values[point]!]!++] = point;
    return order;
  }
}

function maximumOf(values: Float64Array): number {
  let maximum = 0;
  for (const value of values) if (value > maximum) maximum = value;
  return maximum;
}

/** Puts the ranks of `values` into `ranks`, 0 for the smallest; returns how many different ones there are. */
function rank(values: Float64Array, ranks: Float64Array): number {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const rankOf = new Map(sorted.map((value, position) => [value, position]));
  for (const [point, value] of values.entries()) ranks[point] = rankOf.get(value)!;
  return sorted.length;
}
