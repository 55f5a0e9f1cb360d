/**
 * How fast a migration is and how much memory it takes, beside a straightforward zarr-python script:
 *
 *   npm run build && node bench/migrate.mjs [--rows 2000000] [--rounds 3] [--sample DIR] [--json]
 *
 * The largest legacy sample (Zarr v2, Blosc, Delta) is scaled up by repeating its rows with the clock moved on. Both
 * write the same chunks, shards and codecs, each with and without verification, in processes of their own and in turns;
 * wall time counts from behind the imports, memory is the most that the process had. `migrate/quarry.mjs` and
 * `migrate/legacy.py` are what runs.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { planMigration } from "../dist/src/migrate/index.js";
import { describeMachine, loadNow } from "./machine.mjs";
import { median } from "./statistics.mjs";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "2000000" },
    rounds: { type: "string", default: "3" },
    sample: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const inRepository = (...path) => fileURLToPath(new URL(`../${path.join("/")}`, import.meta.url));
const OURS = inRepository("bench", "migrate", "quarry.mjs");
const PEER = inRepository("bench", "migrate", "legacy.py");
const PYTHON = inRepository(".venv", "bin", "python");
const SAMPLE =
  options.sample ?? inRepository("..", "shared", "legacy", "weekly-v2", "BTCUSDT.zarr", "2024-W32.zarr");
/** Of zstd inside Blosc in the preset `portable`, which the plan does not spell out. */
const BLOSC_LEVEL = 2;

const run = promisify(execFile);

async function quarry(...args) {
  const { stdout } = await run(process.execPath, [OURS, ...args]);
  return JSON.parse(stdout);
}

async function python(...args) {
  const { stdout } = await run(PYTHON, [PEER, ...args], { maxBuffer: 1 << 24 });
  return JSON.parse(stdout);
}

/** The chunks that Quarry would write, for the peer to write the same. */
async function layoutOf(store, dest) {
  const { stores } = await planMigration(store, dest);
  return Object.fromEntries(
    stores[0].arrays.map(({ path, chunks, shards }) => [
      path.slice(1),
      { chunks, shards, clevel: BLOSC_LEVEL },
    ]),
  );
}

async function measureAll(directory) {
  const store = join(directory, "legacy.zarr");
  await run(PYTHON, [PEER, "make", SAMPLE, store, options.rows]);
  const plan = join(directory, "layout.json");
  await writeFile(plan, JSON.stringify(await layoutOf(store, join(directory, "none.zarr"))));
  const contenders = {
    "quarry, verified": (dest) => quarry(store, dest),
    "quarry, not verified": (dest) => quarry(store, dest, "--no-verify"),
    "zarr-python, verified": (dest) => python("migrate-verified", store, dest, plan),
    "zarr-python, not verified": (dest) => python("migrate", store, dest, plan),
  };
  const runs = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const [name, contender] of Object.entries(contenders)) {
      const dest = join(directory, "dest.zarr");
      runs[name].push(await contender(dest));
      await rm(dest, { recursive: true });
    }
  }
  return Object.fromEntries(
    Object.entries(runs).map(([name, all]) => [
      name,
      {
        seconds: median(all.map(({ seconds }) => seconds)),
        peakBytes: Math.max(...all.map(({ peakBytes }) => peakBytes)),
      },
    ]),
  );
}

function linesOf(results) {
  const line = (name) => {
    const { seconds, peakBytes } = results[name];
    return `${name.padEnd(26)} ${seconds.toFixed(2).padStart(8)} s  ${(peakBytes / 1e6).toFixed(0).padStart(6)} MB`;
  };
  const against = (kind) => {
    const [ours, theirs] = [results[`quarry, ${kind}`], results[`zarr-python, ${kind}`]];
    const times = (theirs.seconds / ours.seconds).toFixed(1);
    return `${kind}: ${times} times as fast, with ${(ours.peakBytes / theirs.peakBytes).toFixed(2)} of the memory`;
  };
  return [...Object.keys(results).map(line), against("verified"), against("not verified")];
}

const scratch = inRepository("build", "bench");
await mkdir(scratch, { recursive: true });
const directory = await mkdtemp(join(scratch, "migrate-"));
try {
  const load = loadNow();
  const results = await measureAll(directory);
  const document = { rows: Number(options.rows), machine: describeMachine(), load, results };
  console.log(
    options.json ? JSON.stringify(document) : `${options.rows} rows\n${linesOf(results).join("\n")}`,
  );
} finally {
  await rm(directory, { recursive: true });
}
