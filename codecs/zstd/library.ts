/**
 * libzstd in WebAssembly, behind two functions that check what the package does not.
 *
 * The package is `@bokuweb/zstd-wasm` because it passes every level through (`numcodecs` raises those below 1
 * to 1), takes the capacity of the output where a frame does not say its size, and is synchronous once loaded.
 * In a browser `init()` fetches the one file `zstd.wasm` beside the script (Vite and webpack emit it there; with esbuild
 * it has to be copied).
 *
 * It holds one WebAssembly instance for the life of the process and cannot replace it. A call that traps may
 * leave that instance's heap half-written, so the library is then retired: each later call fails at once,
 * rather than perhaps return wrong bytes.
 */
import { CodecFault } from "../fault.ts";
import { initialize } from "./initialize.ts";

export interface ZstdLibrary {
  /** One frame that states its content size and has no checksum. `level` is -131072…22, 0 the default. */
  compress(decoded: Uint8Array, level: number): Uint8Array;
  /** Decodes one whole frame into at most `capacityBytes` bytes. */
  decompressFrame(frame: Uint8Array, capacityBytes: number): Uint8Array;
}

/** The instance's heap ends at 2 GiB, and the package does not notice when an allocation fails. */
const CALL_BYTES_MAX = 2 ** 30;

/** `ZSTD_ErrorCode` in zstd_errors.h; the values are stable since 1.3.1. */
const ZSTD_ERRORS = {
  frameParameterWindowTooLarge: 16,
  checksumWrong: 22,
  memoryAllocation: 64,
  destinationTooSmall: 70,
} as const;

type Package = typeof import("@bokuweb/zstd-wasm");

let loading: Promise<ZstdLibrary> | undefined;

/** Loads the WebAssembly module, once per process. */
export function loadZstd(): Promise<ZstdLibrary> {
  loading ??= load();
  return loading;
}

async function load(): Promise<ZstdLibrary> {
  const zstd: Package = await import("@bokuweb/zstd-wasm");
  await initialize(() => zstd.init());
  let retiredBy: unknown;

  function call(bytesInvolved: number, work: () => Uint8Array): Uint8Array {
    if (retiredBy !== undefined) {
      throw new CodecFault("internal", { cause: retiredBy });
    }
    if (bytesInvolved > CALL_BYTES_MAX) {
      throw new CodecFault("unsupported", { expected: CALL_BYTES_MAX, actual: bytesInvolved });
    }
    try {
      return work();
    } catch (error) {
      const code = errorCodeOf(error);
      if (code === undefined) {
        retiredBy = error;
        throw new CodecFault("internal", { cause: error });
      }
      throw new CodecFault(reasonOf(code), { cause: error });
    }
  }

  return {
    compress: (decoded, level) => call(2 * decoded.length, () => zstd.compress(decoded, level)),
    decompressFrame: (frame, capacityBytes) =>
      call(frame.length + capacityBytes, () => zstd.decompress(frame, { defaultHeapSize: capacityBytes })),
  };
}

/** The package's errors carry libzstd's code in the sentence and nowhere else; any other error is a trap. */
function errorCodeOf(error: unknown): number | undefined {
  const [, digits] = /code -(\d+)$/.exec(error instanceof Error ? error.message : "") ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function reasonOf(code: number) {
  switch (code) {
    case ZSTD_ERRORS.checksumWrong:
      return "checksum-mismatch";
    case ZSTD_ERRORS.frameParameterWindowTooLarge:
      return "unsupported";
    case ZSTD_ERRORS.memoryAllocation:
      return "internal";
    case ZSTD_ERRORS.destinationTooSmall:
      return "too-large";
    default:
      return "malformed";
  }
}
