/** Files with what migrations must refuse or take care of, written once for a test file, in a directory of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { askPython } from "../../interop/python.ts";

export interface PeculiarFiles {
  readonly pathOf: (name: string) => string;
  /** Where the chunks of the datasets of `checked.h5` are: offset and length in bytes. */
  readonly chunksOf: (dataset: string) => readonly (readonly [number, number])[];
}

export function peculiarFiles(): PeculiarFiles {
  let directory = "";
  let chunks: Readonly<Record<string, readonly (readonly [number, number])[]>> = {};
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "quarry-peculiar-"));
    const answer = await askPython<{ chunks: typeof chunks }>("../migrate/files/write_peculiar_files.py", {
      directory,
    });
    chunks = answer.chunks;
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  return { pathOf: (name) => join(directory, name), chunksOf: (dataset) => chunks[dataset]! };
}
