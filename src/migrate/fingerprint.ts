/** Whether a source is still the one that was looked at before: names, sizes and times of its files. */
import { createHash, type Hash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * The fingerprint of what is at `path`: a directory with all that is in it, or a file with those beside it whose names
 * it begins (`book.bin`, `book.bin.json`).
 */
export async function fingerprintOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  const isDirectory = (await stat(path)).isDirectory();
  const directory = isDirectory ? path : dirname(path);
  await addFiles(hash, directory, "", isDirectory ? "" : basename(path));
  return hash.digest("hex");
}

/** Adds what is in a directory and begins with `prefix`, sorted by name, and what is below. */
async function addFiles(hash: Hash, directory: string, below: string, prefix: string): Promise<void> {
  const names = (await readdir(join(directory, below))).filter((name) => name.startsWith(prefix)).sort();
  for (const name of names) {
    const path = join(below, name);
    const found = await stat(join(directory, path), { bigint: true });
    if (found.isDirectory()) await addFiles(hash, directory, path, "");
    else hash.update(`${path}\0${found.size}\0${found.mtimeNs}\n`);
  }
}
