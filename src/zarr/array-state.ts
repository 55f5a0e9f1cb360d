/**
 * What stands behind an array's handle: its metadata as last seen, and the engine that moves its items.
 *
 * Reads go by the metadata that the handle remembers. Whatever changes the array takes its turn first and looks at the
 * document anew (`refresh`), since another handle may have grown the array meanwhile.
 */
import type { ItemHeap } from "../../codecs/item-heap.ts";
import type { ArrayEngine, ArrayLayout } from "../codec/engine.ts";
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import type { NodeMetadata } from "../metadata/group-metadata.ts";
import type { NodePath } from "../metadata/node-name.ts";
import type { ReadableStore, Store } from "../store/store.ts";
import { arrayLayout, layoutKey } from "./array-layout.ts";
import { changeNode } from "./change-node.ts";
import { engineFor } from "./engine-for.ts";
import { requireDocument, requireNode } from "./node-document.ts";
import { IndexCache } from "./store-engine/index-cache.ts";
import { checkChangeable } from "./writable.ts";

export class ArrayState {
  readonly store: ReadableStore;
  readonly path: NodePath;
  readonly layout: ArrayLayout;
  #metadata: ArrayMetadata;
  #engine: Promise<ArrayEngine> | undefined;
  readonly #indexes = new IndexCache();
  readonly #source: () => Promise<NodeMetadata>;

  /** @param source where readers look for the array's metadata: its own document, or that of a group above */
  constructor(
    store: ReadableStore,
    path: NodePath,
    metadata: ArrayMetadata,
    source?: () => Promise<NodeMetadata>,
  ) {
    this.store = store;
    this.path = path;
    this.layout = arrayLayout(metadata, path);
    this.#metadata = metadata;
    this.#source = source ?? (() => requireNode(store, path));
  }

  get metadata(): ArrayMetadata {
    return this.#metadata;
  }

  get shape(): readonly number[] {
    return this.#metadata.shape;
  }

  /** @param heap of the operation, where items are of variable length */
  engine(heap: ItemHeap | undefined): Promise<ArrayEngine> {
    if (heap !== undefined) return engineFor(this.layout, this.store, heap, this.#indexes);
    this.#engine ??= engineFor(this.layout, this.store);
    return this.#engine;
  }

  /**
   * In the array's turn: takes over what another handle has changed since.
   * @returns the document's bytes
   * @throws QuarryError `NOT_FOUND` where the array is gone, or is another one; `UNSUPPORTED_FORMAT` where it is Zarr v2
   */
  async refresh(): Promise<Uint8Array> {
    const { metadata, bytes } = await requireDocument(this.store, this.path);
    this.#takeSame(metadata);
    checkChangeable(metadata, this.path);
    return bytes;
  }

  /**
   * For readers: takes over what has been committed since.
   * @throws QuarryError `NOT_FOUND` where the array is gone, or is another one
   */
  async reload(): Promise<void> {
    this.#takeSame(await this.#source());
  }

  #takeSame(metadata: NodeMetadata): void {
    if (layoutKey(metadata) !== layoutKey(this.#metadata)) {
      throw new QuarryError("NOT_FOUND", `${this.path} has been replaced by another array; open it again`, {
        path: this.path,
      });
    }
    this.#metadata = metadata as ArrayMetadata;
  }

  /** In the array's turn: what is known of it after its document was changed. */
  takeOver(metadata: ArrayMetadata): void {
    this.#metadata = metadata;
  }

  /**
   * In the array's turn: writes another shape into the document.
   * @param document its bytes as they were read in this turn
   */
  async changeShape(document: Uint8Array, shape: readonly number[]): Promise<void> {
    await changeNode(this.store as Store, this.path, document, (editable) => {
      editable.shape = [...shape];
    });
    this.#metadata = { ...this.#metadata, shape: [...shape] };
  }
}
