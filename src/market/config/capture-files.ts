/** Which files of the input directory are a symbol's captures. */
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { QuarryError } from "../../errors.ts";

/**
 * The files that `patterns` stand for, below `directory`: in the order of the patterns, those of one pattern in the
 * order of their names. In the name of a file, not of its directories, `*` stands for any characters and `?` for one;
 * neither for the point that a hidden file begins with.
 * @throws QuarryError `NOT_FOUND` for a pattern that stands for nothing; `STORE_FAILED`
 */
export async function captureFiles(directory: string, patterns: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const pattern of patterns) {
    const path = join(directory, pattern);
    if (!/[*?]/.test(basename(path))) {
      files.push(path);
      continue;
    }
    const matching = await filesLike(dirname(path), basename(path));
    if (matching.length === 0) throw nothing(path);
    files.push(...matching.filter((file) => !files.includes(file)));
  }
  return files;
}

async function filesLike(directory: string, pattern: string): Promise<string[]> {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const expression = new RegExp(`^(?!\\.)${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && expression.test(entry.name))
      .map((entry) => join(directory, entry.name))
      .sort();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") throw nothing(join(directory, pattern), cause);
    throw new QuarryError("STORE_FAILED", `cannot list ${directory}: ${message}`, { path: directory, cause });
  }
}

function nothing(path: string, cause?: unknown): QuarryError {
  return new QuarryError("NOT_FOUND", `no file is ${path}`, { path, cause });
}
