/** Arrays that grow together, and the batches that come for them. */
import { copyBox } from "../codec/box-copy.ts";
import { contiguousStrides } from "../codec/c-order.ts";
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { isVariableLength } from "../metadata/data-type.ts";
import { nodePath } from "../metadata/node-name.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import type { ReadableStore } from "../store/store.ts";
import { rowItems } from "../zarr/append-rows.ts";
import { ZarrArray } from "../zarr/array.ts";
import { type ItemMemory, itemsOf, type NdArray } from "../zarr/array-data.ts";
import { slice } from "../zarr/indexing/slice.ts";
import type { TableShape } from "../zarr/tables.ts";
import type { JournaledRows } from "./journal/journal.ts";
import type { ArrayTail } from "./tail/array-tail.ts";

/** Rows for each array of a table, by its path relative to the location of the writer. */
export interface RowBatch {
  readonly [path: string]: TypedArrayOf | NdArray;
}

export class Table {
  readonly shape: TableShape;
  readonly tails: readonly ArrayTail[];
  /** Rows that are in the journal, or committed. */
  journaledRows: number;
  /** Those and the ones on their way there. */
  rows: number;

  constructor(shape: TableShape, tails: readonly ArrayTail[]) {
    this.shape = shape;
    this.tails = tails;
    this.rows = tails[0]!.publishedRows;
    this.journaledRows = this.rows;
  }

  get publishedRows(): number {
    return this.tails[0]!.publishedRows;
  }

  /** Bytes of a row of all arrays together. */
  get rowBytes(): number {
    return this.tails.reduce((bytes, tail) => bytes + tail.rowBytes, 0);
  }

  /** What readers see changes when a chunk is full: rows to the next such point, of the largest chunks. */
  get chunkRows(): number {
    return Math.max(...this.tails.map(({ chunkRows }) => chunkRows));
  }

  /**
   * Checks a batch; nothing is taken from it.
   * @throws QuarryError `SHAPE_MISMATCH`, `VALUE_INVALID`
   */
  itemsOf(batch: RowBatch): { readonly rows: number; readonly pieces: readonly Uint8Array[] } {
    const missing = this.tails.filter(({ path }) => !Object.hasOwn(batch, path)).map(({ path }) => path);
    if (missing.length > 0) {
      throw mismatch(
        `a batch has rows for every array that grows together, and this one has none for ${missing.join(", ")}`,
      );
    }
    if (Object.keys(batch).length > this.tails.length) {
      const known = new Set(this.tails.map(({ path }) => path));
      const strange = Object.keys(batch).filter((path) => !known.has(path));
      throw mismatch(
        `${strange.join(", ")} does not grow together with ${[...known].join(", ")}: append them apart`,
      );
    }
    const pieces: Uint8Array[] = [];
    let rows: number | undefined;
    for (const tail of this.tails) {
      const { count, items } = rowItems(nodePath(tail.path), tail.metadata, batch[tail.path]!);
      if (count !== (rows ?? count)) {
        throw mismatch(
          `${tail.path} has ${count} rows in this batch, and ${this.tails[0]!.path} has ${rows}`,
        );
      }
      rows = count;
      pieces.push(contiguousItems(items, [count, ...tail.metadata.shape.slice(1)], tail.metadata));
    }
    return { rows: rows!, pieces };
  }

  /** Takes rows in, as {@link itemsOf} gave them; what the journal gets is the same memory. */
  add(rows: number, pieces: readonly Uint8Array[]): Pick<JournaledRows, "rows" | "firstRow" | "items"> {
    const firstRow = this.rows;
    for (const [i, tail] of this.tails.entries()) tail.add(rows, pieces[i]!);
    this.rows += rows;
    const items = pieces.map((bytes, i) => ({ bytes, rowBytes: this.tails[i]!.rowBytes }));
    return { rows, firstRow, items };
  }
}

/**
 * That the arrays of a table can grow together.
 * @throws QuarryError `SHAPE_MISMATCH`, `UNSUPPORTED_DATA_TYPE`
 */
export function checkTable({ arrays }: TableShape): void {
  const [first] = arrays;
  for (const [path, { shape, dataType }] of arrays) {
    if (shape[0] !== first![1].shape[0]) {
      throw mismatch(
        `${path} has ${shape[0]} rows and ${first![0]} ${first![1].shape[0]}: arrays that grow together are equally long`,
      );
    }
    if (isVariableLength(dataType)) {
      throw new QuarryError(
        "UNSUPPORTED_DATA_TYPE",
        `${path}: rows of ${dataType.name} cannot be journaled; append them with the array's own append`,
        { path: nodePath(path) },
      );
    }
  }
}

/** The items of an array's rows from `fromRow` on, as bytes. */
export async function storedRows(
  store: ReadableStore,
  path: string,
  metadata: ArrayMetadata,
  fromRow: number,
): Promise<Uint8Array> {
  const rows = metadata.shape[0]!;
  const rowShape = metadata.shape.slice(1);
  if (fromRow === rows || rowShape.includes(0)) return new Uint8Array(0);
  const array = new ZarrArray(store, nodePath(path), metadata);
  const box = (await array.get([slice(fromRow, rows), ...rowShape.map(() => null)])) as NdArray;
  const shape = [rows - fromRow, ...rowShape];
  return contiguousItems(itemsOf(box, shape, metadata, nodePath(path)), shape, metadata);
}

function contiguousItems(
  { bytes, memory }: ItemMemory,
  shape: readonly number[],
  { dataType }: ArrayMetadata,
): Uint8Array {
  const strides = contiguousStrides(shape);
  const { itemBytes } = dataType;
  const lengthBytes = shape.reduce((product, extent) => product * extent, itemBytes);
  if (strides.every((stride, axis) => stride === memory.strides[axis] || shape[axis]! <= 1)) {
    return bytes.subarray(memory.offset * itemBytes, memory.offset * itemBytes + lengthBytes);
  }
  const copy = new Uint8Array(lengthBytes);
  copyBox({ bytes: copy, offset: 0, strides }, { bytes, ...memory }, shape, itemBytes);
  return copy;
}

function mismatch(message: string): QuarryError {
  return new QuarryError("SHAPE_MISMATCH", message);
}
