/**
 * The nodes inside a consolidated metadata block, parsed one by one as they are asked for.
 *
 * Opening a root with thousands of arrays thus costs reading its JSON and no more, and a node that we cannot
 * read (a data type we do not know) raises its error when it is opened, not when its neighbour is.
 *
 * The block is flat and belongs to one group. A group inside it is given the part of the block that lies below
 * it, so that it can be walked like the outermost one; the parts share their work, level by level.
 */
import type { NodeMetadata } from "./group-metadata.ts";
import type { JsonObject } from "./json.ts";
import { nodePath } from "./node-name.ts";
import { type DocumentPlace, metadataError } from "./place.ts";

type Documents = ReadonlyMap<string, JsonObject>;

/** What all parts of one block have in common. */
interface Block {
  /** Where the document is that carries the block. */
  readonly place: DocumentPlace;
  readonly parse: (document: JsonObject, path: string, place: DocumentPlace) => NodeMetadata;
  /** The words for the entry of a path in that document. */
  readonly fieldOf: (path: string) => string;
}

/**
 * @param documents path relative to the group that `place` describes → document
 * @throws QuarryError `METADATA_INVALID` for a key that is no relative node path
 */
export function consolidatedNodes(
  documents: { readonly [path: string]: JsonObject },
  place: DocumentPlace,
  parse: Block["parse"],
  fieldOf: Block["fieldOf"] = inlineField,
): ReadonlyMap<string, NodeMetadata> {
  for (const path of Object.keys(documents)) {
    if (!isRelativePath(path)) throw metadataError(place, `${fieldOf(path)} is not the path of a node`);
  }
  return new ConsolidatedNodes(new Map(Object.entries(documents)), "", { place, parse, fieldOf });
}

class ConsolidatedNodes implements ReadonlyMap<string, NodeMetadata> {
  readonly #documents: Documents;
  /** Where the paths of this part begin in the block: empty, or a path and a slash. */
  readonly #prefix: string;
  readonly #block: Block;
  readonly #nodes = new Map<string, NodeMetadata>();
  #parts: ReadonlyMap<string, ConsolidatedNodes> | undefined;

  constructor(documents: Documents, prefix: string, block: Block) {
    this.#documents = documents;
    this.#prefix = prefix;
    this.#block = block;
  }

  get size(): number {
    return this.#documents.size;
  }

  has(path: string): boolean {
    return this.#documents.has(path);
  }

  get(path: string): NodeMetadata | undefined {
    const document = this.#documents.get(path);
    if (document === undefined) return undefined;
    let node = this.#nodes.get(path);
    if (node === undefined) {
      node = this.#parse(path, document);
      this.#nodes.set(path, node);
    }
    return node;
  }

  keys(): MapIterator<string> {
    return this.#documents.keys();
  }

  *values(): MapIterator<NodeMetadata> {
    for (const path of this.keys()) yield this.get(path)!;
  }

  *entries(): MapIterator<[string, NodeMetadata]> {
    for (const path of this.keys()) yield [path, this.get(path)!];
  }

  [Symbol.iterator](): MapIterator<[string, NodeMetadata]> {
    return this.entries();
  }

  forEach(
    callback: (node: NodeMetadata, path: string, map: ReadonlyMap<string, NodeMetadata>) => void,
  ): void {
    for (const [path, node] of this) callback(node, path, this);
  }

  #parse(path: string, document: JsonObject): NodeMetadata {
    const { place, parse, fieldOf } = this.#block;
    const pathInBlock = `${this.#prefix}${path}`;
    const absolutePath = `${place.path === "/" ? "" : place.path}/${pathInBlock}`;
    const node = parse(document, absolutePath, {
      path: absolutePath,
      label: `${place.label}${fieldOf(pathInBlock)}: `,
    });
    return node.nodeType === "group" ? { ...node, consolidated: this.#below(path) } : node;
  }

  #below(path: string): ConsolidatedNodes {
    const [name, rest] = splitFirst(path);
    this.#parts ??= this.#split();
    const part = this.#parts.get(name) ?? new ConsolidatedNodes(new Map(), "", this.#block);
    return rest === undefined ? part : part.#below(rest);
  }

  /** One part for each first name: a pass over the block for each of its levels, however many groups ask. */
  #split(): ReadonlyMap<string, ConsolidatedNodes> {
    const parts = new Map<string, Map<string, JsonObject>>();
    for (const [path, document] of this.#documents) {
      const [name, rest] = splitFirst(path);
      if (rest === undefined) continue;
      const part = parts.get(name);
      if (part === undefined) parts.set(name, new Map([[rest, document]]));
      else part.set(rest, document);
    }
    return new Map(
      Array.from(parts, ([name, documents]) => [
        name,
        new ConsolidatedNodes(documents, `${this.#prefix}${name}/`, this.#block),
      ]),
    );
  }
}

function splitFirst(path: string): [name: string, rest: string | undefined] {
  const slash = path.indexOf("/");
  return slash === -1 ? [path, undefined] : [path.slice(0, slash), path.slice(slash + 1)];
}

function isRelativePath(path: string): boolean {
  if (path.startsWith("/")) return false;
  try {
    return nodePath(path) !== "/";
  } catch {
    return false;
  }
}

function inlineField(path: string): string {
  return `consolidated_metadata.metadata[${JSON.stringify(path)}]`;
}
