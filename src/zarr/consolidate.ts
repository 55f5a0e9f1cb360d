/**
 * Consolidated metadata, as zarr-python writes it: inline for Zarr v3, with the seal over all metadata documents, and
 * `.zmetadata` for v2, the one document of v2 that is written.
 */
import { sealRootDocument } from "../metadata/checksum.ts";
import type { GroupMetadata, NodeMetadata } from "../metadata/group-metadata.ts";
import { serializeGroupMetadata } from "../metadata/group-metadata.ts";
import { childPath, type NodePath } from "../metadata/node-name.ts";
import { serializeConsolidatedOfV2 } from "../metadata/v2/consolidated.ts";
import type { Store } from "../store/store.ts";
import { listMembers } from "./members.ts";
import { documentKey, requireDocument, requireNode } from "./node-document.ts";

/** Writes the consolidated metadata of the group at `path`; returns the group's metadata as it is now. */
export async function consolidate(store: Store, path: NodePath): Promise<GroupMetadata> {
  const group = await requireDocument(store, path);
  const metadata = group.metadata as GroupMetadata;
  const nodes = new Map<string, NodeMetadata>();
  const documents = new Map<string, Uint8Array>();
  for await (const [name, node] of listMembers(store, path, Number.POSITIVE_INFINITY)) {
    // Readers of one format do not look for nodes of the other.
    if (node.metadata.zarrFormat !== metadata.zarrFormat) continue;
    nodes.set(name, node.metadata);
    addDocuments(documents, `${name}/`, node.documents);
  }
  if (metadata.zarrFormat === 2) {
    addDocuments(documents, "", group.documents);
    await store.set(childPath(path, ".zmetadata"), serializeConsolidatedOfV2(documents));
  } else {
    const document = serializeGroupMetadata({ ...metadata, consolidated: nodes });
    await store.set(documentKey(path), sealRootDocument(document, documents));
  }
  return (await requireNode(store, path)) as GroupMetadata;
}

/** Those of a node, by their keys in the hierarchy; consolidated metadata of groups inside is no part of it. */
function addDocuments(
  documents: Map<string, Uint8Array>,
  prefix: string,
  ofNode: ReadonlyMap<string, Uint8Array>,
): void {
  for (const [name, bytes] of ofNode) {
    if (name !== ".zmetadata") documents.set(`${prefix}${name}`, bytes);
  }
}
