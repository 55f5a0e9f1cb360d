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
  /**
   * The last part of its path; `/` for the root of the store. Consolidated metadata may leave groups out: then it is
   * the path from the nearest group that is named, under which the node stands.
   */
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
  const childrenOf = new Map<NodePath, HierarchyNode[]>();
  let root: HierarchyNode | undefined;
  for (const node of nodes) {
    const { path } = node;
    const above = root === undefined ? parentPath(path) : nearestAbove(path, childrenOf);
    const children: HierarchyNode[] = [];
    const described = describe(node, path.slice(above === "/" ? 1 : above.length + 1) || "/", children);
    if (described.kind !== "array") childrenOf.set(path, children);
    if (root === undefined) root = described;
    else childrenOf.get(above)!.push(described);
  }
  return root!;
}

/** Of the groups that have been described: all paths begin with that of the first one. */
function nearestAbove(path: NodePath, described: ReadonlyMap<NodePath, unknown>): NodePath {
  let above = parentPath(path);
  while (!described.has(above) && above !== "/") above = parentPath(above);
  return above;
}

function parentPath(path: NodePath): NodePath {
  return (path.slice(0, path.lastIndexOf("/")) || "/") as NodePath;
}

function describe(
  { path, metadata, error }: TreeNode,
  name: string,
  children: HierarchyNode[],
): HierarchyNode {
  const place = { name, path };
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
