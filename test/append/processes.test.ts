/** Several processes and one store: one writer, or any number who write regions of whole shards. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { createGroup, openArray, openGroup, openWriter, verify } from "../../src/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { buildProgram } from "./crash/build-program.ts";

const SHARD_ROWS = 64;
const PROCESSES = 4;
const ROWS = 4 * SHARD_ROWS * PROCESSES;

let program: string;
beforeAll(async () => {
  program = await buildProgram(new URL("store-holder.ts", import.meta.url));
});

interface Other {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  readonly answers: Interface;
}

function start(...task: (string | number)[]): Other {
  const child = spawn(process.execPath, [program, ...task.map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return { process: child, answers: createInterface(child.stdout) };
}

async function answerOf({ answers }: Other): Promise<Record<string, unknown>> {
  const [line] = await once(answers, "line");
  return JSON.parse(line as string) as Record<string, unknown>;
}

/** Tells processes to go on, all at once. */
async function letGo(others: readonly Other[]): Promise<Record<string, unknown>[]> {
  expect(await Promise.all(others.map(answerOf))).toEqual(others.map(() => ({ isReady: true })));
  const answers = others.map(answerOf);
  for (const { process: child } of others) child.stdin.write("go on\n");
  return Promise.all(answers);
}

async function storeOf(rows: number): Promise<string> {
  const path = join(await temporaryDirectory(), "shared.zarr");
  const root = await createGroup(path);
  await root.createArray("px", {
    shape: [rows, 2],
    dataType: "int32",
    chunks: [16, 2],
    shards: [SHARD_ROWS, 2],
    fillValue: -9,
  });
  return path;
}

const itemsOf = async (path: string) => (await (await (await openGroup(path)).array("px")).get()).data;

it("refuses a second writer by the first one's process and host, until that is killed", async () => {
  const path = await storeOf(0);
  const holder = start("open", path);
  expect(await answerOf(holder)).toEqual({ isOpen: true, firstRow: 0, rows: 1 });
  const held = `process ${holder.process.pid} on ${hostname()}, since `;
  const refused = { code: "LEASE_HELD", message: expect.stringContaining(held) };
  await expect(openWriter(path)).rejects.toMatchObject(refused);
  expect(await answerOf(start("open", path))).toMatchObject(refused);

  holder.process.kill("SIGKILL");
  await once(holder.process, "exit");
  const beganMs = performance.now();
  const writer = await openWriter(path);
  // Nothing has to run out.
  expect(performance.now() - beganMs).toBeLessThan(4000);
  expect(await writer.append({ px: Int32Array.of(5, 6) })).toEqual({ firstRow: 1, rows: 1 });
  await writer.close();
  expect(await itemsOf(path)).toEqual(Int32Array.of(-1, -2, 5, 6));
});

it("lets processes write regions of whole shards at the same time, and loses nothing of any", async () => {
  const path = await storeOf(ROWS);
  const each = ROWS / PROCESSES;
  const others = Array.from({ length: PROCESSES }, (_, i) => start("region", path, i * each, each));
  expect(await letGo(others)).toEqual(others.map(() => ({ written: each })));
  expect(await itemsOf(path)).toEqual(Int32Array.from({ length: 2 * ROWS }, (_, i) => i));
  expect((await verify(path)).ok).toBe(true);
});

it("refuses regions that share a shard with others before anything is written", async () => {
  const path = await storeOf(2 * SHARD_ROWS + 10);
  const last = start("region", path, 2 * SHARD_ROWS, 10);
  const misaligned = [
    start("region", path, 16, SHARD_ROWS),
    start("region", path, 0, SHARD_ROWS + 16),
    start("region", path, 0, SHARD_ROWS - 1),
  ];
  const [written, ...refused] = await letGo([last, ...misaligned]);
  expect(written).toEqual({ written: 10 });
  expect(refused.map(({ code }) => code)).toEqual(misaligned.map(() => "REGION_MISALIGNED"));
  expect((await itemsOf(path)).slice(0, 4 * SHARD_ROWS)).toEqual(new Int32Array(4 * SHARD_ROWS).fill(-9));
});

it("refuses a region that ended with the array, and shares its last shard with rows that have come since", async () => {
  const path = await storeOf(SHARD_ROWS + 10);
  const stale = await (await openGroup(path, { mode: "r+" })).array("px");
  await (await (await openGroup(path, { mode: "r+" })).array("px")).append(Int32Array.of(1, 2));
  const last = { data: new Int32Array(20), shape: [10, 2] };
  await expect(stale.writeRegion([SHARD_ROWS, 0], last)).rejects.toMatchObject({ code: "REGION_MISALIGNED" });
  expect((await itemsOf(path)).slice(2 * SHARD_ROWS, -2)).toEqual(new Int32Array(20).fill(-9));
});

it("lets nobody write a region beside a writer, nor before what a killed one has left is recovered", async () => {
  const path = await storeOf(SHARD_ROWS);
  const holder = start("open", path);
  expect(await answerOf(holder)).toMatchObject({ isOpen: true, firstRow: SHARD_ROWS });
  const region = () => letGo([start("region", path, 0, SHARD_ROWS)]);
  const pid = `process ${holder.process.pid} `;
  expect(await region()).toMatchObject([{ code: "LEASE_HELD", message: expect.stringContaining(pid) }]);
  holder.process.kill("SIGKILL");
  await once(holder.process, "exit");
  expect(await region()).toMatchObject([
    { code: "LEASE_HELD", message: expect.stringContaining("quarry recover") },
  ]);
  await (await openWriter(path)).close();
  expect(await region()).toEqual([{ written: SHARD_ROWS }]);
  const items = await itemsOf(path);
  expect(items.slice(-2)).toEqual(Int32Array.of(-1, -2));
  expect(items[0]).toBe(0);
});

it("ends a region that is written in blocks with a writer that takes the store meanwhile, for good", async () => {
  const path = await storeOf(3 * SHARD_ROWS);
  const array = await openArray(join(path, "px"), { mode: "r+" });
  const block = { data: new Int32Array(2 * SHARD_ROWS).fill(1), shape: [SHARD_ROWS, 2] };
  const region = array.openRegion([0, 0], array.shape);
  await region.write(block);
  const writer = await openWriter(path);
  await expect(region.write(block)).rejects.toMatchObject({ code: "LEASE_HELD" });
  await writer.close();
  // Rows of the middle shard were refused: those of the last must not come in their place.
  await expect(region.write(block)).rejects.toMatchObject({ code: "LEASE_HELD" });
  await expect(region.close()).rejects.toMatchObject({ code: "LEASE_HELD" });
});
