/**
 * Files of every format with bytes changed at random: reading comes to an end, in bounded memory, with values or with
 * an error by its code; and what checksums cover has its own values or none. QUARRY_TEST_MUTATIONS sets the number of
 * cases (default 250), QUARRY_TEST_SEED the first of them, each of which is its number.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isQuarryError } from "../../../src/errors.ts";
import { openFileSource } from "../../../src/migrate/files/open-file-source.ts";
import { comparableBytes } from "../../../src/migrate/items.ts";
import { countOf } from "../../../src/zarr/array-data.ts";
import { drawMutations, type Files, mutated } from "../../hostile/mutations.ts";
import { Random } from "../../hostile/random.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";
import { sha256 } from "./legacy-files.ts";
import { type WrittenFiles, writeRandomFiles } from "./random-files.ts";

const CASES = Number(process.env.QUARRY_TEST_MUTATIONS ?? 250);
const FIRST_SEED = Number(process.env.QUARRY_TEST_SEED ?? 1);
/** Of the files that are mutated, which are the same in every run. */
const FILES_SEED = 3;

/** A file may declare more items than anyone reads at once; that is for whoever asks for them to bound. */
const REGION_BYTES_MAX = 2 ** 26;
const MEMORY_GROWTH_MAX = 2 ** 30;

/** What stands beside a file and belongs to it. */
const COMPANIONS = ["", ".json", ".time"];

async function filesOf(directory: string, name: string): Promise<Files> {
  const files = new Map<string, Uint8Array>();
  for (const ending of COMPANIONS) {
    const content = await readFile(join(directory, name + ending)).catch(() => undefined);
    if (content !== undefined) files.set(name + ending, content);
  }
  return files;
}

/** What reading all of a file gives: the hash of each array's items, and the codes of what was refused. */
async function readAll(path: string): Promise<{ hashes: Map<string, string>; codes: string[] }> {
  const hashes = new Map<string, string>();
  const codes: string[] = [];
  const take = (error: unknown): void => {
    if (!isQuarryError(error)) throw error;
    codes.push(error.code);
  };
  try {
    const source = await openFileSource(path);
    codes.push(...source.refusals.map(({ code }) => code));
    for (const { path: array, shape, dataType, readRegion } of source.arrays) {
      if (countOf(shape) * dataType.itemBytes > REGION_BYTES_MAX) continue;
      try {
        const items = await readRegion(
          shape.map(() => 0),
          shape,
        );
        hashes.set(array, sha256(comparableBytes(items, dataType)));
      } catch (error) {
        take(error);
      }
    }
    await source.close();
  } catch (error) {
    take(error);
  }
  return { hashes, codes };
}

/** Arrays that are there and have other values, of a file whose every byte of content is under a checksum. */
function changedArrays(name: string, hashes: Map<string, string>, written: WrittenFiles): string[] {
  if (!name.endsWith(".npz")) return [];
  return [...hashes].filter(([path, hash]) => written[name]![path]?.sha256 !== hash).map(([path]) => path);
}

test("mutated files are refused by a code, or read", { timeout: 600_000 }, async () => {
  const originals = await temporaryDirectory();
  const written = await writeRandomFiles(originals, FILES_SEED);
  const names = Object.keys(written);
  const endings = [...new Set(names.map((name) => name.slice(name.lastIndexOf("."))))];
  const directory = join(await temporaryDirectory(), "mutated");
  const memoryBefore = process.memoryUsage().rss;
  const findings: string[] = [];
  let harmed = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const random = new Random(seed);
    const ending = random.pick(endings);
    const name = random.pick(names.filter((other) => other.endsWith(ending)));
    const files = await filesOf(originals, name);
    await mkdir(directory);
    for (const [key, content] of mutated(files, drawMutations(random, files))) {
      await writeFile(join(directory, key), content);
    }
    try {
      const { hashes, codes } = await readAll(join(directory, name));
      if (codes.length > 0) harmed += 1;
      const changed = changedArrays(name, hashes, written);
      if (changed.length > 0) findings.push(`seed ${seed}, ${name}: ${changed} changed without an error`);
    } catch (error) {
      findings.push(`seed ${seed}, ${name}: ${(error as Error).stack}`);
    }
    await rm(directory, { recursive: true });
  }
  expect(findings).toEqual([]);
  // Mutations that nothing notices would prove nothing.
  expect(harmed).toBeGreaterThan(CASES / 3);
  expect(process.memoryUsage().rss - memoryBefore).toBeLessThan(MEMORY_GROWTH_MAX);
});
