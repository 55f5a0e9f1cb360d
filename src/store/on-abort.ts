/**
 * Being told of an abort, by one listener a signal however many ask: a hundred requests of one read share its signal,
 * and Node warns of a leak from the eleventh listener on.
 */
const callbacks = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `callback` when `signal` aborts. It must not have aborted yet.
 * @returns what ends it; to be called when the abort is of no interest any more
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const waiting = callbacks.get(signal) ?? startListening(signal);
  // A function of its own: the same callback may be given twice.
  const call = (): void => callback();
  waiting.add(call);
  return () => void waiting.delete(call);
}

/** For as long as the signal lives: its owner lets go of it when the work is done. */
function startListening(signal: AbortSignal): Set<() => void> {
  const waiting = new Set<() => void>();
  callbacks.set(signal, waiting);
  signal.addEventListener(
    "abort",
    () => {
      for (const call of [...waiting]) call();
    },
    { once: true },
  );
  return waiting;
}
