/**
 * Arrays in a local directory, read and written by the C++ core with its own I/O: one native call a region.
 *
 * Reads go through a queue (`read-queue.ts`), which runs some in place and joins others.
 */
import { join } from "node:path";
import { onAbort } from "../../store/on-abort.ts";
import type {
  ArrayEngine,
  ArrayLayout,
  AxisSelection,
  BoxWriteOptions,
  MemoryLayout,
  PointSelection,
  ReadOptions,
  WriteDraft,
  WriteOptions,
} from "../engine.ts";
import {
  type Addon,
  ARRAY_FAULT_KINDS,
  type ArrayHandle,
  type NativeArrayFault,
  type WriteDraftHandle,
} from "./addon.ts";
import { listsOfBox, listsOfBoxes, numbersOfBox, numbersOfBoxes } from "./box-numbers.ts";
import { chainHandle } from "./chain-handles.ts";
import { jobBegan, jobEnded, whenThereIsRoom } from "./job-gate.ts";
import { arrayFaultError } from "./native-faults.ts";
import { type BoxRead, type BoxReader, type Caller, enqueueBox, enqueueRead } from "./read-queue.ts";

/** The engine for `layout` in `localDirectory`, or undefined where it has a codec that the core does not have. */
export function openLocalEngine(
  addon: Addon,
  layout: ArrayLayout,
  localDirectory: string,
): ArrayEngine | undefined {
  const { cellPipeline, sharding } = layout;
  const chain = chainHandle(addon, cellPipeline);
  const indexChain = sharding && chainHandle(addon, sharding.indexPipeline);
  if (chain === undefined || (sharding !== undefined && indexChain === undefined)) return undefined;
  const handle = addon.openArray({
    directory: join(localDirectory, layout.path.slice(1)),
    keyPrefix: layout.chunkKeyEncoding.name === "default",
    keySeparator: layout.chunkKeyEncoding.separator,
    chain,
    fillItem: layout.fillItem,
    ...(sharding && {
      sharding: {
        shardShape: sharding.shardShape,
        indexChain: indexChain!,
        indexAtStart: sharding.indexLocation === "start",
      },
    }),
  });
  return new LocalEngine(addon, handle, layout);
}

class LocalEngine implements ArrayEngine, BoxReader {
  readonly backend = "native";
  readonly #addon: Addon;
  readonly #handle: ArrayHandle;
  readonly #layout: ArrayLayout;
  readonly #itemBytes: number;

  constructor(addon: Addon, handle: ArrayHandle, layout: ArrayLayout) {
    this.#addon = addon;
    this.#handle = handle;
    this.#layout = layout;
    this.#itemBytes = layout.cellPipeline.chunk.dataType.itemBytes;
  }

  read(
    axes: readonly AxisSelection[],
    out: Uint8Array,
    memory: MemoryLayout,
    { signal }: ReadOptions,
  ): Promise<void> {
    let bytes = this.#itemBytes;
    for (const { count } of axes) bytes *= count;
    return new Promise((resolve, reject) => {
      enqueueBox(this, { axes, out, memory, signal, resolve, reject }, bytes);
    });
  }

  startBox(box: BoxRead, inPlaceBytesMax: number): void {
    this.#run(box, (done) => {
      const numbers = numbersOfBox(box, this.#itemBytes);
      return this.#addon.readArray(this.#handle, numbers, listsOfBox(box), box.out, inPlaceBytesMax, done);
    });
  }

  /** A chunk that several boxes touch is decoded once. */
  startTogether(boxes: readonly BoxRead[]): void {
    whenThereIsRoom(() => {
      const wanted = boxes.filter((box) => !isAborted(box));
      if (wanted.length === 0) return;
      let left = wanted.length;
      const stopListening: (() => void)[] = [];
      const done = (finished: readonly number[], fault?: NativeArrayFault): void => {
        left -= finished.length;
        if (left === 0) jobEnded();
        for (const nth of finished) {
          stopListening[nth]!();
          this.#settle(wanted[nth]!, fault);
        }
      };
      try {
        const job = this.#addon.readArrayTogether(
          this.#handle,
          numbersOfBoxes(wanted, this.#itemBytes),
          listsOfBoxes(wanted),
          wanted.map(({ out }) => out),
          done,
        );
        jobBegan();
        for (const [nth, box] of wanted.entries()) stopListening.push(this.#cancelOnAbort(box, job, nth));
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
    { signal, writeFillCells, part }: BoxWriteOptions,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#run({ signal, resolve, reject }, (done) => {
        const box = { axes, memory };
        const numbers = numbersOfBox(box, this.#itemBytes);
        const options = {
          writeFillCells,
          ...(part && { part: { ...part, draft: (part.draft as LocalDraft).handle } }),
        };
        return this.#addon.writeArray(this.#handle, shape, numbers, listsOfBox(box), source, options, done);
      });
    });
  }

  newDraft(): WriteDraft {
    return new LocalDraft(this.#addon, this.#addon.createDraft(this.#handle));
  }

  readPoints({ coordinates }: PointSelection, out: Uint8Array, { signal }: ReadOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const caller = { signal, resolve, reject };
      enqueueRead((inPlaceBytesMax) =>
        this.#run(caller, (done) =>
          this.#addon.readPoints(this.#handle, coordinates, out, inPlaceBytesMax, done),
        ),
      );
    });
  }

  writePoints(
    shape: readonly number[],
    { coordinates }: PointSelection,
    source: Uint8Array,
    { signal, writeFillCells }: WriteOptions,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#run({ signal, resolve, reject }, (done) =>
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
        stopListening = this.#cancelOnAbort(caller, job, 0);
      } catch (error) {
        caller.reject(error);
      }
    });
  }

  #cancelOnAbort({ signal }: Caller, job: number, nth: number): () => void {
    if (signal === undefined) return nothing;
    return onAbort(signal, () => this.#addon.cancelJob(job, nth));
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

  #error(fault: NativeArrayFault): Error {
    const { path, cellPipeline, sharding } = this.#layout;
    return arrayFaultError(fault, path, cellPipeline, sharding?.indexPipeline);
  }
}

class LocalDraft implements WriteDraft {
  readonly handle: WriteDraftHandle;
  readonly #addon: Addon;

  constructor(addon: Addon, handle: WriteDraftHandle) {
    this.#addon = addon;
    this.handle = handle;
  }

  discard(): void {
    this.#addon.discardDraft(this.handle);
  }
}

function nothing(): void {}

/** Whether the caller has aborted, which it is told. */
function isAborted({ signal, reject }: Caller): boolean {
  if (signal?.aborted !== true) return false;
  reject(signal.reason);
  return true;
}
