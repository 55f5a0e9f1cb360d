#!/usr/bin/env node
// npm run check: format, lint and types of every language in the repository, in one command. It changes nothing;
// `npm run format` mends what can be mended.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { asProgram, isProgram } from "./setup/command.mjs";
import { inRepository, npmBinary, root, venvBinary } from "./setup/repository.mjs";
import { setUp } from "./setup.mjs";

/** Of a stage's output: a formatter that disagrees may print every line of the repository. */
const LINES_SHOWN = 60;

const CPP_ENDINGS = new Set([".h", ".cc"]);
const CPP_FOLDERS = ["native", "bench"];
export const PYTHON_FOLDERS = ["python", "scripts", "test", "bench"];

/** Every C++ file of ours, relative to the repository. */
export const cppFiles = () =>
  CPP_FOLDERS.flatMap((folder) =>
    readdirSync(inRepository(folder), { recursive: true })
      .filter((name) => CPP_ENDINGS.has(extname(name)))
      .map((name) => join(folder, name)),
  );

const stages = () => [
  {
    name: "biome (format and lint)",
    command: npmBinary("biome"),
    args: ["check", "--error-on-warnings", "."],
  },
  { name: "tsc (types)", command: npmBinary("tsc"), args: ["-p", "."] },
  { name: "ruff (Python lint)", command: venvBinary("ruff"), args: ["check", "--quiet", ...PYTHON_FOLDERS] },
  {
    name: "ruff (Python format)",
    command: venvBinary("ruff"),
    args: ["format", "--check", "--quiet", ...PYTHON_FOLDERS],
  },
  {
    name: "clang-format (C++ format)",
    command: venvBinary("clang-format"),
    args: ["--dry-run", "-Werror", ...cppFiles()],
  },
];

/** Runs every stage, whatever the others say, and shows the output of those that fail. */
export function check() {
  let passed = 0;
  let failed = 0;
  for (const { name, command, args } of stages()) {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: root,
      encoding: "utf8",
      shell: process.platform === "win32" && command.endsWith(".cmd"),
    });
    if (status === 0) {
      passed += 1;
      continue;
    }
    failed += 1;
    const lines = (error?.message ?? stdout + stderr).split("\n");
    const cut = lines.length > LINES_SHOWN ? `… and ${lines.length - LINES_SHOWN} more lines\n` : "";
    process.stderr.write(`${name} failed\n${lines.slice(0, LINES_SHOWN).join("\n")}\n${cut}`);
  }
  return { passed, failed, skipped: 0 };
}

if (isProgram(import.meta.url)) {
  await asProgram(async () => {
    await setUp(["python"]);
    const { passed, failed } = check();
    process.stderr.write(`check: ${passed} stages passed, ${failed} failed\n`);
    return failed === 0 ? 0 : 1;
  });
}
