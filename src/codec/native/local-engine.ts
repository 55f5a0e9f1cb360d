/**
 * Arrays in a local directory, read and written by the C++ core with its own I/O: one native call a region.
 *
 * Reads go through a queue (`read-queue.ts`), which runs some in place and joins others.
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
import { jobBegan, jobEnded, whenThereIsRoom } from "./job-gate.ts";
import { nativeCodecs } from "./native-chain.ts";
import { arrayFaultError } from "./native-faults.ts";
import { nativeTypeOf } from "./native-type.ts";
import { type BoxRead, type Caller, enqueueRead, mayJoin, type ReadGroup } from "./read-queue.ts";

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

class LocalEngine implements ArrayEngine, ReadGroup {
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
      const caller = { signal: options.signal, resolve, reject };
      const { itemBytes } = this.#layout.cellPipeline.chunk.dataType;
      const bytes = axes.reduce((product, { count }) => product * count, itemBytes);
      const box = { ...caller, axes: packed, lists, out, outOffsetBytes: offsetBytes };
      enqueueRead({
        start: (inPlaceBytesMax) =>
          this.#run(caller, (done) =>
            this.#addon.readArray(this.#handle, packed, lists, out, offsetBytes, inPlaceBytesMax, done),
          ),
        ...(mayJoin(bytes) && { join: { group: this, box } }),
      });
    });
  }

  /** Reads boxes that were asked for together: a chunk that several of them touch is decoded once. */
  startTogether(boxes: readonly BoxRead[]): void {
    whenThereIsRoom(() => {
      const wanted = boxes.filter((box) => !isAborted(box));
      if (wanted.length === 0) return;
      let left = wanted.length;
      const stopListening: (() => void)[] = [];
      const reads = wanted.map((box, i) => ({
        ...box,
        done: (fault?: NativeArrayFault): void => {
          stopListening[i]!();
          left -= 1;
          if (left === 0) jobEnded();
          this.#settle(box, fault);
        },
      }));
      try {
        const jobs = this.#addon.readArrayTogether(this.#handle, reads);
        jobBegan();
        for (const [i, job] of jobs.entries()) stopListening.push(this.#cancelOnAbort(wanted[i]!, job));
      } catch (error) {
        for (const box of wanted) box.reject(error);
      }
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
      this.#run({ signal: options.signal, resolve, reject }, (done) =>
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
      const caller = { signal: options.signal, resolve, reject };
      enqueueRead({
        start: (inPlaceBytesMax) =>
          this.#run(caller, (done) =>
            this.#addon.readPoints(this.#handle, coordinates, out, inPlaceBytesMax, done),
          ),
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
      this.#run({ signal: options.signal, resolve, reject }, (done) =>
        this.#addon.writePoints(this.#handle, shape, coordinates, source, { writeFillCells }, done),
      );
    });
  }

  #run(
    caller: Caller,
    start: (done: (fault?: NativeArrayFault) => void) => number | NativeArrayFault | undefined,
  ): void {
    whenThereIsRoom(() => {
      if (isAborted(caller)) return;
      let stopListening: (() => void) | undefined;
      const done = (fault?: NativeArrayFault): void => {
        if (stopListening !== undefined) {
          stopListening();
          jobEnded();
        }
        this.#settle(caller, fault);
      };
      try {
        const job = start(done);
        if (typeof job !== "number") {
          done(job);
          return;
        }
        jobBegan();
        stopListening = this.#cancelOnAbort(caller, job);
      } catch (error) {
        caller.reject(error);
      }
    });
  }

  #cancelOnAbort({ signal }: Caller, job: number): () => void {
    const cancel = (): void => this.#addon.cancelJob(job);
    signal?.addEventListener("abort", cancel);
    return () => signal?.removeEventListener("abort", cancel);
  }

  /**
   * The core has let go of the buffers by now, which is why an abort was not answered earlier. One that came when the
   * work was done already is not heard: a write has been published then.
   */
  #settle({ signal, resolve, reject }: Caller, fault: NativeArrayFault | undefined): void {
    if (fault === undefined) resolve();
    else if (ARRAY_FAULT_KINDS[fault.kind] === "cancelled") reject(signal?.reason ?? this.#error(fault));
    else reject(this.#error(fault));
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

/** Whether the caller has aborted, which it is told. */
function isAborted({ signal, reject }: Caller): boolean {
  if (signal?.aborted !== true) return false;
  reject(signal.reason);
  return true;
}
