/**
 * Names for dimensions of which the source names none: xarray opens no array without them, and two dimensions of one
 * name in a group must be of one length there.
 *
 * 1. An array that names any of its dimensions keeps its names as they are.
 * 2. The first dimension of an array gets the name that the group's other arrays of as many rows give theirs; where
 *    none has one, that of the group's time array, if that has as many: xarray then takes it for the index.
 * 3. The other dimensions of a book's arrays, whose meaning the layout tells, get the names that it has for them.
 * 4. All others are `<array>_<axis>`, which no other array's is.
 */
import type { NodePath } from "../metadata/node-name.ts";
import type { SourceArray } from "./source.ts";

/** Of one dimension, and sorted: one that the others of the group are indexed by. */
const TIME_NAMES = ["ts_event", "timestamps", "timestamp", "time", "ts"];

/** What collectors store beside `timestamps`: levels by price, size and count, and facts about each snapshot. */
const BOOK_DIMENSIONS: Readonly<Record<string, readonly string[]>> = {
  data: ["level", "column"],
  snapshot_metadata: ["field"],
};

/** The name of each dimension of each of a source's arrays. */
export function namesOfDimensions(
  arrays: readonly SourceArray[],
): ReadonlyMap<NodePath, readonly (string | null)[]> {
  return new Map(arrays.map((array) => [array.path, namesOf(array, arrays)]));
}

function namesOf(array: SourceArray, arrays: readonly SourceArray[]): readonly (string | null)[] {
  const { dimensionNames, shape, path } = array;
  if (dimensionNames?.some((name) => name !== null)) return dimensionNames;
  const own = lastSegment(path);
  const neighbours = arrays.filter((other) => groupOf(other.path) === groupOf(path));
  const time = timeArrayAmong(neighbours);
  const isIndexed = time !== undefined && time.shape[0] === shape[0];
  const rows = rowsNameAmong(neighbours, shape[0]) ?? (isIndexed ? lastSegment(time.path) : undefined);
  const ofBook = isIndexed && lastSegment(time.path) === "timestamps" ? BOOK_DIMENSIONS[own] : undefined;
  return shape.map((_, axis) => {
    if (axis === 0) return rows ?? `${own}_0`;
    return ofBook?.length === shape.length - 1 ? ofBook[axis - 1]! : `${own}_${axis}`;
  });
}

/** What arrays of `rowCount` rows call their rows, where those that say it agree, and no others call theirs the same. */
function rowsNameAmong(arrays: readonly SourceArray[], rowCount: number | undefined): string | undefined {
  const names = new Set<string>();
  const taken = new Set<string | null>();
  for (const { dimensionNames = [], shape } of arrays) {
    const [first = null, ...others] = dimensionNames;
    if (first !== null && shape[0] === rowCount) names.add(first);
    else taken.add(first);
    for (const other of others) taken.add(other);
  }
  const [name, ...others] = names;
  return name !== undefined && others.length === 0 && !taken.has(name) ? name : undefined;
}

function timeArrayAmong(arrays: readonly SourceArray[]): SourceArray | undefined {
  const candidates = TIME_NAMES.map((name) =>
    arrays.find((array) => lastSegment(array.path) === name && array.shape.length === 1),
  );
  return candidates.find((array) => array !== undefined);
}

/** Of an array that is a hierarchy of its own, `array`. */
function lastSegment(path: NodePath): string {
  return path.slice(path.lastIndexOf("/") + 1) || "array";
}

function groupOf(path: NodePath): string {
  return path.slice(0, path.lastIndexOf("/"));
}
