/** A box of an array, cut along its grid (`native/core/array/box_selection.h` does the same). */
import type { ItemBox } from "../../codec/box-copy.ts";
import { flatIndex, product } from "../../codec/c-order.ts";
import type { AxisSelection } from "../../codec/engine.ts";
import { cutAxis, cutPiece, isWhole, type ObjectPieces, type Piece } from "./grid.ts";
import type { CellGrid, CellPart, TouchedObject } from "./object-grid.ts";

/** The objects that the box `axes` touches, in C order. */
export function* objectsOfBox(grid: CellGrid, axes: readonly AxisSelection[]): Generator<TouchedObject> {
  const cut = axes.map((axis, i) => cutAxis(axis, grid.cellShape[i]!, grid.cellsPerObject[i]!));
  for (const along of product<ObjectPieces>(cut)) yield new BoxInObject(grid, along);
}

class BoxInObject implements TouchedObject {
  readonly coordinates: readonly number[];
  readonly #grid: CellGrid;
  readonly #along: readonly ObjectPieces[];

  constructor(grid: CellGrid, along: readonly ObjectPieces[]) {
    this.coordinates = along.map(({ object }) => object);
    this.#grid = grid;
    this.#along = along;
  }

  get parts(): readonly CellPart[] {
    const { cellsPerObject } = this.#grid;
    return [...product(this.#along.map(({ pieces }) => pieces))].map((pieces) => {
      const within = pieces.map(({ cell }, axis) => cell - this.coordinates[axis]! * cellsPerObject[axis]!);
      return new BoxInCell(this.#grid, flatIndex(within, cellsPerObject), pieces);
    });
  }

  covers(shape: readonly number[]): boolean {
    const { cellShape, cellsPerObject } = this.#grid;
    return this.#along.every(({ object, pieces }, axis) => {
      const perObject = cellsPerObject[axis]!;
      const cellsInside = Math.ceil(shape[axis]! / cellShape[axis]!) - object * perObject;
      return (
        pieces.length === Math.min(perObject, cellsInside) &&
        pieces.every((piece) => coversAlong(piece, cellShape[axis]!, shape[axis]!))
      );
    });
  }
}

class BoxInCell implements CellPart {
  readonly position: number;
  readonly #pieces: readonly Piece[];
  readonly #grid: CellGrid;

  constructor(grid: CellGrid, position: number, pieces: readonly Piece[]) {
    this.position = position;
    this.#pieces = pieces;
    this.#grid = grid;
  }

  get isWhole(): boolean {
    return isWhole(this.#pieces, this.#grid.cellShape);
  }

  covers(shape: readonly number[]): boolean {
    return this.#pieces.every((piece, axis) => coversAlong(piece, this.#grid.cellShape[axis]!, shape[axis]!));
  }

  copyOut(cell: Uint8Array | undefined, target: ItemBox): void {
    this.#grid.copy.out(cell, this.#pieces, target);
  }

  copyIn(cell: Uint8Array, source: ItemBox): void {
    this.#grid.copy.in(cell, this.#pieces, source);
  }

  cutInto(grid: CellGrid): CellPart[] {
    const cut = this.#pieces.map((piece, axis) => cutPiece(piece, grid.cellShape[axis]!));
    return [...product(cut)].map((pieces) => {
      const cell = pieces.map(({ cell }) => cell);
      return new BoxInCell(grid, flatIndex(cell, grid.cellsPerObject), pieces);
    });
  }
}

function coversAlong(piece: Piece, cellExtent: number, extent: number): boolean {
  // Of a list some items may be repeated.
  if (piece.entries !== undefined) return false;
  return piece.count === Math.min(cellExtent, extent - piece.cell * cellExtent);
}
