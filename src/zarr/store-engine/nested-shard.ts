/**
 * Reads parts of inner chunks that are shards themselves: their index, then the wanted ones of their own inner chunks,
 * however deep they are nested. Nothing that is not wanted is fetched or decoded.
 */
import type { ItemHeap } from "../../../codecs/item-heap.ts";
import { createChain } from "../../codec/backend.ts";
import type { ItemBox } from "../../codec/box-copy.ts";
import { flatIndex, product } from "../../codec/c-order.ts";
import type { Chain } from "../../codec/chain.ts";
import type { ReadOptions } from "../../codec/engine.ts";
import type { ResolvedSharding } from "../../codec/pipeline.ts";
import { chunkTooLarge } from "../../codec/shard-faults.ts";
import type { ErrorPlace } from "../../errors.ts";
import type { AbsolutePath, ReadableStore } from "../../store/store.ts";
import { breathe } from "../breathe.ts";
import { CellCopy } from "./cell-copy.ts";
import { type CellRequest, fetchCells, throughIndex } from "./fetch-cells.ts";
import { cutPiece, isWhole, type Piece } from "./grid.ts";
import { forEachConcurrently } from "./in-flight.ts";
import { IndexCache } from "./index-cache.ts";
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
  readonly #chunkCopy: CellCopy;
  readonly #cellCopy: CellCopy;
  readonly #cellsPerShard: readonly number[];

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
    this.#chunkCopy = new CellCopy(shardShape, fillItem);
    this.#cellCopy = new CellCopy(cellPipeline.chunk.shape, fillItem);
    this.#cellsPerShard = shardShape.map((extent, axis) => extent / cellPipeline.chunk.shape[axis]!);
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
   * Reads `wanted`, pieces of such chunks, which are inner chunks of the shard `source`.
   * @param request what is wanted of that shard, one position for each of `wanted`
   */
  async readFrom(
    { store, key }: ShardSource,
    request: CellRequest,
    wanted: readonly (readonly Piece[])[],
    target: ItemBox,
    options: ReadOptions,
  ): Promise<void> {
    const { shardShape } = this.#sharding;
    const taken = await throughIndex(store, key, request, async (entries, held) => {
      await forEachConcurrently(wanted.entries(), options, async ([i, pieces]) => {
        const entry = entries[i];
        if (entry === undefined) {
          this.#chunkCopy.out(undefined, pieces, target);
          return;
        }
        const part = valuePart(store, key, entry, held);
        const place = request.place(request.positions[i]);
        if (isWhole(pieces, shardShape)) {
          const encoded = (await part.get(key, options.signal && { signal: options.signal }))!;
          this.#chunkCopy.out(await this.#chains.chunk.decode(encoded, place), pieces, target);
        } else {
          await this.#readPart({ store: part, key }, pieces, place, target, options);
        }
      });
      return true;
    });
    if (taken === undefined) for (const pieces of wanted) this.#chunkCopy.out(undefined, pieces, target);
  }

  /** Reads `pieces` of the shard `source`, which is the chunk at `place`. */
  async #readPart(
    source: ShardSource,
    pieces: readonly Piece[],
    place: ErrorPlace,
    target: ItemBox,
    options: ReadOptions,
  ): Promise<void> {
    const cellShape = this.#sharding.cellPipeline.chunk.shape;
    const wanted = [...product(pieces.map((piece, axis) => cutPiece(piece, cellShape[axis]!)))];
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
      this.#cellCopy.out(decoded, cell, target);
    }
  }

  #requestFor(wanted: readonly (readonly Piece[])[], place: ErrorPlace, options: ReadOptions): CellRequest {
    const { encodedBytesMax } = this.#chains.cell;
    const positions = wanted.map((cell) =>
      flatIndex(
        cell.map((piece) => piece.cell),
        this.#cellsPerShard,
      ),
    );
    const shard: ErrorPlace = { path: place.path, shard: place.chunk };
    const placeOf = (position: number | undefined): ErrorPlace => {
      if (position === undefined) return shard;
      const within = wanted[positions.indexOf(position)]!;
      const chunk = within.map(({ cell }, axis) => place.chunk![axis]! * this.#cellsPerShard[axis]! + cell);
      return { ...shard, chunk };
    };
    return {
      positions,
      cellCount: this.#cellsPerShard.reduce((count, cells) => count * cells, 1),
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
