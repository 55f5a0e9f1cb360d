/** Whether a source is still the one that was looked at before: names, sizes and times of its files. */
import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";

/**
 * The fingerprint of what is at `location`: a directory with all that is in it, or a file with those beside it whose
 * names it begins (`book.bin`, `book.bin.json`). Of a URL, its text.
 */
export async function fingerprintOf(location: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const { name, path } of filesAt(location)) {
    const { size, mtimeNs } = await stat(path, { bigint: true });
    hash.update(`${name}\0${size}\0${mtimeNs}\n`);
  }
  return hash.digest("hex");
}

async function* filesAt(location: string): AsyncGenerator<{ name: string; path: string }> {
  if (/^https?:/.test(location)) return;
  if ((await stat(location)).isDirectory()) {
    const entries = await readdir(location, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const path of paths.sort()) yield { name: relative(location, path), path };
    return;
  }
  const directory = dirname(location);
  const names = (await readdir(directory)).filter((name) => name.startsWith(basename(location)));
  for (const name of names.sort()) yield { name, path: join(directory, name) };
}
