#!/usr/bin/env node
// npm run test:sanitize [-- TEST…]: the core's unit tests, and the TypeScript tests that reach the core (or those named),
// with the C++ side built under AddressSanitizer and UndefinedBehaviorSanitizer.
//
// The addon is always `build/native/quarry.node` of its own repository, so the tests run in a copy of this one below
// build/sanitize/, which has the checking build there. Node itself is not instrumented: the sanitizer's runtime is
// loaded before it, and leaks are not looked for, since Node's own would drown ours.
//
// A report goes to a file, since nobody sees what a test runner's process says before it is ended; it is printed when
// the tests are over, and fails the run even where whoever started that process took its end for granted.
//
// A clean run proves that no test reads or writes outside a heap block of the core or runs into undefined behaviour;
// not that nothing can (that is what the fuzzers are for), and nothing about memory that JavaScript owns.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { answerOf, asProgram, runLogged, SetupError } from "./setup/command.mjs";
import { buildTool, ensureBuildTools } from "./setup/native.mjs";
import { inRepository, root, sharedData } from "./setup/repository.mjs";
import { setUp } from "./setup.mjs";

const copy = inRepository("build", "sanitize", "repository");
const build = join(copy, "build", "native");
const reports = inRepository("build", "sanitize", "reports");

const TESTS = [
  "test/codecs",
  "test/hostile",
  "test/zarr",
  "test/append/journaled-rows.test.ts",
  "test/append/primitives.test.ts",
];

/**
 * What is not copied: links to the original stand in for the first, the others are made anew or not needed. `dist` is
 * copied: through a link its modules would find the original's addon, and a process would have two, one unchecked.
 */
const LINKED = ["node_modules", ".venv"];
const LEFT_OUT = new Set([...LINKED, ".git", "build", "coverage"]);

/** Replaces the copy, but for its build. */
function copyRepository() {
  mkdirSync(copy, { recursive: true });
  for (const name of readdirSync(copy)) {
    if (name !== "build") rmSync(join(copy, name), { recursive: true, force: true });
  }
  for (const name of readdirSync(root)) {
    if (!LEFT_OUT.has(name))
      cpSync(inRepository(name), join(copy, name), { recursive: true, preserveTimestamps: true });
  }
  for (const name of LINKED.filter((name) => existsSync(inRepository(name)))) {
    symlinkSync(inRepository(name), join(copy, name));
  }
  const shared = join(copy, "..", "shared");
  rmSync(shared, { force: true });
  if (existsSync(sharedData)) symlinkSync(sharedData, shared);
}

async function buildSanitized(compiler) {
  await ensureBuildTools();
  await runLogged("sanitize", buildTool("cmake"), [
    ...["-S", join(copy, "native"), "-B", build, "-G", "Ninja"],
    `-DCMAKE_MAKE_PROGRAM=${buildTool("ninja")}`,
    `-DCMAKE_CXX_COMPILER=${compiler}`,
    "-DQUARRY_SANITIZE=address,undefined",
  ]);
  await runLogged("sanitize", buildTool("cmake"), ["--build", build]);
}

/** The runtimes of the compiler, in the order in which they have to be loaded. */
function runtimesOf(compiler) {
  const paths = ["libasan.so", "libubsan.so", "libstdc++.so"].map((name) =>
    answerOf(compiler, [`-print-file-name=${name}`]),
  );
  // Where it has no such file, the compiler answers with the bare name.
  const missing = paths.find((path) => !path?.includes("/"));
  if (missing !== undefined) throw new SetupError(`${compiler} has no ${missing}`);
  return paths.join(" ");
}

function run(command, args, env) {
  const options = { cwd: copy, stdio: "inherit", env: { ...process.env, ...env } };
  return spawnSync(command, args, options).status === 0;
}

/** Prints what the sanitizers had to say, each process in a file of its own. */
function printReports() {
  const names = readdirSync(reports);
  for (const name of names) process.stderr.write(`\n${name}\n${readFileSync(join(reports, name), "utf8")}`);
  process.stderr.write(`test:sanitize: ${names.length} reports by the sanitizers\n`);
  return names.length;
}

await asProgram(async () => {
  const compiler = process.env.CXX ?? "g++";
  if (process.platform !== "linux" || answerOf(compiler, ["--version"]) === undefined) {
    throw new SetupError("test:sanitize needs Linux and g++ (apt-get install g++)");
  }
  await setUp(["typescript"]);
  copyRepository();
  await buildSanitized(compiler);
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const environment = {
    ASAN_OPTIONS: `detect_leaks=0:quarantine_size_mb=32:abort_on_error=1:log_path='${reports}/address'`,
    UBSAN_OPTIONS: `print_stacktrace=1:halt_on_error=1:log_path='${reports}/undefined'`,
  };
  const tests = process.argv.slice(2);
  const vitest = ["run", "--project", "default", ...(tests.length > 0 ? tests : TESTS)];
  const outcomes = [
    run(buildTool("ctest"), ["--test-dir", build, "--output-on-failure", "--no-tests=ignore"], environment),
    run(process.execPath, [join("node_modules", "vitest", "vitest.mjs"), ...vitest], {
      ...environment,
      LD_PRELOAD: runtimesOf(compiler),
      QUARRY_BACKEND: "native",
    }),
  ];
  return printReports() === 0 && outcomes.every(Boolean) ? 0 : 1;
});
