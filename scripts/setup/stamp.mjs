// A step's stamp holds the hash of everything that the step depends on. It is cleared before the step begins and written
// when it has ended, so that an interrupted step runs again.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inRepository } from "./repository.mjs";

function* filesUnder(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return;
  if (entry.isFile()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) yield* filesUnder(join(path, name));
}

/** Hash of files and folders of the repository (by path and content) and of further facts such as a version. */
export function keyOf({ files, facts = [] }) {
  const hash = createHash("sha256");
  for (const file of files) {
    for (const path of filesUnder(inRepository(file))) {
      const content = readFileSync(path);
      hash.update(`${path}\0${content.length}\0`).update(content);
    }
  }
  for (const fact of facts) hash.update(`\0${fact}`);
  return hash.digest("hex");
}

export function isCurrent(stampFile, key) {
  try {
    return readFileSync(stampFile, "utf8") === key;
  } catch {
    return false;
  }
}

export const clearStamp = (stampFile) => rmSync(stampFile, { force: true });

export function writeStamp(stampFile, key) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, key);
}
