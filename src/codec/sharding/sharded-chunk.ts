/**
 * `sharding_indexed` as a step of a chain: with codecs before or after it, or inside another shard. A shard is then
 * encoded and decoded whole; its inner chunks and its index run through chains of their own, on whichever backend
 * has them.
 *
 * Specification: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/sharding-indexed/index.html
 */
import type { DecodedSize, PortableCodec, ResolvedCodec } from "../../../codecs/definition.ts";
import { FRAMES_BYTES_MAX } from "../../../codecs/vlen/item-frames.ts";
import type { ErrorPlace } from "../../errors.ts";
import { isVariableLength } from "../../metadata/data-type.ts";
import { createChain } from "../backend.ts";
import { copyBox, filledWith, isFilledWith } from "../box-copy.ts";
import { contiguousStrides, coordinatesAt } from "../c-order.ts";
import type { Chain } from "../chain.ts";
import type { ResolvedSharding } from "../pipeline.ts";
import { chunkTooLarge } from "../shard-faults.ts";
import { SHARDING_CODEC, type ShardingConfiguration, shardingCodec } from "./configuration.ts";
import { assembleShard, checkEntry, entryAt, indexOfShard, type ShardIndex } from "./shard.ts";

/** Gives one item's bytes. */
export type ItemSource = () => Promise<Uint8Array>;

/** Inner chunks in the hands of the core's threads at once. */
const CELLS_AT_ONCE = 32;

/** @param fillItem an inner chunk of nothing else is left out */
export function shardedChunkCodec(
  configuration: ShardingConfiguration,
  sharding: ResolvedSharding,
  fillItem: ItemSource,
): ResolvedCodec {
  return {
    kind: "array-to-bytes",
    name: SHARDING_CODEC,
    // What the inner codecs have filled in is spelled out.
    configuration: shardingCodec({ ...configuration, codecs: sharding.cellPipeline.codecs }).configuration,
    encodedBytesMax: (decodedBytes) =>
      isVariableLength(sharding.cellPipeline.chunk.dataType)
        ? FRAMES_BYTES_MAX
        : // Inner chunks that do not compress, each with what its codecs put around it, and as much unused space again.
          2 * (decodedBytes + 1024 * cellCountOf(sharding)) + sharding.indexPipeline.encodedBytes! + 65_536,
    verifiesContent: [sharding.cellPipeline, sharding.indexPipeline].every(({ codecs }) =>
      codecs.some((codec) => codec.verifiesContent === true),
    ),
    async portable(heap) {
      const cell = await createChain(sharding.cellPipeline, "chunk", heap);
      const index = await createChain(sharding.indexPipeline, "shard index");
      return new ShardedChunk(sharding, { cell, index }, fillItem);
    },
  };
}

function cellCountOf({ shardShape, cellPipeline }: ResolvedSharding): number {
  return shardShape.reduce((count, extent, axis) => (count * extent) / cellPipeline.chunk.shape[axis]!, 1);
}

class ShardedChunk implements PortableCodec {
  readonly #sharding: ResolvedSharding;
  readonly #chains: { readonly cell: Chain; readonly index: Chain };
  readonly #fillItem: ItemSource;
  readonly #shardStrides: readonly number[];
  readonly #cellStrides: readonly number[];
  /**
   * Inner chunks along each axis. A short document can declare very many, which is why nothing is made for each of them
   * before there are bytes of a shard.
   */
  readonly #perShard: readonly number[];

  constructor(sharding: ResolvedSharding, chains: { cell: Chain; index: Chain }, fillItem: ItemSource) {
    const { shardShape, cellPipeline } = sharding;
    this.#sharding = sharding;
    this.#chains = chains;
    this.#fillItem = fillItem;
    this.#shardStrides = contiguousStrides(shardShape);
    this.#cellStrides = contiguousStrides(cellPipeline.chunk.shape);
    this.#perShard = shardShape.map((extent, axis) => extent / cellPipeline.chunk.shape[axis]!);
  }

