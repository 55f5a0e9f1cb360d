import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { MigrationPlan } from "../../src/migrate/migration-plan.ts";
import type { MigrationReport } from "../../src/migrate/report.ts";
import { quarry } from "../kit/command-line.ts";
import { directoryState } from "../kit/directory-state.ts";
import { interruptNextJob } from "../kit/interruption.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { createBook } from "../migrate/source-stores.ts";

const migrate = (...args: string[]) => quarry("migrate", ...args);

let folder: string;
let source: string;
let dest: string;
beforeEach(async () => {
  folder = await temporaryDirectory();
  source = join(folder, "legacy.zarr");
  dest = join(folder, "book.zarr");
  await createBook(source);
});

async function damage(): Promise<void> {
  const file = join(source, "data", "c", "1", "0", "0");
  const bytes = await readFile(file);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(file, bytes);
}

/** A symbol with two weeks, of which one is damaged. */
async function createWeeks(): Promise<string> {
  const symbol = join(folder, "BTCUSDT.zarr");
  await createBook(join(symbol, "2024-W32.zarr"));
  await createBook(join(symbol, "2024-W33.zarr"), 8);
  return symbol;
}

describe("quarry migrate", () => {
  test("is explained", async () => {
    const { exitCode, stdout } = await migrate("--help");
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/migrate-help.txt");
  });

  test("tells people on stderr what was migrated, array by array", async () => {
    const { exitCode, stdout, stderr } = await migrate(source, dest);
    expect([exitCode, stdout]).toEqual([0, ""]);
    expect(stderr).toContain(`${source} → ${dest}: migrated`);
    expect(stderr).toMatch(/\/data +float32 +40 /);
    expect(stderr).toMatch(/1 store in [\d.]+ s: 1 migrated\n$/);
  });

  test("gives one JSON document with the fields that scripts rely on", async () => {
    const { exitCode, stdout, stderr } = await migrate(source, dest, "--json");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const report: MigrationReport = JSON.parse(stdout);
    expect(report).toMatchObject({
      ok: true,
      verified: true,
      stores: [{ source, dest, status: "migrated", reason: null, refusals: [], faults: [] }],
    });
    for (const array of report.stores[0]!.arrays) {
      expect(array).toMatchObject({
        rows: 40,
        lostRows: [],
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(array.sourceBytes).toBeGreaterThan(0);
      expect(array.destBytes).toBeGreaterThan(0);
    }
  });

  test("says that there is nothing to do where it has been done", async () => {
    await migrate(source, dest);
    const { exitCode, stderr } = await migrate(source, dest);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("nothing to do");
  });

  test("fails on a damaged store, writes nothing, and names chunk and rows", async () => {
    await damage();
    const { exitCode, stdout, stderr } = await migrate(source, dest);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(": refused: ");
    expect(stderr).toContain("/data chunk [1, 0, 0] rows 20 to 39: ");
    expect(await readdir(folder)).toEqual(["legacy.zarr"]);
  });

  test("keeps what can be read of it, if asked to", async () => {
    await damage();
    const { exitCode, stderr } = await migrate(source, dest, "--skip-corrupt");
    expect(exitCode).toBe(0);
    expect(stderr).toContain(": partial: damaged or missing: /data rows 20…39");
  });

  test("goes on with other weeks behind one that is refused", async () => {
    const symbol = await createWeeks();
    await writeFile(join(symbol, "2024-W32.zarr", "timestamps", "zarr.json"), "{");
    const { exitCode, stdout } = await migrate(symbol, join(folder, "out"), "--json");
    expect(exitCode).toBe(1);
    const report: MigrationReport = JSON.parse(stdout);
    expect(report.ok).toBe(false);
    expect(report.stores.map(({ status }) => status)).toEqual(["refused", "migrated"]);
    expect(await readdir(join(folder, "out"))).toEqual(["2024-W33.zarr"]);
  });

  test("plans without writing: chunks and codecs now and then, with an estimate", async () => {
    const before = await directoryState(folder);
    const { exitCode, stderr } = await migrate(source, dest, "--dry-run");
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /\/data +float32 \[40, 8, 3\] +\[20, 8, 3\] bytes, blosc, crc32c +\[64, 8, 3\] bytes, blosc, crc32c/,
    );
    const { stdout } = await migrate(source, dest, "--dry-run", "--json");
    const plan: MigrationPlan = JSON.parse(stdout);
    expect(plan).toMatchObject({ ok: true, stores: [{ source, dest, destState: "free", error: null }] });
    for (const array of plan.stores[0]!.arrays) {
      expect(array.estimatedBytes).toBeGreaterThan(0);
      expect(array.estimatedSeconds).toBeGreaterThan(0);
    }
    expect(await directoryState(folder)).toEqual(before);
  });

  test("plans nothing anew for a destination that is finished, and nothing at all for one that is taken", async () => {
    await migrate(source, dest);
    const finished = await migrate(source, dest, "--dry-run");
    expect(finished.exitCode).toBe(0);
    expect(finished.stderr).toContain("destination finished");
    const taken = await migrate(source, dest, "--preset", "small", "--dry-run");
    expect(taken.exitCode).toBe(1);
    expect(taken.stderr).toContain("destination taken");
  });

  test("says loudly that nothing was verified, where it was not to be", async () => {
    const { exitCode, stderr } = await migrate(source, dest, "--no-verify");
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/NOT VERIFIED.*\n$/);
    const { stdout } = await migrate(source, join(folder, "other.zarr"), "--no-verify", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      verified: false,
      stores: [{ arrays: [{ sha256: null }, {}] }],
    });
  });

  test("makes no store when it is interrupted, and has one document all the same", async () => {
    interruptNextJob();
    const { exitCode, stdout, stderr } = await migrate(source, dest, "--json");
    expect([exitCode, stderr]).toEqual([
      1,
      "quarry: interrupted; what is finished is kept, and --resume continues with it\n",
    ]);
    expect(JSON.parse(stdout)).toEqual({ ok: false, interrupted: true, stores: [] });
    expect(await readdir(folder)).not.toContain("book.zarr");
  });

  test("says where it cannot write the plan", async () => {
    const plan = join(folder, "nowhere", "plan.jsonl");
    const { exitCode, stdout } = await migrate(source, dest, "--plan", plan, "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "STORE_FAILED", path: plan } });
  });

  test("writes the work as tasks that run one by one, anywhere", async () => {
    const symbol = await createWeeks();
    const plan = join(folder, "plan.jsonl");
    const planned = await migrate(symbol, join(folder, "out"), "--preset", "small", "--plan", plan);
    expect([planned.exitCode, planned.stdout]).toEqual([0, ""]);
    expect(await readdir(folder)).not.toContain("out");
    const tasks = (await readFile(plan, "utf8")).trimEnd().split("\n");
    expect(tasks.map((task) => JSON.parse(task))).toMatchObject([
      { source: join(symbol, "2024-W32.zarr"), dest: join(folder, "out", "2024-W32.zarr") },
      { source: join(symbol, "2024-W33.zarr"), dest: join(folder, "out", "2024-W33.zarr") },
    ]);

    const first = await migrate("--task", tasks[0]!, "--json");
    expect(first.exitCode).toBe(0);
    const second = await migrate("--task", plan, "--index", "1", "--resume", "--json");
    expect(second.exitCode).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ stores: [{ status: "migrated" }] });
    await migrate(symbol, join(folder, "direct"), "--preset", "small");
    expect(await directoryState(join(folder, "out"))).toEqual(await directoryState(join(folder, "direct")));
  });

  test("turns a book into ticks and lots, on grids that are given", async () => {
    const args = ["--layout", "book", "--tick-size", "0.1", "--lot-size", "0.001", "--json"];
    const { exitCode, stdout } = await migrate(source, dest, ...args);
    expect(exitCode).toBe(0);
    const report: MigrationReport = JSON.parse(stdout);
    expect(report.stores[0]!.arrays.map(({ path }) => path)).toContain("/bid_px");
  });

  test.each([
    ["no destination", () => [source]],
    ["an unknown preset", () => [source, dest, "--preset", "tiny"]],
    ["a memory that is no size", () => [source, dest, "--memory", "much"]],
    ["too little memory", () => [source, dest, "--memory", "10MB"]],
    ["a tick size without the layout book", () => [source, dest, "--tick-size", "0.1"]],
    ["a step that is none", () => [source, dest, "--layout", "book", "--tick-size", "-1"]],
    ["a task and a source", () => [source, "--task", "{}"]],
    ["a plan without an index", () => ["--task", join(folder, "plan.jsonl")]],
    ["a plan that is not there", () => ["--task", join(folder, "plan.jsonl"), "--index", "0"]],
  ])("is used wrongly with %s", async (_, args) => {
    const { exitCode, stdout } = await migrate(...args());
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(await readdir(folder)).toEqual(["legacy.zarr"]);
  });

  test("fails where there is nothing to migrate", async () => {
    const { exitCode, stderr } = await migrate(join(folder, "nowhere"), dest);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("[NOT_FOUND]");
  });
});
