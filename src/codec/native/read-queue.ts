/**
 * Reads of local arrays on their way to the core.
 *
 * A dispatch to the core's threads and back costs 40–50 µs, as much as decoding a small chunk. So a read that is
 * alone and small runs in place, on this thread; reads that were asked for together all go to the threads, which
 * share them out; small ones of one array become one job, which decodes each chunk once for all of them. "Together"
 * means within one turn of the microtask queue, which is where the queue is flushed.
 */
import type { NativeBoxRead } from "./addon.ts";
import { isIdle } from "./job-gate.ts";

/** Who waits for an operation. */
export interface Caller {
  readonly signal: AbortSignal | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface BoxRead extends Caller, NativeBoxRead {}

/** The reads of one array. */
export interface ReadGroup {
  /** Reads boxes that were asked for together. */
  startTogether(boxes: readonly BoxRead[]): void;
}

export interface QueuedRead {
  /** Runs it as a job of its own; in place, if it decodes no more than this. */
  readonly start: (inPlaceBytesMax: number) => void;
  /** Present where it may share a job with others of its group. */
  readonly join?: { readonly group: ReadGroup; readonly box: BoxRead };
}

/** What may be decoded on the calling thread: below 1 ms at 1.5 GB/s. */
const IN_PLACE_BYTES_MAX = 1 << 20;

/** Of a box in memory. A larger one has a job of its own, which takes turns with the small ones' and keeps none up. */
const JOINED_BYTES_MAX = 4 << 20;

/** Boxes in one job: what is known of a job's cells is in memory before the first is read. */
const JOINED_MAX = 1024;

/** Whether a box of so many bytes may share a job with others. */
export function mayJoin(bytes: number): boolean {
  return bytes <= JOINED_BYTES_MAX;
}

let queuedReads: QueuedRead[] = [];

export function enqueueRead(read: QueuedRead): void {
  queuedReads.push(read);
  if (queuedReads.length === 1) queueMicrotask(flushReads);
}

function flushReads(): void {
  const reads = queuedReads;
  queuedReads = [];
  if (reads.length === 1) {
    reads[0]!.start(isIdle() ? IN_PLACE_BYTES_MAX : 0);
    return;
  }
  const joined = new Map<ReadGroup, BoxRead[]>();
  for (const { start, join } of reads) {
    if (join === undefined) start(0);
    else if (joined.has(join.group)) joined.get(join.group)!.push(join.box);
    else joined.set(join.group, [join.box]);
  }
  for (const [group, boxes] of joined) {
    for (let first = 0; first < boxes.length; first += JOINED_MAX) {
      group.startTogether(boxes.slice(first, first + JOINED_MAX));
    }
  }
}
