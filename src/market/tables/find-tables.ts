/** The tables at a location: in one hierarchy, or in each of a directory of them, such as a symbol with its weeks. */
import { isQuarryError, QuarryError } from "../../errors.ts";
import type { NodePath } from "../../metadata/node-name.ts";
import type { ReadableStore } from "../../store/store.ts";
import { ZarrArray } from "../../zarr/array.ts";
import { findHierarchies } from "../../zarr/find-hierarchies.ts";
import { walkNodes } from "../../zarr/node-tree.ts";
import { type GroupArrays, type Table, tableIn } from "./table.ts";

/** What keeps a node, or a whole hierarchy, from being read as tables. */
export interface TableFailure {
  readonly path: NodePath;
  readonly error: QuarryError;
}

/** @throws QuarryError `NOT_FOUND`, `STORE_FAILED` */
export async function* findTables(store: ReadableStore): AsyncGenerator<Table | TableFailure> {
  const { roots } = await findHierarchies(store);
  for (const root of roots) {
    let found = 0;
    for await (const result of tablesBelow(store, root)) {
      found += 1;
      yield result;
    }
    if (found > 0) continue;
    const message =
      "there is no array with a time coordinate (ts_event, timestamps, or a dimension of its name)";
    yield { path: root, error: new QuarryError("NOT_FOUND", message, { path: root }) };
  }
}

async function* tablesBelow(store: ReadableStore, root: NodePath): AsyncGenerator<Table | TableFailure> {
  for (const group of await groupsBelow(store, root)) {
    if ("error" in group) {
      yield group;
      continue;
    }
    try {
      const table = tableIn(group);
      if (table !== undefined) yield table;
    } catch (error) {
      if (!isQuarryError(error)) throw error;
      yield { path: group.path, error };
    }
  }
}

interface FoundGroup extends GroupArrays {
  readonly arrays: Map<string, ZarrArray>;
}

/** Each group with its arrays, a parent before its children; an array at the root is in a group of its own. */
async function groupsBelow(store: ReadableStore, root: NodePath): Promise<(FoundGroup | TableFailure)[]> {
  const found: (FoundGroup | TableFailure)[] = [];
  const groups = new Map<string, FoundGroup>();
  const groupAt = (path: NodePath, attributes: FoundGroup["attributes"]): FoundGroup => {
    const group: FoundGroup = { path, hierarchy: root, attributes, arrays: new Map() };
    groups.set(path, group);
    found.push(group);
    return group;
  };
  for await (const { path, metadata, error } of walkNodes(store, root)) {
    if (error !== undefined) found.push({ path, error });
    else if (metadata?.nodeType === "group") groupAt(path, metadata.attributes);
    else if (metadata?.nodeType === "array") {
      const nameStart = path.lastIndexOf("/") + 1;
      const parent = path === root ? groupAt(path, {}) : groups.get(path.slice(0, nameStart - 1) || "/");
      // A root is called by its directory, which the store does not know: as its dimension, if it is a coordinate.
      const name = path === root ? (metadata.dimensionNames?.[0] ?? "") : path.slice(nameStart);
      try {
        parent?.arrays.set(name, new ZarrArray(store, path, metadata));
      } catch (error) {
        // Nobody can read it here: a codec that is unknown, or refused.
        if (!isQuarryError(error)) throw error;
        found.push({ path, error });
      }
    }
  }
  return found;
}
