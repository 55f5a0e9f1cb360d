import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { quarry } from "../kit/command-line.ts";
import { interruptNextJob } from "../kit/interruption.ts";
import { createSealedStore } from "../kit/sealed-store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const runExport = (...args: string[]) => quarry("export", ...args);

let directory: string;
let px: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  const store = join(directory, "store.zarr");
  await createSealedStore(store);
  px = join(store, "px");
});

describe("quarry export", () => {
  test("is explained", async () => {
    const { exitCode, stdout } = await runExport("--help");
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/export-help.txt");
  });

  test("writes the array under its name, and says so on stderr", async () => {
    const file = join(directory, "px.csv");
    const { exitCode, stdout, stderr } = await runExport(px, file);
    expect([exitCode, stdout]).toEqual([0, ""]);
    expect(stderr).toContain(`${file}: 1,200 items of int32, shape [300, 4]`);
    expect((await readFile(file)).toString().split("\n")[0]).toBe("px_0,px_1,px_2,px_3");
  });

  test("gives one JSON document", async () => {
    const file = join(directory, "px.npy");
    const { exitCode, stdout, stderr } = await runExport(px, file, "--json");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      path: px,
      files: [file],
      format: "npy",
      dataType: "int32",
      shape: [300, 4],
      items: 1200,
      bytes: 4928,
    });
  });

  test("replaces a file only when it is told to", async () => {
    const file = join(directory, "px.npz");
    expect((await runExport(px, file)).exitCode).toBe(0);
    const refused = await runExport(px, file);
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      `quarry: ${file} exists already and was left as it is [ALREADY_EXISTS]\n`,
    ]);
    expect((await runExport(px, file, "--overwrite")).exitCode).toBe(0);
  });

  test("leaves no file when it is interrupted, and has one document all the same", async () => {
    interruptNextJob();
    const { exitCode, stdout, stderr } = await runExport(px, join(directory, "px.npy"), "--json");
    expect([exitCode, stderr]).toEqual([1, "quarry: interrupted; no file was written\n"]);
    expect(JSON.parse(stdout)).toEqual({ path: px, ok: false, interrupted: true });
    expect(await readdir(directory)).toEqual(["store.zarr"]);
  });

  test("refuses an ending it does not know, a group, and what is not there", async () => {
    const unknown = await runExport(px, join(directory, "px.xlsx"));
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain("ends with none of .npy, .npz, .bin, .csv, .parquet");
    expect((await runExport(join(directory, "store.zarr"), "x.npy")).exitCode).toBe(1);
    expect((await runExport(join(directory, "nowhere"), "x.npy")).exitCode).toBe(1);
    expect(await readdir(directory)).toEqual(["store.zarr"]);
  });
});
