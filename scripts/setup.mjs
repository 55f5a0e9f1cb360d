#!/usr/bin/env node
// npm run setup: everything that a fresh clone needs, and nothing twice. Each step compares a hash of its inputs with
// the one it left behind, so that a second run says nothing and ends at once. The npm packages come first; TypeScript,
// the Python environment and the native core follow at the same time.
//
// `node scripts/setup.mjs native` runs the npm packages and the named steps only.
import { asProgram, isProgram, SetupError } from "./setup/command.mjs";
import { buildNative } from "./setup/native.mjs";
import { installNpmPackages } from "./setup/npm-packages.mjs";
import { preparePython } from "./setup/python.mjs";
import { compileTypeScript } from "./setup/typescript.mjs";

const STEPS = { typescript: compileTypeScript, python: preparePython, native: buildNative };

/** @throws SetupError when a step cannot be done */
export async function setUp(steps = Object.keys(STEPS)) {
  await installNpmPackages();
  // All steps run to their end before a failure is reported: a child left behind would write over the next attempt.
  const results = await Promise.allSettled(steps.map((step) => STEPS[step]()));
  const failures = results.filter(({ status }) => status === "rejected").map(({ reason }) => reason);
  const unexpected = failures.find((reason) => !(reason instanceof SetupError));
  if (unexpected !== undefined) throw unexpected;
  if (failures.length > 0) throw new SetupError(failures.map(({ message }) => message).join("\n\n"));
}

if (isProgram(import.meta.url)) {
  const steps = process.argv.slice(2);
  const unknown = steps.find((step) => !Object.hasOwn(STEPS, step));
  await asProgram(() => {
    if (unknown !== undefined)
      throw new SetupError(`no step "${unknown}"; steps are ${Object.keys(STEPS).join(", ")}`);
    return setUp(steps.length > 0 ? steps : undefined);
  });
}
