/** What is at a location, without reading a chunk: metadata documents and the sizes of files. */
import { backendOf } from "../codec/backend.ts";
import type { ArrayLayout } from "../codec/engine.ts";
import { shardingOf } from "../codec/sharding/configuration.ts";
import { type ErrorCode, isQuarryError } from "../errors.ts";
import type { ArrayMetadata, CodecMetadata } from "../metadata/array-metadata.ts";
import { parseChunkKey } from "../metadata/chunk-key.ts";
import { type DataTypeName, isVariableLength } from "../metadata/data-type.ts";
import type { JsonObject } from "../metadata/json.ts";
import type { NodePath } from "../metadata/node-name.ts";
import { resolveLocation } from "../store/location.ts";
import type { ReadableStore } from "../store/store.ts";
import { storedObjects } from "../store/stored-objects.ts";
import { withReadOnly } from "../store/with-read-only.ts";
import { countOf } from "./array-data.ts";
import { arrayLayout } from "./array-layout.ts";
import { findHierarchies } from "./find-hierarchies.ts";
import { type TreeNode, walkNodes } from "./node-tree.ts";
import type { Location } from "./open.ts";

export interface InspectedCodec extends CodecMetadata {
  /** Whether the C++ core has the codec; `null` where the chain cannot be resolved. */
  readonly native: boolean | null;
}

export interface InspectedArray {
  readonly path: NodePath;
  readonly zarrFormat: 2 | 3;
  readonly dataType: DataTypeName;
  /** What the name of the data type leaves open; `null` for nothing. */
  readonly dataTypeConfiguration: JsonObject | null;
  readonly shape: readonly number[];
  /** Of the inner chunk, where the array is sharded. */
  readonly chunkShape: readonly number[];
  /** `null` where the array is not sharded. */
  readonly shardShape: readonly number[] | null;
  readonly dimensionNames: readonly (string | null)[] | null;
  /** The chain of a chunk in encoding order, without the sharding codec. */
  readonly codecs: readonly InspectedCodec[];
  /** Who runs the chain here, which is one for all of its codecs; `null` where nobody does. */
  readonly backend: "native" | "portable" | null;
  /** Bytes of all items, stored or not; `null` where items have no fixed size. */
  readonly rawBytes: number | null;
  /** Bytes of the stored chunks or shards. */
  readonly storedBytes: number;
  /** How many chunks or shards are stored. */
  readonly objects: number;
}

export interface InspectedHierarchy {
  readonly path: NodePath;
  readonly attributes: JsonObject;
}

