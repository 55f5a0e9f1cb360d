/**
 * The stored objects of one array: each is read and every chunk in it decoded, the parts beyond the array's edge
 * included.
 *
 * What is there is found by listing, not by the array's shape, so that an array of 2^40 chunks of which three are
 * stored takes the time of three. Chunks are read by the box, straight from the file by the native core where it
 * can; only where a box has failed, its chunks are read one by one to find all that are damaged.
 */
import { createChain } from "../../codec/backend.ts";
import { contiguousStrides, flatIndex } from "../../codec/c-order.ts";
import type { Chain } from "../../codec/chain.ts";
import type { ArrayEngine, ArrayLayout } from "../../codec/engine.ts";
import { isQuarryError, QuarryError } from "../../errors.ts";
import type { ArrayMetadata } from "../../metadata/array-metadata.ts";
import { parseChunkKey } from "../../metadata/chunk-key.ts";
import { isVariableLength } from "../../metadata/data-type.ts";
import type { NodePath } from "../../metadata/node-name.ts";
import type { ReadableStore } from "../../store/store.ts";
import { type StoredObject, storedObjects } from "../../store/stored-objects.ts";
import { newHeap } from "../array-data.ts";
import { arrayLayout } from "../array-layout.ts";
import { engineFor } from "../engine-for.ts";
import { checkItems } from "../items/listed-items.ts";
import { documentNames } from "../node-document.ts";
import { forEachConcurrently } from "../store-engine/in-flight.ts";
import { boxAround, type CellBox, cellBoxes, cellsOf } from "./cell-boxes.ts";
import { hasChecksum } from "./has-checksum.ts";
import type { Findings } from "./report.ts";
import { CHUNK_ABSENT, CHUNK_PRESENT, CHUNK_UNREACHABLE } from "./shard-entries.ts";
import { ShardIndexes } from "./shard-indexes.ts";

/** Decoded bytes of a box: large enough to keep the core's threads busy. */
const BOX_BYTES = 8 << 20;
/** Cells of a box: where they are tiny, the list of them takes more than their bytes. */
const BOX_CELLS = 16_384;
/** Decoded bytes in memory at a time, unless one chunk alone takes more. */
const MEMORY_BYTES = 32 << 20;
/** Boxes in flight at a time: their dispatch overlaps with the decoding of others. */
const BOXES_MAX = 8;

/** Cells to read, and what is known of those of their shard. */
interface Work {
  readonly box: CellBox;
  readonly shard: readonly number[] | undefined;
  /** By position in the shard; absent where the array is not sharded. */
  readonly states: Uint8Array | undefined;
}

/**
 * Verifies the chunks of the array at `path`; what cannot be read is a finding and not an error.
 * @throws QuarryError for metadata that no array can be made of, a store that cannot be listed; the signal's reason
 */
export async function verifyArrayObjects(
  store: ReadableStore,
  path: NodePath,
  metadata: ArrayMetadata,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  const layout = arrayLayout(metadata, path);
  const openEngine = (): Promise<ArrayEngine> => engineFor(layout, store, newHeap(metadata));
  const opened = await openEngine();
  // Items of variable length gather in a heap, so that each box gets one of its own.
  const engine = isVariableLength(metadata.dataType) ? openEngine : async () => opened;
  const indexChain = layout.sharding && (await createChain(layout.sharding.indexPipeline, "shard index"));
  const verifier = new ArrayObjects(store, path, metadata, layout, { engine, indexChain }, findings);
  await verifier.run(signal);
}

class ArrayObjects {
  readonly #store: ReadableStore;
  readonly #path: NodePath;
  readonly #metadata: ArrayMetadata;
  readonly #layout: ArrayLayout;
  readonly #engine: () => Promise<ArrayEngine>;
  readonly #indexes: ShardIndexes | undefined;
  readonly #findings: Findings;
  readonly #cellShape: readonly number[];
  readonly #cellsPerObject: readonly number[];
  /** Cells of the array along each axis. */
  readonly #grid: readonly number[];
  readonly #boxCells: number;
  readonly #buffers: Uint8Array[] = [];
  #bytes = 0;
  #chunks = 0;
  /** Cells inside the array that are stored, or of which nothing is known because their shard's index is damaged. */
  #accounted = 0;
  #unusedBytes = 0;

