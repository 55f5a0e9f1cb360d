/**
 * The metadata of a hierarchy: every document against the checksums of its root (the seal), against its own rules,
 * and against the copy in consolidated metadata.
 *
 * One damaged document is one fault: where the seal has named it, what else is wrong with it is a consequence. Its
 * chunks are then verified by the copy in the root, if the root itself is intact.
 */
import { isDeepStrictEqual } from "node:util";
import { isQuarryError, QuarryError } from "../../errors.ts";
import { describeSealFault, type SealFault, verifySeal } from "../../metadata/checksum.ts";
import {
  type GroupMetadata,
  type NodeMetadata,
  serializeNodeMetadata,
} from "../../metadata/group-metadata.ts";
import type { JsonObject } from "../../metadata/json.ts";
import { childPath, type NodePath } from "../../metadata/node-name.ts";
import type { ReadableStore } from "../../store/store.ts";
import { DOCUMENT_NAME } from "../node-document.ts";
import { nodeAt, type TreeNode, walkNodes } from "../node-tree.ts";
import type { Findings } from "./report.ts";

/**
 * Verifies the documents of the hierarchy at `root`.
 * @returns the metadata to verify each node by; `undefined` for a node that is there and cannot be read
 */
export async function verifyDocuments(
  store: ReadableStore,
  root: NodePath,
  findings: Findings,
): Promise<Map<NodePath, NodeMetadata | undefined>> {
  const tree = new Map<NodePath, TreeNode>();
  const unlistable: TreeNode[] = [];
  for await (const node of walkNodes(store, root)) {
    if (tree.has(node.path)) unlistable.push(node);
    else tree.set(node.path, node);
  }
  await addListedNodes(store, tree);
  const documents = new HierarchyDocuments(store, tree, findings);
  if (!(await documents.verifySeals(root))) findings.addUnsealed(root);
  for (const { path, error } of [...tree.values(), ...unlistable]) {
    if (error !== undefined && !documents.isBroken(path)) findings.addError(path, error);
  }
  documents.compareConsolidated();
  return documents.metadata();
}

/** Nodes below a group that has lost its document are found by their names in consolidated metadata. */
async function addListedNodes(store: ReadableStore, tree: Map<NodePath, TreeNode>): Promise<void> {
  for (const { path, metadata } of [...tree.values()]) {
    if (metadata?.nodeType !== "group") continue;
    for (const name of metadata.consolidated?.keys() ?? []) {
      const listed = childPath(path, name);
      const node = tree.has(listed) ? undefined : await nodeAt(store, listed);
      if (node !== undefined) tree.set(listed, node);
    }
  }
}

class HierarchyDocuments {
  readonly #store: ReadableStore;
  readonly #tree: ReadonlyMap<NodePath, TreeNode>;
  readonly #findings: Findings;
  /** Nodes whose document is not the one that was sealed. */
  readonly #broken = new Set<NodePath>();
  /** Copies that stand in for documents which are missing, broken or cannot be read. */
  readonly #copies = new Map<NodePath, NodeMetadata>();

  constructor(store: ReadableStore, tree: ReadonlyMap<NodePath, TreeNode>, findings: Findings) {
    this.#store = store;
    this.#tree = tree;
    this.#findings = findings;
  }

  isBroken(path: NodePath): boolean {
    return this.#broken.has(path);
  }

