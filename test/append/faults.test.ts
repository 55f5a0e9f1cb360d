/**
 * A disk that refuses, at each operation in turn. Some of the faults every day; all of them as `crash-points.test.ts` says.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AppendFiles } from "../../src/append/files.ts";
import { compactStore, openWriterOn, recoverStore } from "../../src/append/open-writer.ts";
import { chosen } from "../kit/append/check-all.ts";
import { checkFault, checkRecoveryFault, countOperations } from "../kit/append/check-fault.ts";
import { killStates } from "../kit/append/crash-states.ts";
import { readImage, writeImage } from "../kit/append/disk.ts";
import { type Fault, FaultyFiles } from "../kit/append/faulty-files.ts";
import { arraysOf, STORE_NAME, writeAtOnce } from "../kit/append/known-store.ts";
import { RecordingFiles } from "../kit/append/recording-files.ts";
import { recordWorkload } from "../kit/append/records.ts";
import { ScratchSpace } from "../kit/append/scratch.ts";
import { NOTHING, TestClock } from "../kit/append/session.ts";
import { flowing, growing, late } from "../kit/append/workloads.ts";
import { isDeep, reportCases } from "../kit/property.ts";

const seed = Number(process.env.QUARRY_TEST_SEED ?? 1);

const KINDS = [
  { code: "EIO" },
  { code: "ENOSPC", isShort: true },
  { code: "ENOSPC", isShort: true, isLasting: true },
  { code: "EROFS", isLasting: true },
] as const;

/** Each kind of fault at each operation, or at some of them. */
function faultsOf(operations: number, everyNth: number): Fault[] {
  const faults = Array.from({ length: operations }, (_, at) => KINDS.map((kind) => ({ at, ...kind }))).flat();
  return faults.filter((_, position) => isDeep || position % everyNth === seed % everyNth);
}

describe.each([
  ["growing", growing, "always"],
  ["flowing", flowing, "interval"],
  ["late", late, "none"],
] as const)("a writer that is %s", (name, workload, sync) => {
  test("stops at a fault, says so, and loses nothing", async () => {
    const space = new ScratchSpace();
    const options = { sync, syncIntervalMs: 60_000 };
    const operations = await countOperations(workload, space.make, options);
    const faults = faultsOf(operations.length, 67);
    for (const fault of faults) {
      try {
        await checkFault(workload, fault, space.make, options);
      } catch (error) {
        const where = `${fault.code} at ${fault.at}, ${operations[fault.at]}`;
        throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
      }
      space.clear();
    }
    await reportCases(`${name}, faults`, faults.length, seed);
  });
});

test("recovery stops at a fault, says so, and can be done again", async () => {
  const space = new ScratchSpace();
  const { history, ledger } = await recordWorkload(late, space.make);
  let faults = 0;
  for (const state of chosen(killStates(history), ledger, isDeep ? 40 : 900, seed)) {
    for (let at = 0, isReached = true; isReached; at += isDeep ? 1 : 23) {
      const fault = { at, ...KINDS[at % KINDS.length]! };
      isReached = await checkRecoveryFault(state, ledger.at(state.at), fault, space.make);
      space.clear();
      faults += 1;
    }
  }
  await reportCases("recovery, faults", faults, seed);
});

test("nothing is acknowledged behind a frame that could not be written, however soon it comes", async () => {
  const space = new ScratchSpace();
  const appendOne = async (files: AppendFiles, directory: string) => {
    const platform = { files, clock: new TestClock(), settleMs: 0 };
    const options = { publishIntervalMs: Number.POSITIVE_INFINITY };
    const writer = await openWriterOn(join(directory, STORE_NAME), options, platform);
    await writer.append(rows(0, 1));
    return { writer, platform };
  };
  const store = await emptyStore(space);
  const counting = new FaultyFiles(store);
  const { writer: undisturbed } = await appendOne(counting, store.directory);
  const nextOperation = counting.operations.length;
  await undisturbed.close();

  // The write of the next frame is refused, or its sync.
  for (const at of [nextOperation, nextOperation + 1]) {
    for (let ticks = 0; ticks < 12; ticks++) {
      const files = await emptyStore(space);
      const { writer, platform } = await appendOne(
        new FaultyFiles(files, { at, code: "EIO" }),
        files.directory,
      );
      const batches = [writer.append(rows(1, 2))];
      for (let tick = 0; tick < ticks; tick++) await undefined;
      batches.push(writer.append(rows(2, 3)));
      const outcomes = await Promise.allSettled(batches);
      expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      await writer.close();
      const report = await recoverStore(join(files.directory, STORE_NAME), { ...platform, files });
      expect(report.committedRows).toBeGreaterThanOrEqual(1);
      space.clear();
    }
  }
});

test("compaction stops at a fault, says so, and can be done again", async () => {
  const space = new ScratchSpace();
  const { history } = await recordWorkload(growing, space.make);
  const states = [...killStates(history)];
  const stopped = states[states.length >> 1]!;
  const compact = async (fault?: Fault) => {
    const directory = await space.make();
    writeImage(stopped.image(), directory);
    const files = new RecordingFiles(directory, { base: stopped.image(), operations: [] });
    const platform = { files: new FaultyFiles(files, fault), clock: new TestClock(), settleMs: 0 };
    const compacting = compactStore(join(directory, STORE_NAME), platform);
    return { files, compacting, operations: platform.files.operations };
  };
  const undisturbed = await compact();
  expect((await undisturbed.compacting).shards).toBeGreaterThan(0);
  for (let at = seed % 23; at < undisturbed.operations.length; at += isDeep ? 1 : 23) {
    const { files, compacting } = await compact({ at, code: "EIO" });
    await expect(compacting, undisturbed.operations[at]!).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(files.openFiles).toBe(0);
    await compactStore(join(files.directory, STORE_NAME));
  }
});

async function emptyStore(space: ScratchSpace): Promise<RecordingFiles> {
  const directory = await space.make();
  await writeAtOnce(directory, NOTHING);
  return new RecordingFiles(directory, { base: readImage(directory), operations: [] });
}

function rows(from: number, to: number) {
  return Object.fromEntries([...arraysOf("", [])].map(([path, known]) => [path, known.rows(from, to)]));
}

test("a disk that takes no change is an error at once", async () => {
  const files = await emptyStore(new ScratchSpace());
  const platform = {
    files: new FaultyFiles(files, { at: 0, code: "EROFS", isLasting: true }),
    clock: new TestClock(),
    settleMs: 0,
  };
  const opening = openWriterOn(join(files.directory, STORE_NAME), {}, platform);
  await expect(opening).rejects.toMatchObject({ code: "STORE_FAILED", cause: { code: "EROFS" } });
  expect(readImage(files.directory)).toEqual(files.base);
});
