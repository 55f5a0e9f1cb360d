/** Copies the pieces of a selection between a decoded cell and the selection's memory. */
import { copyBox, type ItemBox } from "../../codec/box-copy.ts";
import { contiguousStrides, product } from "../../codec/c-order.ts";
import type { Piece } from "./grid.ts";

export class CellCopy {
  readonly #strides: readonly number[];
  readonly #itemBytes: number;
  readonly #fillItem: Uint8Array;

  constructor(cellShape: readonly number[], fillItem: Uint8Array) {
    this.#strides = contiguousStrides(cellShape);
    this.#itemBytes = fillItem.length;
    this.#fillItem = fillItem;
  }

  /** @param cell undefined for one that is not stored */
  out(cell: Uint8Array | undefined, pieces: readonly Piece[], target: ItemBox): void {
    for (const slab of slabsOf(pieces)) {
      const counts = slab.map((piece) => piece.count);
      const source =
        cell === undefined
          ? { bytes: this.#fillItem, offset: 0, strides: slab.map(() => 0) }
          : this.#boxInCell(cell, slab);
      copyBox(boxOfPieces(target, slab), source, counts, this.#itemBytes);
    }
  }

  in(cell: Uint8Array, pieces: readonly Piece[], source: ItemBox): void {
    for (const slab of slabsOf(pieces)) {
      const counts = slab.map((piece) => piece.count);
      copyBox(this.#boxInCell(cell, slab), boxOfPieces(source, slab), counts, this.#itemBytes);
    }
  }

  #boxInCell(cell: Uint8Array, pieces: readonly Piece[]): ItemBox {
    return {
      bytes: cell,
      offset: pieces.reduce((offset, piece, axis) => offset + piece.first * this.#strides[axis]!, 0),
      strides: pieces.map((piece, axis) => piece.step * this.#strides[axis]!),
    };
  }
}

/** `pieces` as boxes that strides describe: with every list fixed at one of its entries. */
function slabsOf(pieces: readonly Piece[]): Iterable<readonly Piece[]> {
  if (pieces.every((piece) => piece.entries === undefined)) return [pieces];
  return product(
    pieces.map(
      (piece) =>
        piece.entries?.map(({ index, outPosition }) => ({
          cell: piece.cell,
          first: index,
          count: 1,
          step: 1,
          outFirst: outPosition,
        })) ?? [piece],
    ),
  );
}

/** The part of a selection's memory that `pieces` fill. */
function boxOfPieces(box: ItemBox, pieces: readonly Piece[]): ItemBox {
  const offset = pieces.reduce((at, piece, axis) => at + piece.outFirst * box.strides[axis]!, box.offset);
  return { ...box, offset };
}
