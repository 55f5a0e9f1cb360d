/**
 * Arrays in a local directory, read and written by the C++ core with its own I/O: one native call a region.
 *
 * A dispatch to the core's threads and back costs 40–50 µs, as much as decoding a small chunk. So a read that is
 * alone and small runs in place, on this thread; reads that were asked for together all go to the threads, which
 * share them out. "Together" means within one turn of the microtask queue, which is where the queue is flushed.
 */
import { join } from "node:path";
import type {
  ArrayEngine,
  ArrayLayout,
  AxisSelection,
  MemoryLayout,
  PointSelection,
  ReadOptions,
  WriteOptions,
} from "../engine.ts";
import { type Addon, ARRAY_FAULT_KINDS, type ArrayHandle, type NativeArrayFault } from "./addon.ts";
import { nativeCodecs } from "./native-chain.ts";
import { arrayFaultError } from "./native-faults.ts";
import { nativeTypeOf } from "./native-type.ts";

/** What may be decoded on the calling thread: below 1 ms at 1.5 GB/s. */
const IN_PLACE_BYTES_MAX = 1 << 20;

const NO_LISTS: readonly undefined[] = [];

/** The engine for `layout` in `localDirectory`, or undefined where it has a codec that the core does not have. */
export function openLocalEngine(
  addon: Addon,
  layout: ArrayLayout,
  localDirectory: string,
): ArrayEngine | undefined {
  const codecs = nativeCodecs(layout.cellPipeline);
  const indexCodecs = layout.sharding && nativeCodecs(layout.sharding.indexPipeline);
  const { dataType, shape } = layout.cellPipeline.chunk;
  const nativeType = nativeTypeOf(dataType);
  if (codecs === undefined || (layout.sharding && indexCodecs === undefined)) return undefined;
  if (nativeType === undefined) return undefined;
  const handle = addon.openArray({
    directory: join(localDirectory, layout.path.slice(1)),
    keyPrefix: layout.chunkKeyEncoding.name === "default",
    keySeparator: layout.chunkKeyEncoding.separator,
    dataType: nativeType,
    shape,
    codecs,
    fillItem: layout.fillItem,
    ...(layout.sharding && {
      sharding: {
        shardShape: layout.sharding.shardShape,
        indexCodecs: indexCodecs!,
        indexAtStart: layout.sharding.indexLocation === "start",
      },
    }),
  });
  if ("codecIndex" in handle) return undefined;
  return new LocalEngine(addon, handle, layout);
}

class LocalEngine implements ArrayEngine {
  readonly backend = "native";
  readonly #addon: Addon;
  readonly #handle: ArrayHandle;
  readonly #layout: ArrayLayout;

  constructor(addon: Addon, handle: ArrayHandle, layout: ArrayLayout) {
    this.#addon = addon;
    this.#handle = handle;
    this.#layout = layout;
  }

