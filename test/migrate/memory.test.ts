/** Memory stays within its bound whatever the chunks of the source are, or the array is refused and told what would do. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, it } from "vitest";
import { codec, createGroup } from "../../src/index.ts";
import { migrate } from "../../src/migrate/index.ts";
import { settledOptions } from "../../src/migrate/options.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

/** Compiled, as it is installed: what compiles it on the way takes memory, too. */
const MAIN = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
const MEMORY_BYTES = 2 ** 28;
/** Of one chunk that holds the whole array. */
const CHUNK_BYTES = 60 << 20;
const POLL_MS = 5;
/** Linux says in /proc how much memory a process ever had. */
const hasProc = existsSync("/proc/self/status");

async function createSource(directory: string, chunkBytes: number): Promise<void> {
  const rows = chunkBytes / 16;
  const root = await createGroup(directory);
  const codecs = [codec.bytes({ endian: "big" }), codec.zstd({ level: 1 })];
  const array = await root.createArray("large", {
    shape: [rows, 4],
    dataType: "float32",
    chunks: [rows, 4],
    codecs,
  });
  const values = new Float32Array(rows * 4);
  for (let at = 0; at < values.length; at++) values[at] = Math.floor(at / 100);
  await array.set(null, values);
}

/** The report of a migration in a process of its own, and the most memory that it had. */
async function migrateMeasured(source: string, dest: string) {
  const child = spawn(process.execPath, [MAIN, "migrate", source, dest, "--memory", "256MiB", "--json"]);
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  let peakBytes = 0;
  const poll = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    peakBytes = Math.max(peakBytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
  }, POLL_MS);
  await new Promise((resolve) => child.once("close", resolve));
  clearInterval(poll);
  return { report: JSON.parse(output), peakBytes };
}

let folder: string;
beforeEach(async () => {
  folder = await temporaryDirectory();
});

it.runIf(hasProc)("an array that is one chunk of 60 MiB is migrated within 256 MiB", async () => {
  const source = join(folder, "source.zarr");
  await createSource(source, CHUNK_BYTES);
  const { report, peakBytes } = await migrateMeasured(source, join(folder, "dest.zarr"));
  expect(report.stores[0]).toMatchObject({ status: "migrated", refusals: [] });
  expect(peakBytes).toBeGreaterThan(CHUNK_BYTES);
  expect(peakBytes).toBeLessThan(MEMORY_BYTES);
});

it("an array of which one chunk takes more than there is is refused, and told what would do", async () => {
  const source = join(folder, "too-large.zarr");
  await createSource(source, 100 << 20);
  const { stores } = await migrate(source, join(folder, "none.zarr"), { memoryBytes: MEMORY_BYTES });
  expect(stores[0]).toMatchObject({
    status: "refused",
    refusals: [{ array: "/large", code: "CHUNK_TOO_LARGE" }],
  });
  const [, neededMiB] = /--memory (\d+)MiB would do/.exec(stores[0]!.refusals[0]!.reason)!;
  const memoryBytes = Number(neededMiB) * 2 ** 20;
  expect(memoryBytes).toBeGreaterThan(MEMORY_BYTES);
  const again = await migrate(source, join(folder, "none.zarr"), { memoryBytes });
  expect(again.stores[0]).toMatchObject({ status: "migrated" });
});

it("less memory than a migration of any array takes is no bound", () => {
  expect(() => settledOptions({ memoryBytes: MEMORY_BYTES - 1 })).toThrow(RangeError);
});
