/** A migration that is killed, interrupted or run twice: the store is whole and verified, or it is not there. */
import { spawn } from "node:child_process";
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type MigrateOptions, migrate } from "../../src/migrate/index.ts";
import { randomNumbers } from "../interop/values.ts";
import { directoryState } from "../kit/directory-state.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { createBook, createLargeSource } from "./source-stores.ts";

const VITE_NODE = fileURLToPath(new URL("../../node_modules/vite-node/vite-node.mjs", import.meta.url));
const PROGRAM = fileURLToPath(new URL("killed-process.ts", import.meta.url));
/** Of `large` in the destination, decoded. */
const SHARD_BYTES = 32 << 20;
const KILLS = Number(process.env.QUARRY_TEST_KILLS ?? 3);
const SEED = Number(process.env.QUARRY_TEST_SEED ?? Date.now() % 2 ** 31);

/** Migrates in a process of its own and kills it some milliseconds after `points` windows. Resolves to those it said. */
async function migrateAndKill(
  source: string,
  dest: string,
  points: number,
  delayMs: number,
): Promise<number> {
  const child = spawn(process.execPath, [VITE_NODE, PROGRAM, source, dest], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let seen = 0;
  child.stdout.on("data", (text: Buffer) => {
    const before = seen;
    seen += text.length;
    if (before < points && seen >= points) setTimeout(() => child.kill("SIGKILL"), delayMs);
  });
  await new Promise((resolve) => child.once("close", resolve));
  return seen;
}

describe("a migration that is killed", () => {
  let folder: string;
  let source: string;
  let undisturbed: Record<string, string>;
  let totalBytes: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "quarry-resume-"));
    source = join(folder, "source.zarr");
    await createLargeSource(source);
    await migrate(source, join(folder, "undisturbed.zarr"), {
      onProgress: (progress) => {
        totalBytes = progress.totalBytes;
      },
    });
    undisturbed = await directoryState(join(folder, "undisturbed.zarr"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(`${KILLS} times at random moments, and resumed, leaves the bytes of an undisturbed one (seed ${SEED})`, async () => {
    const next = randomNumbers(SEED);
    for (let kill = 0; kill < KILLS; kill++) {
      const dest = join(folder, `killed-${kill}.zarr`);
      // 12 small arrays and four windows of a large one are read twice each.
      const points = 1 + (next() % 30);
      const delayMs = next() % 30;
      const where = `kill ${kill}, ${points} windows and ${delayMs} ms in`;
      await migrateAndKill(source, dest, points, delayMs);
      const isThere = (await readdir(folder)).includes(`killed-${kill}.zarr`);
      if (isThere) expect(await directoryState(dest), where).toEqual(undisturbed);
      const { stores } = await migrate(source, dest, { resume: true });
      expect(stores[0]!.status, where).toBe(isThere ? "unchanged" : "migrated");
      expect(await directoryState(dest), where).toEqual(undisturbed);
    }
    expect((await readdir(folder)).filter((name) => name.endsWith(".migrating"))).toEqual([]);
  }, 120_000);

  it("goes on at the last finished shard", async () => {
    const dest = join(folder, "goes-on.zarr");
    const stop = new AbortController();
    const stopped = migrate(source, dest, {
      signal: stop.signal,
      onProgress: ({ doneBytes }) => {
        if (doneBytes > totalBytes / 3) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    let readBytes = 0;
    const { stores } = await migrate(source, dest, {
      resume: true,
      onProgress: ({ doneBytes }) => {
        readBytes = doneBytes;
      },
    });
    expect(stores[0]!.status).toBe("migrated");
    // All of it is compared, and what was written before is not copied again.
    expect(readBytes).toBeGreaterThan(totalBytes / 2);
    expect(readBytes).toBeLessThanOrEqual(totalBytes - SHARD_BYTES);
    expect(await directoryState(dest)).toEqual(undisturbed);
  });
});

describe("a migration", () => {
  let folder: string;
  let source: string;
  let dest: string;

  beforeEach(async () => {
    folder = await temporaryDirectory();
    source = join(folder, "source.zarr");
    dest = join(folder, "dest.zarr");
    await createBook(source);
  });

  const outcome = async (options: MigrateOptions = {}) => (await migrate(source, dest, options)).stores[0]!;
  const workDirectory = () => join(folder, ".dest.zarr.migrating");

  /** As a process leaves it that was killed at its first window. */
  async function interrupt(options: MigrateOptions = {}): Promise<void> {
    const stop = new AbortController();
    const onProgress = () => stop.abort();
    await migrate(source, dest, { ...options, signal: stop.signal, onProgress }).catch(() => {});
    expect(await readdir(folder)).toEqual([".dest.zarr.migrating", "source.zarr"]);
  }

  it("never writes to its source", async () => {
    const before = await directoryState(source);
    await outcome();
    await outcome();
    expect(await directoryState(source)).toEqual(before);
  });

  it("does nothing where it has been done, and says so", async () => {
    expect(await outcome()).toMatchObject({ status: "migrated", reason: null });
    const before = await directoryState(dest);
    const again = await outcome();
    expect(again).toMatchObject({ status: "unchanged", reason: expect.stringContaining("nothing to do") });
    expect(await directoryState(dest)).toEqual(before);
  });

  it.each(["a file", "another store", "a directory of files"])(
    "refuses a destination that is %s",
    async (what) => {
      if (what === "a file") await writeFile(dest, "precious");
      else if (what === "another store") await createBook(dest, 8);
      else {
        await mkdir(dest);
        await writeFile(join(dest, "notes.txt"), "precious");
      }
      const before = await directoryState(folder);
      expect(await outcome()).toMatchObject({
        status: "refused",
        reason: expect.stringContaining("ALREADY_EXISTS"),
      });
      expect(await directoryState(folder)).toEqual(before);
    },
  );

  it("refuses a destination that was made of another state of the source, or with other options", async () => {
    await outcome();
    expect(await outcome({ preset: "small" })).toMatchObject({ status: "refused" });
    await writeFile(join(source, "data", "c", "0", "0", "0"), "changed");
    expect(await outcome()).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("another state"),
    });
  });

  it("that cannot write is refused, and the other stores go on", async () => {
    const symbol = join(folder, "symbol");
    await createBook(join(symbol, "a.zarr"));
    await createBook(join(symbol, "b.zarr"));
    const out = join(folder, "out");
    await mkdir(out);
    // What is to be a directory is a file.
    await writeFile(join(out, ".a.zarr.migrating"), "");
    const { ok, stores } = await migrate(symbol, out);
    expect(ok).toBe(false);
    expect(stores.map(({ status }) => status)).toEqual(["refused", "migrated"]);
    expect(stores[0]!.reason).toContain("STORE_FAILED");
  });

  it("takes an empty directory for no destination", async () => {
    await mkdir(dest);
    expect(await outcome()).toMatchObject({ status: "migrated" });
  });

  it("refuses a destination inside the source, and the source itself", async () => {
    await expect(migrate(source, join(source, "inside"))).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    await expect(migrate(source, source)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  });

  it("refuses to begin where one was begun, unless it is to go on", async () => {
    await interrupt();
    expect(await outcome()).toMatchObject({ status: "refused", reason: expect.stringContaining("--resume") });
    expect(await outcome({ resume: true })).toMatchObject({ status: "migrated" });
  });

  it("does not go on with another one", async () => {
    await interrupt({ preset: "small" });
    expect(await outcome({ resume: true })).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("another migration"),
    });
  });

  it("leaves alone what a living process is at", async () => {
    await interrupt();
    const sleeper = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
    const hostname = (await import("node:os")).hostname();
    await writeFile(join(workDirectory(), "owner"), `${sleeper.pid} ${hostname}`);
    expect(await outcome({ resume: true })).toMatchObject({
      status: "refused",
      reason: expect.stringContaining(String(sleeper.pid)),
    });
    sleeper.kill();
    await new Promise((resolve) => sleeper.once("close", resolve));
    expect(await outcome({ resume: true })).toMatchObject({ status: "migrated" });
  });

  it("goes on behind a line of its record that was not finished", async () => {
    await interrupt();
    await appendFile(join(workDirectory(), "progress.jsonl"), '{"array":"/data","firstOb');
    expect(await outcome({ resume: true })).toMatchObject({ status: "migrated" });
  });

  it.each(["null", "[]", '{"array":"/data"}', '{"array":1,"firstObject":0,"objectCount":1,"lost":[]}'])(
    "writes again what its record has behind the line %s",
    async (line) => {
      await interrupt();
      await appendFile(join(workDirectory(), "progress.jsonl"), `${line}\n`);
      expect(await outcome({ resume: true })).toMatchObject({ status: "migrated" });
    },
  );

  it("finds what has become damaged between two runs, publishes nothing, and does not go on with it", async () => {
    await interrupt();
    await rm(join(workDirectory(), "store", "data", "c", "0", "0", "0"));
    expect(await outcome({ resume: true })).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("differs from the source"),
    });
    expect(await readdir(folder)).toEqual(["source.zarr"]);
    expect(await outcome({ resume: true })).toMatchObject({ status: "migrated" });
  });

  it("clears away what a crash behind the rename has left", async () => {
    await outcome();
    await mkdir(workDirectory());
    await writeFile(join(workDirectory(), "progress.jsonl"), "");
    expect(await outcome()).toMatchObject({ status: "unchanged" });
    expect(await readdir(folder)).toEqual(["dest.zarr", "source.zarr"]);
  });
});
