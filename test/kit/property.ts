/**
 * Properties whose number of cases, seed and time are set from outside: few every day, many by `npm run test:deep`.
 *
 * - `QUARRY_TEST_RUNS`: cases of each property
 * - `QUARRY_TEST_SEED`: the seed; default: another one each time
 * - `QUARRY_TEST_UNTIL`: when a property stops, if its cases are not all done by then: milliseconds since 1970
 * - `QUARRY_TEST_REPORT`: a file that gets one line of JSON for each property that held: name, backend, cases, seed
 */
import { appendFile } from "node:fs/promises";
import fc from "fast-check";
import { backend } from "../../src/index.ts";

const { QUARRY_TEST_RUNS, QUARRY_TEST_SEED, QUARRY_TEST_UNTIL, QUARRY_TEST_REPORT } = process.env;

/** Whether this is a long run, which is to try what an everyday run leaves out. */
export const isDeep = QUARRY_TEST_REPORT !== undefined;

/**
 * That `check` resolves for every case.
 * @throws an error that says seed and path of the smallest case that was found for which it does not
 */
export async function holds<Case>(
  name: string,
  cases: fc.Arbitrary<Case>,
  check: (drawn: Case) => Promise<void>,
  everydayRuns: number,
): Promise<void> {
  let underWay = Promise.resolve();
  const property = fc.asyncProperty(cases, (drawn) => {
    underWay = check(drawn);
    return underWay;
  });
  const details = await fc.check(property, {
    numRuns: Number(QUARRY_TEST_RUNS ?? everydayRuns),
    ...(QUARRY_TEST_SEED !== undefined && { seed: Number(QUARRY_TEST_SEED) }),
    ...(QUARRY_TEST_UNTIL !== undefined && {
      interruptAfterTimeLimit: Math.max(1, Number(QUARRY_TEST_UNTIL) - Date.now()),
      markInterruptAsFailure: false,
    }),
  });
  // Interrupted before its first case, a property has neither held nor failed.
  if (details.failed && details.counterexample !== null)
    throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
  // When the time is over, one case is in the middle: its files must not go away under it.
  await underWay;
  await reportCases(name, details.numRuns, details.seed);
}

/** Says in the report that `cases` from `seed` on held. */
export async function reportCases(name: string, cases: number, seed: number): Promise<void> {
  if (QUARRY_TEST_REPORT === undefined) return;
  const line = JSON.stringify({ name, backend: backend().name, cases, seed });
  await appendFile(QUARRY_TEST_REPORT, `${line}\n`);
}
