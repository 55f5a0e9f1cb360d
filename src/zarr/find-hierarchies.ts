/**
 * The hierarchies at a location: the one whose root it is, or, for a directory that is no node itself, those in
 * it. `BTCUSDT.zarr` with its weeks is such a directory, and so is one with several symbols.
 */
import { isQuarryError } from "../errors.ts";
import { childPath, type NodePath } from "../metadata/node-name.ts";
import type { ReadableStore } from "../store/store.ts";
import { hasNode, readNode, requireNode } from "./node-document.ts";

/** From a directory of symbols to its weeks. */
const LEVELS = 2;

export interface Hierarchies {
  /** Their root nodes, sorted; just `/` where the location is a node. */
  readonly roots: readonly NodePath[];
  /** Hidden directories beside them, such as the draft of a writer that was killed. */
  readonly hidden: readonly NodePath[];
}

/** @throws QuarryError `NOT_FOUND`, `STORE_FAILED` */
export async function findHierarchies(store: ReadableStore): Promise<Hierarchies> {
  const found = await rootsBelow(store, "/", LEVELS);
  if (found.roots.length === 0) await requireNode(store, "/");
  return found;
}

async function rootsBelow(store: ReadableStore, path: NodePath, levels: number): Promise<Hierarchies> {
  if (await hasNode(store, path)) return { roots: [path], hidden: [] };
  const roots: NodePath[] = [];
  const hidden: NodePath[] = [];
  if (levels > 0 && store.listDirectory !== undefined) {
    for (const { name, kind } of await store.listDirectory(path)) {
      if (kind !== "directory") continue;
      const child = childPath(path, name);
      if (name.startsWith(".")) {
        hidden.push(child);
        continue;
      }
      // Only a group holds arrays: this one has lost its document, and is not a directory of stores.
      if (await isArray(store, child)) return { roots: [path], hidden: [] };
      const below = await rootsBelow(store, child, levels - 1);
      roots.push(...below.roots);
      hidden.push(...below.hidden);
    }
  }
  return { roots, hidden };
}

async function isArray(store: ReadableStore, path: NodePath): Promise<boolean> {
  try {
    return (await readNode(store, path))?.metadata.nodeType === "array";
  } catch (error) {
    // Whoever opens it says what is wrong with it.
    if (isQuarryError(error)) return false;
    throw error;
  }
}