  read(
    axes: readonly AxisSelection[],
    out: Uint8Array,
    memory: MemoryLayout,
    options: ReadOptions,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const { packed, lists, offsetBytes } = this.#pack(axes, memory);
      enqueueRead((inPlaceBytesMax) => {
        this.#run(options.signal, resolve, reject, (done) =>
          this.#addon.readArray(this.#handle, packed, lists, out, offsetBytes, inPlaceBytesMax, done),
        );
      });
    });
  }

  write(
    shape: readonly number[],
    axes: readonly AxisSelection[],
    source: Uint8Array,
    memory: MemoryLayout,
    options: WriteOptions,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const { packed, lists, offsetBytes } = this.#pack(axes, memory);
      const { writeFillCells } = options;
      this.#run(options.signal, resolve, reject, (done) =>
        this.#addon.writeArray(
          this.#handle,
          shape,
          packed,
          lists,
          source,
          offsetBytes,
          { writeFillCells },
          done,
        ),
      );
    });
  }

  readPoints({ coordinates }: PointSelection, out: Uint8Array, options: ReadOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      enqueueRead((inPlaceBytesMax) => {
        this.#run(options.signal, resolve, reject, (done) =>
          this.#addon.readPoints(this.#handle, coordinates, out, inPlaceBytesMax, done),
        );
      });
    });
  }

  writePoints(
    shape: readonly number[],
    { coordinates }: PointSelection,
    source: Uint8Array,
    options: WriteOptions,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const { writeFillCells } = options;
      this.#run(options.signal, resolve, reject, (done) =>
        this.#addon.writePoints(this.#handle, shape, coordinates, source, { writeFillCells }, done),
      );
    });
  }

  #run(
    signal: AbortSignal | undefined,
    resolve: () => void,
    reject: (error: unknown) => void,
    start: (done: (fault?: NativeArrayFault) => void) => number | NativeArrayFault | undefined,
  ): void {
    const begin = (): void => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      let cancel: (() => void) | undefined;
      const done = (fault?: NativeArrayFault): void => {
        if (cancel !== undefined) {
          signal?.removeEventListener("abort", cancel);
          leave();
        }
        // The core has let go of the buffers by now, which is why an abort was not answered earlier. One that came
        // when the work was done already is not heard: a write has been published then.
        if (fault === undefined) resolve();
        else if (ARRAY_FAULT_KINDS[fault.kind] === "cancelled") reject(signal?.reason ?? this.#error(fault));
        else reject(this.#error(fault));
      };
      try {
        const job = start(done);
        if (typeof job !== "number") {
          done(job);
          return;
        }
        jobsRunning += 1;
        cancel = () => this.#addon.cancelJob(job);
        signal?.addEventListener("abort", cancel);
      } catch (error) {
        reject(error);
      }
    };
    enter(begin);
  }

  #pack(
    axes: readonly AxisSelection[],
    memory: MemoryLayout,
  ): { packed: Float64Array; lists: readonly (Float64Array | undefined)[]; offsetBytes: number } {
    const { itemBytes } = this.#layout.cellPipeline.chunk.dataType;
    const packed = new Float64Array(4 * axes.length);
    let hasList = false;
    for (let i = 0; i < axes.length; i++) {
      const { start, step, count, indices } = axes[i]!;
      packed[4 * i] = start;
      packed[4 * i + 1] = step;
      packed[4 * i + 2] = count;
      packed[4 * i + 3] = memory.strides[i]! * itemBytes;
      hasList ||= indices !== undefined;
    }
    const lists = hasList ? axes.map(({ indices }) => indices) : NO_LISTS;
    return { packed, lists, offsetBytes: memory.offset * itemBytes };
  }

  #error(fault: NativeArrayFault): Error {
    const { path, cellPipeline, sharding } = this.#layout;
    return arrayFaultError(fault, path, cellPipeline, sharding?.indexPipeline);
  }
}

type QueuedRead = (inPlaceBytesMax: number) => void;

/**
 * Jobs that the core has at once. Its threads take their tasks in turn, and each job keeps the files open that it is
 * reading: thousands of them would use up what a process may have open.
 */
const JOBS_MAX = 64;

let jobsRunning = 0;
const waiting: (() => void)[] = [];

function enter(begin: () => void): void {
  if (jobsRunning < JOBS_MAX) begin();
  else waiting.push(begin);
}

function leave(): void {
  jobsRunning -= 1;
  // One that was aborted while it waited, or fails at once, makes room for the next.
  while (jobsRunning < JOBS_MAX && waiting.length > 0) waiting.shift()!();
}

let queuedReads: QueuedRead[] = [];

function enqueueRead(read: QueuedRead): void {
  queuedReads.push(read);
  if (queuedReads.length === 1) queueMicrotask(flushReads);
}

function flushReads(): void {
  const reads = queuedReads;
  queuedReads = [];
  const alone = reads.length === 1 && jobsRunning === 0;
  for (const read of reads) read(alone ? IN_PLACE_BYTES_MAX : 0);
}
