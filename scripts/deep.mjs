#!/usr/bin/env node
// npm run test:deep [-- --cases N] [--minutes M] [--seed S] [--test FILE]…: the property tests with many cases, on both
// backends and on stores that the everyday run leaves out (test/kit/property.ts).
//
// Runs rounds of N cases a property (default 2000), each round with another seed, until M minutes (default 30) are
// over: a property that is under way then stops. Prints cases and seeds of each property, and in the
// end their sum. A case that fails ends the run with status 1, after its seed and path, which replay it.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { asProgram, SetupError } from "./setup/command.mjs";
import { inRepository, npmBinary, root } from "./setup/repository.mjs";

const BACKENDS = ["default", "portable"];
const TESTS = [
  "test/zarr/model.test.ts",
  "test/zarr/hierarchy-model.test.ts",
  // One batch a round, which is done whole.
  "test/interop/batches.test.ts",
];

/** Room for a test's set-up beside the cases themselves. */
const TEST_MS_EXTRA = 120_000;

const reports = inRepository("build", "test-reports");
const report = `${reports}/deep.jsonl`;

function numberOf(name, text, least) {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < least) {
    throw new SetupError(`--${name} is a number of at least ${least}, not ${text}`);
  }
  return value;
}

/** One backend's round; false where a property did not hold. Appends a line a property to the report. */
function runRound(backend, tests, cases, seed, endMs) {
  const timeoutMs = endMs - Date.now() + TEST_MS_EXTRA;
  const args = ["run", "--project", backend, "--testTimeout", String(timeoutMs)];
  const { status } = spawnSync(npmBinary("vitest"), [...args, ...tests], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
    env: {
      ...process.env,
      QUARRY_TEST_RUNS: String(cases),
      QUARRY_TEST_SEED: String(seed),
      QUARRY_TEST_UNTIL: String(endMs),
      QUARRY_TEST_REPORT: report,
    },
  });
  return status === 0;
}

function properties() {
  return readFileSync(report, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

await asProgram(async () => {
  const { values } = parseArgs({
    options: {
      cases: { type: "string", default: "2000" },
      minutes: { type: "string", default: "30" },
      seed: { type: "string", default: String(Date.now() % 2 ** 31) },
      test: { type: "string", multiple: true, default: TESTS },
    },
  });
  const cases = numberOf("cases", values.cases, 1);
  const firstSeed = numberOf("seed", values.seed, 0);
  const endMs = Date.now() + 60_000 * numberOf("minutes", values.minutes, 0.1);
  mkdirSync(reports, { recursive: true });
  rmSync(report, { force: true });
  writeFileSync(report, "");
  let held = true;
  for (let round = 0; held && Date.now() < endMs; round++) {
    for (const backend of BACKENDS) {
      held &&= runRound(backend, values.test, cases, firstSeed + round, endMs);
    }
  }
  const lines = properties();
  for (const { name, backend, cases, seed } of lines) {
    process.stdout.write(`${String(cases).padStart(8)} cases, seed ${seed}: ${name} (${backend})\n`);
  }
  const total = lines.reduce((sum, { cases }) => sum + cases, 0);
  process.stdout.write(`${total} cases held${held ? "" : ", and one did not: see above"}\n`);
  return held ? 0 : 1;
});
