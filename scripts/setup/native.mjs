// The C++ core and its addon: `build/native/quarry.node`. A machine without a C++23 compiler goes on with the
// portable backend and is told so; a build that fails where there is a compiler is an error, never a silent fall-back.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerOf, runLogged, say } from "./command.mjs";
import { installPython, preparePython } from "./python.mjs";
import { inRepository, venvBinary } from "./repository.mjs";
import { clearStamp, isCurrent, keyOf, writeStamp } from "./stamp.mjs";

const STEP = "native core";
export const nativeBuild = inRepository("build", "native");
const addon = join(nativeBuild, "quarry.node");

/** The addon is what everything needs; the unit tests of the core take as long again to compile. */
const TARGETS = { addon: "quarry_node", tests: "all" };
const stampOf = (part) => join(nativeBuild, `quarry-${part}.stamp`);

export const hasAddon = () => existsSync(addon);

/** Whether set-up has built the unit tests of the core on this machine. */
export const hasNativeTests = () => existsSync(stampOf("tests"));

/** Newest first behind the machine's own default; `$CXX` alone where it is set. */
const COMPILERS = [
  "c++",
  "g++",
  "clang++",
  "g++-15",
  "g++-14",
  "g++-13",
  "g++-12",
  "clang++-20",
  "clang++-19",
  "clang++-18",
];

/** The newest language features that the core leans on: a compiler that takes this file takes the core. */
const PROBE =
  "#include <bit>\n#include <expected>\n#include <span>\nstd::expected<int, int> probe() { return std::byteswap(1); }\n";

async function findCompiler() {
  const folder = await mkdtemp(join(tmpdir(), "quarry-probe-"));
  try {
    const source = join(folder, "probe.cc");
    writeFileSync(source, PROBE);
    const names = process.env.CXX ? [process.env.CXX] : COMPILERS;
    return names.find((name) => answerOf(name, ["-std=c++23", "-fsyntax-only", source]) !== undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const answers = (command) => answerOf(command, ["--version"]) !== undefined;

/** CMake, CTest or Ninja: the one on PATH, else the wheel's in the Python environment. */
export const buildTool = (name) => (answers(name) ? name : venvBinary(name));

export async function ensureBuildTools() {
  if (["cmake", "ninja"].every((name) => answers(buildTool(name)))) return;
  await preparePython();
  say(STEP, "cmake or ninja is not on PATH: installing both into .venv");
  await installPython(["-r", inRepository("requirements-build.txt")]);
}

/** Where there is a compiler: configures, and builds the core with its addon, or with its unit tests as well. */
export async function buildNative(part = "addon") {
  const stampFile = stampOf(part);
  const key = keyOf({ files: ["native", "package-lock.json"], facts: [process.env.CXX ?? ""] });
  if (hasAddon() && isCurrent(stampFile, key)) return;

  clearStamp(stampFile);
  const compiler = await findCompiler();
  if (compiler === undefined) {
    // An addon of older sources would answer in place of the ones that could not be built.
    rmSync(addon, { force: true });
    say(
      STEP,
      "no C++23 compiler (g++ >= 12 or clang++ >= 17): going on with the portable backend, slower, same results. " +
        "To get the native one: apt-get install g++ (macOS: xcode-select --install), then npm run setup",
    );
    return;
  }
  await ensureBuildTools();
  const cmake = buildTool("cmake");
  say(STEP, `compiling the ${part} with ${compiler} (up to a minute the first time)`);
  await runLogged("native", cmake, [
    "-S",
    inRepository("native"),
    "-B",
    nativeBuild,
    "-G",
    "Ninja",
    `-DCMAKE_MAKE_PROGRAM=${buildTool("ninja")}`,
    `-DCMAKE_CXX_COMPILER=${compiler}`,
    "-DCMAKE_BUILD_TYPE=Release",
  ]);
  await runLogged("native", cmake, ["--build", nativeBuild, "--target", TARGETS[part]]);
  writeStamp(stampFile, key);
}
