/**
 * A plain in-memory array that does what `ZarrArray` promises, and arbitrary operations to run on both.
 * fast-check shrinks a failure to a short list of printed operations.
 */
import fc from "fast-check";
import type { CodecMetadata, CreateArrayOptions } from "../../src/index.ts";
import { codec } from "../../src/index.ts";
import { type DataType, NUMERIC_TYPE_NAMES } from "../../src/metadata/data-type.ts";
import type { TypedArrayOf } from "../../src/metadata/typed-array.ts";
import { type AxisIndex, slice } from "../../src/zarr/indexing/slice.ts";
import { arrayOf, defaultItem, itemFor, OTHER_TYPES, suits, typeOf } from "./model-items.ts";

export interface ArrayCase {
  readonly options: CreateArrayOptions;
  readonly operations: readonly Operation[];
}

/** Selections are in thousandths of the extent that they meet, so that they fit an array that grows. */
export type AxisDraw =
  | { readonly kind: "all" }
  | { readonly kind: "index"; readonly at: number; readonly fromEnd: boolean }
  | { readonly kind: "slice"; readonly from: number; readonly to: number; readonly step: number }
  | { readonly kind: "list"; readonly at: readonly number[] };

export type Operation =
  | {
      readonly kind: "set";
      readonly axes: readonly AxisDraw[];
      readonly seed: number;
      readonly scalar: boolean;
    }
  | { readonly kind: "append"; readonly rows: number; readonly seed: number }
  | { readonly kind: "get"; readonly axes: readonly AxisDraw[] };

const RANK_MAX = 3;

const axisDraws: fc.Arbitrary<AxisDraw> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<AxisDraw>({ kind: "all" }) },
  fc.record({ kind: fc.constant("index" as const), at: fc.nat(999), fromEnd: fc.boolean() }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("slice" as const),
      from: fc.nat(1100),
      to: fc.nat(1100),
      step: fc.constantFrom(1, 1, 1, 2, 3, 7),
    }),
  },
  fc.record({ kind: fc.constant("list" as const), at: fc.array(fc.nat(999), { maxLength: 6 }) }),
);

const draws = fc.array(axisDraws, { minLength: RANK_MAX, maxLength: RANK_MAX });

const operations: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), axes: draws, seed: fc.nat(), scalar: fc.boolean() }),
  fc.record({ kind: fc.constant("append" as const), rows: fc.nat(9), seed: fc.nat() }),
  fc.record({ kind: fc.constant("get" as const), axes: draws }),
);

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

/** The selection that `axes` mean for an array of shape `shape`: an orthogonal one where there are lists. */
export function selectionOf(axes: readonly AxisDraw[], shape: readonly number[]): (AxisIndex | number[])[] {
  return shape.map((extent, axis) => {
    const draw = axes[axis]!;
    if (draw.kind === "all" || (draw.kind === "index" && extent === 0)) return null;
    if (draw.kind === "index") {
      const index = Math.floor((draw.at * extent) / 1000);
      return draw.fromEnd ? index - extent : index;
    }
    const at = (thousandths: number): number => Math.floor((thousandths * extent) / 1000);
    if (draw.kind === "list") return extent === 0 ? [] : draw.at.map(at);
    return slice(at(draw.from), at(draw.to), draw.step);
  });
}

/** Items that only a seed decides; some of them equal the fill value. */
export function randomItems(dataType: DataType, count: number, seed: number): unknown[] {
  let state = seed | 1;
  return Array.from({ length: count }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e37;
    return itemFor(dataType, (state >>> 8) % 100);
  });
}

/** The promise, without chunks, files or codecs. */
export class ArrayModel {
  shape: number[];
  #items: unknown[];
  readonly dataType: DataType;

  constructor(options: CreateArrayOptions) {
    this.shape = [...options.shape];
    this.dataType = typeOf(options.dataType);
    this.#items = new Array(count(this.shape)).fill(options.fillValue ?? defaultItem(this.dataType));
  }

  append(rows: number, items: readonly unknown[]): void {
    if (rows === 0) return;
    this.shape = [this.shape[0]! + rows, ...this.shape.slice(1)];
    this.#items.push(...items);
  }

  set(selection: readonly (AxisIndex | number[])[], itemAt: (position: number) => unknown): void {
    for (const [position, place] of this.#places(selection).entries()) this.#items[place] = itemAt(position);
  }

  /** The selection's items in C order, as they are and as the array that `get` has to give. */
  get(selection: readonly (AxisIndex | number[])[]): {
    items: unknown[];
    data: TypedArrayOf;
    shape: number[];
  } {
    const items = this.#places(selection).map((place) => this.#items[place]);
    const shape = selection.flatMap((index, axis) =>
      typeof index === "number" ? [] : [indicesOf(index, this.shape[axis]!).length],
    );
    return { items, data: arrayOf(this.dataType, items), shape };
  }

  #places(selection: readonly (AxisIndex | number[])[]): number[] {
    let places = [0];
    for (const [axis, index] of selection.entries()) {
      const extent = this.shape[axis]!;
      const indices = indicesOf(index, extent);
      places = places.flatMap((place) => indices.map((i) => place * extent + i));
    }
    return places;
  }
}

function indicesOf(index: AxisIndex | number[], extent: number): number[] {
  if (Array.isArray(index)) return index;
  const all = Array.from({ length: extent }, (_, i) => i);
  if (index === null) return all;
  if (typeof index === "number") return [index < 0 ? index + extent : index];
  return all.slice(index.start ?? 0, index.stop ?? extent).filter((_, i) => i % (index.step ?? 1) === 0);
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
