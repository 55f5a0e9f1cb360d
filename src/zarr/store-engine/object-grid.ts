/** The grid of an array's cells and objects, and what the parts of a selection are to the store engine. */
import type { ItemBox } from "../../codec/box-copy.ts";
import type { ArrayLayout } from "../../codec/engine.ts";
import type { ErrorPlace } from "../../errors.ts";
import { chunkKey } from "../../metadata/chunk-key.ts";
import { childPath, type NodePath } from "../../metadata/node-name.ts";
import type { AbsolutePath } from "../../store/store.ts";
import { CellCopy } from "./cell-copy.ts";
import type { Piece } from "./grid.ts";

/** The part of a selection that falls into one cell. */
export interface CellPart {
  /** Position of the cell in its object, in C order. */
  readonly position: number;
  /** Where the part is a box. */
  readonly pieces?: readonly Piece[];
  /** Whether it takes all of the cell that lies inside an array of shape `shape`. */
  covers(shape: readonly number[]): boolean;
  /** @param cell undefined for one that is not stored */
  copyOut(cell: Uint8Array | undefined, target: ItemBox): void;
  /** Of an item that is selected twice, the last one stays. */
  copyIn(cell: Uint8Array, source: ItemBox): void;
}

/** One object that a selection touches. */
export interface TouchedObject {
  readonly coordinates: readonly number[];
  /** Each touched cell once, in C order. */
  readonly parts: readonly CellPart[];
  /** Whether the selection takes all of the object that lies inside an array of shape `shape`. */
  covers(shape: readonly number[]): boolean;
}

export class ObjectGrid {
  readonly cellShape: readonly number[];
  /** Along each axis. */
  readonly cellsPerObject: readonly number[];
  readonly cellCount: number;
  readonly itemBytes: number;
  readonly fillItem: Uint8Array;
  readonly copy: CellCopy;
  readonly #layout: ArrayLayout;

  constructor(layout: ArrayLayout) {
    const { shape, dataType } = layout.cellPipeline.chunk;
    this.#layout = layout;
    this.cellShape = shape;
    this.cellsPerObject = shape.map((extent, axis) =>
      layout.sharding === undefined ? 1 : layout.sharding.shardShape[axis]! / extent,
    );
    this.cellCount = this.cellsPerObject.reduce((count, cells) => count * cells, 1);
    this.itemBytes = dataType.itemBytes;
    this.fillItem = layout.fillItem;
    this.copy = new CellCopy(shape, layout.fillItem);
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
    let rest = position;
    const chunk = this.cellsPerObject.map(() => 0);
    for (let axis = chunk.length - 1; axis >= 0; axis--) {
      const perObject = this.cellsPerObject[axis]!;
      chunk[axis] = coordinates[axis]! * perObject + (rest % perObject);
      rest = Math.floor(rest / perObject);
    }
    return { path, shard: coordinates, chunk };
  }
}
