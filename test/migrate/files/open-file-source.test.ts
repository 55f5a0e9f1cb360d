import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FILE_ENDINGS, isFileSource, openFileSource } from "../../../src/migrate/files/open-file-source.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

test.each(FILE_ENDINGS)("a file that does not begin as %s says is refused", async (ending) => {
  const path = join(await temporaryDirectory(), `book${ending}`);
  await writeFile(path, "this is a text, and nothing else, of some length");
  expect(await isFileSource(path)).toBe(true);
  const failure = await openFileSource(path).catch((error) => error);
  expect(failure).toMatchObject({ code: expect.stringMatching(/^(FILE|ARCHIVE)_INVALID|NOT_FOUND$/) });
});

test.each(FILE_ENDINGS)("an empty file called %s is refused", async (ending) => {
  const path = join(await temporaryDirectory(), `book${ending}`);
  await writeFile(path, "");
  const failure = await openFileSource(path).catch((error) => error);
  expect(failure).toMatchObject({ code: expect.stringMatching(/^(FILE|ARCHIVE)_INVALID|NOT_FOUND$/) });
});

test("other endings, directories of other files and what is not there are refused", async () => {
  const directory = await temporaryDirectory();
  await mkdir(join(directory, "store.zarr"));
  await writeFile(join(directory, "store.zarr", "zarr.json"), "{}");
  await writeFile(join(directory, "book.csv"), "a,b\n");
  for (const name of ["store.zarr", "book.csv"]) {
    expect(await isFileSource(join(directory, name))).toBe(false);
    await expect(openFileSource(join(directory, name))).rejects.toMatchObject({ code: "UNSUPPORTED_FORMAT" });
  }
  await expect(openFileSource(join(directory, "none.npy"))).rejects.toMatchObject({ code: "NOT_FOUND" });
});
