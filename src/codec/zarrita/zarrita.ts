/** What there is to know of zarrita (https://zarrita.dev, from 0.7 on), which is no dependency of this package. */
import type { ChunkType } from "../../../codecs/definition.ts";
import { type DataType, dataTypeOf, fixedBytesType, fixedUnicodeType } from "../../metadata/data-type.ts";
import type { JsonObject } from "../../metadata/json.ts";

/** The module `zarrita`, as far as it is needed. */
export interface Zarrita {
  /** Loaders of codecs by name. */
  readonly registry: {
    has(name: string): boolean;
    set(name: string, load: () => Promise<unknown>): unknown;
  };
  /** What zarrita keeps bools in. */
  readonly BoolArray: new (
    buffer: ArrayBuffer,
    byteOffset: number,
    length: number,
  ) => object;
}

export interface ZarritaCodec {
  readonly name: string;
  readonly configuration?: JsonObject;
}

/** What the next codec of a chain sees. */
export interface ZarritaChunkType {
  readonly dataType: string;
  readonly shape: readonly number[];
  /** The whole chain; behind one of our array codecs, what follows it. */
  readonly codecs: readonly ZarritaCodec[];
}

/** Item [i, j, …] is at `i * stride[0] + j * stride[1] + …`. */
export interface ZarritaChunk {
  readonly data: {
    readonly buffer: ArrayBufferLike;
    readonly byteOffset: number;
    readonly byteLength: number;
  };
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

/** Zarrita does not tell codecs which array they work for. */
export const PLACE = { path: "an array that zarrita opened" };

/**
 * Our data type for zarrita's, undefined where its items have no fixed size.
 * @throws QuarryError `UNSUPPORTED_DATA_TYPE`
 */
export function dataTypeOfZarrita(name: string): DataType | undefined {
  if (name === "string" || name === "v2:object") return undefined;
  const [, kind, length] = /^v2:([SU])(\d+)$/.exec(name) ?? [];
  if (kind === "S") return fixedBytesType(Number(length));
  if (kind === "U") return fixedUnicodeType(Number(length));
  return dataTypeOf(name);
}

/**
 * For each axis of what comes behind `codecs`, as the format has it, the array's. Zarrita's own `transpose` leaves the
 * axes as they are and changes the strides.
 */
export function axisOrderBehind(codecs: readonly ZarritaCodec[], dimensions: number): number[] {
  let axes = Array.from({ length: dimensions }, (_, axis) => axis);
  for (const { name, configuration } of codecs) {
    if (name !== "transpose") continue;
    const { order } = configuration as { readonly order: "C" | "F" | readonly number[] };
    if (order === "F") axes.reverse();
    else if (order !== "C") axes = order.map((axis) => axes[axis]!);
  }
  return axes;
}

/** `type` with its axes in another order. */
export function withAxes({ dataType, shape }: ChunkType, axes: readonly number[]): ChunkType {
  return { dataType, shape: axes.map((axis) => shape[axis]!) };
}
