/**
 * The metadata documents of a hierarchy, as a writer holds them: what it committed last, and what the next commit says.
 *
 * The root's document carries consolidated metadata of all nodes, so that the rename that shows it is the commit: whoever
 * opens the hierarchy by its root sees all arrays as they were before it or after.
 */
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { sealRootDocument } from "../metadata/checksum.ts";
import { type GroupMetadata, type NodeMetadata, serializeGroupMetadata } from "../metadata/group-metadata.ts";
import { editJson, encodeJson, isJsonObject, type JsonObject } from "../metadata/json.ts";
import type { ReadableStore } from "../store/store.ts";
import { unconsolidated } from "../zarr/change-node.ts";
import { listMembers } from "../zarr/members.ts";
import { DOCUMENT_NAME, requireDocument } from "../zarr/node-document.ts";
import { checkChangeable } from "../zarr/writable.ts";
import { allDone } from "./all-done.ts";
import { type AppendFiles, replaceFile } from "./files.ts";
import { placeBelow } from "./paths.ts";

/** Half of the bytes of a document are white space. */
const INDENT_OF_COMMITS = 0;
const LINE_BREAK = 0x0a;

export class Documents {
  readonly #directory: string;
  readonly #files: AppendFiles;
  /** Of the root; an array's where the hierarchy is one array. */
  #root: NodeMetadata;
  #rootBytes: Uint8Array;
  /** All others, by path relative to the root. */
  readonly #nodes: Map<string, NodeMetadata>;
  readonly #bytes: Map<string, Uint8Array>;
  /** Arrays whose document is not what the root says of them. */
  readonly #rewound = new Set<string>();
  /** Those that commits have written; "" is the root. */
  readonly #unsealed = new Set<string>();

  /** @throws QuarryError `NOT_FOUND`, `METADATA_INVALID`, `UNSUPPORTED_FORMAT` for Zarr v2 … */
  static async load(store: ReadableStore, directory: string, files: AppendFiles): Promise<Documents> {
    const root = await requireDocument(store, "/");
    checkChangeable(root.metadata, "/");
    const nodes = new Map<string, NodeMetadata>();
    const bytes = new Map<string, Uint8Array>();
    if (root.metadata.nodeType === "group") {
      for await (const [path, node] of listMembers(store, "/", Number.POSITIVE_INFINITY)) {
        if (node.metadata.zarrFormat === 2) continue;
        nodes.set(path, node.metadata);
        bytes.set(path, node.bytes);
      }
    }
    return new Documents(directory, files, root.metadata, root.bytes, nodes, bytes);
  }

  private constructor(
    directory: string,
    files: AppendFiles,
    root: NodeMetadata,
    rootBytes: Uint8Array,
    nodes: Map<string, NodeMetadata>,
    bytes: Map<string, Uint8Array>,
  ) {
    this.#directory = directory;
    this.#files = files;
    this.#root = root;
    this.#rootBytes = rootBytes;
    this.#nodes = nodes;
    this.#bytes = bytes;
    // A writer that was stopped had no time to give them their last form.
    for (const [path, document] of [["", rootBytes] as const, ...bytes]) {
      if (!document.includes(LINE_BREAK)) this.#unsealed.add(path);
    }
  }

  /** Every node by its path relative to the root, as its own document has it. */
  get nodes(): ReadonlyMap<string, NodeMetadata> {
    return this.#root.nodeType === "array" ? new Map([["", this.#root]]) : this.#nodes;
  }

