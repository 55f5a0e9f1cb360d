/** The schema of books relative to their own mid price, for models. */
import { codec } from "../../../codecs/builders.ts";
import { type ArraySchema, defineArray } from "../schema.ts";
import { type SeriesOptions, TIME_DIMENSION } from "./series.ts";

/**
 * Distances of the levels' prices from the mid, as float32 that is stored as float16: lossy by intention, 11 bits of
 * each. Rows are compared with the one before bit by bit, since most levels do not move.
 */
export function normalizedBookSchema({
  levelsPerSide = 25,
  timeDimension = TIME_DIMENSION,
  zstdLevel = 9,
}: SeriesOptions & { readonly levelsPerSide?: number | undefined } = {}): ArraySchema {
  return defineArray({
    name: "normalized",
    description: "distance of each level's price from the mid price, in basis points; bids, then asks",
    dataType: "float32",
    dimensions: [timeDimension, "level"],
    shape: [null, 2 * levelsPerSide],
    fillValue: Number.NaN,
    // UDUNITS has no basis points: one is 1e-4 of the mid price.
    attributes: { units: "1e-4" },
    filters: [codec.astype({ encode: "float16" }), codec.temporal({ transform: "xor", axis: 0 })],
    compressors: [codec.shuffle(), codec.zstd({ level: zstdLevel, checksum: true })],
  });
}
