/**
 * Lets timers, I/O and aborts through between two chunks. Promises alone do not: a chain of them that never waits for
 * the outside runs to its end before the event loop turns.
 */

/** Short enough that nobody notices, long enough that turning the loop costs nothing. */
const BREATH_EVERY_MS = 8;

let lastBreathMs = 0;

export async function breathe(): Promise<void> {
  if (performance.now() - lastBreathMs < BREATH_EVERY_MS) return;
  await new Promise<void>((resolve) => {
    // Browsers have no setImmediate.
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
  lastBreathMs = performance.now();
}
