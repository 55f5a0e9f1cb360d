/** zarrita behind the interface that the other implementations have: whole arrays as items. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import ZarritaFileSystemStore from "@zarrita/storage/fs";
import type { AsyncReadable } from "zarrita";
import * as zarrita from "zarrita";
import { FileSystemStore, openArray } from "../../../src/index.ts";
import type { DataType } from "../../../src/metadata/data-type.ts";
import type { JsonObject } from "../../../src/metadata/json.ts";
import { isListed, type TypedArrayOf, typedArrayOf } from "../../../src/metadata/typed-array.ts";
import type { Box } from "../exchanged-array.ts";
import { dataOf, type Item, itemsOf } from "../items.ts";

/**
 * Gives of a range what there is of it, as a web server does. zarrita's own directory store ends the process where a
 * length is beyond 2^31, which is what zarrita takes from a shard whose index it does not find.
 */
function asFromServer(path: string): AsyncReadable {
  const store = new FileSystemStore(path);
  return {
    get: (key) => store.get(key),
    async getRange(key, range) {
      const value = await store.get(key);
      if (value === undefined) return undefined;
      if ("suffixLength" in range) return value.slice(-range.suffixLength);
      return value.slice(range.offset, range.offset + range.length);
    },
  };
}

async function openByZarrita(path: string) {
  const open = existsSync(join(path, ".zarray")) ? zarrita.open.v2 : zarrita.open.v3;
  return open(asFromServer(path), { kind: "array" });
}

/** What zarrita reads: its items are in the order that `stride` says. */
interface Chunk {
  readonly data: ArrayLike<unknown> & Iterable<unknown>;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

/** Places of the items of `shape` in memory, in C order. */
const placesOf = (shape: readonly number[], stride: readonly number[]): number[] =>
  shape.reduce<number[]>(
    (places, extent, axis) =>
      places.flatMap((place) => Array.from({ length: extent }, (_, at) => place + at * stride[axis]!)),
    [0],
  );

/** Items from memory, in C order, as `itemsOf` takes them. */
function inCOrder({ data, shape, stride }: Chunk, dataType: DataType): TypedArrayOf {
  const values = [...data];
  const ordered = placesOf(shape, stride).map((place) => values[place]);
  if (isListed(dataType)) return ordered as TypedArrayOf;
  const Items = typedArrayOf(dataType) as unknown as { from(values: unknown[]): TypedArrayOf };
  return Items.from(dataType.kind === "bool" ? ordered.map(Number) : ordered);
}

/** The rows from `start` to `stop`, or all. The array's data type is taken from Quarry. */
export async function itemsByZarrita(path: string, rows?: readonly [number, number]): Promise<Item[]> {
  const array = await openByZarrita(path);
  const selection = array.shape.map((_, axis) => (axis === 0 && rows ? zarrita.slice(...rows) : null));
  const chunk = (await zarrita.get(array, selection)) as unknown as Chunk;
  const { dataType } = await openArray(path);
  return itemsOf(dataType, inCOrder(chunk, dataType));
}

/** Creates an array with the members of `document` and writes `items` to its box. */
export async function writeByZarrita(
  path: string,
  document: JsonObject,
  box: Box,
  items: readonly Item[],
): Promise<void> {
  const { shape, data_type, chunk_grid, codecs, fill_value, dimension_names } = document as never as {
    shape: number[];
    data_type: zarrita.DataType;
    chunk_grid: { configuration: { chunk_shape: number[] } };
    codecs: { name: string; configuration: JsonObject }[];
    fill_value: never;
    dimension_names: string[];
  };
  const array = await zarrita.create(zarrita.root(new ZarritaFileSystemStore(path)), {
    shape,
    dtype: data_type,
    chunkShape: chunk_grid.configuration.chunk_shape,
    codecs: codecs as never,
    fillValue: fill_value,
    dimensionNames: dimension_names,
  });
  const { dataType } = await openArray(path);
  const boxShape = box.stop.map((stop, axis) => stop - box.start[axis]!);
  const stride = boxShape.map((_, axis) =>
    boxShape.slice(axis + 1).reduce((product, extent) => product * extent, 1),
  );
  const selection = box.start.map((start, axis) => zarrita.slice(start, box.stop[axis]!));
  await zarrita.set(array as never, selection, {
    data: dataOf(dataType, items),
    shape: boxShape,
    stride,
  } as never);
}
