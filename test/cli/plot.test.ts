import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { quarry } from "../kit/command-line.ts";
import { directoryState } from "../kit/directory-state.ts";
import { interruptNextJob } from "../kit/interruption.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { soundBook, writeBook } from "../market/audit/written-tables.ts";

const runPlot = (...args: string[]) => quarry("plot", ...args);

let directory: string;
let store: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  store = join(directory, "BTCUSDT.zarr");
  await writeBook(store, soundBook(200, 3, Int32Array));
});

describe("quarry plot", () => {
  test("is explained", async () => {
    const { exitCode, stdout } = await runPlot("--help");
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/plot-help.txt");
  });

  test("draws a store to a PNG, says so on stderr, and changes nothing else", async () => {
    const before = await directoryState(store);
    const file = join(directory, "book.png");
    const { exitCode, stdout, stderr } = await runPlot(store, file);
    expect([exitCode, stdout]).toEqual([0, ""]);
    expect(stderr).toContain(
      `${file}: book, 200 rows, 0 trades, 2024-08-05T00:00:00.000000000Z to 2024-08-05T`,
    );
    expect((await readFile(file)).subarray(1, 4).toString()).toBe("PNG");
    expect(await directoryState(store)).toEqual(before);
  });

  test("gives one JSON document", async () => {
    const file = join(directory, "book.svg");
    const { exitCode, stdout, stderr } = await runPlot(store, file, "--json", "--from", "2024-08-05T00:01Z");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      path: store,
      file,
      kind: "book",
      rows: 140,
      gaps: 0,
      skipped: [],
    });
  });

  test("leaves no file when it is interrupted, and has one document all the same", async () => {
    interruptNextJob();
    const { exitCode, stdout, stderr } = await runPlot(store, join(directory, "book.png"), "--json");
    expect([exitCode, stderr]).toEqual([1, "quarry: interrupted; no file was written\n"]);
    expect(JSON.parse(stdout)).toEqual({ path: store, ok: false, interrupted: true });
    expect(await readdir(directory)).toEqual(["BTCUSDT.zarr"]);
  });

  test("refuses other endings, times that are none, files that are there, and stores with nothing to draw", async () => {
    expect((await runPlot(store, join(directory, "book.gif"))).exitCode).toBe(2);
    for (const time of ["yesterday", "2024-13-01", "2024-08-05T25:00", "1722816000"]) {
      expect((await runPlot(store, join(directory, "x.svg"), "--from", time)).exitCode).toBe(2);
    }
    const file = join(directory, "x.svg");
    expect((await runPlot(store, file)).exitCode).toBe(0);
    expect((await runPlot(store, file)).stderr).toContain("[ALREADY_EXISTS]");
    expect((await runPlot(store, file, "--overwrite")).exitCode).toBe(0);
    expect((await runPlot(join(store, "bid_px"), join(directory, "y.svg"))).exitCode).toBe(1);
  });
});
