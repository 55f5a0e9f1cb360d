/** A group: its members, its attributes, and one document for all of them. */
import { isQuarryError, QuarryError } from "../errors.ts";
import type { DataTypeName } from "../metadata/data-type.ts";
import type { GroupMetadata, NodeMetadata } from "../metadata/group-metadata.ts";
import type { JsonObject } from "../metadata/json.ts";
import { checkNodeName, childPath, type NodePath, nodePath } from "../metadata/node-name.ts";
import type { ReadableStore } from "../store/store.ts";
import { ZarrArray } from "./array.ts";
import { type AttributeChanges, beneathGroups, changeAttributes, createNode } from "./change-node.ts";
import { consolidate } from "./consolidate.ts";
import { type CreateArrayOptions, newArrayMetadata } from "./create-array.ts";
import { deleteNode } from "./delete-node.ts";
import { type FollowOptions, followRows, type NewRows } from "./follow.ts";
import { consolidatedHierarchy, type HierarchyNode, hierarchyText, readHierarchy } from "./hierarchy-tree.ts";
import { listMembers } from "./members.ts";
import { requireNode } from "./node-document.ts";
import { largestTable } from "./tables.ts";
import { inTurn } from "./turn.ts";
import { checkWritable } from "./writable.ts";

export type ZarrNode = Group | ZarrArray;

export interface CreateOptions {
  /** `w-` (default): fail where there is a node already. `w`: delete it, and all below it, first. */
  readonly mode?: "w" | "w-" | undefined;
}

export class Group {
  readonly store: ReadableStore;
  /** Path in the store; `/` is its root. */
  readonly path: NodePath;
  #metadata: GroupMetadata;

  /** @internal Use `openGroup`, `createGroup` or a group. */
  constructor(store: ReadableStore, path: NodePath, metadata: GroupMetadata) {
    this.store = store;
    this.path = path;
    this.#metadata = metadata;
  }

  get metadata(): GroupMetadata {
    return this.#metadata;
  }
  get attributes(): JsonObject {
    return this.#metadata.attributes;
  }

  /**
   * The node at `path`, relative to this group (`trades/px`). Where the group was opened for reading and is
   * consolidated, no request is made.
   * @throws QuarryError `NOT_FOUND`, `METADATA_INVALID`, `UNSUPPORTED_…`
   */
  async get(path: string): Promise<ZarrNode> {
    const relative = nodePath(path).slice(1);
    if (relative === "") return this;
    const absolute = childPath(this.path, relative);
    return this.#node(relative, absolute, await this.#metadataOf(relative, absolute));
  }

  /** The array at `path`. @throws QuarryError as {@link get}; `NOT_FOUND` where it is a group */
  async array(path: string): Promise<ZarrArray> {
    const node = await this.get(path);
    if (node instanceof ZarrArray) return node;
    throw new QuarryError("NOT_FOUND", `${node.path} is a group, not an array`, { path: node.path });
  }

  /** The group at `path`. @throws QuarryError as {@link get}; `NOT_FOUND` where it is an array */
  async group(path: string): Promise<Group> {
    const node = await this.get(path);
    if (node instanceof Group) return node;
    throw new QuarryError("NOT_FOUND", `${node.path} is an array, not a group`, { path: node.path });
  }

  /**
   * The nodes below this group with their paths relative to it, sorted; `depth` levels of them (default 1: children).
   * A node that cannot be opened does not hide the others: its error comes when they have been given.
   * @throws QuarryError as {@link get}; `STORE_FAILED` where the store cannot list and the group is not consolidated
   */
  async *members(
    options: { readonly depth?: number } = {},
  ): AsyncGenerator<[string, ZarrNode], void, undefined> {
    const { depth = 1 } = options;
    const inline = this.#inlineMetadata();
    const listed = inline ? withinDepth(inline, depth) : listMembers(this.store, this.path, depth);
    let firstFault: QuarryError | undefined;
    for await (const [name, document] of listed) {
      let node: ZarrNode;
      try {
        node = this.#node(name, childPath(this.path, name), document.metadata);
      } catch (error) {
        if (!isQuarryError(error)) throw error;
        firstFault ??= error;
        continue;
      }
      yield [name, node];
    }
    if (firstFault !== undefined) throw firstFault;
  }

