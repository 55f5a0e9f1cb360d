/** Looks at many states: at all of them in a long run, at some of them every day. */
import { reportCases } from "../property.ts";
import { checkState } from "./check-state.ts";
import { type CrashState, imageHash } from "./crash-states.ts";
import type { ScratchSpace } from "./scratch.ts";
import type { Ledger } from "./session.ts";

export interface Sampling {
  /** Which states are looked at: every how many-th. With 1 those are left out that are the same disk as an earlier one. */
  readonly everyNth: number;
  /** In which of these another writer goes on. */
  readonly againEveryNth: number;
}

/**
 * Some of the states.
 * @param from which of the first `everyNth` is the first
 */
export function* chosen(
  states: Iterable<CrashState>,
  ledger: Ledger,
  everyNth: number,
  from: number,
): Generator<CrashState> {
  const known = new Set<string>();
  let position = 0;
  for (const state of states) {
    if (position++ % everyNth !== from % everyNth) continue;
    if (everyNth === 1) {
      const { shown, kept } = ledger.at(state.at);
      const key = `${imageHash(state.image())}${JSON.stringify([shown, kept])}`;
      if (known.has(key)) continue;
      known.add(key);
    }
    yield state;
  }
}

/** Looks at some of the states. @param from of {@link chosen} */
export async function checkAll(
  name: string,
  states: Iterable<CrashState>,
  ledger: Ledger,
  space: ScratchSpace,
  { everyNth, againEveryNth }: Sampling,
  from: number,
): Promise<void> {
  let checked = 0;
  for (const state of chosen(states, ledger, everyNth, from)) {
    try {
      await checkState(state, ledger.at(state.at), space.make, { again: checked % againEveryNth === 0 });
    } catch (error) {
      throw new Error(`${name}, ${state.label}: ${(error as Error).message}`, { cause: error });
    }
    space.clear();
    checked += 1;
  }
  await reportCases(name, checked, from);
}
