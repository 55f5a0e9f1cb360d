/** Every node of a hierarchy by its own document, those included whose document cannot be read. */
import { isQuarryError, QuarryError } from "../errors.ts";
import { type NodeMetadata, parseNodeMetadata } from "../metadata/group-metadata.ts";
import { decodeJson } from "../metadata/json.ts";
import { childPath, type NodePath } from "../metadata/node-name.ts";
import type { ReadableStore } from "../store/store.ts";
import { documentKey, requireNode } from "./node-document.ts";

export interface TreeNode {
  readonly path: NodePath;
  /** The document's bytes; absent where it is missing or could not be read. */
  readonly document?: Uint8Array;
  /** Absent where there is an `error`. */
  readonly metadata?: NodeMetadata;
  readonly error?: QuarryError;
}

/**
 * The node at `root`, which must be there (its absence is an `error`), and those below it: a parent before its
 * children, siblings sorted. Below a node that cannot be read others are looked for all the same.
 */
export async function* walkNodes(store: ReadableStore, root: NodePath): AsyncGenerator<TreeNode> {
  const node = (await nodeAt(store, root)) ?? { path: root, error: await absence(store, root) };
  yield node;
  yield* nodesBelow(store, node);
}

async function* nodesBelow(store: ReadableStore, parent: TreeNode): AsyncGenerator<TreeNode> {
  if (parent.metadata?.nodeType === "array" || store.listDirectory === undefined) return;
  for (const { name, kind } of await store.listDirectory(parent.path)) {
    if (kind !== "directory") continue;
    const node = await nodeAt(store, childPath(parent.path, name));
    if (node === undefined) continue;
    yield node;
    yield* nodesBelow(store, node);
  }
}

/** Undefined where there is no document. */
async function nodeAt(store: ReadableStore, path: NodePath): Promise<TreeNode | undefined> {
  const key = documentKey(path);
  let document: Uint8Array | undefined;
  try {
    document = await store.get(key);
    if (document === undefined) return undefined;
    return { path, document, metadata: parseNodeMetadata(decodeJson(document, key), path) };
  } catch (error) {
    if (!isQuarryError(error)) throw error;
    // A directory whose name no node can have holds none.
    if (error.code === "KEY_INVALID") return undefined;
    return { path, ...(document && { document }), error };
  }
}

async function absence(store: ReadableStore, path: NodePath): Promise<QuarryError> {
  try {
    await requireNode(store, path);
  } catch (error) {
    if (isQuarryError(error)) return error;
    throw error;
  }
  return new QuarryError("STORE_FAILED", `the document of ${path} appeared while the store was read`, {
    path,
  });
}
