/** What `get` and `set` take and give. */
import type { ReadOptions } from "../codec/engine.ts";
import type { DataTypeName } from "../metadata/data-type.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import type { NdArray, ScalarOf } from "./array-data.ts";
import type { Slice } from "./indexing/slice.ts";

export interface GetOptions<N extends DataTypeName = DataTypeName> extends ReadOptions {
  /**
   * Where the items go, instead of into new memory: all in C order, or a strided box of the selection's shape. The
   * memory is borrowed until the promise settles, and must not be transferred before.
   */
  readonly out?: TypedArrayOf<N> | NdArray<N> | undefined;
}

export interface SetOptions {
  /** Stops the write, and what it touched is then as it was; once the new bytes are being published, it comes too late. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Store chunks that hold nothing but the fill value as well. Default `false`: they are left out, as zarr-python
   * does, and read as the fill value.
   */
  readonly writeEmptyChunks?: boolean | undefined;
}

/** A result of `get` with its strides, as zarrita has it. */
export interface ArrayChunk<N extends DataTypeName = DataTypeName> {
  readonly data: TypedArrayOf<N>;
  readonly shape: number[];
  /** In items. */
  readonly stride: number[];
  /** Of the first item in `data`, where that is not 0: what was read into an `out` that has an offset. */
  readonly offset?: number;
}

/** One item where every dimension is selected by a single index, else a box. */
export type GetResult<N extends DataTypeName, S> = S extends readonly number[]
  ? ScalarOf<N>
  : S extends readonly (infer I)[]
    ? null extends I
      ? ArrayChunk<N>
      : Slice extends I
        ? ArrayChunk<N>
        : ArrayChunk<N> | ScalarOf<N>
    : ArrayChunk<N>;

export interface Block<N extends DataTypeName = DataTypeName> extends ArrayChunk<N> {
  /** Index of the block's first row. */
  readonly start: number;
}
