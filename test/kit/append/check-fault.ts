/** What is promised when the disk refuses: an error of one kind, a writer that has stopped, and nothing lost. */
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { recoverStore } from "../../../src/append/open-writer.ts";
import { isQuarryError } from "../../../src/errors.ts";
import { checkRecovery, checkVisible, type Scratch } from "./check-state.ts";
import type { CrashState } from "./crash-states.ts";
import { readImage, writeImage } from "./disk.ts";
import { type Fault, FaultyFiles } from "./faulty-files.ts";
import { readKnown, STORE_NAME, writeAtOnce } from "./known-store.ts";
import { RecordingFiles } from "./recording-files.ts";
import { type Expectation, Ledger, NOTHING, Session, type SessionOptions, TestClock } from "./session.ts";
import type { Workload } from "./workloads.ts";

/** Turns of the event loop in which something that was left running would show. */
const TURNS = 20;

/** How many operations a workload makes that may fail. */
export async function countOperations(
  workload: Workload,
  scratch: Scratch,
  options?: SessionOptions,
): Promise<string[]> {
  const { files, ledger, directory } = await prepare(scratch);
  const faulty = new FaultyFiles(files);
  await workload(await Session.open(directory, faulty, ledger, () => readKnown(directory), options));
  return faulty.operations;
}

/** Runs a workload with a fault in it, and recovers what it leaves when the disk is well again. */
export async function checkFault(
  workload: Workload,
  fault: Fault,
  scratch: Scratch,
  options?: SessionOptions,
): Promise<void> {
  const { files, ledger, directory } = await prepare(scratch);
  const faulty = new FaultyFiles(files, fault);
  let session: Session | undefined;
  const told = await errorOf(async () => {
    session = await Session.open(directory, faulty, ledger, () => readKnown(directory), options);
    await workload(session);
  });
  checkStoreFailed("whoever was served then", told);
  if (session !== undefined && !session.isClosed) {
    const stopped = session;
    checkStoreFailed("whoever appends after it", await errorOf(() => stopped.append(1)));
    await session.giveUp();
  }
  const operationsDone = faulty.operations.length;
  for (let turn = 0; turn < TURNS; turn++) await setImmediate();
  if (faulty.operations.length !== operationsDone) {
    throw new Error(`the writer was closed, and went on with ${faulty.operations.slice(operationsDone)}`);
  }
  if (files.openFiles !== 0) throw new Error(`${files.openFiles} files are still open`);
  const expected = ledger.at(Number.POSITIVE_INFINITY);
  const seen = await checkVisible(directory, expected, false);
  await checkRecovery(directory, files, expected, seen, scratch);
}

/**
 * Recovers what a crash has left with a fault in it, and again when the disk is well.
 * @returns whether the fault's turn has come
 */
export async function checkRecoveryFault(
  state: CrashState,
  expected: Expectation,
  fault: Fault,
  scratch: Scratch,
): Promise<boolean> {
  const directory = await scratch();
  const image = state.image();
  writeImage(image, directory);
  const files = new RecordingFiles(directory, { base: image, operations: [] });
  const faulty = new FaultyFiles(files, fault);
  const platform = { files: faulty, clock: new TestClock(), settleMs: 0 };
  const told = await errorOf(async () => {
    await recoverStore(join(directory, STORE_NAME), platform);
  });
  if (faulty.operations.length <= fault.at) return false;
  checkStoreFailed("whoever recovers", told);
  if (files.openFiles !== 0) throw new Error(`${files.openFiles} files are still open`);
  const seen = await checkVisible(directory, expected, false);
  await checkRecovery(directory, files, expected, seen, scratch);
  return true;
}

async function prepare(scratch: Scratch) {
  const directory = await scratch();
  await writeAtOnce(directory, NOTHING);
  const files = new RecordingFiles(directory, { base: readImage(directory), operations: [] });
  return { directory, files, ledger: new Ledger(() => files.operations.length) };
}

async function errorOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

function checkStoreFailed(who: string, error: unknown): void {
  if (isQuarryError(error) && error.code === "STORE_FAILED") return;
  throw new Error(`${who} is told ${error === undefined ? "nothing" : String(error)}`, { cause: error });
}
