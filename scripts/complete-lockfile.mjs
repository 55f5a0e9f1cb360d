#!/usr/bin/env node
// Run after a change of dependencies: `node scripts/complete-lockfile.mjs`.
//
// A package with compiled parts names one optional package for each platform, and `npm ci` refuses a lock file that
// lacks any of them, on every platform. npm leaves out those that the registry at hand does not serve (mirrors often
// carry their own platform only). This adds the missing entries: the version is exact in the package that names them,
// the platform is in their names, and npm fills in the hash where it installs one.
import { readFileSync, writeFileSync } from "node:fs";
import { inRepository } from "./setup/repository.mjs";

const SYSTEMS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const PROCESSORS = ["arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"];
const EXACT_VERSION = /^\d+\.\d+\.\d+$/;

function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) return undefined;
  const libc = /-musl/.test(name) ? "musl" : /-gnu/.test(name) ? "glibc" : undefined;
  return { os, cpu, libc: os === "linux" ? libc : undefined };
}

const lockFile = inRepository("package-lock.json");
const lock = JSON.parse(readFileSync(lockFile, "utf8"));
const added = [];
for (const { dev, optionalDependencies = {} } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const path = `node_modules/${name}`;
    if (lock.packages[path] !== undefined) continue;
    const platform = platformOf(name);
    if (platform === undefined || !EXACT_VERSION.test(version)) {
      throw new Error(
        `cannot tell the platform and version of ${name}@${version}: add it to the lock file by hand`,
      );
    }
    const { os, cpu, libc } = platform;
    // In npm's own order of fields, so that its next write changes nothing.
    lock.packages[path] = {
      version,
      cpu: [cpu],
      ...(dev ? { dev } : {}),
      ...(libc ? { libc: [libc] } : {}),
      optional: true,
      os: [os],
    };
    added.push(path);
  }
}
if (added.length > 0) {
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(lockFile, `${JSON.stringify(lock, undefined, 2)}\n`);
}
process.stderr.write(`package-lock.json: ${added.length} entries added\n`);
