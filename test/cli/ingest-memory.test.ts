import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const BENCH = fileURLToPath(new URL("../../bench/ingest.mjs", import.meta.url));

/** Linux says in /proc how much memory a process ever had; where there is no such thing, there is no test. */
const hasProc = existsSync("/proc/self/status");

test.runIf(hasProc)(
  "memory stays flat: a capture of 120 MB needs less than 300 MB, as any other does",
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [BENCH, "--gigabytes", "0.12", "--json"]);
    const { repetitions, report, peakBytes } = JSON.parse(stdout);
    expect(report.captureBytes).toBeGreaterThan(120e6);
    expect(report).toMatchObject({
      rows: repetitions * 19_998,
      gaps: repetitions - 1,
      refused: { count: 0 },
    });
    expect(peakBytes).toBeGreaterThan(30e6);
    expect(peakBytes).toBeLessThan(300e6);
  },
  120_000,
);
