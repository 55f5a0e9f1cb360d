#!/usr/bin/env node
// npm test: set-up, then every check and every test of every language, then one line that adds them up.
//
// A runner that ends badly without naming a failed test (a crash, a file that cannot be loaded) counts as one failure.
// Under CI (the environment variable CI) a skipped test and a missing ../shared are failures: there, nothing may be
// left untested without a word.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { check } from "./check.mjs";
import { fuzz } from "./fuzz.mjs";
import { findChromium, howToGetChromium } from "./setup/chromium.mjs";
import { asProgram, SetupError } from "./setup/command.mjs";
import { HOW_TO_GET_CLANG } from "./setup/fuzzers.mjs";
import { buildNative, buildTool, hasAddon, hasNativeTests, nativeBuild } from "./setup/native.mjs";
import { inRepository, npmBinary, root, sharedData, venvBinary } from "./setup/repository.mjs";
import { setUp } from "./setup.mjs";

const inCi = (process.env.CI ?? "") !== "" && process.env.CI !== "false";
const reports = inRepository("build", "test-reports");

function run(command, args) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32" && command.endsWith(".cmd"),
  });
  return status === 0;
}

/** Counts of a runner from its report; `ended` says whether its exit status was 0. */
function tally(ended, report, countsOf) {
  const counts = existsSync(report)
    ? countsOf(readFileSync(report, "utf8"))
    : { passed: 0, failed: 0, skipped: 0 };
  return ended || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function vitestCounts(text) {
  const report = JSON.parse(text);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Of JUnit's XML only the totals of the first suite element, which both ctest and pytest write complete. */
function junitCounts(text) {
  const suite = /<testsuite\b[^>]*>/.exec(text)?.[0] ?? "";
  const total = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = total("failures") + total("errors");
  const skipped = total("skipped") + total("disabled");
  return { passed: total("tests") - failed - skipped, failed, skipped };
}

/** Without a compiler or without GoogleTest there are none to run, which counts as one skipped. */
function cppTests() {
  const none = { passed: 0, failed: 0, skipped: 1 };
  if (!hasNativeTests()) return none;
  const report = `${reports}/ctest.xml`;
  const args = [
    "--test-dir",
    nativeBuild,
    "--output-on-failure",
    "--no-tests=ignore",
    "--output-junit",
    report,
  ];
  const counts = tally(run(buildTool("ctest"), args), report, junitCounts);
  return counts.passed + counts.failed + counts.skipped === 0 ? none : counts;
}

function vitest(name, projects) {
  const report = `${reports}/${name}.json`;
  const args = ["run", projects, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return tally(run(npmBinary("vitest"), args), report, vitestCounts);
}

const typeScriptTests = () => vitest("vitest", "--project=!browser");

/** Without a browser there are none to run, which counts as one skipped. */
function browserTests() {
  if (findChromium() !== undefined) return vitest("browser", "--project=browser");
  process.stderr.write(`${howToGetChromium}\n`);
  return { passed: 0, failed: 0, skipped: 1 };
}

function pythonTests() {
  const report = `${reports}/pytest.xml`;
  return tally(
    run(venvBinary("python"), ["-m", "pytest", "-q", `--junit-xml=${report}`, "python"]),
    report,
    junitCounts,
  );
}

/**
 * In CI, where there is clang: two seconds a target. What fuzzing has found worth keeping (native/fuzz/cases) is
 * replayed by the C++ tests everywhere, so that a machine without clang has nothing skipped.
 */
async function fuzzers() {
  const counts = await fuzz({ seconds: 2 });
  if (counts !== undefined) return { ...counts, skipped: 0 };
  process.stderr.write(`the fuzzers were not run: ${HOW_TO_GET_CLANG}\n`);
  return { passed: 0, failed: 0, skipped: 0 };
}

/** The README's other command, from a simulated capture to the picture. */
function demo() {
  const ended = run(process.execPath, [inRepository("scripts", "demo.mjs")]);
  return { passed: ended ? 1 : 0, failed: ended ? 0 : 1, skipped: 0 };
}

await asProgram(async () => {
  if (inCi && !existsSync(sharedData)) {
    throw new SetupError(`CI tests read real input from ${sharedData}, and it is not there`);
  }
  await setUp();
  if (hasAddon()) await buildNative("tests");
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const stages = {
    check,
    "C++ (ctest)": cppTests,
    "TypeScript (vitest)": typeScriptTests,
    "Browser (vitest)": browserTests,
    "Python (pytest)": pythonTests,
    ...(inCi && { "Fuzzers (libFuzzer)": fuzzers }),
    demo,
  };
  const results = [];
  for (const [name, stage] of Object.entries(stages)) {
    const startMs = performance.now();
    const counts = await stage();
    results.push({ name, ...counts, seconds: (performance.now() - startMs) / 1000 });
  }
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  process.stdout.write("\n");
  for (const { name, passed, failed, skipped, seconds } of results) {
    process.stdout.write(
      `${name.padEnd(20)} ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds.toFixed(1)} s)\n`,
    );
  }
  process.stdout.write(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped\n`);
  return sum("failed") > 0 || (inCi && sum("skipped") > 0) ? 1 : 0;
});
