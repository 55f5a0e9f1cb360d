/**
 * A migration as independent tasks, one a store: the hierarchies in a directory, the files in it, or the one thing that
 * is there.
 */
import { readdir, realpath } from "node:fs/promises";
import { basename, extname, join, resolve, sep } from "node:path";
import { isQuarryError, QuarryError } from "../errors.ts";
import { resolveLocation } from "../store/location.ts";
import { withReadOnly } from "../store/with-read-only.ts";
import { findHierarchies } from "../zarr/find-hierarchies.ts";
import { isFileSource } from "./files/open-file-source.ts";
import { statSource } from "./stat-source.ts";

export interface MigrationTask {
  readonly source: string;
  readonly dest: string;
}

/**
 * The stores at `source`, and where they go: one, which becomes `dest`, or several, which become stores in it.
 * @throws QuarryError `NOT_FOUND`, `STORE_FAILED`; `ALREADY_EXISTS` for a destination inside the source
 */
export async function findTasks(source: string, dest: string): Promise<readonly MigrationTask[]> {
  await refuseInside(dest, source);
  const found = await statSource(source);
  if (!found.isDirectory() || (await isFileSource(source))) return [{ source, dest }];
  const roots = await hierarchiesIn(source);
  if (roots.includes("/")) return [{ source, dest }];
  const files = roots.length > 0 ? [] : await filesIn(source);
  const tasks = [
    ...roots.map((root) => ({ source: join(source, root), dest: join(dest, root) })),
    ...files.map((name) => ({ source: join(source, name), dest: join(dest, `${withoutEnding(name)}.zarr`) })),
  ];
  refuseTwice(tasks);
  if (tasks.length > 0) return tasks;
  throw new QuarryError("NOT_FOUND", `there is neither a Zarr store nor a file to migrate in ${source}`, {
    path: source,
  });
}

/** Root nodes of the hierarchies below `directory`, `/` for itself; none where there is no Zarr at all. */
async function hierarchiesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await findHierarchies(withReadOnly(resolveLocation(directory)))).roots;
  } catch (error) {
    if (isQuarryError(error, "NOT_FOUND")) return [];
    throw error;
  }
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const name of (await readdir(directory)).sort()) {
    if (!name.startsWith(".") && (await isFileSource(join(directory, name)))) names.push(name);
  }
  return names;
}

function withoutEnding(name: string): string {
  return basename(name, extname(name));
}

/** `book.npy` and `book.npz` would both become `book.zarr`. */
function refuseTwice(tasks: readonly MigrationTask[]): void {
  const sources = new Map<string, string>();
  for (const { source, dest } of tasks) {
    const other = sources.get(dest);
    if (other !== undefined) {
      throw new QuarryError(
        "ALREADY_EXISTS",
        `${other} and ${source} would both become ${dest}: migrate them one by one`,
        { path: dest },
      );
    }
    sources.set(dest, source);
  }
}

/** The source is never written to. @throws QuarryError `ALREADY_EXISTS` */
async function refuseInside(dest: string, source: string): Promise<void> {
  const place = await realPlace(dest);
  const from = await realPlace(source);
  if (place !== from && !place.startsWith(from + sep)) return;
  throw new QuarryError("ALREADY_EXISTS", `${dest} is inside of ${source}, which is not written to`, {
    path: dest,
  });
}

/** `path` without links, as far as it exists. */
async function realPlace(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch {
    const parent = resolve(absolute, "..");
    return parent === absolute ? absolute : join(await realPlace(parent), basename(absolute));
  }
}
