/**
 * The process that reads mutated stores, apart from whoever asks for it, so that a crash, a hang and greed for memory
 * are seen from outside. Each line on standard input is an {@link Order}; each case is announced before it begins and
 * answered after it, one JSON document a line.
 */
import { writeSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { drawMutations, type Files, type Mutation, mutated } from "./mutations.ts";
import { Random } from "./random.ts";
import { type Reading, readEverything } from "./read-everything.ts";
import { verdictOn } from "./verdict.ts";
import { inMemory, type Victim } from "./victim.ts";
import { makeVictims } from "./victims.ts";

/** Cases `from` … `to - 1`; `only` names the mutations (by their place) that are to be done, default all. */
export interface Order {
  readonly from: number;
  readonly to: number;
  readonly only?: readonly number[];
}

export type Answer =
  | { readonly kind: "ready"; readonly victims: number }
  | { readonly kind: "begin"; readonly seed: number }
  | { readonly kind: "end"; readonly seed: number; readonly refused: boolean }
  | {
      readonly kind: "finding";
      readonly seed: number;
      readonly finding: string;
      readonly mutated: MutatedCase;
    }
  | { readonly kind: "done" };

/** A case in words. */
export interface MutatedCase {
  readonly victim: string;
  readonly mutations: readonly Mutation[];
}

/**
 * The most that the process may ever hold. It holds some 150 MiB when it begins; a chunk of a case is at most 16 MiB,
 * and an array that is read whole 2^20 items.
 */
const RESIDENT_BYTES_MAX = 768 * 1024 * 1024;

/** Address sanitizers keep what was freed, and shadows of what there is. */
const IS_SANITIZED = process.env.ASAN_OPTIONS !== undefined;

interface Prepared {
  readonly victim: Victim;
  readonly unharmed: Reading;
}

const answer = (message: Answer): void => void writeSync(1, `${JSON.stringify(message)}\n`);

const directory = await mkdtemp(join(tmpdir(), "quarry-hostile-"));
process.on("exit", () => void rm(directory, { recursive: true, force: true }));
const victims = await makeVictims();
const prepared = new Map<Victim, Prepared>();

async function prepare(victim: Victim): Promise<Prepared> {
  let found = prepared.get(victim);
  if (found === undefined) {
    found = { victim, unharmed: await readEverything(inMemory(victim, victim.files)) };
    prepared.set(victim, found);
  }
  return found;
}

/** The core reads files by itself, so each case is put where no case has been. */
async function inDirectory(victim: Victim, files: Files, seed: number): Promise<string> {
  const place = join(directory, `${seed}`);
  await mkdir(place, { recursive: true });
  for (const [key, bytes] of files) {
    await mkdir(dirname(join(place, key)), { recursive: true });
    await writeFile(join(place, key), bytes);
  }
  return victim.isZip ? join(place, "store.zip") : place;
}

async function run(seed: number, only: readonly number[] | undefined): Promise<void> {
  const random = new Random(seed);
  const { victim, unharmed } = await prepare(random.pick(victims));
  const drawn = drawMutations(random, victim.files);
  const mutations = only === undefined ? drawn : drawn.filter((_, place) => only.includes(place));
  const files = mutated(victim.files, mutations);
  const found = (finding: string): void =>
    answer({ kind: "finding", seed, finding, mutated: { victim: victim.name, mutations } });
  let refused = false;
  const place = await inDirectory(victim, files, seed);
  for (const location of [inMemory(victim, files), place]) {
    try {
      const reading = await readEverything(location);
      refused ||= reading.refusals.length > 0;
      const broken = verdictOn(reading, unharmed, victim, mutations);
      if (broken !== undefined) found(broken);
    } catch (error) {
      found(`not a QuarryError: ${(error as Error).stack ?? error}`);
    }
  }
  await rm(join(directory, `${seed}`), { recursive: true, force: true });
  if (!IS_SANITIZED && process.resourceUsage().maxRSS * 1024 > RESIDENT_BYTES_MAX) {
    found("the process holds more memory than any case needs");
    process.exit(1);
  }
  answer({ kind: "end", seed, refused });
}

answer({ kind: "ready", victims: victims.length });
for await (const line of createInterface({ input: process.stdin })) {
  const { from, to, only } = JSON.parse(line) as Order;
  for (let seed = from; seed < to; seed++) {
    answer({ kind: "begin", seed });
    await run(seed, only);
  }
  answer({ kind: "done" });
}
