/**
 * The `zarr.json` of a group, Zarr v3, with the metadata of everything below it when it is consolidated.
 *
 * Consolidated metadata is stored flat, `"trades/px": <document>`, and each group in it carries a consolidated
 * block of its own that is empty: without that block zarr-python takes a nested group for one that was never
 * consolidated. zarr-python sorts the paths by depth, then by name without case, and so do we.
 */
import {
  type ArrayMetadata,
  nodeDocument,
  parseArrayMetadata,
  serializeArrayMetadata,
} from "./array-metadata.ts";
import { consolidatedNodes } from "./consolidated-nodes.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { type DocumentPlace, documentPlace, metadataError } from "./place.ts";
import { checkStructure, extensionsOf } from "./structure.ts";

export type NodeMetadata = ArrayMetadata | GroupMetadata;

export interface GroupMetadata {
  readonly nodeType: "group";
  /** 2 for a group of Zarr v2, whose documents are read and not changed; absent for Zarr v3. */
  readonly zarrFormat?: 2 | undefined;
  readonly attributes: JsonObject;
  /**
   * Every node below this group by its path relative to the group (`trades/px`), or `undefined` where the
   * group is not consolidated. Groups inside have the part of the map below them. A map that was read parses a node when it is asked for, so that one node that
   * cannot be read does not keep the others from being opened: `get` and the iterators may throw.
   */
  readonly consolidated: ReadonlyMap<string, NodeMetadata> | undefined;
  /** Top-level keys of other authors that may be ignored; they are written back as they came. */
  readonly extensions?: JsonObject | undefined;
}

/**
 * @param path of the group in its store
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_FORMAT` (not Zarr v3), `UNSUPPORTED_EXTENSION`
 */
export function parseGroupMetadata(
  document: JsonValue,
  path: string,
  place: DocumentPlace = documentPlace(path),
): GroupMetadata {
  const object = nodeDocument(document, place);
  const extensions = extensionsOf(object, KNOWN_KEYS, place);
  checkStructure("group", object, DEPTH_OF_INLINE_DOCUMENTS, place);
  const known = object as unknown as GroupDocument;
  return {
    nodeType: "group",
    attributes: known.attributes ?? {},
    consolidated: known.consolidated_metadata
      ? consolidatedNodes(known.consolidated_metadata.metadata, place, parseNodeMetadata)
      : undefined,
    extensions,
  };
}

export function serializeGroupMetadata(metadata: GroupMetadata): JsonObject {
  return {
    attributes: metadata.attributes,
    zarr_format: 3,
    ...(metadata.consolidated === undefined
      ? {}
      : { consolidated_metadata: inline(inlineDocuments(metadata.consolidated)) }),
    node_type: "group",
    ...metadata.extensions,
  };
}

/**
 * The metadata of either kind of node.
 * @throws QuarryError as {@link parseArrayMetadata} and {@link parseGroupMetadata}
 */
export function parseNodeMetadata(
  document: JsonValue,
  path: string,
  place: DocumentPlace = documentPlace(path),
): NodeMetadata {
  const nodeType = nodeDocument(document, place).node_type;
  if (nodeType === "array") return parseArrayMetadata(document, path, place);
  if (nodeType === "group") return parseGroupMetadata(document, path, place);
  throw metadataError(place, 'node_type must be "array" or "group"');
}

export function serializeNodeMetadata(metadata: NodeMetadata): JsonObject {
  return metadata.nodeType === "array" ? serializeArrayMetadata(metadata) : serializeGroupMetadata(metadata);
}

/** The part of a group's document that the schema has checked. */
interface GroupDocument {
  readonly attributes?: JsonObject;
  readonly consolidated_metadata?: { readonly metadata: { readonly [path: string]: JsonObject } } | null;
}

const KNOWN_KEYS: ReadonlySet<string> = new Set([
  "zarr_format",
  "node_type",
  "attributes",
  "consolidated_metadata",
]);

/** The document, its consolidated block, the block's metadata; below are the documents of other nodes. */
const DEPTH_OF_INLINE_DOCUMENTS = 3;

function inline(metadata: JsonObject): JsonObject {
  return { kind: "inline", must_understand: false, metadata };
}

function inlineDocuments(nodes: ReadonlyMap<string, NodeMetadata>): JsonObject {
  const sorted = [...nodes].map(([path, node]) => ({ path, node, order: sortOrder(path) }));
  sorted.sort((a, b) => a.order.depth - b.order.depth || (a.order.folded < b.order.folded ? -1 : 1));
  return Object.fromEntries(
    sorted.map(({ path, node }) => [
      path,
      serializeNodeMetadata(node.nodeType === "group" ? { ...node, consolidated: new Map() } : node),
    ]),
  );
}

function sortOrder(path: string): { readonly depth: number; readonly folded: string } {
  return { depth: path.split("/").length, folded: path.normalize("NFKC").toLowerCase() };
}
