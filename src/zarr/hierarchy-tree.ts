/** A hierarchy as data, and as the lines that people want to see. */
import { type ErrorCode, isQuarryError } from "../errors.ts";
import type { NodeMetadata } from "../metadata/group-metadata.ts";
import type { JsonObject } from "../metadata/json.ts";
import { childPath, type NodePath } from "../metadata/node-name.ts";
import { resolveLocation } from "../store/location.ts";
import type { ReadableStore } from "../store/store.ts";
import { withReadOnly } from "../store/with-read-only.ts";
import { findHierarchies } from "./find-hierarchies.ts";
import { requireNode } from "./node-document.ts";
import { type TreeNode, walkNodes } from "./node-tree.ts";

interface HierarchyPlace {
  /** The last part of its path; `/` for the root of the store. */
  readonly name: string;
  readonly path: NodePath;
}

export interface HierarchyGroup extends HierarchyPlace {
  readonly kind: "group";
  readonly attributes: JsonObject;
  /** Sorted by name. */
  readonly children: readonly HierarchyNode[];
}

export interface HierarchyArray extends HierarchyPlace {
  readonly kind: "array";
  readonly attributes: JsonObject;
  readonly dataType: string;
  readonly shape: readonly number[];
  readonly dimensionNames: readonly (string | null)[] | null;
}

/** A node whose document cannot be read; those below it are there. */
export interface UnreadableNode extends HierarchyPlace {
  readonly kind: "unreadable";
  readonly code: ErrorCode;
  readonly message: string;
  readonly children: readonly HierarchyNode[];
}

export type HierarchyNode = HierarchyGroup | HierarchyArray | UnreadableNode;

/**
 * The hierarchy at `location`; for a directory that is no node itself, those in it. By the documents of the nodes, or,
 * of a store that cannot list, by consolidated metadata.
 * @throws QuarryError `NOT_FOUND`, `STORE_FAILED`; of a store that cannot list also `METADATA_INVALID` …
 */
export async function readHierarchies(
  location: string | ReadableStore,
  depth?: number,
): Promise<HierarchyNode[]> {
  const store = withReadOnly(resolveLocation(location));
  const { roots } = await findHierarchies(store);
  return Promise.all(
    roots.map(async (root) => {
      if (store.listDirectory !== undefined) return readHierarchy(store, root, depth);
      const node = await requireNode(store, root);
      const below = node.nodeType === "group" ? node.consolidated : undefined;
      return below === undefined
        ? readHierarchy(store, root, depth)
        : consolidatedHierarchy(root, node, below, depth);
    }),
  );
}

/** The node at `path` and `depth` levels below it, by the documents in the store. */
export async function readHierarchy(
  store: ReadableStore,
  path: NodePath,
  depth = Number.POSITIVE_INFINITY,
): Promise<HierarchyNode> {
  const nodes: TreeNode[] = [];
  for await (const node of walkNodes(store, path, depth)) {
    // A group that cannot be listed comes again, with the reason.
    if (nodes.at(-1)?.path === node.path) nodes.pop();
    nodes.push(node);
  }
  return treeOf(nodes);
}

/** The same by consolidated metadata, `below` being by paths relative to the group. */
export function consolidatedHierarchy(
  path: NodePath,
  group: NodeMetadata,
  below: ReadonlyMap<string, NodeMetadata>,
  depth = Number.POSITIVE_INFINITY,
): HierarchyNode {
  const names = [...below.keys()].filter((name) => name.split("/").length <= depth);
  // "/" before every other character, so that children follow their parent.
  names.sort((a, b) => (a.replaceAll("/", "\0") < b.replaceAll("/", "\0") ? -1 : 1));
  return treeOf([
    { path, metadata: group },
    ...names.map((name) => consolidatedNode(childPath(path, name), () => below.get(name)!)),
  ]);
}

function consolidatedNode(path: NodePath, parse: () => NodeMetadata): TreeNode {
  try {
    return { path, metadata: parse() };
  } catch (error) {
    if (!isQuarryError(error)) throw error;
    return { path, error };
  }
}

/** @param nodes a parent before its children, siblings sorted */
function treeOf(nodes: readonly TreeNode[]): HierarchyNode {
  const childrenOf = new Map<string, HierarchyNode[]>();
  let root: HierarchyNode | undefined;
  for (const node of nodes) {
    const children: HierarchyNode[] = [];
    childrenOf.set(node.path, children);
    const described = describe(node, children);
    const parent = node.path.slice(0, node.path.lastIndexOf("/")) || "/";
    if (root === undefined) root = described;
    else childrenOf.get(parent)!.push(described);
  }
  return root!;
}

function describe({ path, metadata, error }: TreeNode, children: HierarchyNode[]): HierarchyNode {
  const place = { name: path.slice(path.lastIndexOf("/") + 1) || "/", path };
  if (metadata === undefined || error !== undefined) {
    return { ...place, kind: "unreadable", code: error!.code, message: error!.message, children };
  }
  const { attributes } = metadata;
  if (metadata.nodeType === "group") return { ...place, kind: "group", attributes, children };
  const { dataType, shape, dimensionNames = null } = metadata;
  return { ...place, kind: "array", attributes, dataType: dataType.name, shape, dimensionNames };
}

/** A line a node: `├── bid_px  int32 [ts_event 2000, level 20]`. */
export function hierarchyText(root: HierarchyNode): string {
  return [label(root), ...linesBelow(root, "")].join("\n");
}

function* linesBelow(node: HierarchyNode, indent: string): Generator<string> {
  const children = node.kind === "array" ? [] : node.children;
  for (const [i, child] of children.entries()) {
    const isLast = i === children.length - 1;
    yield `${indent}${isLast ? "└── " : "├── "}${label(child)}`;
    yield* linesBelow(child, `${indent}${isLast ? "    " : "│   "}`);
  }
}

function label(node: HierarchyNode): string {
  if (node.kind === "group") return node.name === "/" ? "/" : `${node.name}/`;
  if (node.kind === "unreadable") return `${node.name}  unreadable: ${node.code}`;
  const extents = node.shape.map((extent, axis) => {
    const dimension = node.dimensionNames?.[axis];
    return dimension == null ? String(extent) : `${dimension} ${extent}`;
  });
  return `${node.name}  ${node.dataType} [${extents.join(", ")}]`;
}
