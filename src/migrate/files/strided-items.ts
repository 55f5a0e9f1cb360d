/**
 * Items that lie in a file at fixed distances: item [i, j] begins at `offsetBytes + i * strideBytes[0] + j *
 * strideBytes[1]`. C order, Fortran order and a field of records are all of this form.
 *
 * A region is read in windows of a few MiB, along the file whatever the order of the axes is, and scattered to where it
 * belongs. Invariant: whoever describes items has checked that all of them lie inside the file.
 */
import { copyBox } from "../../codec/box-copy.ts";
import { contiguousStrides } from "../../codec/c-order.ts";
import type { ByteOrder } from "../../metadata/byte-order.ts";
import type { DataType } from "../../metadata/data-type.ts";
import type { TypedArrayOf } from "../../metadata/typed-array.ts";
import type { Archive } from "../../store/zip/archive.ts";
import { countOf } from "../../zarr/array-data.ts";
import type { ReadRegionOptions } from "../source.ts";
import { itemsOfBytes } from "./item-bytes.ts";

export interface StridedItems {
  readonly dataType: DataType;
  readonly byteOrder: ByteOrder;
  readonly shape: readonly number[];
  readonly offsetBytes: number;
  /** None is negative. */
  readonly strideBytes: readonly number[];
}

/** The most that is read at once. */
export const WINDOW_BYTES = 2 ** 22;

/** Gaps are read over where a read of their own for each side would cost more. */
const GAP_BYTES_MAX = 2 ** 14;
const GAP_RATIO_MAX = 64;

interface Axis {
  readonly count: number;
  readonly strideBytes: number;
  readonly outStrideBytes: number;
}

/** The strides of C or Fortran order, each item `itemBytes` from the next. */
export function orderedStrides(shape: readonly number[], order: "C" | "F", itemBytes: number): number[] {
  const inOrder = order === "C" ? contiguousStrides(shape) : contiguousStrides(shape.toReversed()).reverse();
  return inOrder.map((stride) => stride * itemBytes);
}

/**
 * The items from `start` on, `count` along each axis, in C order.
 * @param place what errors call the array
 * @throws QuarryError `VALUE_CHANGED`, `STORE_FAILED`, `FILE_INVALID` for items that are none
 */
export async function readStridedItems(
  file: Archive,
  items: StridedItems,
  region: { readonly start: readonly number[]; readonly count: readonly number[] },
  place: string,
  { signal, reuse }: ReadRegionOptions,
): Promise<TypedArrayOf> {
  const { start, count } = region;
  const { dataType, byteOrder, strideBytes } = items;
  const bytes = memoryFor(countOf(count) * dataType.itemBytes, reuse);
  if (bytes.length > 0) {
    const offsetBytes = start.reduce(
      (offset, index, axis) => offset + index * strideBytes[axis]!,
      items.offsetBytes,
    );
    const fetch = new BoxFetch(file, bytes, axesInFileOrder(items, count), signal);
    await fetch.from(0, offsetBytes, 0);
  }
  return itemsOfBytes(bytes, dataType, byteOrder, place);
}

function memoryFor(lengthBytes: number, reuse: TypedArrayOf | undefined): Uint8Array {
  // The ponyfill's Float16Array is no view, and lists have no bytes.
  return ArrayBuffer.isView(reuse) && reuse.byteLength === lengthBytes
    ? new Uint8Array(reuse.buffer, reuse.byteOffset, lengthBytes)
    : new Uint8Array(lengthBytes);
}

/** The axes from that of the longest stride to that of an item's bytes; those that continue each other made one. */
function axesInFileOrder({ dataType, strideBytes }: StridedItems, count: readonly number[]): Axis[] {
  const outStrides = orderedStrides(count, "C", dataType.itemBytes);
  const axes = count.map((extent, axis) => ({
    count: extent,
    strideBytes: strideBytes[axis]!,
    outStrideBytes: outStrides[axis]!,
  }));
  axes.sort((a, b) => b.strideBytes - a.strideBytes || b.outStrideBytes - a.outStrideBytes);
  const merged: Axis[] = [{ count: dataType.itemBytes, strideBytes: 1, outStrideBytes: 1 }];
  for (const axis of axes.reverse()) {
    const inner = merged[0]!;
    const continues =
      axis.strideBytes === inner.strideBytes * inner.count &&
      axis.outStrideBytes === inner.outStrideBytes * inner.count;
    if (continues) merged[0] = { ...inner, count: inner.count * axis.count };
    else if (axis.count > 1) merged.unshift(axis);
  }
  return merged;
}