  async encode(shard: Uint8Array, place: ErrorPlace): Promise<Uint8Array> {
    const { cell } = this.#chains;
    const fillItem = await this.#fillItem();
    const cells: (Uint8Array | undefined)[] = [];
    const count = cellCountOf(this.#sharding);
    for (let first = 0; first < count; first += CELLS_AT_ONCE) {
      const batch: (Uint8Array | undefined | Promise<Uint8Array>)[] = [];
      for (let position = first; position < Math.min(first + CELLS_AT_ONCE, count); position++) {
        const coordinates = coordinatesAt(position, this.#perShard);
        const bytes = new Uint8Array(cell.pipeline.chunkBytes);
        this.#copy(coordinates, { shard, cell: bytes }, "into cell");
        batch.push(
          isFilledWith(bytes, fillItem) ? undefined : cell.encode(bytes, this.#placeOf(coordinates, place)),
        );
      }
      cells.push(...(await Promise.all(batch)));
    }
    return assembleShard(cells, this.#sharding, this.#chains.index, shardPlace(place));
  }

  async decode(encoded: Uint8Array, _size: DecodedSize, place: ErrorPlace): Promise<Uint8Array> {
    const { cell, index: indexChain } = this.#chains;
    const index = await indexOfShard(encoded, this.#sharding, indexChain, shardPlace(place));
    const present = this.#presentCells(index, place);
    const isWhole = present.length === cellCountOf(this.#sharding);
    const shard = isWhole
      ? new Uint8Array(this.#items() * cell.pipeline.chunk.dataType.itemBytes)
      : filledWith(await this.#fillItem(), this.#items());
    for (let first = 0; first < present.length; first += CELLS_AT_ONCE) {
      const batch = present.slice(first, first + CELLS_AT_ONCE).map(async (position) => {
        const { offsetBytes, encodedBytes } = entryAt(index, position)!;
        const coordinates = coordinatesAt(position, this.#perShard);
        const bytes = encoded.subarray(offsetBytes, offsetBytes + encodedBytes);
        const decoded = await cell.decode(bytes, this.#placeOf(coordinates, place));
        this.#copy(coordinates, { shard, cell: decoded }, "into shard");
      });
      await Promise.all(batch);
    }
    return shard;
  }

  /**
   * Positions of the inner chunks that a shard has, whose entries are found to be right.
   * @throws QuarryError `SHARD_INDEX_CORRUPT`, `CHUNK_CORRUPT`
   */
  #presentCells(index: ShardIndex, place: ErrorPlace): number[] {
    const { cell, index: indexChain } = this.#chains;
    const present: number[] = [];
    for (let position = 0; position < cellCountOf(this.#sharding); position++) {
      const entry = entryAt(index, position);
      if (entry === undefined) continue;
      const cellPlace = this.#placeOf(coordinatesAt(position, this.#perShard), place);
      checkEntry(entry, index, this.#sharding, indexChain.pipeline.encodedBytes!, cellPlace);
      if (entry.encodedBytes > cell.encodedBytesMax) {
        throw chunkTooLarge(entry.encodedBytes, cell.encodedBytesMax, cellPlace);
      }
      present.push(position);
    }
    return present;
  }

  #items(): number {
    return this.#sharding.shardShape.reduce((items, extent) => items * extent, 1);
  }

  #copy(
    coordinates: readonly number[],
    bytes: { readonly shard: Uint8Array; readonly cell: Uint8Array },
    direction: "into cell" | "into shard",
  ): void {
    const { chunk } = this.#sharding.cellPipeline;
    const offset = coordinates.reduce(
      (at, coordinate, axis) => at + coordinate * chunk.shape[axis]! * this.#shardStrides[axis]!,
      0,
    );
    const inShard = { bytes: bytes.shard, offset, strides: this.#shardStrides };
    const cell = { bytes: bytes.cell, offset: 0, strides: this.#cellStrides };
    const [target, source] = direction === "into cell" ? [cell, inShard] : [inShard, cell];
    copyBox(target, source, chunk.shape, chunk.dataType.itemBytes);
  }

  /** Inner chunks are counted over the whole array, so far as it is known where the shard stands. */
  #placeOf(coordinates: readonly number[], place: ErrorPlace): ErrorPlace {
    const chunk = coordinates.map(
      (coordinate, axis) => (place.chunk?.[axis] ?? 0) * this.#perShard[axis]! + coordinate,
    );
    return { ...shardPlace(place), chunk };
  }
}

/** The shard that is this chunk. */
function shardPlace({ path, chunk }: ErrorPlace): ErrorPlace {
  return { path, shard: chunk };
}
