/** The schema of what could have been made after each row: the labels that models are trained on. */
import { type ArraySchema, type ColumnSchema, defineArray } from "../schema.ts";
import { type SeriesOptions, TIME_DIMENSION } from "./series.ts";

/** Places along the last dimension, as the attribute `metrics_enum` says them to readers. */
const METRICS: readonly ColumnSchema[] = [
  {
    name: "best_return",
    description: "highest mid within the horizon, over the mid now, less 1",
    units: "1",
  },
  {
    name: "worst_return",
    description: "lowest mid within the horizon, over the mid now, less 1",
    units: "1",
  },
  {
    name: "final_return",
    description: "mid at the end of the horizon, over the mid now, less 1",
    units: "1",
  },
];

export interface FutureOpportunitiesOptions extends SeriesOptions {
  /** Version of whatever computes the values; raised when the same book gives others. */
  readonly calculatorVersion: string;
  /** How far each looks ahead, default 10, 60 and 300. */
  readonly horizonSeconds?: readonly number[] | undefined;
}

/** [T, horizons, metrics]. A row whose horizon ends after the last row is NaN. */
export function futureOpportunitiesSchema({
  calculatorVersion,
  horizonSeconds = [10, 60, 300],
  timeDimension = TIME_DIMENSION,
  zstdLevel,
}: FutureOpportunitiesOptions): ArraySchema {
  return defineArray({
    name: "future_opportunities",
    description: "returns within a horizon after each row",
    dataType: "float32",
    dimensions: [timeDimension, "horizon", "metric"],
    shape: [null, horizonSeconds.length, METRICS.length],
    columns: METRICS,
    fillValue: Number.NaN,
    attributes: {
      units: "1",
      calculator_version: calculatorVersion,
      metrics_enum: Object.fromEntries(METRICS.map(({ name }, place) => [name.toUpperCase(), place])),
      horizon_seconds: [...horizonSeconds],
    },
    zstdLevel,
  });
}
