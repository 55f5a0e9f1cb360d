/**
 * Which of the two backends runs codecs in this process. Chosen once, when it is first asked for: the C++ core where
 * the platform can have one and finds it, else the portable implementations.
 *
 * Nothing here needs the core: a platform that can have one brings it along (`src/platform/`).
 */
import type { ItemHeap } from "../../codecs/item-heap.ts";
import type { Backend, Chain } from "./chain.ts";
import type { ArrayEngine, ArrayLayout } from "./engine.ts";
import type { ChainSubject } from "./fault-message.ts";
import type { Pipeline } from "./pipeline.ts";
import { portableBackend } from "./portable/portable-chain.ts";

export interface BackendInfo {
  readonly name: "native" | "portable";
  /** Why this one, in words. */
  readonly reason: string;
  /** Threads that run codecs. */
  readonly threads: number;
  /** Vector instructions in use. */
  readonly simd: string;
}

/** The C++ core, which besides running codecs reads and writes files. */
export interface NativeCore {
  readonly backend: Backend;
  /** Vector instructions in use. */
  readonly simd: string;
  threadCount(): number;
  setThreadCount(count: number): void;
  hasCodecsOf(pipeline: Pipeline): boolean;
  /** The engine for `layout`, or undefined where the core lacks a codec or the data type. */
  openLocalEngine(layout: ArrayLayout, localDirectory: string): ArrayEngine | undefined;
  /** Memory of undefined content, or undefined where there is none. */
  allocateOutput(bytes: number): ArrayBuffer | undefined;
}

export interface CoreSearch {
  readonly core: NativeCore | undefined;
  /** Why it is there, or not, in words. */
  readonly reason: string;
}

let findCore = (): CoreSearch => ({ core: undefined, reason: "this platform has no C++ core" });
let found: CoreSearch | undefined;

/** Says how the core is found, on a platform that can have one; before anything asks for the backend. */
export function findCoreBy(find: () => CoreSearch): void {
  findCore = find;
}

/**
 * The backend of this process.
 * @throws QuarryError `BACKEND_UNAVAILABLE` if `QUARRY_BACKEND=native` and the addon does not load
 */
export function backend(): BackendInfo {
  const { core, reason } = search();
  return {
    name: (core?.backend ?? portableBackend).name,
    reason,
    threads: core?.threadCount() ?? 1,
    simd: core?.simd ?? "none",
  };
}

const THREADS_MAX = 256;

/**
 * Sets how many threads of the core read, write and run codecs, for all arrays of this process and its worker threads.
 * Default: one a CPU, or `QUARRY_THREADS`. Work that is under way goes on. Without the core there is one thread,
 * JavaScript's, and this changes nothing.
 * @param count 1 … 256
 * @throws RangeError for anything else
 */
export function setThreadCount(count: number): void {
  checkThreadCount(count, `the number of threads is ${count}`);
  search().core?.setThreadCount(count);
}

/** @param what the beginning of the message */
export function checkThreadCount(count: number, what: string): void {
  if (Number.isInteger(count) && count >= 1 && count <= THREADS_MAX) return;
  throw new RangeError(`${what}; it may be a whole number from 1 to ${THREADS_MAX}`);
}

/**
 * The chain of `pipeline`. One that holds a codec which the core does not have runs on the portable backend as a whole.
 * @param heap where items of variable length are: then the chain is for one operation
 */
export async function createChain(
  pipeline: Pipeline,
  subject: ChainSubject,
  heap?: ItemHeap,
): Promise<Chain> {
  const chain = await search().core?.backend.createChain(pipeline, subject, heap);
  return chain ?? (await portableBackend.createChain(pipeline, subject, heap))!;
}

/** The engine that does its own I/O in `localDirectory`, or undefined where the bytes have to go through JavaScript. */
export function createLocalEngine(layout: ArrayLayout, localDirectory: string): ArrayEngine | undefined {
  return search().core?.openLocalEngine(layout, localDirectory);
}

/**
 * Memory for the result of a large read, of undefined content, which the core can give in less time than JavaScript;
 * undefined where there is none.
 */
export function allocateOutput(bytes: number): ArrayBuffer | undefined {
  return search().core?.allocateOutput(bytes);
}

/** Which backend runs `pipeline` here. */
export function backendOf(pipeline: Pipeline): "native" | "portable" {
  return search().core?.hasCodecsOf(pipeline) ? "native" : "portable";
}

function search(): CoreSearch {
  found ??= findCore();
  return found;
}