  /** @returns whether the root has a seal */
  async verifySeals(root: NodePath): Promise<boolean> {
    let isRootSealed = false;
    for (const { path, document, metadata } of this.#tree.values()) {
      if (document === undefined || metadata?.nodeType === "array") continue;
      const unreadable = new Map<string, QuarryError>();
      const report = await verifySeal(document, (key) => this.#sealedDocument(path, key, unreadable));
      if (path === root) isRootSealed = report.sealed;
      for (const fault of report.faults) this.#addSealFault(path, fault, unreadable.get(fault.key));
    }
    return isRootSealed;
  }

  /** Every consolidated block against the documents of the nodes that it lists. */
  compareConsolidated(): void {
    for (const { path, metadata } of this.#tree.values()) {
      if (metadata?.nodeType !== "group" || metadata.consolidated === undefined) continue;
      // A block in a document that has changed says nothing of others.
      if (!this.isBroken(path)) this.#compareBlock(path, metadata.consolidated);
    }
  }

  metadata(): Map<NodePath, NodeMetadata | undefined> {
    const own = Array.from(this.#tree.values(), ({ path, metadata }) => [path, metadata] as const);
    return new Map<NodePath, NodeMetadata | undefined>([...own, ...this.#copies]);
  }

  async #sealedDocument(
    root: NodePath,
    key: string,
    unreadable: Map<string, QuarryError>,
  ): Promise<Uint8Array | undefined> {
    const path = nodeOfKey(root, key);
    const document = this.#tree.get(path)?.document;
    if (document !== undefined) return document;
    try {
      return await this.#store.get(childPath(path, DOCUMENT_NAME));
    } catch (error) {
      if (!isQuarryError(error)) throw error;
      unreadable.set(key, error);
      return undefined;
    }
  }

  #addSealFault(root: NodePath, fault: SealFault, unreadable: QuarryError | undefined): void {
    const path = nodeOfKey(root, fault.key);
    if (this.#broken.has(path) || (this.isBroken(root) && !this.#differsFromCopy(root, path))) return;
    this.#broken.add(path);
    if (unreadable !== undefined) {
      this.#findings.addError(path, unreadable);
      return;
    }
    const key = childPath(path, DOCUMENT_NAME).slice(1);
    const message = describeSealFault({ ...fault, key });
    this.#findings.addFault({ array: path, shard: null, chunk: null, code: "METADATA_CHECKSUM", message });
  }

  /**
   * Where the root has changed, the change may be in a checksum or in a name of the seal. Another document is then
   * blamed only if it also differs from its copy in the root.
   */
  #differsFromCopy(root: NodePath, path: NodePath): boolean {
    const group = this.#tree.get(root)?.metadata;
    const name = nameBelow(root, path);
    if (group?.nodeType !== "group" || name === undefined || !group.consolidated?.has(name)) return false;
    const own = this.#tree.get(path)?.metadata;
    if (own === undefined) return true;
    try {
      return !isDeepStrictEqual(comparable(own), comparable(group.consolidated.get(name)!));
    } catch (error) {
      if (!isQuarryError(error)) throw error;
      return false;
    }
  }

  #compareBlock(group: NodePath, block: NonNullable<GroupMetadata["consolidated"]>): void {
    for (const name of block.keys()) {
      const path = childPath(group, name);
      const node = this.#tree.get(path);
      const copy = this.#copyOf(block, name, path);
      if (copy === undefined) continue;
      const own = node?.metadata;
      if (own === undefined || this.isBroken(path)) {
        this.#copies.set(path, copy);
        if (node === undefined && !this.isBroken(path)) {
          this.#disagreement(path, `the consolidated metadata of ${group} lists it, and it has no document`);
        }
      } else if (!isDeepStrictEqual(comparable(own), comparable(copy))) {
        this.#disagreement(path, `its document and the copy in the consolidated metadata of ${group} differ`);
      }
    }
    for (const path of this.#tree.keys()) {
      const name = nameBelow(group, path);
      if (name === undefined || block.has(name) || this.isBroken(path)) continue;
      this.#disagreement(path, `it is not in the consolidated metadata of ${group}, so that readers miss it`);
    }
  }

  #copyOf(
    block: NonNullable<GroupMetadata["consolidated"]>,
    name: string,
    path: NodePath,
  ): NodeMetadata | undefined {
    try {
      return block.get(name);
    } catch (error) {
      if (!isQuarryError(error)) throw error;
      // Where the node's own document cannot be read either, that has been said.
      const own = this.#tree.get(path);
      if (own?.error === undefined && !this.isBroken(path)) this.#findings.addError(path, error);
      return undefined;
    }
  }

  #disagreement(path: NodePath, problem: string): void {
    const error = new QuarryError("METADATA_INVALID", `${path}: ${problem}; consolidate again`, { path });
    this.#findings.addError(path, error);
  }
}

/** The node below `root` whose document has the key `key` (`trades/px/zarr.json`) there. */
function nodeOfKey(root: NodePath, key: string): NodePath {
  return key === DOCUMENT_NAME ? root : childPath(root, key.replace(/\/zarr\.json$/, ""));
}

/** The path relative to `group` of a node below it. */
function nameBelow(group: NodePath, path: NodePath): string | undefined {
  const prefix = group === "/" ? "/" : `${group}/`;
  return path !== group && path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

/** A copy of a group in a block has a block of its own, which its document need not have. */
function comparable(metadata: NodeMetadata): JsonObject {
  return serializeNodeMetadata(
    metadata.nodeType === "group" ? { ...metadata, consolidated: undefined } : metadata,
  );
}
