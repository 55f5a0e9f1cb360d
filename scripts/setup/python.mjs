// Python environments inside the repository, with every package pinned, and our own package in them.
import { existsSync } from "node:fs";
import { answerOf, runLogged, SetupError, say } from "./command.mjs";
import { inRepository, venvBinary } from "./repository.mjs";
import { clearStamp, isCurrent, keyOf, writeStamp } from "./stamp.mjs";

const OLDEST = [3, 11];
const VERSION_PROGRAM = "import sys; print('.'.join(map(str, sys.version_info[:3])))";

const versionOf = (python) => answerOf(python, ["-c", VERSION_PROGRAM]);

function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** The interpreter that makes the environments: `$PYTHON` if set, else the first that is new enough. */
function findPython() {
  const chosen = process.env.PYTHON;
  const names = chosen
    ? [chosen]
    : ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"];
  for (const name of names) {
    const version = versionOf(name);
    if (version !== undefined && isNewEnough(version)) return { command: name, version };
  }
  throw new SetupError(
    `Python >= ${OLDEST.join(".")} is needed for the interop tests and the demo, and none of ${names.join(", ")} is one. ` +
      "Install it, or name it in the environment variable PYTHON.",
  );
}

/** Every file that `requirements` names, itself included: a change to any of them makes the environment anew. */
const REQUIREMENT_FILES = {
  "requirements.txt": ["requirements.txt"],
  "requirements-bench.txt": ["requirements.txt", "requirements-bench.txt"],
};

/** `pip install` in one of the repository's environments. */
export const installInto = (environment, args) =>
  runLogged("python", venvBinary("python", environment), [
    "-m",
    "pip",
    "install",
    "--disable-pip-version-check",
    "--no-input",
    ...args,
  ]);

const underWay = new Map();

/**
 * Makes `environment` hold the pinned packages of `requirements` and an editable install of `python/`.
 * Steps that run at the same time and need the same environment share one preparation.
 */
export function preparePython({ environment = ".venv", requirements = "requirements.txt" } = {}) {
  if (!underWay.has(environment)) underWay.set(environment, prepare(environment, requirements));
  return underWay.get(environment);
}

async function prepare(environment, requirements) {
  const step = `Python (${environment})`;
  const python = venvBinary("python", environment);
  const stampFile = inRepository(environment, "quarry-setup.stamp");
  const installed = existsSync(python) ? versionOf(python) : undefined;
  const files = [...REQUIREMENT_FILES[requirements], "python/pyproject.toml"];
  if (installed !== undefined && isCurrent(stampFile, keyOf({ files, facts: [installed] }))) return;

  const { command, version } = findPython();
  clearStamp(stampFile);
  if (installed === undefined) {
    say(step, `creating the environment with Python ${version}`);
    try {
      await runLogged("python", command, ["-m", "venv", "--clear", inRepository(environment)]);
    } catch (error) {
      throw new SetupError(
        `${error.message}\nOn Debian and Ubuntu the venv module is a package of its own: apt-get install python3-venv`,
      );
    }
  }
  say(step, `installing what ${requirements} pins`);
  await installInto(environment, ["-r", inRepository(requirements)]);
  await installInto(environment, ["--no-build-isolation", "--no-deps", "-e", inRepository("python")]);
  writeStamp(stampFile, keyOf({ files, facts: [versionOf(python)] }));
}
