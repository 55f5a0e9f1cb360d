/** What is promised of a store after a crash: to readers before anybody repairs it, to the next writer, and of its bytes. */
import { join } from "node:path";
import { recoverStore } from "../../../src/append/open-writer.ts";
import { isQuarryError } from "../../../src/errors.ts";
import type { CrashState } from "./crash-states.ts";
import { type DiskImage, readImage, writeImage } from "./disk.ts";
import { filesAtOnce, type KnownContent, type LateArray, readKnown, STORE_NAME } from "./known-store.ts";
import { RecordingFiles } from "./recording-files.ts";
import { type Expectation, Ledger, Session, TestClock } from "./session.ts";

/** What a reader may be told of a page that is neither the old one nor the new. */
const TORN_CODES = ["SHARD_INDEX_CORRUPT", "CHUNK_CORRUPT"];

/** Makes an empty directory. */
export type Scratch = () => Promise<string>;

/**
 * Puts the state in a directory and looks at it.
 * @param options `again`: whether a writer goes on behind what was recovered
 */
export async function checkState(
  state: CrashState,
  expected: Expectation,
  scratch: Scratch,
  { again = true } = {},
): Promise<void> {
  const directory = await scratch();
  const image = state.image();
  writeImage(image, directory);
  const seen = await checkVisible(directory, expected, state.isTorn);
  const files = new RecordingFiles(directory, { base: image, operations: [] });
  const recovered = await checkRecovery(directory, files, expected, seen, scratch);
  if (again) await checkGoingOn(directory, files, recovered, scratch);
}

/**
 * That readers see a complete commit, though nothing has been repaired.
 * @returns what they see; undefined where they are told of a torn page
 */
export async function checkVisible(
  directory: string,
  expected: Expectation,
  isTorn: boolean,
): Promise<KnownContent | undefined> {
  let seen: KnownContent;
  try {
    seen = await readKnown(directory);
  } catch (error) {
    if (isTorn && isQuarryError(error) && TORN_CODES.includes(error.code)) return undefined;
    throw new Error(`before recovery: ${(error as Error).message}`, { cause: error });
  }
  checkBounds("a reader sees", seen, expected.shown, expected);
  return seen;
}

/** That recovery keeps what was acknowledged, and what readers had seen, and leaves the bytes of a store written at once. */
export async function checkRecovery(
  directory: string,
  files: RecordingFiles,
  expected: Expectation,
  seen: KnownContent | undefined,
  scratch: Scratch,
): Promise<KnownContent> {
  await recoverStore(join(directory, STORE_NAME), { files, clock: new TestClock(), settleMs: 0 });
  const recovered = await checkClosed(directory, files, scratch);
  checkBounds("recovery leaves", recovered, expected.kept, expected);
  if (seen !== undefined) checkBounds("after what was seen, recovery leaves", recovered, seen, expected);
  return recovered;
}

/** That the next writer appends behind what was recovered. */
async function checkGoingOn(
  directory: string,
  files: RecordingFiles,
  recovered: KnownContent,
  scratch: Scratch,
): Promise<void> {
  const ledger = new Ledger(() => 0);
  const session = await Session.open(directory, files, ledger, () => readKnown(directory));
  await session.append(1);
  await session.append(2, "trades");
  await session.close();
  const { rows } = await checkClosed(directory, files, scratch);
  const want = { ...recovered.rows, "": recovered.rows[""]! + 1, trades: recovered.rows.trades! + 2 };
  if (text(rows) !== text(want)) throw new Error(`${text(rows)} rows, not ${text(want)}`);
}

/** That a store which was closed has the bytes of one that was written at once, and nothing lies beside it. */
async function checkClosed(
  directory: string,
  files: RecordingFiles,
  scratch: Scratch,
): Promise<KnownContent> {
  if (files.openFiles !== 0) throw new Error(`${files.openFiles} files are still open`);
  const content = await readKnown(directory);
  const { files: stored } = readImage(directory);
  checkSameFiles(stored, await filesAtOnce(content, scratch));
  return content;
}

export function checkSameFiles(stored: DiskImage["files"], wanted: DiskImage["files"]): void {
  const paths = [...new Set([...stored.keys(), ...wanted.keys()])].sort();
  const differing = paths.flatMap((path) => {
    const [is, should] = [stored.get(path), wanted.get(path)];
    if (is === undefined) return [`${path} is missing`];
    if (should === undefined) return [`${path} is too much`];
    return Buffer.compare(is, should) === 0 ? [] : [`${path} has other bytes`];
  });
  if (differing.length > 0) throw new Error(`not as written at once: ${differing.join(", ")}`);
}

/** That `content` has at least what `least` has, no more than was asked for, and whole batches of it. */
export function checkBounds(
  who: string,
  content: KnownContent,
  least: KnownContent,
  { asked, batchEnds }: Pick<Expectation, "asked" | "batchEnds">,
): void {
  const fault = (what: string) => new Error(`${who} ${what}: ${text(content)}`);
  for (const [group, rows] of Object.entries(content.rows)) {
    if (rows < least.rows[group]!) throw fault(`less than the ${least.rows[group]} rows of "${group}"`);
    if (rows > asked.rows[group]!) throw fault(`more than the ${asked.rows[group]} rows of "${group}"`);
    if (!batchEnds[group]!.has(rows)) throw fault("a part of a batch");
  }
  const lacks = (path: LateArray) => !content.late.includes(path);
  if (least.late.some(lacks)) throw fault(`not all of ${text(least.late)}`);
  if (content.late.some((path) => !asked.late.includes(path))) throw fault("an array nobody asked for");
  if (least.isFinal && !content.isFinal) throw fault("no attributes");
  if (content.isFinal && !asked.isFinal) throw fault("attributes nobody asked for");
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
