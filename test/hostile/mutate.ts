/**
 * `npm run test:mutate [-- --minutes N] [--seed S] [--cases N] [--backend native|portable] [--only 0,2]`: the long form of
 * mutated-stores.test.ts, on both backends where none is named. Status 1 where there was a finding.
 */
import { parseArgs } from "node:util";
import { describeFinding, runMutations } from "./mutation-run.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string" },
    cases: { type: "string" },
    backend: { type: "string" },
    only: { type: "string" },
  },
});
const backends = (["native", "portable"] as const).filter((name) => (values.backend ?? name) === name);
const firstSeed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const cases = values.cases === undefined ? 2 ** 31 : Number(values.cases);
const only = values.only?.split(",").filter(Boolean).map(Number);

for (const backend of backends) {
  const untilMs = performance.now() + (Number(values.minutes) * 60_000) / backends.length;
  const report = await runMutations({ backend, firstSeed, cases, untilMs, only });
  for (const finding of report.findings) console.error(`\n${describeFinding(finding, backend)}`);
  const { cases: done, refused, findings } = report;
  console.error(
    `${backend}: ${done} mutated stores from seed ${firstSeed} on, each read from memory and from a directory; ` +
      `${refused} raised an error, ${findings.length} findings`,
  );
  if (findings.length > 0) process.exitCode = 1;
}
