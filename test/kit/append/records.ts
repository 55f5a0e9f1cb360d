/** Records of writers at work, to be cut short anywhere: from an empty store, and from what a crash has left. */
import { join } from "node:path";
import { recoverStore } from "../../../src/append/open-writer.ts";
import type { Scratch } from "./check-state.ts";
import type { CrashState } from "./crash-states.ts";
import { type History, readImage, writeImage } from "./disk.ts";
import { readKnown, STORE_NAME, writeAtOnce } from "./known-store.ts";
import { RecordingFiles } from "./recording-files.ts";
import { type Expectation, Ledger, NOTHING, Session, type SessionOptions, TestClock } from "./session.ts";
import type { Workload } from "./workloads.ts";

export interface Recorded {
  readonly history: History;
  readonly ledger: Ledger;
  /** Operations that had been done before, and cannot be cut short any more. */
  readonly from: number;
}

export interface RecordOptions extends SessionOptions {
  /** Whether the file system can replace a page in one piece. Default: true. */
  readonly hasDirectWrites?: boolean;
}

export async function recordWorkload(
  workload: Workload,
  scratch: Scratch,
  { hasDirectWrites = true, ...options }: RecordOptions = {},
): Promise<Recorded> {
  const directory = await scratch();
  await writeAtOnce(directory, NOTHING);
  const before = { base: readImage(directory), operations: [] };
  const files = new RecordingFiles(directory, before, { hasDirectWrites });
  const ledger = new Ledger(() => files.operations.length);
  const session = await Session.open(directory, files, ledger, () => readKnown(directory), options);
  await workload(session);
  await session.giveUp();
  return { history: files, ledger, from: 0 };
}

/** Recovers what a crash has left. */
export async function recordRecovery(
  state: CrashState,
  expected: Expectation,
  scratch: Scratch,
): Promise<Recorded> {
  const { directory, files, ledger } = await continued(state, expected, scratch);
  await recoverStore(join(directory, STORE_NAME), { files, clock: new TestClock(), settleMs: 0 });
  return { history: files, ledger, from: state.history.operations.length };
}

/** Opens what a crash has left, and goes on. */
export async function recordResumption(
  state: CrashState,
  expected: Expectation,
  workload: Workload,
  scratch: Scratch,
): Promise<Recorded> {
  const { directory, files, ledger } = await continued(state, expected, scratch);
  const session = await Session.open(directory, files, ledger, () => readKnown(directory));
  await workload(session);
  await session.giveUp();
  return { history: files, ledger, from: state.history.operations.length };
}

async function continued(state: CrashState, expected: Expectation, scratch: Scratch) {
  const directory = await scratch();
  writeImage(state.image(), directory);
  const files = new RecordingFiles(directory, state.history);
  return { directory, files, ledger: new Ledger(() => files.operations.length, expected) };
}
