/** Arrays of a migration whose items lie in a file at fixed distances: one for each field of an item. */
import { isQuarryError } from "../../errors.ts";
import type { JsonObject } from "../../metadata/json.ts";
import { childPath, type NodePath } from "../../metadata/node-name.ts";
import type { Archive } from "../../store/zip/archive.ts";
import { countOf } from "../../zarr/array-data.ts";
import { faultOfNames, refusalOf } from "../refusals.ts";
import type { SourceArray, SourceGroup, SourceRefusal } from "../source.ts";
import type { FileContents } from "./file-contents.ts";
import type { NumpyItem } from "./numpy-fields.ts";
import { orderedStrides, readStridedItems, type StridedItems } from "./strided-items.ts";
import { unchunkedArray } from "./unchunked-array.ts";

/** Items of one kind that fill a file, or what follows its header. */
export interface ItemTable {
  readonly item: NumpyItem;
  readonly shape: readonly number[];
  readonly order: "C" | "F";
  readonly offsetBytes: number;
}

/** How the bytes of a table are had, and what is known of them. */
export interface TableBytes {
  /** The file's name and, where it is one of several in it, the member's. */
  readonly place: string;
  /** The bytes themselves; asked for with each region, so that what takes time is done when it is needed. */
  readonly open: () => Promise<Archive>;
  readonly encoding: string;
  readonly encodedBytes: number;
  readonly verifiesContent: boolean;
}

type TableParts = Pick<FileContents, "groups" | "rootAttributes" | "arrays" | "refusals">;

/**
 * The array of `table`, or those of the fields of its items.
 * @param paths of the array, where the items are no structs, and of the group of their fields, where they are; each as
 *   its segments
 */
export function tableParts(
  table: ItemTable,
  paths: { readonly array: readonly string[]; readonly struct: readonly string[] },
  bytes: TableBytes,
  attributes: JsonObject = {},
): TableParts {
  const { item, shape, order } = table;
  const isStruct = item.fields.some((field) => field.names.length > 0);
  const root = isStruct ? paths.struct : paths.array;
  const outerStrides = orderedStrides(shape, order, item.itemBytes);
  const itemCount = countOf(shape);
  const groups = new Map<NodePath, SourceGroup>();
  const arrays: SourceArray[] = [];
  const refusals: SourceRefusal[] = [];
  for (const field of item.fields) {
    const segments = [...root, ...field.names];
    const path = segments.reduce<NodePath>(childPath, "/");
    const { type } = field;
    if (isQuarryError(type)) {
      refusals.push(refusalOf(path, type));
      continue;
    }
    const fault = faultOfNames(segments);
    if (fault !== undefined) {
      refusals.push(refusalOf(path, fault));
      continue;
    }
    for (let depth = 1; depth < segments.length; depth++) {
      const group = segments.slice(0, depth).reduce<NodePath>(childPath, "/");
      groups.set(group, { path: group, attributes: {} });
    }
    const items: StridedItems = {
      ...type,
      shape: [...shape, ...field.shape],
      offsetBytes: table.offsetBytes + field.offsetBytes,
      strideBytes: [...outerStrides, ...field.strideBytes],
    };
    const share = (countOf(field.shape) * items.dataType.itemBytes) / Math.max(1, item.itemBytes);
    const encodedBytes = itemCount === 0 ? 0 : Math.round(bytes.encodedBytes * share);
    arrays.push(stridedArray(path, items, { ...bytes, encodedBytes }, isStruct ? {} : attributes));
  }
  return {
    groups: [...groups.values()],
    ...(isStruct && { rootAttributes: attributes }),
    arrays,
    refusals,
  };
}

/** {@link tableParts} of a file that is one table to its end: the array is `/data`, fields lie at the root. */
export function wholeFileParts(file: Archive, table: ItemTable, attributes?: JsonObject): TableParts {
  const bytes: TableBytes = {
    place: file.name,
    open: async () => file,
    encoding: "",
    encodedBytes: file.bytes - table.offsetBytes,
    verifiesContent: false,
  };
  return tableParts(table, { array: ["data"], struct: [] }, bytes, attributes);
}

/** The array of `items`, as `path`. */
function stridedArray(
  path: NodePath,
  items: StridedItems,
  { place, open, encoding, encodedBytes, verifiesContent }: TableBytes,
  attributes: JsonObject,
): SourceArray {
  return unchunkedArray({
    path,
    dataType: items.dataType,
    shape: items.shape,
    attributes,
    encoding,
    encodedBytes,
    verifiesContent,
    readRegion: async (start, count, options = {}) =>
      readStridedItems(await open(), items, { start, count }, `${place}, ${path}`, options),
  });
}
