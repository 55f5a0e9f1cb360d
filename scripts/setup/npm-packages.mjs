// node_modules as package-lock.json says. npm leaves its own record of what it installed, so no stamp is needed.
import { readFileSync } from "node:fs";
import { runLogged, say } from "./command.mjs";
import { inRepository } from "./repository.mjs";

const STEP = "npm packages";

function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** Whether each locked package is installed in its locked version; those for other platforms may be absent. */
function installedAsLocked() {
  const locked = lockedPackages(inRepository("package-lock.json"));
  const installed = lockedPackages(inRepository("node_modules", ".package-lock.json"));
  if (locked === undefined || installed === undefined) return false;
  return Object.entries(locked).every(([path, { version, optional }]) => {
    if (path === "") return true;
    const found = installed[path];
    return found === undefined ? optional === true : found.version === version;
  });
}

export async function installNpmPackages() {
  if (installedAsLocked()) return;
  say(STEP, "installing what package-lock.json pins");
  // Scripts stay off: packages that carry C sources would compile themselves, and our own build compiles what it needs.
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await runLogged("npm", npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
}
