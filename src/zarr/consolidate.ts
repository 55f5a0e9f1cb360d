/** Inline consolidated metadata (as zarr-python writes it), and the seal over all metadata documents. */
import { sealRootDocument } from "../metadata/checksum.ts";
import type { GroupMetadata, NodeMetadata } from "../metadata/group-metadata.ts";
import { parseNodeMetadata, serializeGroupMetadata } from "../metadata/group-metadata.ts";
import { decodeJson } from "../metadata/json.ts";
import type { NodePath } from "../metadata/node-name.ts";
import type { Store } from "../store/store.ts";
import { listMembers } from "./members.ts";
import { DOCUMENT_NAME, documentKey, requireNode } from "./node-document.ts";

/** Rewrites the document of the group at `path`; returns its metadata as it is now. */
export async function consolidate(store: Store, path: NodePath): Promise<GroupMetadata> {
  const group = await requireNode(store, path);
  const nodes = new Map<string, NodeMetadata>();
  const documents = new Map<string, Uint8Array>();
  for await (const [name, metadata, bytes] of listMembers(store, path, Number.POSITIVE_INFINITY)) {
    nodes.set(name, metadata);
    documents.set(`${name}/${DOCUMENT_NAME}`, bytes);
  }
  const document = serializeGroupMetadata({ ...(group as GroupMetadata), consolidated: nodes });
  const sealed = sealRootDocument(document, documents);
  await store.set(documentKey(path), sealed);
  return parseNodeMetadata(decodeJson(sealed, path), path) as GroupMetadata;
}
