/**
 * A region cut along an array's grid, one axis at a time. The same cut as `native/core/array/region.h`, for
 * stores whose bytes come in through JavaScript.
 */
import type { AxisSelection } from "../../codec/engine.ts";

/** The part of an axis selection that falls into one cell. */
export interface Piece {
  /** Coordinate on this axis of the grid of cells. */
  readonly cell: number;
  /** Index inside the cell of the first item taken; the others are `step` apart. */
  readonly first: number;
  readonly count: number;
  readonly step: number;
  /** Position of the first one in the selection. */
  readonly outFirst: number;
  /** Of a list of indices, instead: each item's index inside the cell and position in the selection; `count` of them. */
  readonly entries?: readonly ListEntry[];
}

export interface ListEntry {
  readonly index: number;
  readonly outPosition: number;
}

/** The pieces of one axis that fall into one object. */
export interface ObjectPieces {
  /** Coordinate on this axis of the grid of objects. */
  readonly object: number;
  readonly pieces: Piece[];
}

export function cutAxis(
  selection: AxisSelection,
  cellExtent: number,
  cellsPerObject: number,
): ObjectPieces[] {
  const { start, step, count, indices } = selection;
  if (indices !== undefined) return cutList(indices, cellExtent, cellsPerObject);
  const objects: ObjectPieces[] = [];
  for (let taken = 0; taken < count; ) {
    const index = start + taken * step;
    const cell = Math.floor(index / cellExtent);
    const first = index % cellExtent;
    const fitting = Math.min(Math.ceil((cellExtent - first) / step), count - taken);
    const object = Math.floor(cell / cellsPerObject);
    if (objects.at(-1)?.object !== object) objects.push({ object, pieces: [] });
    objects.at(-1)!.pieces.push({ cell, first, count: fitting, step, outFirst: taken });
    taken += fitting;
  }
  return objects;
}

/**
 * A piece of a cell that is divided into cells itself, cut along those: coordinates and indices are inside the one
 * cell, positions those of the whole selection.
 */
export function cutPiece(piece: Piece, cellExtent: number): Piece[] {
  const { entries } = piece;
  if (entries === undefined) {
    const { first: start, step, count } = piece;
    const [all] = cutAxis({ start, step, count }, cellExtent, Number.POSITIVE_INFINITY);
    return all!.pieces.map((part) => ({ ...part, outFirst: piece.outFirst + part.outFirst }));
  }
  const indices = Float64Array.from(entries, ({ index }) => index);
  const [all] = cutList(indices, cellExtent, Number.POSITIVE_INFINITY);
  return all!.pieces.map((part) => ({
    ...part,
    entries: part.entries!.map(({ index, outPosition }) => ({
      index,
      outPosition: entries[outPosition]!.outPosition,
    })),
  }));
}

/** Whether `pieces` are all of a cell. */
export function isWhole(pieces: readonly Piece[], cellShape: readonly number[]): boolean {
  return pieces.every(
    ({ count, step, entries }, axis) => entries === undefined && step === 1 && count === cellShape[axis],
  );
}

/** In the order of their cells and, within a cell, of their indices, so that each cell is met once. */
function cutList(indices: Float64Array, cellExtent: number, cellsPerObject: number): ObjectPieces[] {
  // A stable sort, so that of a repeated index the last one is written last.
  const order = Array.from(indices, (index, outPosition) => ({ index, outPosition }));
  order.sort((a, b) => a.index - b.index);
  const byCell = new Map<number, ListEntry[]>();
  for (const { index, outPosition } of order) {
    const cell = Math.floor(index / cellExtent);
    const entries = byCell.get(cell) ?? [];
    byCell.set(cell, entries);
    entries.push({ index: index - cell * cellExtent, outPosition });
  }
  const objects: ObjectPieces[] = [];
  for (const [cell, entries] of byCell) {
    const object = Math.floor(cell / cellsPerObject);
    if (objects.at(-1)?.object !== object) objects.push({ object, pieces: [] });
    objects.at(-1)!.pieces.push({ cell, first: 0, count: entries.length, step: 1, outFirst: 0, entries });
  }
  return objects;
}
