/** One array as Quarry writes and reads it, item by item, for exchange with other implementations. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type AxisIndex,
  type CodecMetadata,
  type CreateArrayOptions,
  createArray,
  openArray,
  slice,
  type ZarrArray,
} from "../../src/index.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
  stringifyJson,
} from "../../src/metadata/json.ts";
import { isListed } from "../../src/metadata/typed-array.ts";
import { dataOf, type Item, itemsOf } from "./items.ts";

/** From `start` to `stop`, along each dimension. */
export interface Box {
  readonly start: readonly number[];
  readonly stop: readonly number[];
}

export interface ExchangedArray {
  readonly options: CreateArrayOptions;
  /** Index codecs that the document gets in place of those that Quarry chooses; none: those. */
  readonly indexCodecs?: readonly CodecMetadata[] | undefined;
  readonly box: Box;
  /** Items of the box. */
  readonly written: readonly Item[];
}

/** Creates the array in the directory `path` and writes its box. @returns its document */
export async function writeByQuarry(path: string, array: ExchangedArray): Promise<JsonObject> {
  const { options, indexCodecs, box, written } = array;
  await createArray(path, options);
  const file = join(path, "zarr.json");
  const document = parseJson(await readFile(file, "utf8"), file) as JsonObject;
  const wanted = indexCodecs === undefined ? document : withIndexCodecs(document, indexCodecs);
  if (indexCodecs !== undefined) await writeFile(file, stringifyJson(wanted, 2));
  const opened = await openArray(path, { mode: "r+" });
  await opened.set(selectionOf(box), dataOf(opened.dataType, written) as never);
  return wanted as JsonObject;
}

/** Every item of the array in the directory `path`, in C order. */
export async function itemsByQuarry(path: string): Promise<{ shape: readonly number[]; items: Item[] }> {
  const array = (await openArray(path)) as ZarrArray;
  const { dataType, shape } = array;
  if (shape.length > 0) {
    const { data } = await array.get(shape.map(() => null));
    return { shape, items: itemsOf(dataType, data) };
  }
  // Through an output, because a NaN that is taken as a number is any NaN.
  const out = dataOf(dataType, [new Uint8Array(isListed(dataType) ? 4 : dataType.itemBytes)]);
  await array.get(null, { out });
  return { shape, items: itemsOf(dataType, out) };
}

/** Items of an array of fill values in which a box has been written. */
export function itemsAfterWriting(
  shape: readonly number[],
  { start, stop }: Box,
  written: readonly Item[],
  fill: Item,
): Item[] {
  const items = new Array<Item>(shape.reduce((product, extent) => product * extent, 1)).fill(fill);
  const position = [...start];
  for (const item of written) {
    items[position.reduce((at, index, axis) => at * shape[axis]! + index, 0)] = item;
    for (let axis = shape.length - 1; axis >= 0 && ++position[axis]! === stop[axis]!; axis--) {
      position[axis] = start[axis]!;
    }
  }
  return items;
}

const selectionOf = ({ start, stop }: Box): AxisIndex[] | null =>
  start.length === 0 ? null : start.map((from, axis) => slice(from, stop[axis]!));

/** `json` with `codecs` as index codecs wherever there are some. */
function withIndexCodecs(json: JsonValue, codecs: readonly CodecMetadata[]): JsonValue {
  if (Array.isArray(json)) return json.map((each) => withIndexCodecs(each, codecs));
  if (!isJsonObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      key === "index_codecs" ? (codecs as unknown as JsonValue) : withIndexCodecs(value, codecs),
    ]),
  );
}