  /**
   * This group and what is below it, a line a node with type and shape: for people. With `data`, the same as data.
   * Nodes that cannot be read are in it as such. Asks what {@link members} asks; of a store that cannot list, and a
   * group that is not consolidated, it is the group alone.
   * @param options `depth`: levels below this group, default all
   * @example
   * console.log(await root.tree());
   */
  async tree(options: { readonly depth?: number; readonly data: true }): Promise<HierarchyNode>;
  async tree(options?: { readonly depth?: number; readonly data?: false }): Promise<string>;
  async tree(
    options: { readonly depth?: number; readonly data?: boolean } = {},
  ): Promise<HierarchyNode | string> {
    const inline = this.#inlineMetadata();
    const root =
      inline === undefined
        ? await readHierarchy(this.store, this.path, options.depth)
        : consolidatedHierarchy(this.path, this.#metadata, inline, options.depth);
    return options.data === true ? root : hierarchyText(root);
  }

  /**
   * Deletes the node at `path`, relative to this group, and all below it. Writes to it that are under way end first;
   * consolidated metadata of the groups above is taken out. A crash in between leaves the whole node, or none.
   * @throws QuarryError `NOT_FOUND`, `KEY_INVALID`, `READ_ONLY`, `UNSUPPORTED_FORMAT` for Zarr v2, `STORE_FAILED`
   */
  async delete(path: string): Promise<void> {
    const relative = nodePath(path).slice(1);
    const absolute = childPath(this.path, relative);
    checkWritable(this.store, absolute);
    if (relative === "") {
      throw new QuarryError("KEY_INVALID", `${this.path} is deleted from above, or by deleteNode`, {
        path: this.path,
      });
    }
    await deleteNode(this.store, absolute);
  }

  /**
   * Creates an array in this group.
   * @throws QuarryError `ALREADY_EXISTS`, `KEY_INVALID`, `READ_ONLY`, `METADATA_INVALID`, `UNSUPPORTED_…`,
   *   `CODEC_CONFIGURATION`; nothing has been written then
   */
  async createArray<const N extends DataTypeName>(
    name: string,
    options: CreateArrayOptions<N> & CreateOptions,
  ): Promise<ZarrArray<N>> {
    checkNodeName(name);
    const path = childPath(this.path, name);
    checkWritable(this.store, path);
    const metadata = newArrayMetadata(options, path);
    await createNode(this.store, path, metadata, options.mode);
    return new ZarrArray<N>(this.store, path, metadata);
  }

  /** Creates a group in this group. @throws QuarryError `ALREADY_EXISTS`, `KEY_INVALID`, `READ_ONLY` */
  async createGroup(
    name: string,
    options: { readonly attributes?: JsonObject } & CreateOptions = {},
  ): Promise<Group> {
    checkNodeName(name);
    const path = childPath(this.path, name);
    checkWritable(this.store, path);
    const metadata = newGroupMetadata(options.attributes);
    await createNode(this.store, path, metadata, options.mode);
    return new Group(this.store, path, metadata);
  }

  /** Replaces the attributes named in `changes`; `undefined` removes one. */
  async updateAttributes(changes: AttributeChanges): Promise<void> {
    checkWritable(this.store, this.path);
    const store = this.store;
    this.#metadata = (await changeAttributes(store, this.path, changes)) as GroupMetadata;
  }

  /**
   * Writes the metadata of every node below into this group's document, so that a reader opens all of them with one
   * request, and checksums of all metadata documents, so that `quarry verify` finds a changed byte in any. A later
   * change of a node below takes both out again, since they would be stale: consolidate when the writing is done.
   *
   * zarr-python parses all of it when it opens the group: one array of a data type or with a codec that it does not know
   * (`r24`, `struct`, `codec.temporal()` without the plugin) and it opens none, unless `use_consolidated=False` is passed.
   */
  async consolidate(): Promise<void> {
    checkWritable(this.store, this.path);
    const store = this.store;
    await inTurn(store, this.path, () =>
      // A group below another is a document of that one's seal.
      beneathGroups(store, this.path, async () => {
        this.#metadata = await consolidate(store, this.path);
      }),
    );
  }

  /**
   * Takes over what has been committed since the group was opened: nodes, attributes. Arrays that were taken out of it
   * before have a `refresh` of their own.
   * @throws QuarryError as `openGroup`
   */
  async refresh(): Promise<void> {
    const metadata = await requireNode(this.store, this.path);
    if (metadata.nodeType === "array")
      throw new QuarryError("NOT_FOUND", `${this.path} is an array by now`, { path: this.path });
    this.#metadata = metadata;
  }

  /**
   * Rows of the arrays of this group that grow together, as they are committed, from `from` on, until `signal` ends it:
   * each time the same rows of all of them.
   * @param options `arrays`: names of the arrays that are wanted. Default: all whose first dimension has the name that
   *   most arrays' has when it begins
   * @throws QuarryError as `get`; `NOT_FOUND` where there are no such arrays; `VALUE_CHANGED` where they have lost rows
   * @example
   * for await (const { firstRow, rows, arrays } of book.follow({ from: "end" })) …
   */
  async *follow(
    options: FollowOptions & { readonly arrays?: readonly string[] | undefined } = {},
  ): AsyncGenerator<NewRows, void, undefined> {
    // One of those that are wanted: arrays that come later may make another table the largest.
    let first: string | undefined;
    yield* followRows(async () => {
      await this.refresh();
      const names = options.arrays ?? (await this.#growingWith(first));
      first = names[0];
      if (first === undefined) {
        throw new QuarryError("NOT_FOUND", `${this.path} has no arrays with rows`, { path: this.path });
      }
      return new Map(await Promise.all(names.map(async (name) => [name, await this.array(name)] as const)));
    }, options);
  }

  /** Names of the arrays that grow together with `member`, or of the most that do. */
  async #growingWith(member: string | undefined): Promise<string[]> {
    const found = new Map<string, NodeMetadata>();
    for await (const [name, node] of this.members()) {
      if (node instanceof ZarrArray) found.set(name, node.metadata);
    }
    return [...(largestTable(found, member)?.arrays.keys() ?? [])];
  }

  #node(relative: string, absolute: NodePath, metadata: NodeMetadata): ZarrNode {
    if (this.#inlineMetadata() === undefined) return nodeOf(this.store, absolute, metadata);
    return nodeOf(this.store, absolute, metadata, async () => {
      await this.refresh();
      return this.#metadataOf(relative, absolute);
    });
  }

  async #metadataOf(relative: string, absolute: NodePath): Promise<NodeMetadata> {
    const inline = this.#inlineMetadata();
    if (inline === undefined) return requireNode(this.store, absolute);
    const metadata = inline.get(relative);
    if (metadata !== undefined) return metadata;
    throw new QuarryError("NOT_FOUND", `${absolute} is not in the consolidated metadata of ${this.path}`, {
      path: absolute,
    });
  }

  /**
   * Consolidated metadata serves readers. A writer asks the nodes themselves: it may have grown them since, and
   * appending by a stale shape would overwrite rows.
   */
  #inlineMetadata(): GroupMetadata["consolidated"] {
    return this.store.readOnly === true ? this.#metadata.consolidated : undefined;
  }
}

export function newGroupMetadata(attributes: JsonObject = {}): GroupMetadata {
  return { nodeType: "group", attributes, consolidated: undefined };
}

/** @param source where readers look for an array's metadata, if that is not its own document */
export function nodeOf(
  store: ReadableStore,
  path: NodePath,
  metadata: NodeMetadata,
  source?: () => Promise<NodeMetadata>,
): ZarrNode {
  return metadata.nodeType === "array"
    ? new ZarrArray(store, path, metadata, source)
    : new Group(store, path, metadata);
}

function* withinDepth(
  nodes: ReadonlyMap<string, NodeMetadata>,
  depth: number,
): Generator<[string, { readonly metadata: NodeMetadata }]> {
  const names = [...nodes.keys()].filter((name) => name.split("/").length <= depth);
  for (const name of names.sort()) {
    yield [
      name,
      {
        get metadata() {
          return nodes.get(name)!;
        },
      },
    ];
  }
}
