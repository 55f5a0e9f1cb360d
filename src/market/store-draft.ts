/**
 * A directory that becomes visible whole or not at all.
 *
 * 1. The draft is written to `.NAME.partial-XXXXXXXX` beside its place, on the same file system. Nobody takes
 *    that for a store: the name begins with a point.
 * 2. `sync` has the disk hold all of it: without, a power cut soon after may leave a store of which files are cut short.
 * 3. `publish` renames it to its place. A place that is taken is an error, unless the draft is to replace it:
 *    then what was there is renamed away first and deleted last. A crash between the two renames leaves the
 *    old store under its `.NAME.replaced-XXXXXXXX` name, whole.
 * 4. `discard` deletes the draft. A killed process leaves it behind; it may be deleted by hand.
 */
import { randomBytes } from "node:crypto";
import { access, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { SyncMode } from "../append/index.ts";
import { QuarryError } from "../errors.ts";
import { syncPath, syncTree } from "../store/sync-path.ts";

/**
 * What a store has gone through when it appears. `always`: the disk holds it, and a power cut does not take it back.
 * `interval` is the same for what appears at once. `none`: the system writes it when it likes.
 */
export const SYNC_MODES: readonly SyncMode[] = ["always", "interval", "none"];

export class StoreDraft {
  /** Where the store will be. */
  readonly place: string;
  /** Where it is written. */
  readonly path: string;
  readonly #replace: boolean;

  /**
   * @param replace whether what is at `place` gives way
   * @throws QuarryError `ALREADY_EXISTS` where `place` is taken and `replace` is not given; `STORE_FAILED`
   */
  static async begin(place: string, replace: boolean): Promise<StoreDraft> {
    const draft = new StoreDraft(place, replace);
    await draft.checkPlace();
    await failing(place, () => mkdir(dirname(place), { recursive: true }));
    return draft;
  }

  private constructor(place: string, replace: boolean) {
    this.place = place;
    this.path = sibling(place, "partial");
    this.#replace = replace;
  }

  /** @throws QuarryError `ALREADY_EXISTS` where the place is taken and is not to be replaced */
  async checkPlace(): Promise<void> {
    if (!this.#replace && (await exists(this.place))) throw taken(this.place);
  }

  /** Bytes of all files of the draft. */
  storedBytes(): Promise<number> {
    return bytesOfFilesIn(this.path);
  }

  /** Has the disk hold every file and directory of the draft. @throws QuarryError `STORE_FAILED` */
  async sync(): Promise<void> {
    await failing(this.place, () => syncTree(this.path));
  }

  /**
   * @param sync whether the disk is to know the new name as well
   * @throws QuarryError `ALREADY_EXISTS` where somebody else has taken the place since; `STORE_FAILED`
   */
  async publish(sync = false): Promise<void> {
    const replaced =
      this.#replace && (await exists(this.place)) ? sibling(this.place, "replaced") : undefined;
    await failing(this.place, async () => {
      if (replaced !== undefined) await rename(this.place, replaced);
      await this.#moveToPlace(replaced);
      if (sync) await syncPath(dirname(this.place));
      if (replaced !== undefined) await rm(replaced, { recursive: true });
    });
  }

  /** @param replaced where the store is that was there before; it is put back if the draft cannot take its place */
  async #moveToPlace(replaced: string | undefined): Promise<void> {
    try {
      await rename(this.path, this.place);
    } catch (cause) {
      if (replaced !== undefined) await rename(replaced, this.place);
      const { code } = cause as NodeJS.ErrnoException;
      throw code === "ENOTEMPTY" || code === "EEXIST" ? taken(this.place) : cause;
    }
  }

  async discard(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Bytes of all files in a directory and below. */
export async function bytesOfFilesIn(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

function sibling(place: string, purpose: "partial" | "replaced"): string {
  return join(dirname(place), `.${basename(place)}.${purpose}-${randomBytes(4).toString("hex")}`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function failing(place: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof QuarryError) throw cause;
    const { message } = cause as Error;
    throw new QuarryError("STORE_FAILED", `cannot write ${place}: ${message}`, { path: place, cause });
  }
}

function taken(place: string): QuarryError {
  return new QuarryError(
    "ALREADY_EXISTS",
    `${place} exists already and was left as it is. Remove it, choose another output directory, or overwrite it`,
    { path: place },
  );
}
