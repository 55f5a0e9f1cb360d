/**
 * Reads of local arrays on their way to the core.
 *
 * A dispatch to the core's threads and back costs 40–50 µs, as much as decoding a small chunk. So a read that is
 * alone and small runs in place, on this thread; reads that were asked for together all go to the threads, which
 * share them out; small ones of one array become one job, which decodes each chunk once for all of them. "Together"
 * means within one turn of the microtask queue, which is where the queue is flushed.
 */
import type { AxisSelection, MemoryLayout } from "../engine.ts";
import { isIdle } from "./job-gate.ts";

/** Who waits for an operation. */
export interface Caller {
  readonly signal: AbortSignal | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface BoxRead extends Caller {
  readonly axes: readonly AxisSelection[];
  readonly out: Uint8Array;
  readonly memory: MemoryLayout;
}

/** Reads boxes of one array. */
export interface BoxReader {
  /** As a job of its own; in place, if it decodes no more than `inPlaceBytesMax`. */
  startBox(box: BoxRead, inPlaceBytesMax: number): void;
  /** As one job. */
  startTogether(boxes: readonly BoxRead[]): void;
}

type QueuedRead =
  | { readonly reader: BoxReader; readonly box: BoxRead; readonly mayJoin: boolean }
  | { readonly reader: undefined; readonly start: (inPlaceBytesMax: number) => void };

/** What may be decoded on the calling thread: below 1 ms at 1.5 GB/s. */
const IN_PLACE_BYTES_MAX = 1 << 20;

/** Of a box in memory. A larger one has a job of its own, which takes turns with the small ones' and keeps none up. */
const JOINED_BYTES_MAX = 4 << 20;

/** Boxes in one job: what is known of a job's cells is in memory before the first is read. */
const JOINED_MAX = 1024;

let queuedReads: QueuedRead[] = [];

/** @param bytes of the box in memory */
export function enqueueBox(reader: BoxReader, box: BoxRead, bytes: number): void {
  enqueue({ reader, box, mayJoin: bytes <= JOINED_BYTES_MAX });
}

/** A read that shares no job with others. `start` is told how much it may decode in place. */
export function enqueueRead(start: (inPlaceBytesMax: number) => void): void {
  enqueue({ reader: undefined, start });
}

const settled = Promise.resolve();

function enqueue(read: QueuedRead): void {
  queuedReads.push(read);
  // Not queueMicrotask, which makes an asynchronous resource of every call.
  if (queuedReads.length === 1) void settled.then(flushReads);
}

function flushReads(): void {
  const reads = queuedReads;
  queuedReads = [];
  if (reads.length === 1) {
    startAlone(reads[0]!, isIdle() ? IN_PLACE_BYTES_MAX : 0);
    return;
  }
  const joined = new Map<BoxReader, BoxRead[]>();
  for (const read of reads) {
    if (read.reader === undefined || !read.mayJoin) startAlone(read, 0);
    else if (joined.has(read.reader)) joined.get(read.reader)!.push(read.box);
    else joined.set(read.reader, [read.box]);
  }
  for (const [reader, boxes] of joined) {
    for (let first = 0; first < boxes.length; first += JOINED_MAX) {
      reader.startTogether(boxes.slice(first, first + JOINED_MAX));
    }
  }
}

function startAlone(read: QueuedRead, inPlaceBytesMax: number): void {
  if (read.reader === undefined) read.start(inPlaceBytesMax);
  else read.reader.startBox(read.box, inPlaceBytesMax);
}
