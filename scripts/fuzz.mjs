#!/usr/bin/env node
// npm run fuzz [-- --seconds N] [--target NAME]… [--keep]: builds the fuzzers of native/fuzz and runs each for N
// seconds (60 where nothing is said): one target for each codec that the core has, one for chains, one for shard
// indexes. What they find worth keeping stays in build/fuzz/corpus/ for the next run.
//
// A crash, a broken promise (native/fuzz/checks.h), a hang or too much memory ends the run with status 1 and the
// file that replays it: `build/fuzz/build/fuzz/fuzz_… FILE`.
//
// --keep: of the corpus the few small cases that reach everything become native/fuzz/cases/, which the unit tests
// of the core replay.
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { answerOf, asProgram, isProgram, SetupError } from "./setup/command.mjs";
import { buildFuzzers, findFuzzingClang, fuzzerOf, HOW_TO_GET_CLANG, seedFolder } from "./setup/fuzzers.mjs";
import { inRepository } from "./setup/repository.mjs";
import { setUp } from "./setup.mjs";

const corpusFolder = inRepository("build", "fuzz", "corpus");
const caseFolder = inRepository("native", "fuzz", "cases");
const findings = inRepository("build", "fuzz", "findings");

/** A case holds a chunk of at most 1 MiB; no decoder may ask for a block of this much memory, whatever it reads. */
const ALLOCATION_MIB_MAX = 32;
const MEMORY_MIB_MAX = 1024;
const INPUT_BYTES_MAX = 16_384;
const CASE_SECONDS_MAX = 10;

/** Of what is kept in the repository. */
const KEPT_BYTES_MAX = 1024;
const KEPT_CASES_MAX = 32;

const LIMITS = [
  `-malloc_limit_mb=${ALLOCATION_MIB_MAX}`,
  `-rss_limit_mb=${MEMORY_MIB_MAX}`,
  `-timeout=${CASE_SECONDS_MAX}`,
];

/** Resolves to status and output of a fuzzer. */
function runFuzzer(target, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(fuzzerOf(target), args, {
      env: { ...process.env, ASAN_OPTIONS: "quarantine_size_mb=16", UBSAN_OPTIONS: "print_stacktrace=1" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.once("error", reject).once("close", (status) => resolve({ status, output }));
  });
}

const statistic = (output, name) => Number(new RegExp(`stat::${name}:\\s*(\\d+)`).exec(output)?.[1] ?? 0);

async function fuzzTarget(target, seconds) {
  const corpus = join(corpusFolder, target);
  mkdirSync(corpus, { recursive: true });
  const { status, output } = await runFuzzer(target, [
    corpus,
    join(seedFolder, target),
    `-max_total_time=${seconds}`,
    `-max_len=${INPUT_BYTES_MAX}`,
    `-artifact_prefix=${findings}/${target}-`,
    "-print_final_stats=1",
    ...LIMITS,
  ]);
  const executions = statistic(output, "number_of_executed_units");
  const memoryMib = statistic(output, "peak_rss_mb");
  return { target, status, output, executions, memoryMib, cases: readdirSync(corpus).length };
}

/** Codecs of the core that nothing would fuzz. */
function codecsWithoutSeeds(targets) {
  const listed = answerOf(fuzzerOf("decoding-"), ["--codecs"]);
  if (listed === undefined) throw new SetupError("the fuzzer does not list the codecs that it knows");
  return listed.split("\n").filter((id) => !targets.includes(`decoding-${id}`));
}

function report({ target, status, output, executions, memoryMib, cases }) {
  const figures = `${executions.toLocaleString("en")} executions, ${cases} cases kept, ${memoryMib} MiB`;
  process.stderr.write(`${target.padEnd(28)} ${status === 0 ? figures : "FAILED"}\n`);
  if (status === 0) return;
  const file = /Test unit written to (\S+)/.exec(output)?.[1];
  process.stderr.write(`${output.trimEnd().split("\n").slice(-60).join("\n")}\n`);
  if (file !== undefined) process.stderr.write(`replay: ${fuzzerOf(target)} ${file}\n`);
}

/** The smallest cases that together reach all that the whole corpus of `target` reaches with small cases. */
async function keepCases(target) {
  const merged = inRepository("build", "fuzz", "merged", target);
  rmSync(merged, { recursive: true, force: true });
  mkdirSync(merged, { recursive: true });
  const sources = [join(corpusFolder, target), join(seedFolder, target)];
  const { status, output } = await runFuzzer(target, [
    "-set_cover_merge=1",
    `-max_len=${KEPT_BYTES_MAX}`,
    merged,
    ...sources,
  ]);
  if (status !== 0) throw new SetupError(output);
  const kept = join(caseFolder, target.startsWith("decoding-") ? "decoding" : target);
  mkdirSync(kept, { recursive: true });
  const files = readdirSync(merged).map((name) => join(merged, name));
  files.sort((one, other) => statSync(one).size - statSync(other).size);
  // Small and large ones alike: the smallest are all cut short.
  const step = Math.max(1, files.length / KEPT_CASES_MAX);
  for (let place = 0; place < files.length; place += step) {
    const file = files[Math.floor(place)];
    copyFileSync(file, join(kept, basename(file)));
  }
}

/**
 * Runs every target, or those named, and says how it went.
 * @returns how many targets passed and failed; undefined where there is no clang to build them with
 */
export async function fuzz({ seconds, targets: wanted = [], keep = false }) {
  const clang = findFuzzingClang();
  if (clang === undefined) return undefined;
  await buildFuzzers(clang);
  const known = readdirSync(seedFolder);
  const unknown = wanted.find((target) => !known.includes(target));
  if (unknown !== undefined) throw new SetupError(`no target ${unknown}; there are ${known.join(", ")}`);

  mkdirSync(findings, { recursive: true });
  const waiting = wanted.length > 0 ? [...wanted] : known;
  let passed = 0;
  let failed = 0;
  for (const id of codecsWithoutSeeds(known)) {
    process.stderr.write(
      `decoding-${id}: FAILED, no seed; the codec is missing in test/kit/codec-cases.ts\n`,
    );
    failed += 1;
  }
  const worker = async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      const result = await fuzzTarget(target, seconds);
      report(result);
      if (result.status !== 0) failed += 1;
      else {
        passed += 1;
        if (keep) await keepCases(target);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker));
  return { passed, failed };
}

if (isProgram(import.meta.url)) {
  await asProgram(async () => {
    const { values } = parseArgs({
      options: {
        seconds: { type: "string", default: "60" },
        target: { type: "string", multiple: true },
        keep: { type: "boolean" },
      },
    });
    const seconds = Number(values.seconds);
    if (!Number.isInteger(seconds) || seconds < 1)
      throw new SetupError("--seconds is a whole number from 1 on");
    await setUp([]);
    const counts = await fuzz({ seconds, targets: values.target, keep: values.keep });
    if (counts === undefined) throw new SetupError(HOW_TO_GET_CLANG);
    process.stderr.write(`fuzz: ${counts.passed} targets passed, ${counts.failed} failed\n`);
    return counts.failed === 0 ? 0 : 1;
  });
}
