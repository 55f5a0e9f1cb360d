/**
 * `.zmetadata`: the documents of all nodes below a group of Zarr v2 in one, each under its key relative to the group.
 *
 *     {"metadata": {".zattrs": {…}, ".zgroup": {…}, "px/.zarray": {…}, "px/.zattrs": {…}}, "zarr_consolidated_format": 1}
 *
 * As with v3's block, a node is parsed when it is asked for. It is written as zarr-python 2 does, four spaces a level
 * and keys sorted, with the text of each document as it stands.
 */
import { consolidatedNodes } from "../consolidated-nodes.ts";
import type { GroupMetadata } from "../group-metadata.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { type DocumentPlace, metadataError } from "../place.ts";
import { checkStructure } from "../structure.ts";
import type { CodecKindOf } from "./chain.ts";
import { parseNodeOfV2, V2_DOCUMENT_NAMES, type V2DocumentName } from "./node.ts";

/** The document and the block in it; below are the documents of nodes. */
const SCHEMA_DEPTH = 2;

/**
 * @param place of the `.zmetadata`
 * @throws QuarryError `METADATA_INVALID`
 */
export function parseConsolidatedOfV2(
  document: JsonValue,
  place: DocumentPlace,
  kindOf: CodecKindOf,
): NonNullable<GroupMetadata["consolidated"]> {
  if (!isJsonObject(document)) throw metadataError(place, "the document must be an object");
  checkStructure("v2-consolidated", document, SCHEMA_DEPTH, place);
  const nodes = nodesOf(document.metadata as JsonObject);
  return consolidatedNodes(
    nodes,
    place,
    (documents, path) => parseNodeOfV2(documents, (name) => placeInBlock(place, path, name), kindOf)!,
    (path) => `metadata[${JSON.stringify(path)}]`,
  );
}

/** @param documents the bytes of every document at and below the group, by key relative to it (`px/.zarray`): JSON */
export function serializeConsolidatedOfV2(documents: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries = [...documents]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, bytes]) => `${INDENT}${INDENT}${JSON.stringify(key)}: ${indented(bytes)}`);
  const metadata = `{\n${entries.join(",\n")}\n${INDENT}}`;
  const text = `{\n${INDENT}"metadata": ${metadata},\n${INDENT}"zarr_consolidated_format": 1\n}`;
  return new TextEncoder().encode(text);
}

const INDENT = "    ";

/** No string of JSON holds a line break, so that every line may be moved. */
function indented(document: Uint8Array): string {
  return new TextDecoder().decode(document).trim().replaceAll("\n", `\n${INDENT}${INDENT}`);
}

/** The documents of each node but the group's own; keys that are no document's say nothing. */
function nodesOf(metadata: JsonObject): { [path: string]: JsonObject } {
  const nodes = new Map<string, JsonObject>();
  for (const [key, document] of Object.entries(metadata)) {
    const slash = key.lastIndexOf("/");
    const name = key.slice(slash + 1);
    if (slash === -1 || !(V2_DOCUMENT_NAMES as readonly string[]).includes(name)) continue;
    const path = key.slice(0, slash);
    const node = nodes.get(path) ?? {};
    node[name] = document;
    nodes.set(path, node);
  }
  const isNode = (node: JsonObject): boolean => ".zarray" in node || ".zgroup" in node;
  return Object.fromEntries([...nodes].filter(([, node]) => isNode(node)));
}

function placeInBlock(place: DocumentPlace, path: string, name: V2DocumentName): DocumentPlace {
  const inBlock = path.slice(place.path === "/" ? 1 : place.path.length + 1);
  return { path, label: `${place.label}metadata[${JSON.stringify(`${inBlock}/${name}`)}]: ` };
}
