// The fuzzers of native/fuzz, with clang's libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer:
// `build/fuzz/build`, and the seeds that they start from.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerOf, runLogged, say } from "./command.mjs";
import { buildTool, ensureBuildTools } from "./native.mjs";
import { inRepository, npmBinary } from "./repository.mjs";
import { clearStamp, isCurrent, keyOf, writeStamp } from "./stamp.mjs";

const STEP = "fuzzers";
const build = inRepository("build", "fuzz", "build");
const stampFile = inRepository("build", "fuzz", "build.stamp");

export const seedFolder = inRepository("build", "fuzz", "seeds");

export const HOW_TO_GET_CLANG =
  "no clang with libFuzzer is installed (Debian: apt-get install clang libclang-rt-14-dev, or those of a newer version)";

/** Newest first; `$CLANGXX` alone where it is set. */
const COMPILERS = [20, 19, 18, 17, 16, 15, 14].map((version) => `clang++-${version}`).concat("clang++");

const PROBE = `#include <cstddef>
#include <cstdint>
#include <expected>
std::expected<int, int> probe() { return 1; }
extern "C" int LLVMFuzzerTestOneInput(const uint8_t*, size_t) { return !probe(); }
`;

/** libstdc++ 12 shows std::expected only to compilers that claim all of C++20's concepts; clang does from 19 on. */
const FLAGS = [[], ["-D__cpp_concepts=202002L", "-Wno-builtin-macro-redefined"]];

/** A clang that has libFuzzer and takes the core's C++, with the flags that it needs; undefined where there is none. */
export function findFuzzingClang() {
  const folder = mkdtempSync(join(tmpdir(), "quarry-probe-"));
  try {
    const source = join(folder, "probe.cc");
    writeFileSync(source, PROBE);
    const names = process.env.CLANGXX ? [process.env.CLANGXX] : COMPILERS;
    for (const cxx of names) {
      if (answerOf(cxx, ["--version"], { stdio: "pipe" }) === undefined) continue;
      for (const flags of FLAGS) {
        const options = ["-std=c++2b", "-fsanitize=fuzzer,address,undefined", ...flags];
        const links = answerOf(cxx, [...options, source, "-o", join(folder, "probe")], { stdio: "pipe" });
        if (links !== undefined) return { cxx, cc: cxx.replace("clang++", "clang"), flags };
      }
    }
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds the fuzzers and writes the seeds, where that has not been done for these very sources. */
export async function buildFuzzers({ cxx, cc, flags }) {
  const files = [
    "native",
    "codecs",
    "src/codec",
    "src/metadata",
    "test/hostile",
    "test/kit",
    "package-lock.json",
  ];
  const key = keyOf({ files, facts: [cxx] });
  if (isCurrent(stampFile, key)) return;
  clearStamp(stampFile);
  await ensureBuildTools();
  const cmake = buildTool("cmake");
  say(STEP, `compiling them with ${cxx} (a minute or two the first time)`);
  await runLogged("fuzz", cmake, [
    ...["-S", inRepository("native"), "-B", build, "-G", "Ninja"],
    `-DCMAKE_MAKE_PROGRAM=${buildTool("ninja")}`,
    `-DCMAKE_C_COMPILER=${cc}`,
    `-DCMAKE_CXX_COMPILER=${cxx}`,
    `-DCMAKE_CXX_FLAGS=${flags.join(" ")}`,
    "-DQUARRY_FUZZ=ON",
    "-DQUARRY_TESTS=OFF",
    "-DQUARRY_SANITIZE=address,undefined",
  ]);
  await runLogged("fuzz", cmake, ["--build", build, "--target", "quarry_fuzzers"]);
  rmSync(seedFolder, { recursive: true, force: true });
  await runLogged("fuzz", npmBinary("vite-node"), [
    inRepository("test", "hostile", "fuzz-seeds.ts"),
    seedFolder,
  ]);
  writeStamp(stampFile, key);
}

/** The program that runs `target`, a folder of {@link seedFolder}. */
export const fuzzerOf = (target) =>
  join(
    build,
    "fuzz",
    target.startsWith("decoding-") ? "fuzz_decoding" : `fuzz_${target.replaceAll("-", "_")}`,
  );
