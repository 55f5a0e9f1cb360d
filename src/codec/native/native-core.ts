/**
 * The C++ core as this process may have it: the addon, where it loads and the user has not chosen otherwise.
 *
 * `QUARRY_BACKEND=native|portable` forces a backend, and a forced one that is not there is an error, never a quiet
 * change of speed. `QUARRY_THREADS` sets the number of the core's threads (default: one a CPU).
 */
import { QuarryError } from "../../errors.ts";
import { type CoreSearch, checkThreadCount, type NativeCore } from "../backend.ts";
import { type Addon, findAddon } from "./addon.ts";
import { nativeCodecs } from "./chain-handles.ts";
import { openLocalEngine } from "./local-engine.ts";
import { nativeBackend } from "./native-chain.ts";

/** @throws QuarryError `BACKEND_UNAVAILABLE` if `QUARRY_BACKEND=native` and the addon does not load */
export function findNativeCore(): CoreSearch {
  const { QUARRY_BACKEND: forced, QUARRY_THREADS: threads } = process.env;
  if (forced !== undefined && forced !== "" && forced !== "native" && forced !== "portable") {
    throw new QuarryError(
      "BACKEND_UNAVAILABLE",
      `QUARRY_BACKEND is ${JSON.stringify(forced)}; it may be "native" or "portable"`,
    );
  }
  if (forced === "portable") return { core: undefined, reason: "QUARRY_BACKEND=portable" };
  const found = findAddon();
  if (found.addon !== undefined) {
    if (threads !== undefined && threads !== "") {
      const count = Number(threads);
      checkThreadCount(count, `QUARRY_THREADS is ${JSON.stringify(threads)}`);
      found.addon.setThreadCount(count);
    }
    const reason = forced === "native" ? "QUARRY_BACKEND=native" : `the addon is there (${found.file})`;
    return { core: coreOf(found.addon), reason };
  }
  if (forced === "native") {
    throw new QuarryError(
      "BACKEND_UNAVAILABLE",
      `QUARRY_BACKEND=native, but there is no C++ addon: ${found.reason}; build it with \`npm run build:native\``,
    );
  }
  return { core: undefined, reason: `no C++ addon: ${found.reason}` };
}

function coreOf(addon: Addon): NativeCore {
  return {
    backend: nativeBackend(addon),
    simd: addon.simd,
    threadCount: () => addon.threadCount(),
    setThreadCount: (count) => addon.setThreadCount(count),
    hasCodecsOf: (pipeline) => nativeCodecs(pipeline) !== undefined,
    openLocalEngine: (layout, localDirectory) => openLocalEngine(addon, layout, localDirectory),
    allocateOutput: (bytes) => addon.allocateOutput(bytes),
  };
}
