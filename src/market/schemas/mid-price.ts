/** The schema of mid prices and of what models take instead of them. */
import { type ArraySchema, defineArray, defineGroup, type GroupSchema } from "../schema.ts";
import { unitAttributes } from "./cf-attributes.ts";
import { type SeriesOptions, TIME_DIMENSION } from "./series.ts";
import { timestampsSchema } from "./timestamps.ts";

/** Rows of `statistics`, in this order. */
const SERIES = ["raw", "normalized", "log2"] as const;

/** `raw`, `normalized` and `log2` [T], and `statistics` [3, 4] of the three over all rows. */
export function midPriceGroup({
  timeDimension = TIME_DIMENSION,
  priceUnits = "",
  zstdLevel,
}: SeriesOptions & { readonly priceUnits?: string | undefined } = {}): GroupSchema {
  const values = (name: string, description: string, units: string): ArraySchema =>
    defineArray({
      name,
      description,
      dataType: "float64",
      dimensions: [timeDimension],
      fillValue: Number.NaN,
      attributes: unitAttributes(units),
      zstdLevel,
    });
  return defineGroup({
    name: "mid_price",
    description: "mid price: half way between best bid and best ask",
    arrays: [
      timestampsSchema({ timeDimension, zstdLevel }),
      values("raw", "mid price", priceUnits),
      values("normalized", "mid price less its mean, in standard deviations", "1"),
      values("log2", "logarithm of the mid price to base 2", "1"),
      defineArray({
        name: "statistics",
        description: `over all rows: of ${SERIES.join(", ")}, in this order`,
        dataType: "float64",
        dimensions: ["series", "statistic"],
        shape: [SERIES.length, 4],
        columns: [
          { name: "mean", description: "arithmetic mean", units: "as the series" },
          { name: "std", description: "standard deviation of the population", units: "as the series" },
          { name: "min", description: "smallest", units: "as the series" },
          { name: "max", description: "largest", units: "as the series" },
        ],
        fillValue: Number.NaN,
        attributes: { series: [...SERIES] },
        zstdLevel,
      }),
    ],
  });
}
