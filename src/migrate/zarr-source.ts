/**
 * A Zarr v2 or v3 hierarchy as a source. Every node is taken by its own documents; where those cannot be read and the
 * root's consolidated metadata has a copy, the copy is taken and the node is said to be salvaged, because a copy may be
 * older than what was appended since.
 */
import { backend, backendOf } from "../codec/backend.ts";
import type { Pipeline } from "../codec/pipeline.ts";
import { isQuarryError, QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { isVariableLength } from "../metadata/data-type.ts";
import type { GroupMetadata, NodeMetadata } from "../metadata/group-metadata.ts";
import { isJsonObject, type JsonObject } from "../metadata/json.ts";
import { childPath, type NodePath } from "../metadata/node-name.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import { resolveLocation } from "../store/location.ts";
import type { ReadableStore } from "../store/store.ts";
import { withReadOnly } from "../store/with-read-only.ts";
import { ZarrArray } from "../zarr/array.ts";
import { arrayLayout } from "../zarr/array-layout.ts";
import { slice } from "../zarr/indexing/slice.ts";
import { type TreeNode, walkNodes } from "../zarr/node-tree.ts";
import { hasChecksum } from "../zarr/verify/has-checksum.ts";
import { newItems } from "./items.ts";
import { stringsOfObjects } from "./object-strings.ts";
import { refusalOf } from "./refusals.ts";
import type { MigrationSource, SourceArray, SourceGroup, SourceRefusal } from "./source.ts";
import { storedSizes } from "./stored-sizes.ts";

export interface ZarrSourceOptions {
  /**
   * Whether to look at every file for its size, which takes as long as there are many. Default `true`; without,
   * `encodedBytes` is 0, and chunks are taken to be as large as they can be.
   */
  readonly measuresFiles?: boolean | undefined;
}

/**
 * Opens the hierarchy at `location`, which is read and never written.
 * @param location a directory
 * @throws QuarryError `NOT_FOUND` where there is no Zarr node, `STORE_FAILED`; what a root's document that cannot be
 *   read throws
 */
export async function openZarrSource(
  location: string,
  options: ZarrSourceOptions = {},
): Promise<MigrationSource> {
  // A backend that is forced and missing is no fault of any array.
  backend();
  const store = withReadOnly(resolveLocation(location));
  const nodes = await readNodes(store);
  const groups: SourceGroup[] = [];
  const arrays: SourceArray[] = [];
  const refusals: SourceRefusal[] = nodes.unreadable.map(({ path, error }) => refusalOf(path, error));
  for (const [path, metadata] of nodes.readable) {
    if (metadata.nodeType === "group") {
      groups.push({ path, attributes: withoutSeal(metadata.attributes) });
      continue;
    }
    try {
      arrays.push(await sourceArray(store, path, metadata, options));
    } catch (error) {
      if (!isQuarryError(error)) throw error;
      refusals.push(refusalOf(path, error));
    }
  }
  return {
    location,
    format: [...nodes.readable.values()][0]?.zarrFormat === 2 ? "Zarr v2" : "Zarr v3",
    groups,
    arrays: arrays.sort(byPath),
    refusals: refusals.sort(byPath),
    salvaged: nodes.salvaged.map(({ path, error }) => refusalOf(path, error)),
    notes: [],
    async close() {},
  };
}

interface Failure {
  readonly path: NodePath;
  readonly error: QuarryError;
}

interface Nodes {
  /** A parent before its children. */
  readonly readable: ReadonlyMap<NodePath, NodeMetadata>;
  readonly unreadable: readonly Failure[];
  /** Nodes that are readable by the consolidated metadata alone, and what is wrong with their own documents. */
  readonly salvaged: readonly Failure[];
}

async function readNodes(store: ReadableStore): Promise<Nodes> {
  const found = new Map<NodePath, TreeNode>();
  for await (const node of walkNodes(store, "/")) {
    if (node.path === "/" && node.error !== undefined) throw node.error;
    found.set(node.path, node);
  }
  const root = found.get("/")!.metadata!;
  const copies = root.nodeType === "group" ? copiesIn(root) : new Map<NodePath, () => NodeMetadata>();
  const salvaged: Failure[] = [];
  const unreadable: Failure[] = [];
  const readable = new Map<NodePath, NodeMetadata>();
  for (const path of [...new Set([...found.keys(), ...copies.keys()])].sort(parentFirst)) {
    const node = found.get(path);
    const error = node === undefined ? documentMissing(path) : node.error;
    if (error === undefined) {
      readable.set(path, node!.metadata!);
      continue;
    }
    const copy = readCopy(copies.get(path));
    if (copy === undefined) unreadable.push({ path, error });
    else {
      readable.set(path, copy);
      salvaged.push({ path, error });
    }
  }
  return { readable, unreadable, salvaged };
}

/** Nodes by the consolidated metadata of the root, each parsed when it is asked for. */
function copiesIn({ consolidated }: GroupMetadata): ReadonlyMap<NodePath, () => NodeMetadata> {
  const names = [...(consolidated?.keys() ?? [])];
  return new Map(names.map((name) => [childPath("/", name), () => consolidated!.get(name)!]));
}

function readCopy(copy: (() => NodeMetadata) | undefined): NodeMetadata | undefined {
  try {
    return copy?.();
  } catch (error) {
    // What is wrong with the node's own document is the better answer.
    if (isQuarryError(error)) return undefined;
    throw error;
  }
}

function documentMissing(path: NodePath): QuarryError {
  return new QuarryError(
    "NOT_FOUND",
    `${path} has no document of its own; only the consolidated metadata names it`,
    {
      path,
    },
  );
}

async function sourceArray(
  store: ReadableStore,
  path: NodePath,
  metadata: ArrayMetadata,
  { measuresFiles = true }: ZarrSourceOptions,
): Promise<SourceArray> {
  const { cellPipeline, sharding } = arrayLayout(metadata, path);
  const array = new ZarrArray(store, path, metadata);
  const stored = measuresFiles ? await storedSizes(store, path) : undefined;
  const { dataType, shape, fillValue, fillValueIsUndefined = false, attributes } = metadata;
  const chunkShape = cellPipeline.chunk.shape.map((extent) => Math.max(1, extent));
  const encodedChunkBytes = Math.min(
    stored?.largestBytes ?? cellPipeline.chunkBytes,
    cellPipeline.encodedBytes ?? Number.POSITIVE_INFINITY,
  );
  const source: SourceArray = {
    path,
    dataType,
    shape,
    chunkShape,
    chunkMemoryBytes: encodedChunkBytes + decodingBytes(cellPipeline, encodedChunkBytes),
    fillValue,
    fillValueIsUndefined,
    dimensionNames: metadata.dimensionNames,
    attributes,
    encoding: cellPipeline.codecs.map((codec) => codec.name).join(", "),
    encodedBytes: stored?.bytes ?? 0,
    verifiesContent:
      hasChecksum(cellPipeline) && (sharding === undefined || hasChecksum(sharding.indexPipeline)),
    async readRegion(start, count, { signal, reuse } = {}) {
      const out = (reuse ?? newItems(dataType, count)) as TypedArrayOf;
      const region = start.map((first, axis) => slice(first, first + count[axis]!));
      await array.get(region, { out: { data: out, shape: count }, signal });
      return out;
    },
  };
  return dataType.kind === "object" ? stringsOfObjects(array, source) : source;
}

/** Strings in memory, beside the chunk that they come from, decompressed: what compresses well is not long. */
const BYTES_PER_ENCODED_BYTE = 16;

/** What JavaScript and WebAssembly hold of a chunk between two codecs. */
const PORTABLE_CHUNKS = 3;

/** What stands decoded beside the result while a part of a chunk is read. */
function decodingBytes(pipeline: Pipeline, encodedChunkBytes: number): number {
  if (isVariableLength(pipeline.chunk.dataType)) return encodedChunkBytes * BYTES_PER_ENCODED_BYTE;
  if (backendOf(pipeline) === "portable") return PORTABLE_CHUNKS * pipeline.chunkBytes;
  // A thread of the core keeps the chunk, and two memories between which the codecs of longer chains take turns.
  const steps = pipeline.codecs.filter(({ kind }) => kind !== "array-to-bytes").length;
  return Math.min(3, Math.max(1, steps)) * pipeline.chunkBytes;
}

/** Checksums of documents, which are written anew, are nothing that carries over. */
function withoutSeal(attributes: JsonObject): JsonObject {
  const { quarry, ...others } = attributes;
  if (!isJsonObject(quarry)) return attributes;
  const { metadata_crc32c: _, ...facts } = quarry;
  return Object.keys(facts).length === 0 ? others : { ...others, quarry: facts };
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : Number(a.path > b.path);
}

/** "/" before every other character, so that a parent is followed by its children. */
function parentFirst(a: NodePath, b: NodePath): number {
  return a.replaceAll("/", "\0") < b.replaceAll("/", "\0") ? -1 : 1;
}