  constructor(
    store: ReadableStore,
    path: NodePath,
    metadata: ArrayMetadata,
    layout: ArrayLayout,
    engines: { readonly engine: () => Promise<ArrayEngine>; readonly indexChain: Chain | undefined },
    findings: Findings,
  ) {
    this.#store = store;
    this.#path = path;
    this.#metadata = metadata;
    this.#layout = layout;
    this.#engine = engines.engine;
    this.#findings = findings;
    const { chunk, chunkBytes } = layout.cellPipeline;
    this.#cellShape = chunk.shape;
    this.#cellsPerObject = metadata.chunkShape.map((extent, axis) => extent / chunk.shape[axis]!);
    this.#grid = metadata.shape.map((extent, axis) => Math.ceil(extent / chunk.shape[axis]!));
    this.#boxCells = Math.min(
      product(this.#cellsPerObject),
      BOX_CELLS,
      Math.max(1, Math.floor(BOX_BYTES / chunkBytes)),
    );
    this.#indexes =
      layout.sharding && new ShardIndexes(store, path, layout.sharding, engines.indexChain!, findings);
  }

  async run(signal: AbortSignal | undefined): Promise<void> {
    const { cellPipeline, sharding } = this.#layout;
    const boxBytes = this.#boxCells * cellPipeline.chunkBytes;
    const concurrency = Math.min(BOXES_MAX, Math.max(1, Math.floor(MEMORY_BYTES / boxBytes)));
    const work = this.#work();
    let isComplete = false;
    try {
      await forEachConcurrently(work, { signal, concurrency }, (item) => this.#check(item, signal));
      isComplete = true;
    } finally {
      await work.return();
      this.#findings.addArray({
        path: this.#path,
        chunks: this.#chunks,
        missingChunks: isComplete ? product(this.#grid) - this.#accounted : 0,
        bytes: this.#bytes,
        unusedBytes: this.#unusedBytes,
        hasChecksums:
          hasChecksum(cellPipeline) && (sharding === undefined || hasChecksum(sharding.indexPipeline)),
      });
    }
  }

  /** Goes through what is stored below the array. */
  async *#work(): AsyncGenerator<Work, void, undefined> {
    for await (const object of storedObjects(this.#store, this.#path)) {
      const coordinates = this.#coordinatesOf(object);
      if (coordinates === undefined) continue;
      this.#bytes += object.bytes;
      if (this.#indexes === undefined) {
        this.#chunks += 1;
        this.#accounted += 1;
        this.#findings.advance(0, object.bytes);
        yield {
          box: { first: coordinates, extents: coordinates.map(() => 1) },
          shard: undefined,
          states: undefined,
        };
      } else {
        yield* this.#workOfShard(this.#indexes, object, coordinates);
        this.#findings.advance(0, object.bytes);
      }
    }
  }

