/**
 * Where a store is made before it has its name: `.NAME.migrating` beside its place, on the same file system.
 *
 *     .2024-W32.zarr.migrating/
 *       progress.jsonl    what is finished (progress-record.ts)
 *       owner             the process that works here, as `PID HOST`
 *       store/            the store
 *
 * 1. `open` makes it, or, to resume, takes it over from a process that is no more, whose unfinished files it
 *    removes.
 * 2. `publish` hands all files to the disk, renames `store/` to its place, and removes the rest. A crash before the
 *    rename leaves everything to be resumed, one after it a finished store and an empty work directory.
 * 3. `discard` removes it all.
 */
import { mkdir, readdir, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { QuarryError } from "../errors.ts";
import { isPartialName } from "../store/partial-name.ts";
import { syncPath, syncTree } from "../store/sync-path.ts";
import { ProgressRecord } from "./progress-record.ts";

export class WorkDirectory {
  /** Where the store will be. */
  readonly place: string;
  readonly record: ProgressRecord;
  readonly #directory: string;

  /**
   * @param resume whether to continue what was begun under the same `identity`
   * @throws QuarryError `ALREADY_EXISTS` where there is unfinished work, of a living process, of another migration, or
   *   not to be resumed; `STORE_FAILED`
   */
  static async open(place: string, identity: string, resume: boolean): Promise<WorkDirectory> {
    const directory = workDirectoryOf(place);
    const progress = join(directory, "progress.jsonl");
    try {
      await mkdir(dirname(place), { recursive: true });
      if (await isThere(progress)) {
        if (!resume) {
          throw taken(
            place,
            `a migration to ${place} was begun and not finished: resume it (--resume), or remove ${directory}`,
          );
        }
        await takeOver(directory, place);
        const record = await ProgressRecord.resume(progress, identity);
        if (record === undefined) {
          throw taken(
            place,
            `what was begun in ${directory} is another migration: its source or its options were not the same. Remove it to begin anew`,
          );
        }
        await removePartialFiles(join(directory, "store"));
        return new WorkDirectory(place, record);
      }
      // A process that was killed before its first line has done nothing yet.
      await mkdir(join(directory, "store"), { recursive: true });
      await takeOver(directory, place);
      return new WorkDirectory(place, await ProgressRecord.begin(progress, identity));
    } catch (cause) {
      throw failed(place, cause);
    }
  }

  private constructor(place: string, record: ProgressRecord) {
    this.place = place;
    this.record = record;
    this.#directory = workDirectoryOf(place);
  }

  /** Where the store is written. */
  get store(): string {
    return join(this.#directory, "store");
  }

  /** @throws QuarryError `ALREADY_EXISTS` where somebody has taken the place meanwhile; `STORE_FAILED` */
  async publish(): Promise<void> {
    try {
      await syncTree(this.store);
      await rename(this.store, this.place);
      await syncPath(dirname(this.place));
      await this.discard();
    } catch (cause) {
      throw failed(this.place, cause);
    }
  }

  async discard(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Leaves what is done to be resumed. */
  async release(): Promise<void> {
    await unlink(join(this.#directory, "owner")).catch(() => {});
  }
}

/** Whether something was begun for `place` that is not finished. */
export async function hasUnfinishedWork(place: string): Promise<boolean> {
  return isThere(join(workDirectoryOf(place), "progress.jsonl"));
}

/** What a killed process was writing when it died: no reader sees it, and no store is to have it. */
async function removePartialFiles(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && isPartialName(entry.name)) await unlink(join(entry.parentPath, entry.name));
  }
}

/** Removes what a crash behind the rename has left of a finished migration. */
export async function removeLeftovers(place: string): Promise<void> {
  const directory = workDirectoryOf(place);
  if (!(await hasUnfinishedWork(place)) || (await isThere(join(directory, "store")))) return;
  await rm(directory, { recursive: true, force: true });
}

/** Whether there is nothing at `place`, or an empty directory, which is as good as nothing. */
export async function isPlaceFree(place: string): Promise<boolean> {
  try {
    return (await readdir(place)).length === 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function workDirectoryOf(place: string): string {
  return join(dirname(place), `.${basename(place)}.migrating`);
}

/** @throws QuarryError `ALREADY_EXISTS` where a living process of this machine works there */
async function takeOver(directory: string, place: string): Promise<void> {
  const file = join(directory, "owner");
  const [pid, host] = (await readFile(file, "utf8").catch(() => "")).split(" ");
  if (host === hostname() && Number(pid) !== process.pid && isAlive(Number(pid))) {
    throw taken(place, `process ${pid} is migrating to ${place} at this moment`);
  }
  await writeFile(file, `${process.pid} ${hostname()}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function taken(place: string, message: string): QuarryError {
  return new QuarryError("ALREADY_EXISTS", message, { path: place });
}

function failed(place: string, cause: unknown): QuarryError {
  if (cause instanceof QuarryError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOTEMPTY" || code === "EEXIST") {
    return taken(place, `${place} exists already and was left as it is`);
  }
  return new QuarryError("STORE_FAILED", `cannot write ${place}: ${message}`, { path: place, cause });
}
