/** Every node of a hierarchy by its own document, those included whose document cannot be read. */
import { isQuarryError, type QuarryError } from "../errors.ts";
import { type NodeMetadata, parseNodeMetadata } from "../metadata/group-metadata.ts";
import { decodeJson } from "../metadata/json.ts";
import { childPath, type NodePath } from "../metadata/node-name.ts";
import type { DirectoryEntry, ReadableStore } from "../store/store.ts";
import { documentKey, requireNode } from "./node-document.ts";
import { readNodeOfV2 } from "./v2-node.ts";

export interface TreeNode {
  readonly path: NodePath;
  /** The document's bytes (`.zarray`, `.zgroup` of Zarr v2); absent where it is missing or could not be read. */
  readonly document?: Uint8Array;
  /** Absent where there is an `error`. */
  readonly metadata?: NodeMetadata;
  readonly error?: QuarryError;
}

/**
 * The node at `root`, which must be there (its absence is an `error`), and those below it: a parent before its
 * children, siblings sorted. Below a node that cannot be read others are looked for all the same. A group that
 * cannot be listed comes a second time, with that `error`. A directory without a document is no node, and is looked into
 * only where consolidated metadata of a group above names nodes below it: those can be opened.
 * @param depth levels below `root` to look at
 */
export async function* walkNodes(
  store: ReadableStore,
  root: NodePath,
  depth = Number.POSITIVE_INFINITY,
): AsyncGenerator<TreeNode> {
  const node = await rootNode(store, root);
  yield node;
  yield* nodesBelow(store, node, depth, new Set());
}

/** @param unnamed directories that are no node, and have nodes below them that a group above names */
async function* nodesBelow(
  store: ReadableStore,
  parent: TreeNode,
  depth: number,
  unnamed: ReadonlySet<NodePath>,
): AsyncGenerator<TreeNode> {
  if (depth < 1 || parent.metadata?.nodeType === "array" || store.listDirectory === undefined) return;
  let entries: readonly DirectoryEntry[];
  try {
    entries = await store.listDirectory(parent.path);
  } catch (error) {
    yield { path: parent.path, error: asQuarryError(error) };
    return;
  }
  const unnamedBelow = new Set([...unnamed, ...unnamedGroups(parent)]);
  for (const { name, kind } of entries) {
    if (kind !== "directory") continue;
    const path = childPath(parent.path, name);
    const node = await nodeAt(store, path);
    if (node !== undefined) yield node;
    else if (!unnamedBelow.has(path)) continue;
    yield* nodesBelow(store, node ?? { path }, depth - 1, unnamedBelow);
  }
}

/** What lies between a group and the nodes of its consolidated metadata, and is not in there itself. */
function* unnamedGroups({ path, metadata }: TreeNode): Generator<NodePath> {
  const named = metadata?.nodeType === "group" ? metadata.consolidated : undefined;
  for (const name of named?.keys() ?? []) {
    for (let end = name.lastIndexOf("/"); end > 0; end = name.lastIndexOf("/", end - 1)) {
      const above = name.slice(0, end);
      if (!named!.has(above)) yield childPath(path, above);
    }
  }
}

async function rootNode(store: ReadableStore, path: NodePath): Promise<TreeNode> {
  const node = await nodeAt(store, path);
  if (node !== undefined) return node;
  try {
    return { path, metadata: await requireNode(store, path) };
  } catch (error) {
    return { path, error: asQuarryError(error) };
  }
}

/** The node at `path` alone; undefined where there is no document. */
export async function nodeAt(store: ReadableStore, path: NodePath): Promise<TreeNode | undefined> {
  const key = documentKey(path);
  let document: Uint8Array | undefined;
  try {
    document = await store.get(key);
    if (document === undefined) {
      const node = await readNodeOfV2(store, path);
      return node && { path, document: node.bytes, metadata: node.metadata };
    }
    return { path, document, metadata: parseNodeMetadata(decodeJson(document, key), path) };
  } catch (error) {
    // A directory with a name that no node can have holds none.
    if (isQuarryError(error, "KEY_INVALID")) return undefined;
    return { path, ...(document && { document }), error: asQuarryError(error) };
  }
}

function asQuarryError(error: unknown): QuarryError {
  if (isQuarryError(error)) return error;
  throw error;
}

/** `root` and the paths of all nodes below it. */
export async function pathsFrom(store: ReadableStore, root: NodePath): Promise<NodePath[]> {
  const paths = new Set([root]);
  for await (const { path } of walkNodes(store, root)) paths.add(path);
  return [...paths];
}
