/**
 * `npm run test:crash [-- --kills N] [--seed S] [--fire SECONDS] [--rows N]`: the long forms of the proofs of the durable
 * append. Status 1 where one fails.
 */
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
