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

/** @throws an error that says seed and path of the smallest case that was found, where `property` does not hold */
export async function holds<Case>(
  name: string,
  property: fc.IAsyncProperty<Case>,
  everydayRuns: number,
): Promise<void> {
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
  if (QUARRY_TEST_REPORT === undefined) return;
  const { numRuns, seed } = details;
  await appendFile(
    QUARRY_TEST_REPORT,
    `${JSON.stringify({ name, backend: backend().name, cases: numRuns, seed })}\n`,
  );
}
