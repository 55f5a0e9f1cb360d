/** Something that is no file where a chunk should be: damage, and not a chunk that was never written. */
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  backend,
  createArray,
  FileSystemStore,
  openArray,
  verify,
  withRequestCount,
} from "../../src/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const DAMAGE: Readonly<Record<string, (directory: string) => Promise<unknown>>> = {
  "a chunk is a link to nothing": (directory) => symlink("/nowhere/at/all", join(directory, "c", "0")),
  "a chunk is a directory": (directory) => mkdir(join(directory, "c", "0")),
  "the directory of chunks is a link to nothing": async (directory) => {
    await rm(join(directory, "c"), { recursive: true });
    await symlink("/nowhere/at/all", join(directory, "c"));
  },
  "the directory of chunks is a file": async (directory) => {
    await rm(join(directory, "c"), { recursive: true });
    await writeFile(join(directory, "c"), "x");
  },
};

test("verify finds a chunk that is a link to nothing", async () => {
  const directory = await temporaryDirectory();
  const array = await createArray(directory, { shape: [16], dataType: "int32", chunks: [4] });
  await array.set(null, 7);
  await rm(join(directory, "c", "0"));
  await symlink("/nowhere/at/all", join(directory, "c", "0"));
  expect(await verify(directory)).toMatchObject({
    ok: false,
    faultCount: 1,
    faults: [{ array: "/", chunk: [0], code: "STORE_FAILED" }],
  });
});

const LAYOUTS = { "plain chunks": {}, shards: { shards: [8] } };

describe.each(Object.entries(LAYOUTS))(`an array with %s (${backend().name})`, (_, layout) => {
  test.each(Object.entries(DAMAGE))(
    "of which %s is STORE_FAILED, and is not written over in part",
    async (_, damage) => {
      const directory = await temporaryDirectory();
      const array = await createArray(directory, { shape: [16], dataType: "int32", chunks: [4], ...layout });
      await array.set(null, 7);
      await rm(join(directory, "c", "0"));
      const throughStore = await openArray(withRequestCount(new FileSystemStore(directory)), { mode: "r+" });
      for (const reader of [array, throughStore]) expect(await reader.get([0])).toBe(0);
      await damage(directory);
      for (const reader of [array, throughStore]) {
        const lost = { code: "STORE_FAILED" };
        await expect(reader.get([0])).rejects.toMatchObject(lost);
        await expect(reader.get()).rejects.toMatchObject(lost);
        await expect(reader.set([0], 1)).rejects.toMatchObject(lost);
      }
    },
  );
});
