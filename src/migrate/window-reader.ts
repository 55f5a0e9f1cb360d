/**
 * Reads windows of a source's array. Where a chunk is damaged, a window is read chunk by chunk: each is one that can be
 * read or one that is lost, and the items of a lost one are the fill value.
 */
import { flatIndex, product } from "../codec/c-order.ts";
import { type ErrorCode, isQuarryError, type QuarryError } from "../errors.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import { countOf } from "../zarr/array-data.ts";
import { messageOfFault } from "../zarr/verify/report.ts";
import { filledItems, itemRange, newItems, placeItems } from "./items.ts";
import type { RowRange, SourceFault } from "./report.ts";
import type { SourceArray } from "./source.ts";
import type { Window } from "./windows.ts";

/** What concerns the chunk that was read, and not the medium or the whole array. */
const DAMAGE_CODES: readonly ErrorCode[] = [
  "CHUNK_CORRUPT",
  "CHUNK_TOO_LARGE",
  "SHARD_TRUNCATED",
  "SHARD_INDEX_CORRUPT",
  "FILE_INVALID",
];

export interface WindowReaderOptions {
  readonly chunkByChunk: boolean;
  /** Chunks that are known to be lost: they are not tried again. */
  readonly lost: readonly SourceFault[];
  /** What to do with a chunk that turns out to be lost. Default: the error is thrown. */
  readonly onLost?: ((fault: SourceFault) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class WindowReader {
  readonly #array: SourceArray;
  readonly #options: WindowReaderOptions;
  readonly #lost: Map<string, SourceFault>;

  constructor(array: SourceArray, options: WindowReaderOptions) {
    this.#array = array;
    this.#options = options;
    this.#lost = new Map(options.lost.map((fault) => [String(fault.chunk), fault]));
  }

  /**
   * The items of `window`, in C order.
   * @param reuse memory of as many items that is free
   * @throws QuarryError what reading throws, but for damage that `onLost` takes
   */
  async read(window: Window, reuse: TypedArrayOf | undefined): Promise<TypedArrayOf> {
    const { chunkByChunk, signal } = this.#options;
    if (chunkByChunk || this.#touchesLost(window)) return this.#readByChunk(window, reuse);
    try {
      return await this.#array.readRegion(window.start, window.shape, { signal, reuse });
    } catch (error) {
      if (!isDamage(error) || this.#options.onLost === undefined) throw error;
      return this.#readByChunk(window, reuse);
    }
  }

  async #readByChunk(window: Window, reuse: TypedArrayOf | undefined): Promise<TypedArrayOf> {
    const { dataType } = this.#array;
    const items = reuse ?? newItems(dataType, window.shape);
    for (const { chunk, piece } of this.#pieces(window)) {
      const start = piece.start.map((at, axis) => at - window.start[axis]!);
      const isRun = piece.shape.slice(1).every((extent, axis) => extent === window.shape[axis + 1]);
      const first = flatIndex(start, window.shape);
      const place = isRun ? itemRange(items, dataType, first, first + countOf(piece.shape)) : undefined;
      const read = await this.#readPiece(chunk, piece, place);
      if (read !== place || !ArrayBuffer.isView(read)) {
        placeItems(items, window.shape, read, { start, shape: piece.shape }, dataType);
      }
    }
    return items;
  }

  async #readPiece(
    chunk: readonly number[],
    piece: Window,
    reuse: TypedArrayOf | undefined,
  ): Promise<TypedArrayOf> {
    const { dataType, fillValue } = this.#array;
    if (!this.#lost.has(String(chunk))) {
      try {
        return await this.#array.readRegion(piece.start, piece.shape, {
          signal: this.#options.signal,
          reuse,
        });
      } catch (error) {
        if (!isDamage(error) || this.#options.onLost === undefined) throw error;
        const fault = faultOf(this.#array, chunk, error);
        this.#lost.set(String(chunk), fault);
        this.#options.onLost(fault);
      }
    }
    return filledItems(piece.shape, dataType, fillValue);
  }

  #touchesLost(window: Window): boolean {
    const stop = window.start[0] === undefined ? 1 : window.start[0] + window.shape[0]!;
    return [...this.#lost.values()].some(
      ({ rows }) => rows === null || (rows[0] < stop && rows[1] > (window.start[0] ?? 0)),
    );
  }

  /** The parts of `window`, one a chunk of the source that it touches. */
  *#pieces({ start, shape }: Window): Generator<{ chunk: readonly number[]; piece: Window }> {
    const { chunkShape } = this.#array;
    const chunksAlong = start.map((from, axis) => {
      const first = Math.floor(from / chunkShape[axis]!);
      const last = Math.floor((from + shape[axis]! - 1) / chunkShape[axis]!);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
    for (const chunk of product(chunksAlong)) {
      const from = chunk.map((at, axis) => Math.max(start[axis]!, at * chunkShape[axis]!));
      const to = chunk.map((at, axis) => Math.min(start[axis]! + shape[axis]!, (at + 1) * chunkShape[axis]!));
      yield { chunk, piece: { start: from, shape: to.map((stop, axis) => stop - from[axis]!) } };
    }
  }
}

/** Whether `error` says that stored bytes are not what was written. */
export function isDamage(error: unknown): error is QuarryError {
  return isQuarryError(error) && DAMAGE_CODES.includes(error.code);
}

function faultOf(
  { path, chunkShape, shape }: SourceArray,
  chunk: readonly number[],
  error: QuarryError,
): SourceFault {
  const rows: RowRange =
    chunk[0] === undefined
      ? [0, 1]
      : [chunk[0] * chunkShape[0]!, Math.min(shape[0]!, (chunk[0] + 1) * chunkShape[0]!)];
  return { array: path, chunk: [...chunk], rows, code: error.code, message: messageOfFault(error) };
}
