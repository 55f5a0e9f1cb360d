#!/usr/bin/env node
// npm run bench [-- --quick | --rows N] [--rounds N] [--only NAME,…]: sets up Quarry and its peers, and measures them on one array.
// npm run bench:compare REF [-- …]: measures this working tree against another commit of it.
//
//   --rows N      rows of the array, at least 100,000; default 2,000,000 (320 MB)
//   --rounds N    runs of each engine that the medians are of, at least 3; default 5
//   --quick       200,000 rows and medians of 3, to see whether all is well; not figures to publish
//   --only NAME,… workloads, engines or chains by name, or `memory`; a kind that is not named is taken whole
import { parseArgs } from "node:util";
import { asProgram, SetupError } from "./setup/command.mjs";
import { hasAddon } from "./setup/native.mjs";
import { setUp } from "./setup.mjs";

const LEAST_ROWS = 100_000;
const LEAST_ROUNDS = 3;
const FULL = { rows: 2_000_000, rounds: 5 };
const QUICK = { rows: 200_000, rounds: 3 };

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: "string" },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      only: { type: "string", default: "" },
      compare: { type: "boolean", default: false },
    },
  });
  const standard = values.quick ? QUICK : FULL;
  const rows = wholeNumber("rows", values.rows ?? standard.rows, LEAST_ROWS);
  const rounds = wholeNumber("rounds", values.rounds ?? standard.rounds, LEAST_ROUNDS);
  if (values.compare !== (positionals.length === 1)) {
    throw new SetupError("bench:compare takes one commit, and bench none");
  }
  const names = values.only.split(",").filter((name) => name !== "");
  return { ref: positionals[0], rows, rounds, names };
}

function wholeNumber(option, value, least) {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new SetupError(`--${option} is a whole number of at least ${least}`);
}

await asProgram(async () => {
  const { ref, ...chosen } = options();
  await setUp();
  if (!hasAddon())
    throw new SetupError("the benchmark measures the native backend, and it is not built here");
  if (ref !== undefined) {
    const { runComparison } = await import("../bench/compare.mjs");
    return runComparison({ ref, ...chosen });
  }
  const { buildLimit } = await import("../bench/limit/build.mjs");
  await buildLimit();
  const { runBench } = await import("../bench/run.mjs");
  const command = ["npm run bench", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])];
  await runBench({ ...chosen, command: command.join(" ") });
});
