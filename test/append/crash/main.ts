/**
 * `npm run test:crash [-- --kills N] [--seed S] [--fire SECONDS] [--rows N] [--points]`: the long forms of the proofs of the
 * durable append; `--points` is every state that a crash can leave, and takes hours. Status 1 where one fails.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runFire } from "./fire-run.ts";
import { runKills } from "./kill-run.ts";
import { runLong } from "./long-run.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    seed: { type: "string" },
    fire: { type: "string", default: "60" },
    rows: { type: "string", default: "10000000" },
    points: { type: "boolean", default: false },
  },
});
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);

if (Number(values.kills) > 0) {
  const report = await runKills({
    kills: Number(values.kills),
    seed,
    onStore: ({ kills, ackedRows }) => console.error(`${kills} kills, ${ackedRows} acknowledged rows`),
  });
  console.error(`kills from seed ${seed}: ${JSON.stringify(report)}`);
}
if (Number(values.fire) > 0)
  console.error(`readers under fire: ${JSON.stringify(await runFire(Number(values.fire)))}`);
if (Number(values.rows) > 0) console.error(`long run: ${JSON.stringify(await runLong(Number(values.rows)))}`);
if (values.points) {
  mkdirSync("build/test-reports", { recursive: true });
  const vitest = fileURLToPath(new URL("../../../node_modules/vitest/vitest.mjs", import.meta.url));
  const files = ["test/append/crash-points.test.ts", "test/append/faults.test.ts"];
  const { status } = spawnSync(
    process.execPath,
    [vitest, "run", "--project", "default", "--testTimeout", "14400000", ...files],
    { stdio: "inherit", env: { ...process.env, QUARRY_TEST_REPORT: "build/test-reports/points.jsonl" } },
  );
  process.exitCode = status ?? 1;
}
