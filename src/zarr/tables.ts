/**
 * Which arrays grow together: those of one group whose first dimension has the same name (all that have none count as
 * one). A batch of rows goes to every array of a table, or to none.
 */
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import type { NodeMetadata } from "../metadata/group-metadata.ts";

export interface TableShape {
  /** Path of the group, relative to the root, without a slash at its beginning; "" is the root. */
  readonly group: string;
  /** Of the first dimension. */
  readonly dimension: string | null;
  /** By path relative to the root, sorted. */
  readonly arrays: ReadonlyMap<string, ArrayMetadata>;
}

/** @param nodes by path relative to the root; a root that is an array has the path "" */
export function tablesOf(nodes: ReadonlyMap<string, NodeMetadata>): TableShape[] {
  const tables = new Map<
    string,
    { group: string; dimension: string | null; arrays: Map<string, ArrayMetadata> }
  >();
  for (const [path, node] of [...nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (node.nodeType !== "array" || node.zarrFormat === 2 || node.shape.length === 0) continue;
    const group = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    const dimension = node.dimensionNames?.[0] ?? null;
    const key = JSON.stringify([group, dimension]);
    const table = tables.get(key) ?? { group, dimension, arrays: new Map() };
    tables.set(key, table);
    table.arrays.set(path, node);
  }
  return [...tables.values()];
}

/** The table of the array at `path`; undefined where no array there can grow. */
export function tableWith(nodes: ReadonlyMap<string, NodeMetadata>, path: string): TableShape | undefined {
  return tablesOf(nodes).find(({ arrays }) => arrays.has(path));
}

/** The table of most arrays, or that of `member`. */
export function largestTable(
  nodes: ReadonlyMap<string, NodeMetadata>,
  member: string | undefined,
): TableShape | undefined {
  return tablesOf(nodes)
    .filter(({ arrays }) => member === undefined || arrays.has(member))
    .sort((a, b) => b.arrays.size - a.arrays.size)[0];
}
