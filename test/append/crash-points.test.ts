/**
 * Every point at which a writer can be stopped: readers see a complete commit at once, recovery keeps what was
 * acknowledged, and the next writer goes on. Some of the states every day; all of them, with the counts in the report:
 *
 *     QUARRY_TEST_REPORT=build/test-reports/points.jsonl npx vitest run --project default --testTimeout 14400000 \
 *       test/append/crash-points.test.ts test/append/faults.test.ts
 */
import { describe, expect, test } from "vitest";
import { askPython } from "../interop/python.ts";
import { checkAll, chosen, type Sampling } from "../kit/append/check-all.ts";
import { checkBounds } from "../kit/append/check-state.ts";
import { type CrashState, killStates, powerStates } from "../kit/append/crash-states.ts";
import { writeImage } from "../kit/append/disk.ts";
import { contentSeen, type SeenArrays, STORE_NAME } from "../kit/append/known-store.ts";
import { type Recorded, recordRecovery, recordResumption, recordWorkload } from "../kit/append/records.ts";
import { ScratchSpace } from "../kit/append/scratch.ts";
import type { Ledger } from "../kit/append/session.ts";
import { flowing, growing, late, resuming } from "../kit/append/workloads.ts";
import { isDeep, reportCases } from "../kit/property.ts";

const WORKLOADS = { growing, flowing, late };

const seed = Number(process.env.QUARRY_TEST_SEED ?? 1);

const ALL: Sampling = { everyNth: 1, againEveryNth: 5 };
const sampling = (everyNth: number): Sampling => (isDeep ? ALL : { everyNth, againEveryNth: 10 });

/** What is drawn of the parts that a power cut may take, for each point. */
const power = { subsets: isDeep ? 6 : 1, singles: isDeep, seed };

describe.each(Object.entries(WORKLOADS))("a writer that is %s", (name, workload) => {
  test("can be killed at any point", async () => {
    const space = new ScratchSpace();
    const { history, ledger } = await recordWorkload(workload, space.make);
    await checkAll(`${name}, killed`, killStates(history), ledger, space, sampling(120), seed);
  });

  test("can lose the power at any point", async () => {
    const space = new ScratchSpace();
    const { history, ledger } = await recordWorkload(workload, space.make);
    await checkAll(`${name}, power cut`, powerStates(history, power), ledger, space, sampling(50), seed);
  });

  test.each(["interval", "none"] as const)("loses no more than it may with sync: %s", async (sync) => {
    const space = new ScratchSpace();
    // A minute is longer than any of these take, so that nothing but commits makes rows last.
    const options = { sync, syncIntervalMs: 60_000, keptBy: "commit" } as const;
    const { history, ledger } = await recordWorkload(workload, space.make, options);
    await checkAll(`${name}, ${sync}`, powerStates(history, power), ledger, space, sampling(120), seed);
  });

  test("needs no file system that replaces pages in one piece", async () => {
    const space = new ScratchSpace();
    const { history, ledger } = await recordWorkload(workload, space.make, { hasDirectWrites: false });
    const states = both(killStates(history), powerStates(history, power));
    await checkAll(`${name}, by copies`, states, ledger, space, sampling(400), seed);
  });
});

test("keeps rows that are acknowledged without a sync from a process that is killed", async () => {
  const space = new ScratchSpace();
  const { history, ledger } = await recordWorkload(flowing, space.make, { sync: "none" });
  await checkAll("flowing, none, killed", killStates(history), ledger, space, sampling(100), seed);
});

describe("what a crash has left", () => {
  /** Crashes to recover from: some of the kills, torn frames among them, and some of the power cuts. */
  async function crashes(space: ScratchSpace, everyNth: number): Promise<[CrashState, Recorded][]> {
    const recorded = await recordWorkload(late, space.make);
    const { history, ledger } = recorded;
    return [killStates(history), powerStates(history, { ...power, singles: false })].flatMap((states) =>
      [...chosen(states, ledger, everyNth, seed)].map((state): [CrashState, Recorded] => [state, recorded]),
    );
  }

  async function checkSecond(
    name: string,
    space: ScratchSpace,
    firstEveryNth: number,
    again: (state: CrashState, recorded: Recorded) => Promise<Recorded>,
    secondEveryNth: number,
  ): Promise<void> {
    for (const [state, recorded] of await crashes(space, firstEveryNth)) {
      const { history, ledger, from } = await again(state, recorded);
      const states = both(killStates(history, { from }), powerStates(history, { ...power, from }));
      const label = `${name} after: ${state.label}; then`;
      await checkAll(label, states, ledger, space, sampling(secondEveryNth), seed);
    }
  }

  test("can be recovered, though recovery is stopped at any point", async () => {
    const space = new ScratchSpace();
    const recover = (state: CrashState, { ledger }: Recorded) =>
      recordRecovery(state, ledger.at(state.at), space.make);
    await checkSecond("recovery", space, isDeep ? 200 : 900, recover, 250);
  });

  test("can be gone on with, and that be stopped at any point", async () => {
    const space = new ScratchSpace();
    const goOn = (state: CrashState, { ledger }: Recorded) =>
      recordResumption(state, ledger.at(state.at), resuming, space.make);
    await checkSecond("going on", space, isDeep ? 200 : 900, goOn, 300);
  });
});

test("zarr-python sees a complete commit before anybody repairs anything", async () => {
  const space = new ScratchSpace();
  let stores = 0;
  for (const workload of Object.values(WORKLOADS)) {
    const { history, ledger } = await recordWorkload(workload, space.make);
    const states = both(killStates(history), powerStates(history, power));
    for (const batch of batchesOf(chosen(states, ledger, isDeep ? 1 : 90, seed), 500)) {
      await checkInPython(
        batch.filter(({ isTorn }) => !isTorn),
        ledger,
        space,
      );
      stores += batch.length;
    }
  }
  expect(stores).toBeGreaterThan(50);
  await reportCases("zarr-python before recovery", stores, seed);
});

async function checkInPython(states: readonly CrashState[], ledger: Ledger, space: ScratchSpace) {
  const stores: string[] = [];
  for (const { image } of states) {
    const directory = await space.make();
    writeImage(image(), directory);
    stores.push(`${directory}/${STORE_NAME}`);
  }
  const answers = await askPython<SeenArrays[]>("../append/read_roots.py", { stores });
  for (const [i, { at, label }] of states.entries()) {
    const expected = ledger.at(at);
    try {
      checkBounds(
        "zarr-python sees",
        contentSeen(answers[i]!),
        { ...expected.shown, isFinal: false },
        expected,
      );
    } catch (error) {
      throw new Error(`${label}: ${(error as Error).message}`, { cause: error });
    }
  }
  space.clear();
}

function* batchesOf<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function* both<T>(one: Iterable<T>, other: Iterable<T>): Generator<T> {
  yield* one;
  yield* other;
}