class BoxFetch {
  readonly #file: Archive;
  readonly #out: Uint8Array;
  readonly #axes: readonly Axis[];
  readonly #signal: AbortSignal | undefined;
  /** For each axis, of a box of those below it: from its first to its last byte, and how many of these are wanted. */
  readonly #spans: number[] = [];
  readonly #wanted: number[] = [];

  constructor(file: Archive, out: Uint8Array, axes: readonly Axis[], signal: AbortSignal | undefined) {
    this.#file = file;
    this.#out = out;
    this.#axes = axes;
    this.#signal = signal;
    let span = 1;
    let wanted = 1;
    for (const { count, strideBytes } of axes.toReversed()) {
      this.#spans.unshift(span);
      this.#wanted.unshift(wanted);
      span += (count - 1) * strideBytes;
      wanted *= count;
    }
  }

  /** Fetches the box of the axes from `level` on that begins at `fileAt` in the file. */
  async from(level: number, fileAt: number, outAt: number): Promise<void> {
    const { count, strideBytes, outStrideBytes } = this.#axes[level]!;
    const span = this.#spans[level]!;
    const lengthMax = Math.max(GAP_BYTES_MAX, this.#wanted[level]! * GAP_RATIO_MAX);
    const isPiece = span <= Math.min(lengthMax, WINDOW_BYTES);
    const fitting = isPiece && strideBytes <= lengthMax ? Math.floor((WINDOW_BYTES - span) / strideBytes) : 0;
    for (let i = 0; i < count; ) {
      const steps = Math.min(1 + fitting, count - i);
      const at = fileAt + i * strideBytes;
      const target = outAt + i * outStrideBytes;
      if (isPiece) await this.#window(level, steps, at, target);
      else await this.from(level + 1, at, target);
      i += steps;
    }
  }

  async #window(level: number, steps: number, fileAt: number, outAt: number): Promise<void> {
    const axes = this.#axes.slice(level);
    const spanBytes = this.#spans[level]! + (steps - 1) * axes[0]!.strideBytes;
    const options = this.#signal === undefined ? {} : { signal: this.#signal };
    const bytes = await this.#file.read(fileAt, spanBytes, options);
    const box = [{ ...axes[0]!, count: steps }, ...axes.slice(1)];
    scatter(bytes, this.#out, outAt, box);
  }
}

/** Copies a box of bytes to where it belongs in `out`: word by word where all of it lies in words. */
function scatter(bytes: Uint8Array, out: Uint8Array, outAt: number, axes: readonly Axis[]): void {
  const run = axes.at(-1)!;
  const places = axes.slice(0, -1).flatMap((axis) => [axis.strideBytes, axis.outStrideBytes]);
  const isOfWords =
    run.count <= 16 &&
    [run.count, outAt, bytes.byteOffset, out.byteOffset, ...places].every(
      (place) => place % WORD_BYTES === 0,
    );
  if (isOfWords && axes.length > 1) {
    const from = new Uint32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / WORD_BYTES));
    const to = new Uint32Array(out.buffer, out.byteOffset, Math.floor(out.length / WORD_BYTES));
    scatterWords(from, to, outAt / WORD_BYTES, 0, axes, run.count / WORD_BYTES);
    return;
  }
  copyBox(
    { bytes: out, offset: outAt, strides: axes.map(({ outStrideBytes }) => outStrideBytes) },
    { bytes, offset: 0, strides: axes.map(({ strideBytes }) => strideBytes) },
    axes.map(({ count }) => count),
    1,
  );
}

const WORD_BYTES = 4;

/** Of items of `words` words each. Whole numbers: floats need not survive with all their bits. */
function scatterWords(
  from: Uint32Array,
  to: Uint32Array,
  toAt: number,
  fromAt: number,
  [axis, ...inner]: readonly Axis[],
  words: number,
): void {
  const { count, strideBytes, outStrideBytes } = axis!;
  const step = strideBytes / WORD_BYTES;
  const toStep = outStrideBytes / WORD_BYTES;
  if (inner.length > 1) {
    for (let i = 0; i < count; i++) {
      scatterWords(from, to, toAt + i * toStep, fromAt + i * step, inner, words);
    }
    return;
  }
  for (let i = 0, source = fromAt, target = toAt; i < count; i++, source += step, target += toStep) {
    for (let word = 0; word < words; word++) to[target + word] = from[source + word]!;
  }
}
