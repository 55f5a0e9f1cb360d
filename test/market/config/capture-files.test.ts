import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { captureFiles } from "../../../src/market/config/capture-files.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

async function directoryOf(...names: string[]): Promise<string> {
  const directory = await temporaryDirectory();
  for (const name of names) {
    await mkdir(join(directory, name, ".."), { recursive: true });
    await writeFile(join(directory, name), "");
  }
  return directory;
}

describe("the files that patterns stand for", () => {
  test("are in the order of the patterns, and those of one in the order of their names, each once", async () => {
    const directory = await directoryOf("day10.gz", "day2.gz", "day1.gz", "first.gz", "days/day3.gz");
    const inside = (...names: string[]) => names.map((name) => join(directory, name));
    expect(await captureFiles(directory, ["first.gz", "day*"])).toEqual(
      inside("first.gz", "day1.gz", "day10.gz", "day2.gz"),
    );
    expect(await captureFiles(directory, ["day?.gz", "day*.gz"])).toEqual(
      inside("day1.gz", "day2.gz", "day10.gz"),
    );
    expect(await captureFiles(directory, ["days/*"])).toEqual(inside("days/day3.gz"));
  });

  test("are none that are hidden, and no directories", async () => {
    const directory = await directoryOf(".hidden.gz", "a.gz", "b.gz/inner");
    expect(await captureFiles(directory, ["*"])).toEqual([join(directory, "a.gz")]);
  });

  test("are those of their very names where there is neither * nor ?, whether they are there or not", async () => {
    const directory = await directoryOf("a+b (1).gz", "aab (1).gz");
    expect(await captureFiles(directory, ["a+b*"])).toEqual([join(directory, "a+b (1).gz")]);
    expect(await captureFiles(directory, ["not-there.gz"])).toEqual([join(directory, "not-there.gz")]);
    const elsewhere = await directoryOf("x.gz");
    expect(await captureFiles(directory, [join("..", "..", elsewhere, "x.gz")])).toHaveLength(1);
  });

  test.each(["*.csv", "no/such/*", "a.gz/*"])("that are none at all are an error: %s", async (pattern) => {
    const directory = await directoryOf("a.gz");
    await expect(captureFiles(directory, [pattern])).rejects.toMatchObject({
      code: "NOT_FOUND",
      path: join(directory, pattern),
    });
  });
});
