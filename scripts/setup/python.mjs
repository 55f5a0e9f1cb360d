// The Python environment inside the repository, with every package pinned, and our own package in it.
import { existsSync } from "node:fs";
import { answerOf, runLogged, SetupError, say } from "./command.mjs";
import { inRepository, venvBinary } from "./repository.mjs";
import { clearStamp, isCurrent, keyOf, writeStamp } from "./stamp.mjs";

const STEP = "Python (.venv)";

const OLDEST = [3, 11];
const VERSION_PROGRAM = "import sys; print('.'.join(map(str, sys.version_info[:3])))";

const versionOf = (python) => answerOf(python, ["-c", VERSION_PROGRAM]);

function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** The interpreter that makes the environment: `$PYTHON` if set, else the first that is new enough. */
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

/** `pip install` in the repository's environment. */
export const installPython = (args) =>
  runLogged("python", venvBinary("python"), [
    "-m",
    "pip",
    "install",
    "--disable-pip-version-check",
    "--no-input",
    ...args,
  ]);

let underWay;

/**
 * Makes `.venv` hold the pinned packages of `requirements.txt` and an editable install of `python/`.
 * Steps that run at the same time and need it share one preparation.
 */
export function preparePython() {
  underWay ??= prepare();
  return underWay;
}

async function prepare() {
  const python = venvBinary("python");
  const stampFile = inRepository(".venv", "quarry-setup.stamp");
  const installed = existsSync(python) ? versionOf(python) : undefined;
  const files = ["requirements.txt", "python/pyproject.toml"];
  if (installed !== undefined && isCurrent(stampFile, keyOf({ files, facts: [installed] }))) return;

  const { command, version } = findPython();
  clearStamp(stampFile);
  if (installed === undefined) {
    say(STEP, `creating the environment with Python ${version}`);
    try {
      await runLogged("python", command, ["-m", "venv", "--clear", inRepository(".venv")]);
    } catch (error) {
      throw new SetupError(
        `${error.message}\nOn Debian and Ubuntu the venv module is a package of its own: apt-get install python3-venv`,
      );
    }
  }
  say(STEP, "installing what requirements.txt pins");
  await installPython(["-r", inRepository("requirements.txt")]);
  await installPython(["--no-build-isolation", "--no-deps", "-e", inRepository("python")]);
  writeStamp(stampFile, keyOf({ files, facts: [versionOf(python)] }));
}
