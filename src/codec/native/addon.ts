/**
 * The C++ addon: its types, and how it is found.
 *
 * These declarations mirror `native/node/*_functions.h`; handles are opaque and checked by tag on the other side.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NativeCodec } from "../../../codecs/definition.ts";

export type ChainHandle = { readonly __chain: never };
export type ArrayHandle = { readonly __array: never };
export type WriteDraftHandle = { readonly __writeDraft: never };
export type FrameCompressorHandle = { readonly __frameCompressor: never };
export type FrameDecompressorHandle = { readonly __frameDecompressor: never };

/** `ChainFault` in native/core/chain/chain.h. */
export interface NativeChainFault {
  /** Index into `FAULT_REASONS`. */
  readonly reason: number;
  readonly expected: number;
  readonly actual: number;
  /** Absent where the chain as a whole is at fault. */
  readonly codecIndex?: number;
  readonly encoding: boolean;
}

/** In the order of `ArrayFaultKind` in native/core/array/array_fault.h. */
export const ARRAY_FAULT_KINDS = [
  "chunk-codec",
  "index-codec",
  "shard-truncated",
  "entry-out-of-bounds",
  "chunk-too-large",
  "os",
  "file-changed",
  "memory",
  "cancelled",
] as const;

export interface NativeArrayFault {
  /** Index into {@link ARRAY_FAULT_KINDS}. */
  readonly kind: number;
  readonly chain?: NativeChainFault;
  readonly errno?: number;
  readonly call?: string;
  readonly expected: number;
  readonly actual: number;
  readonly offsetBytes: number;
  readonly encodedBytes: number;
  readonly file: string;
  readonly object: number[];
  readonly cell: number[];
}

export interface NativeArraySpec {
  readonly directory: string;
  readonly keyPrefix: boolean;
  readonly keySeparator: "/" | ".";
  /** Of a cell: the chunk, or the inner chunk where the array is sharded. */
  readonly chain: ChainHandle;
  readonly fillItem: Uint8Array;
  readonly sharding?: {
    readonly shardShape: readonly number[];
    readonly indexChain: ChainHandle;
    readonly indexAtStart: boolean;
  };
}

/** Called on this thread when a job is done; no fault: it did its work, whatever was asked of it in the meantime. */
type Done<Fault, Result = undefined> = (fault?: Fault, result?: Result) => void;

/** Of each axis the indices that select it, undefined for one that no list selects, or where no list selects any. */
export type AxisLists = readonly (Float64Array | undefined)[] | undefined;

export interface CompressedRows {
  readonly frame: Uint8Array<ArrayBuffer>;
  /** Of what the frame holds, decompressed. */
  readonly rawBytes: number;
}

