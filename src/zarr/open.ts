/** Where a hierarchy begins: opening and creating nodes at a location. */
import { QuarryError } from "../errors.ts";
import type { DataTypeName } from "../metadata/data-type.ts";
import type { JsonObject } from "../metadata/json.ts";
import { type NodePath, nodePath } from "../metadata/node-name.ts";
import { resolveLocation } from "../store/location.ts";
import type { ReadableStore, Store } from "../store/store.ts";
import { withReadOnly } from "../store/with-read-only.ts";
import { ZarrArray } from "./array.ts";
import { createNode } from "./change-node.ts";
import { type CreateArrayOptions, newArrayMetadata } from "./create-array.ts";
import { deleteNode as deleteNodeIn } from "./delete-node.ts";
import { Group, newGroupMetadata, nodeOf, type ZarrNode } from "./group.ts";
import { readNode, requireNode } from "./node-document.ts";
import { checkWritable } from "./writable.ts";

/** A path, a `file:`, `http:` or `https:` URL, or a store. */
export type Location = string | URL | ReadableStore | Store;

/** As zarr-python's: `r` read, must exist · `r+` read and write, must exist · `a` create if missing · `w` create anew, deleting what is there · `w-` create, must not exist. */
export type Mode = "r" | "r+" | "a" | "w" | "w-";

export interface OpenOptions {
  /** Default `r`. */
  readonly mode?: "r" | "r+" | undefined;
  /** Path of the node in the store. Default: its root. */
  readonly path?: string | undefined;
}

/**
 * Opens the node at `location`, group or array.
 * @throws QuarryError `NOT_FOUND`, `METADATA_INVALID`, `UNSUPPORTED_FORMAT`, `UNSUPPORTED_EXTENSION`,
 *   `UNSUPPORTED_DATA_TYPE`, `UNSUPPORTED_CODEC`, `STORE_FAILED`
 */
export async function open(location: Location, options: OpenOptions = {}): Promise<ZarrNode> {
  const { store, path } = place(location, options.mode ?? "r", options.path);
  return nodeOf(store, path, await requireNode(store, path));
}

/** Opens an array. @throws QuarryError as {@link open}; `NOT_FOUND` where there is a group */
export async function openArray(location: Location, options: OpenOptions = {}): Promise<ZarrArray> {
  const node = await open(location, options);
  if (node instanceof ZarrArray) return node;
  throw new QuarryError("NOT_FOUND", `${node.path} is a group, not an array`, { path: node.path });
}

/**
 * Opens a group; the modes `a`, `w` and `w-` may create it.
 * @throws QuarryError as {@link open}; `NOT_FOUND` where there is an array; `ALREADY_EXISTS` with `w-`
 */
export async function openGroup(
  location: Location,
  options: {
    readonly mode?: Mode | undefined;
    readonly path?: string | undefined;
    readonly attributes?: JsonObject;
  } = {},
): Promise<Group> {
  const { mode = "r", attributes } = options;
  if (mode === "w" || mode === "w-") return createGroup(location, { ...options, mode });
  const { store, path } = place(location, mode, options.path);
  const metadata = mode === "a" ? (await readNode(store, path))?.metadata : await requireNode(store, path);
  if (metadata === undefined)
    return createGroup(location, { ...options, mode: "w-", ...(attributes && { attributes }) });
  if (metadata.nodeType === "group") return new Group(store, path, metadata);
  throw new QuarryError("NOT_FOUND", `${path} is an array, not a group`, { path });
}

/**
 * Creates a group: a hierarchy of its own, or a node of one.
 * @param options `mode`: `w-` (default) fails where there is a node, `w` deletes it first, `a` opens it
 * @throws QuarryError `ALREADY_EXISTS`, `READ_ONLY`, `STORE_FAILED`
 * @example
 * const root = await createGroup("book.zarr", { attributes: { venue: "binance" } });
 */
export async function createGroup(
  location: Location,
  options: {
    readonly attributes?: JsonObject;
    readonly mode?: "w" | "w-" | "a" | undefined;
    readonly path?: string | undefined;
  } = {},
): Promise<Group> {
  if (options.mode === "a") return openGroup(location, { ...options, mode: "a" });
  const { store, path } = place(location, "r+", options.path);
  checkWritable(store, path);
  const metadata = newGroupMetadata(options.attributes);
  await createNode(store, path, metadata, options.mode);
  return new Group(store, path, metadata);
}

/**
 * Creates an array that is a hierarchy of its own, or a node of one.
 * @throws QuarryError as `Group.createArray`
 */
export async function createArray<const N extends DataTypeName>(
  location: Location,
  options: CreateArrayOptions<N> & {
    readonly mode?: "w" | "w-" | undefined;
    readonly path?: string | undefined;
  },
): Promise<ZarrArray<N>> {
  const { store, path } = place(location, "r+", options.path);
  checkWritable(store, path);
  const metadata = newArrayMetadata(options, path);
  await createNode(store, path, metadata, options.mode);
  return new ZarrArray<N>(store, path, metadata);
}

/**
 * Deletes the node at `location`, group or array, and all below it (see `Group.delete`). Of a directory, what is in it
 * is deleted, and the directory is left.
 * @throws QuarryError `NOT_FOUND`, `READ_ONLY`, `UNSUPPORTED_FORMAT` for Zarr v2, `STORE_FAILED`
 */
export async function deleteNode(
  location: Location,
  options: { readonly path?: string | undefined } = {},
): Promise<void> {
  const { store, path } = place(location, "r+", options.path);
  checkWritable(store, path);
  await deleteNodeIn(store, path);
}

const MODES: ReadonlySet<string> = new Set<Mode>(["r", "r+", "a", "w", "w-"]);

function place(
  location: Location,
  mode: Mode,
  path: string | undefined,
): { store: ReadableStore; path: NodePath } {
  if (!MODES.has(mode)) throw new RangeError(`mode is one of ${[...MODES].join(", ")}, not ${mode}`);
  const store = resolveLocation(location as ReadableStore);
  return { store: mode === "r" ? withReadOnly(store) : store, path: nodePath(path ?? "") };
}
