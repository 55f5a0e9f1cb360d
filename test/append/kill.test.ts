/** `npm run test:crash` in short: 50 writers killed, and a reader beside one that goes on. */
import { expect, it } from "vitest";
import { runFire } from "./crash/fire-run.ts";
import { runKills } from "./crash/kill-run.ts";

it("loses no acknowledged row of 50 killed writers, and shows no reader anything but a commit", async () => {
  const report = await runKills({ kills: 50, seed: 11, killsPerStore: 10 });
  expect(report.kills).toBe(50);
  // Most are killed at work, or the test would show little.
  expect(report.ackedRows).toBeGreaterThan(1000);
  expect(Object.keys(report.during)).toContain("acked");
}, 300_000);

it("lets zarr-python read while it appends, publishes, fills shards and grows files", async () => {
  const report = await runFire(8);
  expect(report.opened).toBeGreaterThan(20);
  expect(report.rows).toBeGreaterThan(1000);
}, 60_000);
