/** The schema of log-scaled features, by which models scale what they see. */
import { type ArraySchema, defineArray } from "../schema.ts";
import { type SeriesOptions, TIME_DIMENSION } from "./series.ts";

/** Logarithms to base 2, so that a doubling is 1 wherever it happens. */
export function normalizationFeaturesSchema({
  timeDimension = TIME_DIMENSION,
  zstdLevel,
}: SeriesOptions = {}): ArraySchema {
  return defineArray({
    name: "normalization_features",
    description: "log-scaled features of each snapshot",
    dataType: "float32",
    dimensions: [timeDimension, "feature"],
    columns: [
      { name: "log2_mid_price", description: "log2 of the mid price", units: "1" },
      { name: "log2_spread", description: "log2 of best ask less best bid", units: "1" },
      { name: "log2_bid_size", description: "log2 of the size on all bid levels", units: "1" },
      { name: "log2_ask_size", description: "log2 of the size on all ask levels", units: "1" },
    ],
    fillValue: Number.NaN,
    attributes: { units: "1" },
    zstdLevel,
  });
}
