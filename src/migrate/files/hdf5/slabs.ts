/**
 * Regions of a dataset, read in slabs of whole chunks, so that no chunk is decoded twice and the library's memory, which
 * never shrinks, stays small.
 */

import { isVariableLength } from "../../../metadata/data-type.ts";
import type { NodePath } from "../../../metadata/node-name.ts";
import { isListed, type TypedArrayOf } from "../../../metadata/typed-array.ts";
import { countOf } from "../../../zarr/array-data.ts";
import { itemsOfBytes } from "../item-bytes.ts";
import type { Hdf5Type } from "./datatype.ts";
import { calling, type LibraryFile, type LibraryItems } from "./library.ts";
import type { Hdf5File, HeaderMessage } from "./object-header.ts";
import { gatherItems, type RecordField } from "./record-layout.ts";
import { textsOf } from "./texts.ts";

/** An open file. */
export interface Hdf5Context {
  readonly library: LibraryFile;
  readonly hdf5: Hdf5File;
}

/** A dataset as the library describes it. */
export interface Dataset {
  readonly path: NodePath;
  readonly place: string;
  readonly type: Hdf5Type;
  /** Of a record in the library's memory. */
  readonly recordBytes: number;
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[] | undefined;
  readonly header: readonly HeaderMessage[];
  readonly filters: readonly { readonly id: number; readonly name: string }[];
  readonly fields: readonly RecordField[];
}

/** What the library is asked for at once, where chunks are not larger. */
export const SLAB_BYTES = 2 ** 26;

interface Region {
  readonly start: readonly number[];
  readonly count: readonly number[];
}

/**
 * The items of `field` in a region, whose first axes are those of the dataset.
 * @throws QuarryError `CHUNK_CORRUPT`; the signal's reason
 */
export async function readField(
  context: Hdf5Context,
  dataset: Dataset,
  field: RecordField,
  { start, count }: Region,
  signal: AbortSignal | undefined,
): Promise<TypedArrayOf> {
  const rank = dataset.shape.length;
  const inner = { start: start.slice(rank), count: count.slice(rank) };
  const { dataType } = field.leaf;
  const texts: string[] = [];
  const bytes = new Uint8Array(isVariableLength(dataType) ? 0 : countOf(count) * dataType.itemBytes);
  let filled = 0;
  for (const slab of slabsOf(dataset, { start: start.slice(0, rank), count: count.slice(0, rank) })) {
    signal?.throwIfAborted();
    readSlab(context, dataset, slab, (records) => {
      if (isVariableLength(dataType)) {
        for (const text of textsOf(records)) texts.push(text);
        return;
      }
      const items = gatherItems(records.bytes, dataset.recordBytes, field, inner);
      bytes.set(items, filled);
      filled += items.length;
    });
    // Calls of the library wait: others get their turn between slabs.
    await new Promise(setImmediate);
  }
  if (isListed(dataType) && isVariableLength(dataType)) return texts as TypedArrayOf;
  return itemsOfBytes(bytes, dataType, "little", dataset.place);
}

/** Parts of a region along its first axis: of whole chunks, where there are any. */
function* slabsOf({ chunkShape, recordBytes }: Dataset, { start, count }: Region): Generator<Region> {
  if (count.includes(0)) return;
  const [first, rows] = [start[0], count[0]];
  if (first === undefined || rows === undefined) {
    yield { start, count };
    return;
  }
  const rowBytes = countOf(count.slice(1)) * recordBytes;
  const chunkRows = chunkShape?.[0] ?? 1;
  const rowsAtOnce = Math.max(1, Math.floor(SLAB_BYTES / rowBytes / chunkRows)) * chunkRows;
  for (let row = first; row < first + rows; ) {
    const end = Math.min(row - (row % chunkRows) + rowsAtOnce, first + rows);
    yield { start: [row, ...start.slice(1)], count: [end - row, ...count.slice(1)] };
    row = end;
  }
}

/** Has the library read a slab, and hands it to `use`, whose failure is the slab's as well. */
function readSlab(
  { library }: Hdf5Context,
  { path, place, recordBytes, chunkShape = [], type }: Dataset,
  { start, count }: Region,
  use: (records: LibraryItems) => void,
): void {
  const last = start.map((index, axis) => index + count[axis]! - 1);
  calling(`${place}, items [${start.join(", ")}] to [${last.join(", ")}],`, "CHUNK_CORRUPT", () => {
    const isText = type.kind === "vlen-text";
    const [lengthBytes, chunkBytes] = [count, chunkShape].map((shape) => countOf(shape) * recordBytes);
    use(library.items(path, { start, count }, lengthBytes!, isText, chunkBytes!));
  });
}
