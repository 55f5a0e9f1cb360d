/**
 * Reads parts of inner chunks that are shards themselves: their index, then the wanted ones of their own inner chunks,
 * however deep they are nested. Nothing that is not wanted is fetched or decoded.
 */
import type { ItemHeap } from "../../../codecs/item-heap.ts";
import { createChain } from "../../codec/backend.ts";
import type { ItemBox } from "../../codec/box-copy.ts";
import type { Chain } from "../../codec/chain.ts";
import type { ReadOptions } from "../../codec/engine.ts";
import type { ResolvedSharding } from "../../codec/pipeline.ts";
import { chunkTooLarge } from "../../codec/shard-faults.ts";
import type { ErrorPlace } from "../../errors.ts";
import type { AbsolutePath, ReadableStore } from "../../store/store.ts";
import { breathe } from "../breathe.ts";
import { type CellRequest, fetchCells, throughIndex } from "./fetch-cells.ts";
import { forEachConcurrently } from "./in-flight.ts";
import { IndexCache } from "./index-cache.ts";
import { type CellGrid, type CellPart, cellCoordinates, cellGrid } from "./object-grid.ts";
import { valuePart } from "./value-part.ts";

/** A shard: the value of `key` in `store`. */
interface ShardSource {
  /** One with `getRange`. */
  readonly store: ReadableStore;
  readonly key: AbsolutePath;
}

/** How the chunks of some pipeline are read as the shards that they are. */
export class NestedShard {
  readonly #sharding: ResolvedSharding;
  readonly #chains: { readonly chunk: Chain; readonly cell: Chain; readonly index: Chain };
  /** Where the inner chunks are shards in turn. */
  readonly #inner: NestedShard | undefined;
  readonly #grid: CellGrid;

  private constructor(
    sharding: ResolvedSharding,
    chains: { chunk: Chain; cell: Chain; index: Chain },
    inner: NestedShard | undefined,
    fillItem: Uint8Array,
  ) {
    const { shardShape, cellPipeline } = sharding;
    this.#sharding = sharding;
    this.#chains = chains;
    this.#inner = inner;
    this.#grid = cellGrid(cellPipeline.chunk.shape, shardShape, fillItem);
  }

  /** Undefined where the chunks of `chain` are no shards, or have codecs around them. */
  static async of(chunk: Chain, fillItem: Uint8Array, heap?: ItemHeap): Promise<NestedShard | undefined> {
    const { sharding } = chunk.pipeline;
    if (sharding === undefined) return undefined;
    const cell = await createChain(sharding.cellPipeline, "chunk", heap);
    const index = await createChain(sharding.indexPipeline, "shard index");
    const inner = await NestedShard.of(cell, fillItem, heap);
    return new NestedShard(sharding, { chunk, cell, index }, inner, fillItem);
  }

  /**
   * Reads `wanted`, parts of such chunks, which are inner chunks of the shard `source`.
   * @param request what is wanted of that shard, one position for each of `wanted`
   */
  async readFrom(
    { store, key }: ShardSource,
    request: CellRequest,
    wanted: readonly CellPart[],
    target: ItemBox,
    options: ReadOptions,
  ): Promise<void> {
    const taken = await throughIndex(store, key, request, async (entries, source, held) => {
      await forEachConcurrently(wanted.entries(), options, async ([i, chunk]) => {
        const entry = entries[i];
        if (entry === undefined) {
          chunk.copyOut(undefined, target);
          return;
        }
        const part = valuePart(source, key, entry, held);
        const place = request.place(request.positions[i]);
        if (chunk.isWhole) {
          const encoded = (await part.get(key, options.signal && { signal: options.signal }))!;
          chunk.copyOut(await this.#chains.chunk.decode(encoded, place), target);
        } else {
          await this.#readPart({ store: part, key }, chunk, place, target, options);
        }
      });
      return true;
    });
    if (taken === undefined) for (const chunk of wanted) chunk.copyOut(undefined, target);
  }

  /** Reads `chunk`, a part of the shard `source`, which is the chunk at `place`. */
  async #readPart(
    source: ShardSource,
    chunk: CellPart,
    place: ErrorPlace,
    target: ItemBox,
    options: ReadOptions,
  ): Promise<void> {
    const wanted = chunk.cutInto(this.#grid);
    const request = this.#requestFor(wanted, place, options);
    if (this.#inner !== undefined) {
      await this.#inner.readFrom(source, request, wanted, target, options);
      return;
    }
    const encoded = await fetchCells(source.store, source.key, request);
    for (const [i, cell] of wanted.entries()) {
      await breathe();
      options.signal?.throwIfAborted();
      const bytes = encoded[i];
      const decoded = bytes && (await this.#chains.cell.decode(bytes, request.place(request.positions[i])));
      cell.copyOut(decoded, target);
    }
  }

  #requestFor(wanted: readonly CellPart[], place: ErrorPlace, options: ReadOptions): CellRequest {
    const { encodedBytesMax } = this.#chains.cell;
    const { cellsPerObject } = this.#grid;
    const shard: ErrorPlace = { path: place.path, shard: place.chunk };
    const placeOf = (position: number | undefined): ErrorPlace =>
      position === undefined
        ? shard
        : { ...shard, chunk: cellCoordinates(place.chunk!, position, cellsPerObject) };
    return {
      positions: wanted.map(({ position }) => position),
      cellCount: cellsPerObject.reduce((count, cells) => count * cells, 1),
      sharding: this.#sharding,
      indexChain: this.#chains.index,
      // A part of a value has no version by which a kept index could be told to be stale.
      indexes: new IndexCache(),
      place: placeOf,
      check: (encodedBytes, position) => {
        if (encodedBytes > encodedBytesMax) {
          throw chunkTooLarge(encodedBytes, encodedBytesMax, placeOf(position));
        }
      },
      ...(options.signal && { signal: options.signal }),
    };
  }
}
