/** The grid of an array's cells and objects, and what the parts of a selection are to the store engine. */
import type { ItemBox } from "../../codec/box-copy.ts";
import type { ArrayLayout } from "../../codec/engine.ts";
import type { ErrorPlace } from "../../errors.ts";
import { chunkKey } from "../../metadata/chunk-key.ts";
import { childPath, type NodePath } from "../../metadata/node-name.ts";
import type { AbsolutePath } from "../../store/store.ts";
import { CellCopy } from "./cell-copy.ts";

/** The part of a selection that falls into one cell. */
export interface CellPart {
  /** Position of the cell in its object, in C order. */
  readonly position: number;
  /** Whether it is all of the cell; a decoder need not look for parts then. */
  readonly isWhole: boolean;
  /** Whether it takes all of the cell that lies inside an array of shape `shape`. */
  covers(shape: readonly number[]): boolean;
  /** @param cell undefined for one that is not stored */
  copyOut(cell: Uint8Array | undefined, target: ItemBox): void;
  /** Of an item that is selected twice, the last one stays. */
  copyIn(cell: Uint8Array, source: ItemBox): void;
  /** For a cell that is a shard in turn: the parts that fall into its own cells, of which `grid` is the grid. */
  cutInto(grid: CellGrid): CellPart[];
}

/** The cells of some object, the same in each. */
export interface CellGrid {
  readonly cellShape: readonly number[];
  /** Along each axis. */
  readonly cellsPerObject: readonly number[];
  readonly itemBytes: number;
  readonly fillItem: Uint8Array;
  readonly copy: CellCopy;
}

export function cellGrid(
  cellShape: readonly number[],
  objectShape: readonly number[],
  fillItem: Uint8Array,
): CellGrid {
  return {
    cellShape,
    cellsPerObject: cellShape.map((extent, axis) => objectShape[axis]! / extent),
    itemBytes: fillItem.length,
    fillItem,
    copy: new CellCopy(cellShape, fillItem),
  };
}

/** One object that a selection touches. */
export interface TouchedObject {
  readonly coordinates: readonly number[];
  /** Each touched cell once, in C order. */
  readonly parts: readonly CellPart[];
  /** Whether the selection takes all of the object that lies inside an array of shape `shape`. */
  covers(shape: readonly number[]): boolean;
}

/** The grid of a whole array. */
export class ObjectGrid {
  readonly cells: CellGrid;
  readonly cellCount: number;
  readonly #layout: ArrayLayout;

  constructor(layout: ArrayLayout) {
    const { shape } = layout.cellPipeline.chunk;
    this.#layout = layout;
    this.cells = cellGrid(shape, layout.sharding?.shardShape ?? shape, layout.fillItem);
    this.cellCount = this.cells.cellsPerObject.reduce((count, cells) => count * cells, 1);
  }

  keyOf({ coordinates }: TouchedObject): AbsolutePath {
    const { path, chunkKeyEncoding } = this.#layout;
    return childPath(path as NodePath, chunkKey(chunkKeyEncoding, coordinates));
  }

  /** Place of the cell at `position`, or, without a position, of the object as a whole. */
  placeOf({ coordinates }: TouchedObject, position: number | undefined): ErrorPlace {
    const { path, sharding } = this.#layout;
    if (sharding === undefined) return { path, chunk: coordinates };
    if (position === undefined) return { path, shard: coordinates };
    return {
      path,
      shard: coordinates,
      chunk: cellCoordinates(coordinates, position, this.cells.cellsPerObject),
    };
  }
}

/** Where the cell at `position` of the object at `object` is in the grid of all cells. */
export function cellCoordinates(
  object: readonly number[],
  position: number,
  cellsPerObject: readonly number[],
): number[] {
  const cell = [...object];
  let rest = position;
  for (let axis = cell.length - 1; axis >= 0; axis--) {
    const perObject = cellsPerObject[axis]!;
    cell[axis] = object[axis]! * perObject + (rest % perObject);
    rest = Math.floor(rest / perObject);
  }
  return cell;
}
