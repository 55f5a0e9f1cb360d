/**
 * A file that appears under its name whole, or not at all.
 *
 * It is written beside its place under a name that nobody takes for a finished file, synced, and renamed. A killed
 * process leaves that file behind; it may be deleted by hand.
 */
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { QuarryError } from "../errors.ts";
import { partialName } from "../store/partial-name.ts";

export class FileDraft {
  /** Where the file will be. */
  readonly place: string;
  readonly #path: string;
  readonly #handle: FileHandle;
  #bytes = 0;

  /**
   * @param overwrite whether a file that is there gives way
   * @throws QuarryError `ALREADY_EXISTS`, `STORE_FAILED`
   */
  static async begin(place: string, overwrite: boolean): Promise<FileDraft> {
    if (!overwrite) await refuseExisting(place);
    const path = partialName(place);
    const handle = await failing(place, () => open(path, "wx"));
    return new FileDraft(place, path, handle);
  }

  private constructor(place: string, path: string, handle: FileHandle) {
    this.place = place;
    this.#path = path;
    this.#handle = handle;
  }

  /** Bytes that have been written. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds bytes at the end. @throws QuarryError `STORE_FAILED` */
  async write(bytes: Uint8Array): Promise<void> {
    await failing(this.place, () => this.#handle.appendFile(bytes));
    this.#bytes += bytes.length;
  }

  /** @throws QuarryError `ALREADY_EXISTS` where somebody else has taken the place since; `STORE_FAILED` */
  async publish(overwrite: boolean): Promise<void> {
    await failing(this.place, async () => {
      await this.#handle.sync();
      await this.#handle.close();
    });
    if (!overwrite) await refuseExisting(this.place);
    await failing(this.place, () => rename(this.#path, this.place));
  }

  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {});
    await rm(this.#path, { force: true });
  }
}

async function refuseExisting(place: string): Promise<void> {
  const isThere = await stat(place).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  throw new QuarryError("ALREADY_EXISTS", `${place} exists already and was left as it is`, { path: place });
}

async function failing<Result>(place: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new QuarryError("STORE_FAILED", `cannot write ${place}: ${(cause as Error).message}`, {
      path: place,
      cause,
    });
  }
}
