/** A plain in-memory array that does what `ZarrArray` promises, and arbitrary arrays to compare with it. */
import fc from "fast-check";
import type { CodecMetadata, CreateArrayOptions } from "../../src/index.ts";
import { codec } from "../../src/index.ts";
import { type DataType, NUMERIC_TYPE_NAMES } from "../../src/metadata/data-type.ts";
import type { TypedArrayOf } from "../../src/metadata/typed-array.ts";
import type { AxisIndex, Slice } from "../../src/zarr/indexing/slice.ts";
import { type Operation, operations, RANK_MAX } from "./array-operations.ts";
import { arrayOf, defaultItem, itemFor, OTHER_TYPES, suits, typeOf } from "./model-items.ts";

export interface ArrayCase {
  readonly options: CreateArrayOptions;
  readonly operations: readonly Operation[];
}

/** Chains for any data type; what depends on the type is left to the codec's defaults. */
const CHAINS: readonly (readonly CodecMetadata[])[] = [
  [],
  [codec.crc32c()],
  [codec.bytes({ endian: "big" })],
  [codec.zstd({ level: 1 }), codec.crc32c()],
  [codec.gzip({ level: 1 })],
  [codec.blosc({ cname: "lz4", clevel: 5, shuffle: "shuffle" }), codec.crc32c()],
  [codec.blosc({ cname: "zstd", clevel: 2, shuffle: "bitshuffle" })],
  [codec.shuffle(), codec.zstd({ level: 3 }), codec.crc32c()],
  [codec.lz4()],
];

export const arrayCases: fc.Arbitrary<ArrayCase> = fc
  .record({
    dataType: fc.oneof(fc.constantFrom(...NUMERIC_TYPE_NAMES), fc.constantFrom(...OTHER_TYPES)),
    shape: fc.array(fc.nat(17), { maxLength: RANK_MAX }),
    chunkDraws: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: RANK_MAX, maxLength: RANK_MAX }),
    shardDraws: fc.option(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: RANK_MAX, maxLength: RANK_MAX }),
      { nil: undefined },
    ),
    codecs: fc.constantFrom(...CHAINS),
    fill: fc.boolean(),
    indexLocation: fc.constantFrom("start" as const, "end" as const),
    operations: fc.array(operations, { minLength: 1, maxLength: 8 }),
  })
  .map(({ dataType, shape, chunkDraws, shardDraws, codecs, fill, indexLocation, operations }) => {
    const chunks = shape.map((_, axis) => chunkDraws[axis]!);
    const type = typeOf(dataType);
    const fillValue = fill && type.kind !== "bool" ? fillFor(type) : undefined;
    return {
      options: {
        dataType,
        shape,
        chunks,
        ...(shardDraws && {
          shards: chunks.map((extent, axis) => extent * shardDraws[axis]!),
          indexLocation,
        }),
        codecs: suits(codecs, type) ? codecs : [],
        ...(fillValue !== undefined && { fillValue }),
      } as CreateArrayOptions,
      operations,
    };
  });

function fillFor(dataType: DataType): unknown {
  return dataType.kind === "float" ? Number.NaN : itemFor(dataType, 7);
}

/** Items that only a seed decides; some of them equal the fill value. */
export function randomItems(dataType: DataType, count: number, seed: number): unknown[] {
  let state = seed | 1;
  return Array.from({ length: count }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e37;
    return itemFor(dataType, (state >>> 8) % 100);
  });
}

/** Items of the model, by their places in it, and the shape that a selection of them has. */
export interface Places {
  readonly at: readonly number[];
  readonly shape: readonly number[];
}

/** The promise, without chunks, files or codecs. */
export class ArrayModel {
  shape: readonly number[];
  #items: unknown[];
  readonly #fillItem: unknown;
  readonly dataType: DataType;

  constructor(options: CreateArrayOptions) {
    this.shape = [...options.shape];
    this.dataType = typeOf(options.dataType);
    this.#fillItem = options.fillValue ?? defaultItem(this.dataType);
    this.#items = new Array(countOf(this.shape)).fill(this.#fillItem);
  }

  append(rows: number, items: readonly unknown[]): void {
    if (rows === 0) return;
    this.shape = [this.shape[0]! + rows, ...this.shape.slice(1)];
    this.#items.push(...items);
  }

  resize(shape: readonly number[]): void {
    const old = { shape: this.shape, items: this.#items };
    this.shape = [...shape];
    this.#items = indicesWithin(shape).map((index) =>
      index.every((at, axis) => at < old.shape[axis]!) ? old.items[flat(index, old.shape)] : this.#fillItem,
    );
  }

  /** Every combination of the indices of each dimension. */
  box(selection: readonly (AxisIndex | readonly number[])[]): Places {
    const lists = selection.map((index, axis) => indicesOf(index, this.shape[axis]!));
    const kept = lists.filter((_, axis) => typeof selection[axis] !== "number");
    const at = indicesWithin(lists.map((list) => list.length)).map((position) =>
      flat(
        position.map((i, axis) => lists[axis]![i]!),
        this.shape,
      ),
    );
    return { at, shape: kept.map((list) => list.length) };
  }

  /** Single items, by their coordinates. */
  points(points: readonly (readonly number[])[]): Places {
    return { at: points.map((point) => flat(point, this.shape)), shape: [points.length] };
  }

  /** Coordinates of every item, in C order. */
  everywhere(): readonly (readonly number[])[] {
    return indicesWithin(this.shape);
  }

  write({ at }: Places, itemAt: (position: number) => unknown): void {
    for (const [position, place] of at.entries()) this.#items[place] = itemAt(position);
  }

  /** The items as they are, and as the array that `get` has to give. */
  read({ at, shape }: Places): { items: unknown[]; data: TypedArrayOf; shape: readonly number[] } {
    const items = at.map((place) => this.#items[place]);
    return { items, data: arrayOf(this.dataType, items), shape };
  }
}

function indicesOf(index: AxisIndex | readonly number[], extent: number): readonly number[] {
  if (Array.isArray(index)) return index;
  const all = Array.from({ length: extent }, (_, i) => i);
  if (index === null) return all;
  if (typeof index === "number") return [index < 0 ? index + extent : index];
  const { start, stop, step } = index as Slice;
  return all.slice(start ?? 0, stop ?? extent).filter((_, i) => i % (step ?? 1) === 0);
}

/** Every index into a box, in C order. */
function indicesWithin(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (indices, extent) => indices.flatMap((index) => Array.from({ length: extent }, (_, i) => [...index, i])),
    [[]],
  );
}

function flat(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((place, at, axis) => place * shape[axis]! + at, 0);
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
