// Where things are: the repository and what set-up makes inside it.

import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url)).replace(/[\\/]$/, "");

/** Absolute path of a file of the repository, from its parts below the root. */
export const inRepository = (...parts) => join(root, ...parts);

/** Real captures, legacy stores and foreign fixtures that tests read; they lie beside the repository, not in it. */
export const sharedData = join(root, "..", "shared");

/** An executable of npm's or of the Python environment, run by its path so that nothing depends on PATH. */
export const npmBinary = (name) =>
  inRepository("node_modules", ".bin", process.platform === "win32" ? `${name}.cmd` : name);

export const venvBinary = (name) =>
  process.platform === "win32"
    ? inRepository(".venv", "Scripts", `${name}.exe`)
    : inRepository(".venv", "bin", name);

/** Full output of each set-up command, kept for the reader of a failure. */
export const logDirectory = inRepository("build", "logs");
