/** Directories for the states of a test, each gone when the next is looked at. */
import { mkdtempSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export class ScratchSpace {
  readonly #top = mkdtempSync(join(tmpdir(), "quarry-test-"));
  #made: string[] = [];

  constructor() {
    onTestFinished(() => rmSync(this.#top, { recursive: true, force: true }));
  }

  /** An empty directory. */
  readonly make = async (): Promise<string> => {
    const directory = await mkdtemp(join(this.#top, "state-"));
    this.#made.push(directory);
    return directory;
  };

  /** Removes all directories made so far. */
  clear(): void {
    for (const directory of this.#made.splice(0)) rmSync(directory, { recursive: true, force: true });
  }
}