export interface InspectFault {
  readonly path: NodePath;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface Inspection {
  /** `directory`: no node itself, but a directory that holds hierarchies. */
  readonly kind: "group" | "array" | "directory";
  /** Attributes of the node at the location; none for a directory. */
  readonly attributes: JsonObject;
  /** The hierarchies in a directory; otherwise the location itself. */
  readonly hierarchies: readonly InspectedHierarchy[];
  /** A parent before its children, siblings sorted. */
  readonly groups: readonly NodePath[];
  readonly arrays: readonly InspectedArray[];
  /** Of all arrays; `null` where that of one of them is. */
  readonly rawBytes: number | null;
  readonly storedBytes: number;
  /** Nodes that cannot be read. */
  readonly faults: readonly InspectFault[];
}

/**
 * Looks at a hierarchy, at one array, or at a directory that holds hierarchies (a symbol with its weeks, or several
 * symbols). Every node is described by its own document. Paths begin at `location`.
 * @throws QuarryError `NOT_FOUND`, `UNSUPPORTED_FORMAT`, `STORE_FAILED`, `BACKEND_UNAVAILABLE`
 * @example
 * for (const { path, rawBytes, storedBytes } of (await inspect("book.zarr")).arrays) …
 */
export async function inspect(location: Location): Promise<Inspection> {
  const store = withReadOnly(resolveLocation(location as ReadableStore));
  const { roots } = await findHierarchies(store);
  const hierarchies: InspectedHierarchy[] = [];
  const groups: NodePath[] = [];
  const arrays: InspectedArray[] = [];
  const faults: InspectFault[] = [];
  let kind: Inspection["kind"] = roots[0] === "/" ? "group" : "directory";
  for (const root of roots) {
    for await (const node of walkNodes(store, root)) {
      const { path, metadata, error } = node;
      if (path === root) hierarchies.push({ path, attributes: metadata?.attributes ?? {} });
      if (error !== undefined) faults.push({ path, code: error.code, message: error.message });
      if (metadata?.nodeType === "group") groups.push(path);
      if (metadata?.nodeType === "array") {
        if (path === "/") kind = "array";
        arrays.push(await inspectArray(store, node, metadata, faults));
      }
    }
  }
  return {
    kind,
    attributes: kind === "directory" ? {} : (hierarchies[0]?.attributes ?? {}),
    hierarchies,
    groups,
    arrays,
    rawBytes: arrays.reduce<number | null>(
      (bytes, array) => (bytes === null || array.rawBytes === null ? null : bytes + array.rawBytes),
      0,
    ),
    storedBytes: arrays.reduce((bytes, array) => bytes + array.storedBytes, 0),
    faults,
  };
}

async function inspectArray(
  store: ReadableStore,
  { path }: TreeNode,
  metadata: ArrayMetadata,
  faults: InspectFault[],
): Promise<InspectedArray> {
  const { dataType, shape, dimensionNames } = metadata;
  const layout = layoutOf(metadata, path, faults);
  const { chunkShape, shardShape, codecs } = storageOf(metadata, layout, path);
  return {
    path,
    zarrFormat: metadata.zarrFormat ?? 3,
    dataType: dataType.name,
    dataTypeConfiguration: dataType.configuration ?? null,
    shape,
    chunkShape,
    shardShape,
    dimensionNames: dimensionNames ?? null,
    codecs: codecs.map((codec, index) => ({
      ...codec,
      native: layout === undefined ? null : layout.cellPipeline.codecs[index]!.native !== undefined,
    })),
    backend: layout === undefined ? null : backendOf(layout.cellPipeline),
    rawBytes: isVariableLength(dataType) ? null : countOf(shape) * dataType.itemBytes,
    ...(await storedSize(store, metadata, path)),
  };
}

/** Undefined, and a fault, for an array that can be described but not read. */
function layoutOf(metadata: ArrayMetadata, path: NodePath, faults: InspectFault[]): ArrayLayout | undefined {
  try {
    return arrayLayout(metadata, path);
  } catch (error) {
    if (!isQuarryError(error)) throw error;
    faults.push({ path, code: error.code, message: error.message });
    return undefined;
  }
}

/** Where the layout is not known, the codecs are told as the metadata has them. */
function storageOf(
  metadata: ArrayMetadata,
  layout: ArrayLayout | undefined,
  path: NodePath,
): Pick<InspectedArray, "chunkShape" | "shardShape"> & { readonly codecs: readonly CodecMetadata[] } {
  const { chunkShape, codecs } = metadata;
  const sharding = layout && shardingOf(codecs, chunkShape, path);
  if (sharding === undefined) return { chunkShape, shardShape: null, codecs };
  return { chunkShape: sharding.chunkShape, shardShape: chunkShape, codecs: sharding.codecs };
}

async function storedSize(
  store: ReadableStore,
  metadata: ArrayMetadata,
  path: NodePath,
): Promise<Pick<InspectedArray, "storedBytes" | "objects">> {
  const { chunkKeyEncoding, shape } = metadata;
  const nameStart = path === "/" ? 1 : path.length + 1;
  let storedBytes = 0;
  let objects = 0;
  for await (const { key, bytes, kind } of storedObjects(store, path)) {
    const isChunk = parseChunkKey(chunkKeyEncoding, key.slice(nameStart), shape.length) !== undefined;
    if (kind !== "value" || !isChunk) continue;
    storedBytes += bytes;
    objects += 1;
  }
  return { storedBytes, objects };
}
