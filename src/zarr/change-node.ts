/**
 * How a node's document comes to be and is changed: always from what the store holds at that moment, never from what
 * some handle remembers, since another handle may have grown the array meanwhile.
 *
 * Consolidated metadata and the seal of the groups above say what the documents below were when `consolidate()` ran.
 * A change makes them stale: readers would see old shapes, and `verify` damage. So they are taken out first; until
 * `consolidate()` runs again, readers ask the nodes themselves. The groups' turns are held until the change is there:
 * else a `consolidate()` in between would put in what was. What lies above the root of the store that was opened is out
 * of reach, as it is for every Zarr library: a root is where a hierarchy begins.
 */
import { QuarryError } from "../errors.ts";
import type { NodeMetadata } from "../metadata/group-metadata.ts";
import { type EditableJson, editJson, type JsonObject, stringifyJson } from "../metadata/json.ts";
import { childPath, type NodePath } from "../metadata/node-name.ts";
import type { Store } from "../store/store.ts";
import { documentKey, readNode, requireDocument, requireNode, writeNode } from "./node-document.ts";
import { pathsFrom } from "./node-tree.ts";
import { inTurn, inTurns } from "./turn.ts";
import { checkChangeable } from "./writable.ts";

/** Attributes to set; `undefined` removes one. */
export interface AttributeChanges {
  readonly [name: string]: JsonObject[string] | undefined;
}

/**
 * Changes the document of the node at `path`; to be called in the node's turn. What is not changed stays literally.
 * @param current the document's bytes as they were read in this turn
 * @throws QuarryError `METADATA_INVALID`, `STORE_FAILED`
 */
export async function changeNode(
  store: Store,
  path: NodePath,
  current: Uint8Array,
  change: (document: EditableJson) => void,
): Promise<void> {
  const key = documentKey(path);
  const changed = editJson(current, key, (document) => {
    change(document);
    dropSeal(document);
  });
  await beneathGroups(store, path, () => store.set(key, changed));
}

/** Changes attributes, in the node's turn; returns the metadata as it is then. */
export async function changeAttributes(
  store: Store,
  path: NodePath,
  changes: AttributeChanges,
): Promise<NodeMetadata> {
  const change = attributeChange(changes, path);
  return inTurn(store, path, async () => {
    const { bytes, metadata } = await requireDocument(store, path);
    checkChangeable(metadata, path);
    await changeNode(store, path, bytes, change);
    return requireNode(store, path);
  });
}

/** @throws QuarryError `METADATA_INVALID` for values that JSON cannot carry */
function attributeChange(changes: AttributeChanges, path: NodePath): (document: EditableJson) => void {
  const values = Object.entries(changes).filter(([, value]) => value !== undefined);
  requireJson(Object.fromEntries(values) as JsonObject, path);
  return (document) => {
    const attributes = { ...(document.attributes as EditableJson | undefined), ...changes };
    document.attributes = Object.fromEntries(
      Object.entries(attributes).filter(([, value]) => value !== undefined),
    );
  };
}

/** @throws QuarryError `METADATA_INVALID` */
function requireJson(attributes: JsonObject, path: NodePath): void {
  try {
    stringifyJson({ attributes });
  } catch (cause) {
    if (!(cause instanceof QuarryError)) throw cause;
    throw new QuarryError(cause.code, `${path}: ${cause.message}`, { path, cause });
  }
}

/**
 * Writes the document of a new node, and of the groups above it that are missing.
 * @param mode `w-`: there must be no node yet; `w`: what is there, and all below it, is deleted first
 * @throws QuarryError `ALREADY_EXISTS`; `METADATA_INVALID` for attributes that are no JSON; `KEY_INVALID` where a node
 *   above is an array, `UNSUPPORTED_FORMAT` where one is Zarr v2
 */
export async function createNode(
  store: Store,
  path: NodePath,
  metadata: NodeMetadata,
  mode: "w" | "w-" = "w-",
): Promise<void> {
  if (mode !== "w" && mode !== "w-")
    throw new RangeError(`a node is created with mode "w" or "w-", not ${mode}`);
  // What cannot be written must not take away what is there.
  requireJson(metadata.attributes, path);
  const replaced = mode === "w" ? await pathsFrom(store, path) : [path];
  await inTurns(store, [...replaced, ...parentsOf(path)], async () => {
    if (mode === "w-") await refuseExisting(store, path);
    for (const parent of parentsOf(path)) {
      const above = await readNode(store, parent);
      if (above?.metadata.nodeType === "array") {
        throw new QuarryError("KEY_INVALID", `${path} cannot be a node: ${parent} is an array`, { path });
      }
      if (above !== undefined) checkChangeable(above.metadata, parent);
      else {
        await writeNode(store, parent, { nodeType: "group", attributes: {}, consolidated: undefined });
      }
    }
    await unconsolidate(store, parentsOf(path));
    if (mode === "w") await store.deletePrefix(path);
    await writeNode(store, path, metadata);
  });
}

async function refuseExisting(store: Store, path: NodePath): Promise<void> {
  for (const name of ["zarr.json", ".zgroup", ".zarray"]) {
    if ((await store.get(childPath(path, name))) === undefined) continue;
    const what = name === "zarr.json" ? "a node" : "a Zarr v2 node";
    throw new QuarryError(
      "ALREADY_EXISTS",
      `there is ${what} at ${path} already; { mode: "w" } replaces it`,
      {
        path,
      },
    );
  }
}

/** The root first. */
function parentsOf(path: NodePath): NodePath[] {
  if (path === "/") return [];
  const names = path.slice(1).split("/").slice(0, -1);
  const parents: NodePath[] = ["/"];
  for (const name of names) parents.push(childPath(parents.at(-1)!, name));
  return parents;
}

/**
 * Changes something below the groups above `path`: first takes out of them what they say of the nodes below, then calls
 * `change`, all in their turns. To be called in the node's own turn.
 */
export async function beneathGroups(
  store: Store,
  path: NodePath,
  change: () => Promise<void>,
): Promise<void> {
  const parents = parentsOf(path);
  await inTurns(store, parents, async () => {
    await unconsolidate(store, parents);
    await change();
  });
}

/** In the turns of `groups`. */
async function unconsolidate(store: Store, groups: readonly NodePath[]): Promise<void> {
  for (const group of groups) {
    const key = documentKey(group);
    const bytes = await store.get(key);
    const changed = bytes && unconsolidated(bytes, key);
    if (changed !== undefined) await store.set(key, changed);
  }
}

/** A group's document without what it says of the nodes below; undefined where it says nothing. */
export function unconsolidated(bytes: Uint8Array, key: string): Uint8Array | undefined {
  if (!isConsolidated(bytes)) return undefined;
  return editJson(bytes, key, (document) => {
    delete document.consolidated_metadata;
    dropSeal(document);
  });
}

/** By the bytes: most documents are neither, and need not be parsed to see it. */
function isConsolidated(document: Uint8Array): boolean {
  const text = new TextDecoder().decode(document);
  return text.includes('"consolidated_metadata"') || text.includes('"metadata_crc32c"');
}

function dropSeal(document: EditableJson): void {
  const attributes = document.attributes as EditableJson | undefined;
  const quarry = attributes?.quarry as EditableJson | undefined;
  if (typeof quarry !== "object" || quarry === null || !("metadata_crc32c" in quarry)) return;
  delete quarry.metadata_crc32c;
  if (Object.keys(quarry).length === 0) delete attributes!.quarry;
}
