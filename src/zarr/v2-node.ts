/**
 * The documents of a Zarr v2 node in a store. All that a node can have are asked for together: one round trip more than
 * for a node of v3, however far away the store is.
 */
import { codecKindOf } from "../codec/registry.ts";
import { decodeJson, type JsonValue } from "../metadata/json.ts";
import { childPath, type NodePath } from "../metadata/node-name.ts";
import type { DocumentPlace } from "../metadata/place.ts";
import { parseConsolidatedOfV2 } from "../metadata/v2/consolidated.ts";
import { parseNodeOfV2, V2_DOCUMENT_NAMES, type V2DocumentName } from "../metadata/v2/node.ts";
import type { ReadableStore } from "../store/store.ts";
import type { NodeDocument } from "./node-document.ts";

/**
 * The Zarr v2 node at `path`, or undefined where there is none.
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_FORMAT`, `UNSUPPORTED_DATA_TYPE`
 */
export async function readNodeOfV2(store: ReadableStore, path: NodePath): Promise<NodeDocument | undefined> {
  const read = await Promise.all(
    V2_DOCUMENT_NAMES.map(async (name) => [name, await store.get(childPath(path, name))] as const),
  );
  const present = read.filter((entry): entry is [V2DocumentName, Uint8Array] => entry[1] !== undefined);
  const documents = new Map(present);
  const bytes = documents.get(".zarray") ?? documents.get(".zgroup");
  if (bytes === undefined) return undefined;

  const placeOf = (name: V2DocumentName): DocumentPlace => ({ path, label: `${childPath(path, name)}: ` });
  const json = (name: V2DocumentName): JsonValue | undefined => {
    const document = documents.get(name);
    return document && decodeJson(document, childPath(path, name));
  };
  const isGroup = !documents.has(".zarray");
  const block = isGroup ? json(".zmetadata") : undefined;
  const consolidated =
    block === undefined ? undefined : parseConsolidatedOfV2(block, placeOf(".zmetadata"), codecKindOf);
  const metadata = parseNodeOfV2(
    {
      ".zarray": json(".zarray"),
      ".zgroup": isGroup ? json(".zgroup") : undefined,
      ".zattrs": json(".zattrs"),
    },
    placeOf,
    codecKindOf,
    consolidated,
  );
  return metadata && { metadata, bytes, documents };
}
