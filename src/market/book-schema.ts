/**
 * The schema of a book store: order-book rows at the root, trades in a group beside them.
 * `spec/book-store.md` is the page for implementers.
 */
import { codec } from "../../codecs/builders.ts";
import type { JsonObject } from "../metadata/json.ts";
import { MISSING_LEVEL, SIDE_CODES } from "./book-rows.ts";
import { DecimalGrid } from "./decimal-grid.ts";
import { codecsOf, type PresetName, type ValueKind } from "./presets.ts";
import { type ArraySchema, defineArray, defineGroup, type GroupSchema } from "./schema.ts";

/** Name of the schema: how a book store is told from any other group. */
export const BOOK_SCHEMA_NAME = "quarry.book";

/** Levels a side that a store can hold: `level` is uint8. */
export const LEVELS_MAX = 255;

export interface BookScale {
  /** Levels a side in each row, 1 … {@link LEVELS_MAX}. */
  readonly levels: number;
  /** Decimal text, such as `"0.1"`. */
  readonly tickSize: string;
  readonly lotSize: string;
}

export function bookSchema(scale: BookScale, preset: PresetName): GroupSchema {
  return defineGroup({
    name: BOOK_SCHEMA_NAME,
    description: "order book, the best levels of both sides, one row for each change, and the trades",
    arrays: [
      ...stampsOf("the change", preset),
      stamp("sequence", "update id of the exchange after the change", {}, "clocks-and-ids", preset),
      defineArray({
        name: "level",
        description: "distance from the best price, counted in price levels; 0 is the best",
        dataType: "uint8",
        dimensions: ["level"],
        shape: [scale.levels],
        compressors: [codec.crc32c()],
      }),
      ...(["bid", "ask"] as const).flatMap((side) => [
        levels(`${side}_px`, `${side} prices`, "level-prices", scale.tickSize, scale.levels, preset),
        levels(`${side}_sz`, `${side} sizes`, "level-sizes", scale.lotSize, scale.levels, preset),
      ]),
    ],
    groups: [
      defineGroup({
        name: "trades",
        description: "trades as they were printed",
        arrays: [
          ...stampsOf("the trade", preset),
          stamp("trade_id", "id of the trade at the exchange", {}, "clocks-and-ids", preset),
          trade("px", "price", "int32", scaled(scale.tickSize), preset),
          trade("sz", "size", "int32", scaled(scale.lotSize), preset),
          trade("side", "side of the aggressor, an ASCII letter", "uint8", SIDE_FLAGS, preset),
        ],
      }),
    ],
  });
}

const NANOSECONDS: JsonObject = {
  units: "nanoseconds since 1970-01-01",
  calendar: "proleptic_gregorian",
};

const SIDE_FLAGS: JsonObject = {
  flag_values: [SIDE_CODES.B, SIDE_CODES.A, SIDE_CODES.N],
  flag_meanings: "buyer seller none",
};

/** CF: the value is the stored number times `scale_factor`; the exact step stands beside it as text. */
function scaled(step: string): JsonObject {
  return { scale_factor: new DecimalGrid(step).scaleFactor, step };
}

function stampsOf(event: string, preset: PresetName): ArraySchema[] {
  const arrival = `time at which ${event} arrived, by the local clock, UTC`;
  return [
    stamp("ts_event", `time of ${event} at the exchange, UTC`, NANOSECONDS, "event-times", preset),
    stamp("ts_recv", arrival, NANOSECONDS, "clocks-and-ids", preset),
  ];
}

function stamp(
  name: string,
  description: string,
  attributes: JsonObject,
  kind: ValueKind,
  preset: PresetName,
): ArraySchema {
  return defineArray({
    name,
    description,
    dataType: "int64",
    dimensions: ["ts_event"],
    shape: [null],
    attributes,
    ...codecsOf(preset, kind),
  });
}

function levels(
  name: string,
  description: string,
  kind: ValueKind,
  step: string,
  levelCount: number,
  preset: PresetName,
): ArraySchema {
  return defineArray({
    name,
    description: `${description} by level, best first`,
    dataType: "int32",
    dimensions: ["ts_event", "level"],
    shape: [null, levelCount],
    fillValue: MISSING_LEVEL,
    attributes: { ...scaled(step), _FillValue: MISSING_LEVEL },
    ...codecsOf(preset, kind),
  });
}

function trade(
  name: string,
  description: string,
  dataType: "int32" | "uint8",
  attributes: JsonObject,
  preset: PresetName,
): ArraySchema {
  return defineArray({
    name,
    description,
    dataType,
    dimensions: ["ts_event"],
    shape: [null],
    attributes,
    ...codecsOf(preset, "trade-values"),
  });
}
