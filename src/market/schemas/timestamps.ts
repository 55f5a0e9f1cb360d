/** The schema of the times that rows belong to. */
import { type ArraySchema, defineArray } from "../schema.ts";
import { type TimeUnit, timeAttributes } from "./cf-attributes.ts";
import { type SeriesOptions, TIME_DIMENSION } from "./series.ts";

/** Times of rows as int64, by delta and zstd: a millisecond feed takes about two bytes a row. */
export function timestampsSchema({
  timeDimension = TIME_DIMENSION,
  unit = "milliseconds",
  zstdLevel,
}: SeriesOptions & { readonly unit?: TimeUnit } = {}): ArraySchema {
  return defineArray({
    name: timeDimension,
    description: "time of the row, UTC",
    dataType: "int64",
    dimensions: [timeDimension],
    attributes: timeAttributes(unit),
    zstdLevel,
  });
}