  /** Grid coordinates of the chunk or shard that `object` is; what is none of the array's is noted as a stray. */
  #coordinatesOf(object: StoredObject): readonly number[] | undefined {
    const { key, bytes, kind } = object;
    const name = key.slice(this.#path === "/" ? 1 : this.#path.length + 1);
    if (documentNames(this.#metadata).includes(name)) return undefined;
    const { chunkKeyEncoding, chunkShape, shape } = this.#metadata;
    const coordinates = parseChunkKey(chunkKeyEncoding, name, chunkShape.length);
    if (coordinates === undefined || kind === "unfinished") {
      this.#findings.addStray({ path: key, bytes, kind: kind === "unfinished" ? kind : "unknown" });
      return undefined;
    }
    const isInside = coordinates.every((at, axis) => at < Math.ceil(shape[axis]! / chunkShape[axis]!));
    if (!isInside) {
      this.#findings.addStray({ path: key, bytes, kind: "outside" });
      return undefined;
    }
    return coordinates;
  }

  async *#workOfShard(
    indexes: ShardIndexes,
    object: StoredObject,
    shard: readonly number[],
  ): AsyncGenerator<Work, void, undefined> {
    const origin = shard.map((at, axis) => at * this.#cellsPerObject[axis]!);
    const inside = origin.map((first, axis) =>
      Math.min(this.#cellsPerObject[axis]!, this.#grid[axis]! - first),
    );
    const index = await indexes.read(object, shard, this.#cellsPerObject);
    if (index === undefined) {
      this.#accounted += product(inside);
      return;
    }
    this.#unusedBytes += index.unusedBytes;
    const isWhole = inside.every((cells, axis) => cells === this.#cellsPerObject[axis]);
    const stored = count(index.states, (state) => state !== CHUNK_ABSENT);
    this.#chunks += stored;
    this.#accounted += isWhole ? stored : this.#storedIn({ first: origin, extents: inside }, index.states);
    for (const box of cellBoxes(origin, this.#cellsPerObject, this.#boxCells)) {
      yield { box, shard, states: index.states };
    }
  }

  #storedIn(box: CellBox, states: Uint8Array): number {
    let stored = 0;
    for (const cell of cellsOf(box)) if (states[this.#positionInShard(cell)] !== CHUNK_ABSENT) stored += 1;
    return stored;
  }

  async #check({ box, shard, states }: Work, signal: AbortSignal | undefined): Promise<void> {
    const inState = (state: number): number[][] =>
      [...cellsOf(box)].filter(
        (cell) => (states === undefined ? CHUNK_PRESENT : states[this.#positionInShard(cell)]) === state,
      );
    const present = inState(CHUNK_PRESENT);
    // The other cells of a shard that has only begun to fill would take memory, and time to be filled.
    const stored = boxAround(present);
    if (stored === undefined) return;
    const isReachable = inState(CHUNK_UNREACHABLE).length === 0;
    const boxError = isReachable ? await this.#errorOf(stored, signal) : undefined;
    if (!isReachable || boxError !== undefined) {
      let damaged = 0;
      for (const cell of present) {
        const error = await this.#errorOf({ first: cell, extents: cell.map(() => 1) }, signal);
        if (error === undefined) continue;
        damaged += 1;
        this.#findings.addError(this.#path, error, { shard: shard ?? null, chunk: cell });
      }
      // What failed once is not sound, even if it can be read the second time.
      if (boxError !== undefined && damaged === 0) this.#findings.addError(this.#path, boxError);
    }
    this.#findings.advance(present.length, 0);
  }

  /** What reading the cells of `box` in full meets. */
  async #errorOf(box: CellBox, signal: AbortSignal | undefined): Promise<QuarryError | undefined> {
    const shape = box.extents.map((cells, axis) => cells * this.#cellShape[axis]!);
    const axes = shape.map((items, axis) => ({
      start: box.first[axis]! * this.#cellShape[axis]!,
      step: 1,
      count: items,
    }));
    try {
      const buffer = this.#buffers.pop() ?? this.#newBuffer();
      try {
        const engine = await this.#engine();
        await engine.read(axes, buffer, { offset: 0, strides: contiguousStrides(shape) }, { signal });
        checkItems(buffer, shape, this.#metadata.dataType, this.#path);
      } finally {
        this.#buffers.push(buffer);
      }
      return undefined;
    } catch (error) {
      if (isQuarryError(error)) return error;
      throw error;
    }
  }

  #newBuffer(): Uint8Array {
    const bytes = this.#boxCells * this.#layout.cellPipeline.chunkBytes;
    try {
      return new Uint8Array(bytes);
    } catch (cause) {
      throw new QuarryError("STORE_FAILED", `no memory for the ${bytes} bytes of a chunk of ${this.#path}`, {
        path: this.#path,
        cause,
      });
    }
  }

  #positionInShard(cell: readonly number[]): number {
    const within = cell.map((at, axis) => at % this.#cellsPerObject[axis]!);
    return flatIndex(within, this.#cellsPerObject);
  }
}

function product(extents: readonly number[]): number {
  return extents.reduce((items, extent) => items * extent, 1);
}

function count(states: Uint8Array, matches: (state: number) => boolean): number {
  let matching = 0;
  for (const state of states) if (matches(state)) matching += 1;
  return matching;
}
