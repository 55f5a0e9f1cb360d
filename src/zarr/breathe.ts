/**
 * Lets timers, I/O and aborts through between two chunks. Promises alone do not: a chain of them that never waits for
 * the outside runs to its end before the event loop turns.
 *
 * Of those that wait, one goes on a turn: together they would do so much before the next that it was no pause.
 */

/** Short enough that nobody notices, long enough that turning the loop costs nothing. */
const BREATH_EVERY_MS = 8;

let lastBreathMs = 0;
const waiting: (() => void)[] = [];

export async function breathe(): Promise<void> {
  if (performance.now() - lastBreathMs < BREATH_EVERY_MS) return;
  await new Promise<void>((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) afterTurn(goOn);
  });
}

function goOn(): void {
  lastBreathMs = performance.now();
  waiting.shift()!();
  if (waiting.length > 0) afterTurn(goOn);
}

/** Calls `then` when the event loop has turned. */
const afterTurn: (then: () => void) => void = typeof setImmediate === "function" ? setImmediate : byMessage();

/** Browsers have no setImmediate, and make timers that set timers wait for 4 ms. */
function byMessage(): (then: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const calls: (() => void)[] = [];
  port1.addEventListener("message", () => calls.shift()!());
  port1.start();
  return (then) => {
    calls.push(then);
    port2.postMessage(undefined);
  };
}
