/** Stock zarr-python reads in a loop while a writer appends, publishes, fills shards and grows files. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildProgram } from "./build-program.ts";
import type { FeederJob } from "./feeder.ts";
import { createStore } from "./known-rows.ts";
import { PythonReader } from "./python-reader.ts";

export interface FireReport {
  readonly rows: number;
  /** Times that the store was opened anew, and reads of its last 500 rows, of all of it, and through a kept handle. */
  readonly opened: number;
  readonly windows: number;
  readonly wholes: number;
  readonly kept: number;
}

/** @throws where a reader sees an error, a torn row, or fewer rows than before */
export async function runFire(seconds: number): Promise<FireReport> {
  const feeder = await buildProgram(new URL("feeder.ts", import.meta.url));
  const directory = await mkdtemp(join(tmpdir(), "quarry-fire-"));
  const path = join(directory, "book.zarr");
  await createStore(path, { chunkRows: 64, shardRows: 1024 });
  const job: FeederJob = {
    path,
    sync: "interval",
    publishIntervalMs: 5,
    batchRows: 20,
    together: 1,
    // Never closed: closing is when chunks may move.
    commitEvery: 1e9,
    pauseMs: 2,
  };
  const writer = spawn(process.execPath, [feeder, JSON.stringify(job)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const reader = new PythonReader();
  try {
    const report = await reader.ask<FireReport>({ path, seconds });
    if (report.error !== undefined) throw new Error(report.error);
    if (writer.exitCode !== null) throw new Error(`the writer ended with status ${writer.exitCode}`);
    return report;
  } finally {
    reader.close();
    writer.kill("SIGKILL");
    await rm(directory, { recursive: true, force: true });
  }
}
