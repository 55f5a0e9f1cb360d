/**
 * Waiting for zstd.wasm. In a browser the package fetches it, and where that fails its promise never settles: all that
 * happens is a rejection which nobody handles. So that one is listened for while it loads.
 */
import { QuarryError } from "../../src/errors.ts";

/** For a fetch that fails without a word; a slow line needs its time for 246 KiB. */
const LOADING_MS_MAX = 60_000;

/** What a browser has and Node has not. */
interface PageEvents {
  addEventListener?(type: string, listen: (event: { readonly reason: unknown }) => void): void;
  removeEventListener?(type: string, listen: (event: { readonly reason: unknown }) => void): void;
}

/** @throws QuarryError `BACKEND_UNAVAILABLE` */
export async function initialize(init: () => Promise<void>): Promise<void> {
  const page = globalThis as PageEvents;
  let stop = (): void => {};
  const failure = new Promise<never>((_, reject) => {
    const listen = ({ reason }: { readonly reason: unknown }): void => {
      // A `WebAssembly.RuntimeError` of the package's `abort()`.
      const { name, message } = reason instanceof Error ? reason : new Error();
      if (name === "RuntimeError" && message.startsWith("Aborted")) reject(unavailable(reason));
    };
    page.addEventListener?.("unhandledrejection", listen);
    const timer = setTimeout(() => reject(unavailable(undefined)), LOADING_MS_MAX);
    stop = () => {
      page.removeEventListener?.("unhandledrejection", listen);
      clearTimeout(timer);
    };
  });
  try {
    await Promise.race([init(), failure]);
  } finally {
    stop();
  }
}

function unavailable(cause: unknown): QuarryError {
  return new QuarryError(
    "BACKEND_UNAVAILABLE",
    "zstd.wasm could not be loaded: serve it beside the script (not every bundler emits it there), and let the page's " +
      "Content-Security-Policy allow 'wasm-unsafe-eval'",
    { codec: "zstd", cause },
  );
}
