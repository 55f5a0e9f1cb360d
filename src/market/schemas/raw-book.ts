/**
 * The schema of books as they were first stored: `data` [T, levels, fields] as float32, `timestamps` [T] in
 * milliseconds and `snapshot_metadata` [T, 4]. float32 holds 24 bits of a price: new stores use `bookSchema`, which is
 * exact and takes less room.
 */
import { codec } from "../../../codecs/builders.ts";
import { type ColumnSchema, defineArray, defineGroup, type GroupSchema } from "../schema.ts";
import { type SeriesOptions, TIME_DIMENSION } from "./series.ts";
import { snapshotMetadataSchema } from "./snapshot-metadata.ts";
import { timestampsSchema } from "./timestamps.ts";

/** Name of the schema: how such a store is told from others. */
export const RAW_BOOK_SCHEMA_NAME = "quarry.raw-book";

export interface RawBookOptions extends SeriesOptions {
  /** Levels a side, default 25. */
  readonly levelsPerSide?: number | undefined;
  /** Units of prices, such as `"USDT"`. Default: none are written. */
  readonly priceUnits?: string | undefined;
  /** Units of sizes, such as `"BTC"`. Default: none are written. */
  readonly sizeUnits?: string | undefined;
}

/** Bids best first, then asks best first, along `level`; price, size and count along `field`. */
export function rawBookSchema({
  levelsPerSide = 25,
  timeDimension = TIME_DIMENSION,
  priceUnits = "",
  sizeUnits = "",
  zstdLevel = 9,
}: RawBookOptions = {}): GroupSchema {
  const series = { timeDimension, zstdLevel };
  return defineGroup({
    name: RAW_BOOK_SCHEMA_NAME,
    description: "order book snapshots as floats",
    attributes: { levels_per_side: levelsPerSide, sides: "bids best first, then asks best first" },
    arrays: [
      defineArray({
        name: "data",
        description: "price, size and count of each level: bids best first, then asks best first",
        dataType: "float32",
        dimensions: [timeDimension, "level", "field"],
        shape: [null, 2 * levelsPerSide, FIELD_COUNT],
        columns: fields(priceUnits, sizeUnits),
        // Levels repeat whole from row to row, which shuffling hides from zstd.
        compressors: [codec.zstd({ level: zstdLevel, checksum: true })],
      }),
      timestampsSchema(series),
      snapshotMetadataSchema(series),
    ],
  });
}

const FIELD_COUNT = 3;

function fields(priceUnits: string, sizeUnits: string): ColumnSchema[] {
  return [
    { name: "price", description: "price of the level", units: priceUnits },
    { name: "size", description: "size that rests at the level", units: sizeUnits },
    { name: "count", description: "orders that rest at the level, as far as the exchange says", units: "1" },
  ];
}