export interface Addon {
  readonly simd: string;
  setThreadCount(count: number): void;
  threadCount(): number;
  /** @param nth of a job that reads several boxes, the one to cancel */
  cancelJob(job: number, nth: number): void;
  /** A number is the index of a codec that the core does not have. */
  createChain(
    chunk: { readonly dataType: string; readonly shape: readonly number[] },
    codecs: readonly NativeCodec[],
  ): ChainHandle | number;
  encodeChunk(chain: ChainHandle, chunk: Uint8Array, done: Done<NativeChainFault, Uint8Array>): number;
  decodeChunk(
    chain: ChainHandle,
    encoded: Uint8Array,
    chunk: Uint8Array,
    done: Done<NativeChainFault>,
  ): number;
  /** Memory of undefined content for the result of a large read; undefined where JavaScript's own serves as well. */
  allocateOutput(bytes: number): ArrayBuffer | undefined;
  openArray(spec: NativeArraySpec): ArrayHandle;
  /**
   * `box`: start, step, count and stride in bytes of each axis, then the offset in bytes of the first item in `out`; it
   * may be longer. `lists`: for each axis the indices that select it, if a list does. A number is the job's id, and
   * `done` is called.
   */
  readArray(
    array: ArrayHandle,
    box: Float64Array,
    lists: AxisLists,
    out: Uint8Array,
    inPlaceBytesMax: number,
    done: Done<NativeArrayFault>,
  ): number | NativeArrayFault | undefined;
  /**
   * Several boxes, one behind the other in `boxes`, for which each cell is decoded once. Gives the job's id; `done` is
   * called with the positions of those that are finished, until each has been named. `outs` must stay as it is.
   */
  readArrayTogether(
    array: ArrayHandle,
    boxes: Float64Array,
    lists: readonly AxisLists[] | undefined,
    outs: readonly Uint8Array[],
    done: (finished: readonly number[], fault?: NativeArrayFault) => void,
  ): number;
  /** Throws a RangeError where the cells of `part` are not those that come next in its draft. */
  writeArray(
    array: ArrayHandle,
    shape: readonly number[],
    box: Float64Array,
    lists: AxisLists,
    source: Uint8Array,
    options: {
      readonly writeFillCells: boolean;
      readonly part?: {
        readonly draft: WriteDraftHandle;
        readonly firstCell: number;
        readonly endCell: number;
      };
    },
    done: Done<NativeArrayFault>,
  ): number;
  /** Objects that several writes put together; the write with their last cells publishes them. */
  createDraft(array: ArrayHandle): WriteDraftHandle;
  /** Removes what was written and not published. A write that is under way goes on to its end. */
  discardDraft(draft: WriteDraftHandle): void;
  /** `coordinates`: of point i along axis a at [a * points + i]. Returns as {@link readArray} does. */
  readPoints(
    array: ArrayHandle,
    coordinates: Float64Array,
    out: Uint8Array,
    inPlaceBytesMax: number,
    done: Done<NativeArrayFault>,
  ): number | NativeArrayFault | undefined;
  writePoints(
    array: ArrayHandle,
    shape: readonly number[],
    coordinates: Float64Array,
    source: Uint8Array,
    options: { readonly writeFillCells: boolean },
    done: Done<NativeArrayFault>,
  ): number;
  /**
   * Takes a lock on a directory (flock) and gives the handle to release it by; undefined where somebody else's, of this
   * process or another, is in conflict. It goes with its process, however that ends, and with its worker. A system call
   * that fails throws as one of Node's does: `code`, `errno`, `syscall`, `path`.
   */
  lockDirectory(path: string, exclusive: boolean): number | undefined;
  /** Throws a RangeError where there is no such lock (any more). */
  unlockDirectory(handle: number): void;
  /** Zeros at an address that direct writes (`O_DIRECT`) take, a multiple of 4096; at most 1 MiB. */
  allocateDirect(bytes: number): Uint8Array<ArrayBuffer>;
  /** Of the pieces, one after another, after what has the checksum `crc`. */
  crc32c(pieces: readonly Uint8Array[], crc?: number): number;
  /** The stream that a journal's frames are cut from: level −5 … 19, window of 2^10 … 2^23 bytes. */
  createFrameCompressor(level: number, windowLog: number): FrameCompressorHandle;
  /**
   * What the pieces, one after another, add to the stream: with the frames before it, this is all that it takes to get
   * them back. Throws a RangeError where there is no memory; the stream is then of no more use.
   */
  compressFrame(compressor: FrameCompressorHandle, pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer>;
  /**
   * What rows of a table add to the stream: `header`, and behind it the rows of each array, as `RowDecoder` takes them.
   * `rowBytes`: of a row of each. Throws as {@link compressFrame}.
   */
  compressRows(
    compressor: FrameCompressorHandle,
    table: number,
    header: Uint8Array,
    rows: readonly Uint8Array[],
    rowBytes: readonly number[],
  ): CompressedRows;
  /** The same on the pool. Until `done` is called the rows stay as they are, and the compressor refuses others. */
  compressRowsAsync(
    compressor: FrameCompressorHandle,
    table: number,
    header: Uint8Array,
    rows: readonly Uint8Array[],
    rowBytes: readonly number[],
    done: Done<RangeError, CompressedRows>,
  ): void;
  /** A stream whose window is larger than 2^`windowLogMax` bytes (10 … 23) is refused as damaged. */
  createFrameDecompressor(windowLogMax: number): FrameDecompressorHandle;
  /**
   * What the next frame holds, if that is exactly `rawBytes` bytes (at most 1 GiB); undefined where the frame is
   * damaged, and for every frame after it. Without a checksum of their own, some damaged frames decode to other bytes.
   */
  decompressFrame(
    decompressor: FrameDecompressorHandle,
    frame: Uint8Array,
    rawBytes: number,
  ): Uint8Array<ArrayBuffer> | undefined;
}

export type AddonSearch =
  | { readonly addon: Addon; readonly file: string }
  | { readonly addon: undefined; readonly reason: string };

/** Looks for the addon where the package's own build puts it. Never throws: says why there is none. */
export function findAddon(): AddonSearch {
  const root = packageRoot();
  if (root === undefined) return { addon: undefined, reason: "the package's directory was not found" };
  const file = join(root, "build", "native", "quarry.node");
  if (!existsSync(file)) return { addon: undefined, reason: "it has not been built (npm run build:native)" };
  try {
    return { addon: createRequire(import.meta.url)(file) as Addon, file };
  } catch (error) {
    return { addon: undefined, reason: `it could not be loaded: ${(error as Error).message}` };
  }
}

/** This file is `src/codec/native/addon.ts`, or the same below `dist/`. */
function packageRoot(): string | undefined {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (
    let parent = dirname(directory);
    parent !== directory;
    directory = parent, parent = dirname(directory)
  ) {
    if (existsSync(join(directory, "package.json"))) return directory;
  }
  return undefined;
}
