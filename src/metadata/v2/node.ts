/**
 * A node of Zarr v2: `.zarray` for an array, `.zgroup` for a group, `.zattrs` beside either, and `.zmetadata` with all
 * documents below a group. Where both are there, the array counts, as in zarr-python.
 */
import type { GroupMetadata, NodeMetadata } from "../group-metadata.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { type DocumentPlace, metadataError } from "../place.ts";
import { checkStructure } from "../structure.ts";
import { parseArrayOfV2 } from "./array.ts";
import type { CodecKindOf } from "./chain.ts";
import { formatTwo } from "./format.ts";

export const V2_DOCUMENT_NAMES = [".zarray", ".zgroup", ".zattrs", ".zmetadata"] as const;
export type V2DocumentName = (typeof V2_DOCUMENT_NAMES)[number];

/** Those documents of one node that are there. */
export type V2Documents = { readonly [N in Exclude<V2DocumentName, ".zmetadata">]?: JsonValue | undefined };

/** Where a node's documents are, in the words of an error message. */
export type PlaceOfDocument = (name: V2DocumentName) => DocumentPlace;

/**
 * @returns undefined where there is neither a `.zarray` nor a `.zgroup`: attributes alone make no node
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_FORMAT`, `UNSUPPORTED_DATA_TYPE`
 */
export function parseNodeOfV2(
  documents: V2Documents,
  placeOf: PlaceOfDocument,
  kindOf: CodecKindOf,
  consolidated?: GroupMetadata["consolidated"],
): NodeMetadata | undefined {
  const { ".zarray": array, ".zgroup": group, ".zattrs": zattrs } = documents;
  if (array === undefined && group === undefined) return undefined;
  const attributes = attributesOf(zattrs, placeOf(".zattrs"));
  if (array !== undefined) return parseArrayOfV2(array, attributes, placeOf(".zarray"), kindOf);
  const place = placeOf(".zgroup");
  checkStructure("v2-group", formatTwo(group!, place), 1, place);
  return { nodeType: "group", zarrFormat: 2, attributes, consolidated };
}

function attributesOf(document: JsonValue | undefined, place: DocumentPlace): JsonObject {
  if (document === undefined) return {};
  if (isJsonObject(document)) return document;
  throw metadataError(place, "the document must be an object");
}
