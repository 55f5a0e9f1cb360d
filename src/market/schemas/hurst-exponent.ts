/** The schema of Hurst exponents: whether a price goes on as it went (above 0.5) or turns back (below). */
import { type ArraySchema, defineArray } from "../schema.ts";
import { type SeriesOptions, TIME_DIMENSION } from "./series.ts";

/** @param options `windows`: rows that each exponent looks back on, default 256 and 1024 */
export function hurstExponentSchema({
  timeDimension = TIME_DIMENSION,
  windows = [256, 1024],
  zstdLevel,
}: SeriesOptions & { readonly windows?: readonly number[] | undefined } = {}): ArraySchema {
  return defineArray({
    name: "hurst_exponent",
    description: "Hurst exponent of the mid price over the rows before",
    dataType: "float32",
    dimensions: [timeDimension, "window"],
    columns: windows.map((rows) => ({
      name: `hurst_${rows}`,
      description: `over ${rows} rows; NaN where there are fewer`,
      units: "1",
    })),
    fillValue: Number.NaN,
    attributes: { units: "1", window_rows: [...windows] },
    zstdLevel,
  });
}