  /** What the root says of the nodes; undefined where it says nothing. */
  get committed(): ReadonlyMap<string, NodeMetadata> | undefined {
    if (this.#root.nodeType === "array") return this.nodes;
    return this.#root.consolidated;
  }

  /** Whether the root says of every node what the node's own document says. */
  isCommitted(): boolean {
    if (this.#root.nodeType === "array") return true;
    const { consolidated } = this.#root;
    if (consolidated === undefined || consolidated.size !== this.#nodes.size) return false;
    return [...this.#nodes].every(([path, node]) => {
      const said = consolidated.get(path);
      return (
        said?.nodeType === node.nodeType &&
        (said.nodeType === "group" || rowsOf(said) === rowsOf(node as ArrayMetadata))
      );
    });
  }

  /**
   * Before the first row is taken: what is committed so far is on the disk, since whoever made the store may not have seen
   * to that, and the root says it.
   */
  async beginCommitting(): Promise<void> {
    for (const path of ["", ...this.#nodes.keys()]) {
      await this.#files.syncFile(this.#fileOf(documentKey(path)));
      await this.#files.syncDirectory(this.#fileOf(path));
    }
    if (!this.isCommitted()) await this.commit(new Map());
  }

  /**
   * Goes back to what the root says: a writer that was stopped may have written the documents of arrays, and not the
   * root's. The next commit writes these documents again.
   */
  rewind(): void {
    for (const [path, said] of this.committed ?? []) {
      const node = this.#nodes.get(path);
      if (said.nodeType !== "array" || node?.nodeType !== "array" || rowsOf(said) === rowsOf(node)) continue;
      this.#nodes.set(path, { ...node, shape: said.shape });
      this.#rewound.add(path);
    }
  }

  /** A node that never came to be committed. */
  forget(path: string): void {
    this.#nodes.delete(path);
    this.#bytes.delete(path);
    this.#unsealed.delete(path);
  }

  /** A node that has come into being since. */
  add(path: string, metadata: ArrayMetadata, bytes: Uint8Array): void {
    this.#nodes.set(path, metadata);
    this.#bytes.set(path, bytes);
  }

  /**
   * Commits: writes the documents of the arrays named in `rows`, then the root's; as short as they can be, since a commit
   * is followed by others. {@link seal} gives them their last form.
   * @param rows lengths along the first dimension, of the arrays whose document says something else
   * @param attributes to be set at the root
   */
  async commit(rows: ReadonlyMap<string, number>, attributes: JsonObject = {}): Promise<void> {
    const changed = new Map<string, { metadata: ArrayMetadata; bytes: Uint8Array }>();
    for (const path of new Set([...rows.keys(), ...this.#rewound])) {
      const metadata = this.nodes.get(path) as ArrayMetadata;
      const count = rows.get(path) ?? rowsOf(metadata)!;
      const shape = [count, ...metadata.shape.slice(1)];
      const key = documentKey(path);
      const bytes = editJson(
        path === "" ? this.#rootBytes : this.#bytes.get(path)!,
        key,
        (document) => {
          document.shape = shape;
          if (path === "") document.attributes = { ...(document.attributes as object), ...attributes };
        },
        INDENT_OF_COMMITS,
      );
      changed.set(path, { metadata: { ...metadata, shape }, bytes });
    }
    if (this.#root.nodeType === "array") return this.#commitArray(changed.get(""), attributes);
    await this.#unconsolidateGroups();
    await allDone(
      [...changed].map(([path, { bytes }]) =>
        replaceFile(this.#files, this.#fileOf(documentKey(path)), bytes),
      ),
    );
    for (const [path, { metadata, bytes }] of changed) {
      this.#nodes.set(path, metadata);
      this.#bytes.set(path, bytes);
      this.#rewound.delete(path);
      this.#unsealed.add(path);
    }
    const root: GroupMetadata = {
      ...this.#root,
      attributes: { ...withoutSeal(this.#root.attributes), ...attributes },
      consolidated: this.#nodes,
    };
    await this.#replaceRoot(root, encodeJson(serializeGroupMetadata(root), INDENT_OF_COMMITS));
    this.#unsealed.add("");
  }

  /** Commits once more, with the documents as `consolidate` leaves them: sealed by their checksums, and for people to read. */
  async seal(): Promise<void> {
    if (!this.#unsealed.delete("")) return;
    const root = this.#root;
    await allDone(
      [...this.#unsealed].map(async (path) => {
        const key = documentKey(path);
        const bytes = editJson(this.#bytes.get(path)!, key, () => {});
        await replaceFile(this.#files, this.#fileOf(key), bytes);
        this.#bytes.set(path, bytes);
      }),
    );
    this.#unsealed.clear();
    if (root.nodeType === "array") {
      this.#rootBytes = editJson(this.#rootBytes, DOCUMENT_NAME, () => {});
      await replaceFile(this.#files, this.#fileOf(DOCUMENT_NAME), this.#rootBytes);
      return;
    }
    const others = new Map([...this.#bytes].map(([path, bytes]) => [documentKey(path), bytes]));
    await this.#replaceRoot(root, sealRootDocument(serializeGroupMetadata(root), others));
  }

  /** What a group below the root says of nodes would stay behind the commits, which are the root's. */
  async #unconsolidateGroups(): Promise<void> {
    for (const [path, node] of this.#nodes) {
      if (node.nodeType !== "group") continue;
      const key = documentKey(path);
      const bytes = unconsolidated(this.#bytes.get(path)!, key);
      if (bytes === undefined) continue;
      await replaceFile(this.#files, this.#fileOf(key), bytes);
      this.#bytes.set(path, bytes);
      this.#nodes.set(path, { ...node, attributes: withoutSeal(node.attributes), consolidated: undefined });
    }
  }

  async #replaceRoot(root: GroupMetadata, bytes: Uint8Array): Promise<void> {
    await replaceFile(this.#files, this.#fileOf(DOCUMENT_NAME), bytes);
    this.#root = { ...root, consolidated: new Map(this.#nodes) };
    this.#rootBytes = bytes;
  }

  async #commitArray(
    changed: { metadata: ArrayMetadata; bytes: Uint8Array } | undefined,
    attributes: JsonObject,
  ): Promise<void> {
    const bytes =
      changed?.bytes ??
      editJson(
        this.#rootBytes,
        DOCUMENT_NAME,
        (document) => {
          document.attributes = { ...(document.attributes as object), ...attributes };
        },
        INDENT_OF_COMMITS,
      );
    await replaceFile(this.#files, this.#fileOf(DOCUMENT_NAME), bytes);
    this.#unsealed.add("");
    this.#rootBytes = bytes;
    const metadata = changed?.metadata ?? (this.#root as ArrayMetadata);
    this.#root = { ...metadata, attributes: { ...metadata.attributes, ...attributes } };
  }

  #fileOf(key: string): string {
    return placeBelow(this.#directory, key);
  }
}

function documentKey(path: string): string {
  return path === "" ? DOCUMENT_NAME : `${path}/${DOCUMENT_NAME}`;
}

/** A seal is of documents that stay as they are. */
function withoutSeal(attributes: JsonObject): JsonObject {
  const { quarry, ...others } = attributes;
  if (!isJsonObject(quarry)) return attributes;
  const { metadata_crc32c: _, ...facts } = quarry;
  return Object.keys(facts).length === 0 ? others : { quarry: facts, ...others };
}

export function rowsOf(metadata: ArrayMetadata): number | undefined {
  return metadata.shape[0];
}
