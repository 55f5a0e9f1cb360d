/** The schema of where the rows of a book come from. */
import { type ArraySchema, defineArray } from "../schema.ts";
import { type SeriesOptions, TIME_DIMENSION } from "./series.ts";

/** Name of the array in the stores that have one. */
export const SNAPSHOT_METADATA = "snapshot_metadata";

/** Provenance of each snapshot. Ids are float64, exact below 2^53. */
export function snapshotMetadataSchema({
  timeDimension = TIME_DIMENSION,
  zstdLevel,
}: SeriesOptions = {}): ArraySchema {
  return defineArray({
    name: SNAPSHOT_METADATA,
    description: "provenance of each snapshot",
    dataType: "float64",
    dimensions: [timeDimension, "provenance"],
    columns: [
      {
        name: "local_ms",
        description: "local clock at arrival",
        units: "milliseconds since 1970-01-01",
      },
      { name: "update_id", description: "update id of the exchange after the change", units: "1" },
      {
        name: "latency_ms",
        description: "from the exchange's clock to the local one; negative where the local one is behind",
        units: "milliseconds",
      },
      { name: "gap_ms", description: "since the row before; 0 for the first", units: "milliseconds" },
    ],
    fillValue: Number.NaN,
    zstdLevel,
  });
}
