/** Whether a source is still the one that was looked at before: names, sizes and times of its files. */
import { createHash, type Hash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { filesOfSource } from "./files/open-file-source.ts";

/**
 * The fingerprint of what is at `path`: a directory with all that is in it, or a file with the one that belongs to it
 * (`book.bin`, `book.bin.json`).
 */
export async function fingerprintOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  if ((await stat(path)).isDirectory()) await addFiles(hash, path, "", await readdir(path));
  else {
    const there = await readdir(dirname(path));
    const names = filesOfSource(path).map((file) => basename(file));
    await addFiles(
      hash,
      dirname(path),
      "",
      names.filter((name) => there.includes(name)),
    );
  }
  return hash.digest("hex");
}

/** Adds `names` of the directory `below` another one, sorted, and what is below them. */
async function addFiles(
  hash: Hash,
  directory: string,
  below: string,
  names: readonly string[],
): Promise<void> {
  for (const name of names.toSorted()) {
    const path = join(below, name);
    const found = await stat(join(directory, path), { bigint: true });
    if (found.isDirectory()) await addFiles(hash, directory, path, await readdir(join(directory, path)));
    else hash.update(`${path}\0${found.size}\0${found.mtimeNs}\n`);
  }
}
