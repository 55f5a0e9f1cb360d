/**
 * What steps a table's times and ids take when nothing is missing, from a sample of its rows: runs of neighbouring
 * rows, spread evenly over the table, so that a long table costs no more than a short one.
 *
 * Times: the median of the steps above zero, and how many steps are near it say what kind of feed it is.
 *
 * | steps near the median | rows | a gap is longer than |
 * |---|---|---|
 * | 9 of 10 within 2 % | come on a timer (bars, sampled snapshots) | 1.5 medians: a row is missing |
 * | 9 of 10 within 50 % | are sent on a timer if there is something to send (depth updates) | 20 medians |
 * | fewer | come when something happens (trades) | 1,000 medians, and 10 times what 98 of 100 steps stay below: shorter silences are the market's |
 *
 * Ids: where nearly all steps are exactly one, one that is larger has left an id out.
 */
import { isQuarryError } from "../../errors.ts";
import type { ZarrArray } from "../../zarr/array.ts";
import { slice } from "../../zarr/indexing/slice.ts";
import { type StampColumn, Steps } from "../tables/steps.ts";

const RUNS = 64;
const RUN_ROWS = 1025;

/** This share of the steps has to be near the median. */
const NEAR_SHARE = 0.9;
const TIMER = { spread: 0.02, limit: 1.5 };
const PACED = { spread: 0.5, limit: 20 };
const EVENTS = { limit: 1000, ofRareSteps: 10, rareShare: 0.02 };

/** A feed that counts its messages shows a step of one nearly always; one that skips ids by design, hardly ever. */
const CONSECUTIVE_SHARE = 0.9;

export interface ExpectedStep {
  /** In units of the time column: a longer step is a gap. */
  readonly limit: number;
  /** The step of a table whose rows come on a timer. */
  readonly regular: number | undefined;
  /** Where the limit comes from, in words. */
  readonly reason: string;
}

/** Undefined where the sample has no two rows of different times. */
export function expectedTimeStep(sample: Float64Array): ExpectedStep | undefined {
  const steps = sample.filter((step) => step > 0).sort();
  if (steps.length === 0) return undefined;
  const median = steps[steps.length >> 1]!;
  const isNear = (spread: number): boolean => {
    const near = steps.filter((step) => Math.abs(step - median) <= median * spread);
    return near.length >= steps.length * NEAR_SHARE;
  };
  if (isNear(TIMER.spread)) {
    const reason = "one and a half of the step that rows take";
    return { limit: median * TIMER.limit, regular: median, reason };
  }
  if (isNear(PACED.spread)) {
    return {
      limit: median * PACED.limit,
      regular: undefined,
      reason: `${PACED.limit} times the median step`,
    };
  }
  const ofMedian = median * EVENTS.limit;
  const rare = steps[Math.ceil((1 - EVENTS.rareShare) * steps.length) - 1]!;
  const ofRare = rare * EVENTS.ofRareSteps;
  return ofMedian >= ofRare
    ? { limit: ofMedian, regular: undefined, reason: "1,000 times the median step" }
    : { limit: ofRare, regular: undefined, reason: "10 times the step that 98 of 100 stay below" };
}

/** Whether each id is the one before it plus one. */
export function idsAreConsecutive(sample: Float64Array): boolean {
  if (sample.length === 0) return false;
  return sample.filter((step) => step === 1).length >= sample.length * CONSECUTIVE_SHARE;
}

/** Steps of a sample of the column's rows. Runs that cannot be read are left out: reading them later says so. */
export async function sampleSteps(column: ZarrArray): Promise<Float64Array> {
  const rowCount = column.shape[0]!;
  const runs = Math.min(RUNS, Math.ceil(rowCount / RUN_ROWS));
  const steps: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = runs === 1 ? 0 : Math.round(((rowCount - RUN_ROWS) * run) / (runs - 1));
    try {
      const { data } = await column.get([slice(start, start + RUN_ROWS)]);
      for (const step of new Steps().next(data as StampColumn)) if (!Number.isNaN(step)) steps.push(step);
    } catch (error) {
      if (!isQuarryError(error)) throw error;
    }
  }
  return Float64Array.from(steps);
}
