/**
 * Which of the two backends runs codecs in this process. Chosen once: the C++ addon where it loads, else the portable
 * implementations. `QUARRY_BACKEND=native|portable` forces one, and a forced backend that is not there is an error,
 * never a quiet change of speed. `QUARRY_THREADS` sets the number of the core's threads (default: one a CPU).
 */
import type { ItemHeap } from "../../codecs/item-heap.ts";
import { QuarryError } from "../errors.ts";
import type { Backend, Chain } from "./chain.ts";
import type { ArrayEngine, ArrayLayout } from "./engine.ts";
import type { ChainSubject } from "./fault-message.ts";
import { type Addon, findAddon } from "./native/addon.ts";
import { openLocalEngine } from "./native/local-engine.ts";
import { nativeBackend, nativeCodecs } from "./native/native-chain.ts";
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

interface Choice {
  readonly backend: Backend;
  readonly reason: string;
  readonly addon: Addon | undefined;
}

let chosen: Choice | undefined;

/**
 * The backend of this process.
 * @throws QuarryError `BACKEND_UNAVAILABLE` if `QUARRY_BACKEND=native` and the addon does not load
 */
export function backend(): BackendInfo {
  const { backend, reason, addon } = choose();
  return {
    name: backend.name,
    reason,
    threads: addon?.threadCount() ?? 1,
    simd: addon?.simd ?? "none",
  };
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
  const chain = await choose().backend.createChain(pipeline, subject, heap);
  return chain ?? (await portableBackend.createChain(pipeline, subject, heap))!;
}

/** The engine that does its own I/O in `localDirectory`, or undefined where the bytes have to go through JavaScript. */
export function createLocalEngine(layout: ArrayLayout, localDirectory: string): ArrayEngine | undefined {
  const { addon } = choose();
  return addon && openLocalEngine(addon, layout, localDirectory);
}

/** Which backend runs `pipeline` here. */
export function backendOf(pipeline: Pipeline): "native" | "portable" {
  return choose().addon !== undefined && nativeCodecs(pipeline) !== undefined ? "native" : "portable";
}

function choose(): Choice {
  chosen ??= chooseBackend(process.env.QUARRY_BACKEND, process.env.QUARRY_THREADS);
  return chosen;
}

function chooseBackend(forced: string | undefined, threads: string | undefined): Choice {
  if (forced !== undefined && forced !== "" && forced !== "native" && forced !== "portable") {
    throw new QuarryError(
      "BACKEND_UNAVAILABLE",
      `QUARRY_BACKEND is ${JSON.stringify(forced)}; it may be "native" or "portable"`,
    );
  }
  if (forced === "portable") {
    return { backend: portableBackend, reason: "QUARRY_BACKEND=portable", addon: undefined };
  }
  const found = findAddon();
  if (found.addon !== undefined) {
    setThreads(found.addon, threads);
    return {
      backend: nativeBackend(found.addon),
      reason: forced === "native" ? "QUARRY_BACKEND=native" : `the addon is there (${found.file})`,
      addon: found.addon,
    };
  }
  if (forced === "native") {
    throw new QuarryError(
      "BACKEND_UNAVAILABLE",
      `QUARRY_BACKEND=native, but there is no C++ addon: ${found.reason}; build it with \`npm run build:native\``,
    );
  }
  return { backend: portableBackend, reason: `no C++ addon: ${found.reason}`, addon: undefined };
}

function setThreads(addon: Addon, threads: string | undefined): void {
  if (threads === undefined || threads === "") return;
  const count = Number(threads);
  if (!Number.isInteger(count) || count < 1 || count > 256) {
    throw new RangeError(
      `QUARRY_THREADS is ${JSON.stringify(threads)}; it may be a whole number from 1 to 256`,
    );
  }
  addon.setThreadCount(count);
}
