/**
 * Kills a writer again and again, at random moments, and looks each time at what it has left: first with stock
 * zarr-python, before anything is recovered, then with the next writer, which recovers it.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openGroup, recoverStore, type SyncMode, verify } from "../../../src/index.ts";
import { Random } from "../../hostile/random.ts";
import { directoryState } from "../../kit/directory-state.ts";
import { buildProgram } from "./build-program.ts";
import type { FeederJob } from "./feeder.ts";
import { createStore, rowsFrom, STORE_SHAPES, type StoreShape } from "./known-rows.ts";
import { PythonReader } from "./python-reader.ts";

const ALIVE_MS_MAX = 400;

export interface KillReport {
  readonly kills: number;
  readonly stores: number;
  /** Rows that had been acknowledged, and rows that only a journal had when its writer was killed. */
  readonly ackedRows: number;
  readonly recoveredRows: number;
  /** Kills by what the writer had said last. */
  readonly during: Readonly<Record<string, number>>;
}

export async function runKills(options: {
  readonly kills: number;
  readonly seed: number;
  /** After so many a store is looked through as a whole, and the next one begun. Default 25. */
  readonly killsPerStore?: number;
  readonly onStore?: (report: KillReport) => void;
}): Promise<KillReport> {
  const feeder = await buildProgram(new URL("feeder.ts", import.meta.url));
  const reader = new PythonReader();
  const directory = await mkdtemp(join(tmpdir(), "quarry-kills-"));
  const during: Record<string, number> = {};
  const report = { kills: 0, stores: 0, ackedRows: 0, recoveredRows: 0, during };
  try {
    while (report.kills < options.kills) {
      const seed = options.seed + report.stores;
      const kills = Math.min(options.killsPerStore ?? 25, options.kills - report.kills);
      const shape = STORE_SHAPES[report.stores % STORE_SHAPES.length]!;
      await killWritersOf(join(directory, `${seed}.zarr`), { shape, kills, seed, feeder, reader }, report);
      report.stores += 1;
      options.onStore?.(report);
    }
    return report;
  } finally {
    reader.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function killWritersOf(
  path: string,
  run: {
    readonly shape: StoreShape;
    readonly kills: number;
    readonly seed: number;
    readonly feeder: string;
    readonly reader: PythonReader;
  },
  report: { kills: number; ackedRows: number; recoveredRows: number; during: Record<string, number> },
): Promise<void> {
  await createStore(path, run.shape);
  const random = new Random(run.seed);
  let acked = 0;
  let committed = 0;
  for (let kill = 0; kill < run.kills; kill++) {
    const job: FeederJob = {
      path,
      sync: (["always", "interval", "none"] as SyncMode[])[random.below(3)]!,
      publishIntervalMs: [5, 30, 1000][random.below(3)]!,
      batchRows: [1, 20, 150][random.below(3)]!,
      together: 1 + random.below(4),
      commitEvery: 1 + random.below(30),
    };
    // One in four while it starts, opens and recovers; the others at work.
    const said = await feedAndKill(run.feeder, job, random.below(4) > 0, random.below(ALIVE_MS_MAX));
    const where = `seed ${run.seed}, kill ${kill}, ${JSON.stringify(job)}`;
    if (said.complaint !== "") throw new Error(`${where}: ${said.complaint}`);
    if (said.opened !== undefined && said.opened < acked) {
      throw new Error(
        `${where}: ${acked} rows were acknowledged, and ${said.opened} are there after recovery`,
      );
    }
    report.ackedRows += Math.max(0, said.acked - acked);
    report.recoveredRows += Math.max(0, (said.opened ?? 0) - committed);
    acked = Math.max(acked, said.acked, said.opened ?? 0);
    committed = Math.max(committed, said.committed, said.opened ?? 0);
    report.kills += 1;
    report.during[said.last] = (report.during[said.last] ?? 0) + 1;
    const seen = await run.reader.ask<{ rows: number }>({ path, least: committed });
    if (seen.error !== undefined) throw new Error(`${where}: before recovery: ${seen.error}`);
    committed = Math.max(committed, seen.rows);
  }
  await recoverStore(path);
  await checkClosed(path, acked, run, committed);
  await rm(path, { recursive: true });
}

interface Said {
  readonly opened: number | undefined;
  readonly acked: number;
  readonly committed: number;
  readonly last: string;
  readonly complaint: string;
}

async function feedAndKill(feeder: string, job: FeederJob, atWork: boolean, aliveMs: number): Promise<Said> {
  const child = spawn(process.execPath, [feeder, JSON.stringify(job)], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let complaint = "";
  let timer: NodeJS.Timeout | undefined;
  const killSoon = (): void => {
    timer ??= setTimeout(() => child.kill("SIGKILL"), aliveMs);
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    killSoon();
  });
  if (!atWork) killSoon();
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const closed = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
  });
  await closed;
  clearTimeout(timer);
  const numbersOf = (word: string): number[] =>
    [...output.matchAll(new RegExp(`^${word} (\\d+)\\n`, "gm"))].map(([, number]) => Number(number));
  return {
    opened: numbersOf("opened").at(-1),
    acked: Math.max(0, ...numbersOf("acked")),
    committed: Math.max(0, ...numbersOf("committed")),
    last: /(\w+) \d+\n$/.exec(output)?.[1] ?? "opening",
    complaint,
  };
}

/** The store is whole, has every acknowledged row once, and the very bytes of one that was written at once. */
async function checkClosed(
  path: string,
  acked: number,
  {
    shape,
    seed,
    reader,
  }: { readonly shape: StoreShape; readonly seed: number; readonly reader: PythonReader },
  committed: number,
): Promise<void> {
  const seen = await reader.ask<{ rows: number }>({ path, least: Math.max(acked, committed) });
  if (seen.error !== undefined) throw new Error(`seed ${seed}, after recovery: ${seen.error}`);
  const { ok, faults } = await verify(path);
  if (!ok) throw new Error(`seed ${seed}: ${JSON.stringify(faults[0])}`);
  const atOnce = `${path}.at-once`;
  const root = await createStore(atOnce, shape);
  for (const [name, rows] of Object.entries(rowsFrom(0, seen.rows))) {
    await (await root.array(name)).append(rows as Int32Array);
  }
  await (await openGroup(atOnce, { mode: "r+" })).consolidate();
  await sameFiles(path, atOnce, `seed ${seed}`);
  await rm(atOnce, { recursive: true });
}

async function sameFiles(path: string, other: string, where: string): Promise<void> {
  const [files, atOnce] = [await directoryState(path), await directoryState(other)];
  const [names, expected] = [Object.keys(files), Object.keys(atOnce)];
  if (names.join() !== expected.join()) {
    throw new Error(`${where}: files ${names.join(", ")}; written at once: ${expected.join(", ")}`);
  }
  const changed = names.find((name) => files[name] !== atOnce[name]);
  if (changed !== undefined) {
    throw new Error(`${where}: ${changed} is not what it is when written at once`);
  }
}
