import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openGroup } from "../../src/zarr/open.ts";
import { quarry } from "../kit/command-line.ts";
import { directoryState } from "../kit/directory-state.ts";
import { interruptNextJob } from "../kit/interruption.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { soundBook, writeBook } from "../market/audit/written-tables.ts";

const audit = (...args: string[]) => quarry("audit", ...args);

/** A book of 400 rows whose rows 7 and 8 are crossed. */
async function crossedBook(): Promise<string> {
  const path = join(await temporaryDirectory(), "book.zarr");
  const book = soundBook(400, 3, Int32Array);
  for (const row of [7, 8]) book.bidPx[row * 3] = book.askPx[row * 3]! + 1;
  await writeBook(path, book);
  return path;
}

describe("quarry audit", () => {
  test("is explained", async () => {
    const { exitCode, stdout } = await audit("--help");
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/audit-help.txt");
  });

  test("says what it has checked and found, and ends with 1 for a fault", async () => {
    const path = await crossedBook();
    const before = await directoryState(path);
    const { exitCode, stdout, stderr } = await audit(path);
    expect([exitCode, stderr]).toEqual([1, ""]);
    const lines = stdout.split("\n");
    expect(lines[0]).toContain(`${path}: 99.50 % of 400 rows without a fault, 2 with one; 1 table`);
    expect(lines).toContain("/: book, 400 rows, 99.50 % without a fault");
    const at = lines.findIndex((line) => line.startsWith("  crossed"));
    expect(lines.slice(at, at + 3)).toEqual([
      "  crossed          2  the best bid is not above the best ask",
      "    row 7 at 2024-08-05T00:00:07.150000000Z",
      "    row 8 at 2024-08-05T00:00:08.300000000Z",
    ]);
    expect(await directoryState(path)).toEqual(before);
  });

  test("gives one JSON document with the fields that scripts rely on", async () => {
    const path = await crossedBook();
    const { exitCode, stdout, stderr } = await audit(path, "--json");
    expect([exitCode, stderr]).toEqual([1, ""]);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      path,
      ok: false,
      rows: 400,
      successPercent: 99.5,
      tables: [{ path: "/", kind: "book", rows: 400, faultyRows: 2 }],
      failures: [],
      recorded: [],
    });
    expect(document.checks.find(({ name }: { name: string }) => name === "crossed")).toEqual({
      table: "/",
      name: "crossed",
      rule: "the best bid is not above the best ask",
      faults: 2,
      firstRows: [7, 8],
      firstTimes: ["2024-08-05T00:00:07.150000000Z", "2024-08-05T00:00:08.300000000Z"],
      ranges: [{ start: 7, end: 9 }],
      rangesCut: false,
      figures: {},
    });
  });

  test("ends with 0 for sound data", async () => {
    const path = join(await temporaryDirectory(), "book.zarr");
    await writeBook(path, soundBook(100, 3, Int32Array));
    expect((await audit(path)).exitCode).toBe(0);
    expect((await audit(path, "--max-gap", "1s")).exitCode).toBe(1);
    expect((await audit(path, "--max-gap", "2s")).exitCode).toBe(0);
  });

  test("lists the faulty rows in the store when it is asked to", async () => {
    const path = await crossedBook();
    const { exitCode, stderr } = await audit(path, "--record");
    expect([exitCode, stderr]).toEqual([1, "recorded in the attributes of /\n"]);
    const { attributes } = await openGroup(path);
    const { checks } = attributes.audit as { checks: { name: string; ranges: number[][] }[] };
    expect(checks.find(({ name }) => name === "crossed")!.ranges).toEqual([[7, 9]]);
  });

  test("ends with 1 when it is interrupted, and has one document all the same", async () => {
    const path = await crossedBook();
    interruptNextJob();
    const { exitCode, stdout, stderr } = await audit(path, "--json", "--record");
    expect([exitCode, stderr]).toEqual([1, "quarry: interrupted; nothing was recorded\n"]);
    expect(JSON.parse(stdout)).toEqual({ path, ok: false, interrupted: true });
    expect((await openGroup(path)).attributes).not.toHaveProperty("audit");
  });

  test("refuses options that make no sense, and places that are not there", async () => {
    const path = await crossedBook();
    for (const span of ["5", "0s", "-1s", "five"]) {
      expect((await audit(path, "--max-gap", span)).exitCode).toBe(2);
    }
    expect((await audit(path, "--tick-size", "0")).exitCode).toBe(2);
    const missing = await audit(join(path, "nowhere"), "--json");
    expect(missing.exitCode).toBe(1);
    expect(JSON.parse(missing.stdout).error.code).toBe("NOT_FOUND");
  });
});
