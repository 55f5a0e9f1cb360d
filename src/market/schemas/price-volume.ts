/** The schema of prices with the volume that was traded at them. */
import { type ArraySchema, defineArray } from "../schema.ts";
import { type SeriesOptions, TIME_DIMENSION } from "./series.ts";

export function priceVolumeSchema({
  timeDimension = TIME_DIMENSION,
  priceUnits = "",
  sizeUnits = "",
  zstdLevel,
}: SeriesOptions & {
  readonly priceUnits?: string | undefined;
  readonly sizeUnits?: string | undefined;
} = {}): ArraySchema {
  return defineArray({
    name: "price_volume",
    description: "volume-weighted price and volume of the trades since the row before",
    dataType: "float64",
    dimensions: [timeDimension, "price_volume_field"],
    columns: [
      { name: "price", description: "volume-weighted average; NaN without trades", units: priceUnits },
      { name: "volume", description: "size of all trades", units: sizeUnits },
    ],
    fillValue: Number.NaN,
    zstdLevel,
  });
}
