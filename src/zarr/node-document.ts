/**
 * A node's documents in a store: `zarr.json`, or, where there is none, those of Zarr v2. A node that has both is the one
 * of v3.
 */
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import type { GroupMetadata } from "../metadata/group-metadata.ts";
import { type NodeMetadata, parseNodeMetadata, serializeNodeMetadata } from "../metadata/group-metadata.ts";
import { decodeJson, encodeJson } from "../metadata/json.ts";
import { childPath, type NodePath } from "../metadata/node-name.ts";
import type { ReadableStore, Store } from "../store/store.ts";
import { readNodeOfV2 } from "./v2-node.ts";

export const DOCUMENT_NAME = "zarr.json";

export function documentKey(path: NodePath): NodePath {
  return childPath(path, DOCUMENT_NAME);
}

export interface NodeDocument {
  readonly metadata: NodeMetadata;
  /** The document's bytes as they are in the store; of a Zarr v2 node, its `.zarray` or `.zgroup`. */
  readonly bytes: Uint8Array;
  /** The bytes of all of the node's documents by their names. */
  readonly documents: ReadonlyMap<string, Uint8Array>;
}

/** The names that the documents of a node have. */
export function documentNames(metadata: NodeMetadata): readonly string[] {
  if (metadata.zarrFormat !== 2) return [DOCUMENT_NAME];
  return metadata.nodeType === "array" ? [".zarray", ".zattrs"] : [".zgroup", ".zattrs", ".zmetadata"];
}

/** Whether there is a node at `path`, readable or not. */
export async function hasNode(store: ReadableStore, path: NodePath): Promise<boolean> {
  if ((await store.get(documentKey(path))) !== undefined) return true;
  const documents = await Promise.all([".zarray", ".zgroup"].map((name) => store.get(childPath(path, name))));
  return documents.some((document) => document !== undefined);
}

/**
 * The document of the node at `path`, or undefined where there is none.
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_FORMAT` …
 */
export async function readNode(store: ReadableStore, path: NodePath): Promise<NodeDocument | undefined> {
  const key = documentKey(path);
  const bytes = await store.get(key);
  if (bytes === undefined) return readNodeOfV2(store, path);
  const metadata = parseNodeMetadata(decodeJson(bytes, key), path);
  return { metadata, bytes, documents: new Map([[DOCUMENT_NAME, bytes]]) };
}

/**
 * The same for a node that must be there.
 * @throws QuarryError `NOT_FOUND`, and as {@link readNode}
 */
export async function requireNode(store: ReadableStore, path: NodePath): Promise<NodeMetadata> {
  return (await requireDocument(store, path)).metadata;
}

/** {@link requireNode} with the document's bytes. */
export async function requireDocument(store: ReadableStore, path: NodePath): Promise<NodeDocument> {
  const node = await readNode(store, path);
  if (node !== undefined) return node;
  const where =
    store.localDirectory === undefined ? path : `${store.localDirectory}${path === "/" ? "" : path}`;
  throw new QuarryError(
    "NOT_FOUND",
    `there is no Zarr node at ${where}: it has no ${DOCUMENT_NAME}, .zgroup or .zarray`,
    {
      path,
    },
  );
}

export async function writeNode(
  store: Store,
  path: NodePath,
  metadata: ArrayMetadata | GroupMetadata,
): Promise<void> {
  await store.set(documentKey(path), encodeJson(serializeNodeMetadata(metadata)));
}
