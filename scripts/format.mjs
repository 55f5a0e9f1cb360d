#!/usr/bin/env node
// npm run format: what `npm run check` would complain of and a formatter can mend, in every language.
import { cppFiles, PYTHON_FOLDERS } from "./check.mjs";
import { asProgram, runLogged } from "./setup/command.mjs";
import { npmBinary, venvBinary } from "./setup/repository.mjs";
import { setUp } from "./setup.mjs";

await asProgram(async () => {
  await setUp(["python"]);
  await runLogged("format", npmBinary("biome"), ["check", "--write", "."]);
  await runLogged("format", venvBinary("ruff"), ["check", "--fix", ...PYTHON_FOLDERS]);
  await runLogged("format", venvBinary("ruff"), ["format", ...PYTHON_FOLDERS]);
  await runLogged("format", venvBinary("clang-format"), ["-i", ...cppFiles()]);
});
