/** A node's `zarr.json` in a store. */
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import type { GroupMetadata } from "../metadata/group-metadata.ts";
import { type NodeMetadata, parseNodeMetadata, serializeNodeMetadata } from "../metadata/group-metadata.ts";
import { decodeJson, encodeJson } from "../metadata/json.ts";
import { childPath, type NodePath } from "../metadata/node-name.ts";
import type { ReadableStore, Store } from "../store/store.ts";

export const DOCUMENT_NAME = "zarr.json";

export function documentKey(path: NodePath): NodePath {
  return childPath(path, DOCUMENT_NAME);
}

export interface NodeDocument {
  readonly metadata: NodeMetadata;
  /** The document's bytes as they are in the store. */
  readonly bytes: Uint8Array;
}

/**
 * The document of the node at `path`, or undefined where there is none.
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_FORMAT` …
 */
export async function readNode(store: ReadableStore, path: NodePath): Promise<NodeDocument | undefined> {
  const key = documentKey(path);
  const bytes = await store.get(key);
  return bytes && { metadata: parseNodeMetadata(decodeJson(bytes, key), path), bytes };
}

/**
 * The same for a node that must be there.
 * @throws QuarryError `NOT_FOUND`; `UNSUPPORTED_FORMAT` where there is a Zarr v2 node
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
  for (const name of [".zarray", ".zgroup"]) {
    if ((await store.get(childPath(path, name))) !== undefined) {
      throw new QuarryError("UNSUPPORTED_FORMAT", `${where} is Zarr v2 (${name}); only Zarr v3 is read`, {
        path,
      });
    }
  }
  throw new QuarryError("NOT_FOUND", `there is no Zarr node at ${where}: it has no ${DOCUMENT_NAME}`, {
    path,
  });
}

export async function writeNode(
  store: Store,
  path: NodePath,
  metadata: ArrayMetadata | GroupMetadata,
): Promise<void> {
  await store.set(documentKey(path), encodeJson(serializeNodeMetadata(metadata)));
}
