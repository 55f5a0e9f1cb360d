import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fingerprintOf } from "../../src/migrate/fingerprint.ts";
import { migrate } from "../../src/migrate/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

test("the fingerprint of a file is that of the file and of the one that belongs to it", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "book.bin");
  await writeFile(path, new Uint8Array(8));
  const alone = await fingerprintOf(path);
  await mkdir(join(directory, "book.bin.zarr"));
  await writeFile(join(directory, "book.bin.old"), "");
  expect(await fingerprintOf(path)).toBe(alone);
  await writeFile(`${path}.json`, '{ "shape": [2], "dtype": "<f4" }');
  const noted = await fingerprintOf(path);
  expect(noted).not.toBe(alone);
  await writeFile(path, new Uint8Array(16));
  expect(await fingerprintOf(path)).not.toBe(noted);
  await rm(`${path}.json`);
  expect(await fingerprintOf(path)).not.toBe(alone);
});

test("a file that was migrated to a store beside it, of a name that begins with its own, is not migrated again", async () => {
  const path = join(await temporaryDirectory(), "book.bin");
  await writeFile(path, new Uint8Array(8));
  const statusOf = async () => {
    const { stores } = await migrate(path, `${path}.zarr`, { files: { shape: [2], dtype: "<f4" } });
    return stores[0]!.status;
  };
  expect([await statusOf(), await statusOf()]).toEqual(["migrated", "unchanged"]);
});
