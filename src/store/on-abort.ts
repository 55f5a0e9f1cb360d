/**
 * Being told of an abort, by one listener a signal however many ask: a hundred requests of one read share its signal,
 * and Node warns of a leak from the eleventh listener on.
 *
 * The listener is there only while somebody waits: a signal that depends on others (`AbortSignal.any`) stays in memory
 * for as long as it has one and the others live.
 */
interface Watch {
  readonly waiting: Set<() => void>;
  readonly listener: () => void;
}

const watches = new WeakMap<AbortSignal, Watch>();

/**
 * Calls `callback` when `signal` aborts. It must not have aborted yet.
 * @returns what ends it; to be called when the abort is of no interest any more
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const { waiting, listener } = watches.get(signal) ?? newWatch(signal);
  // A function of its own: the same callback may be given twice.
  const call = (): void => callback();
  if (waiting.size === 0) signal.addEventListener("abort", listener);
  waiting.add(call);
  return () => {
    if (waiting.delete(call) && waiting.size === 0) signal.removeEventListener("abort", listener);
  };
}

function newWatch(signal: AbortSignal): Watch {
  const waiting = new Set<() => void>();
  const watch: Watch = {
    waiting,
    listener: () => {
      for (const call of [...waiting]) call();
    },
  };
  watches.set(signal, watch);
  return watch;
}
