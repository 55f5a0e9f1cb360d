/**
 * The schema of a book store: order-book rows at the root, trades in a group beside them.
 * `spec/book-store.md` is the page for implementers.
 */
import { codec } from "../../../codecs/builders.ts";
import { codecsOf, type PresetOptions, type ValueKind } from "../presets.ts";
import { type ArraySchema, defineArray, defineGroup, type GroupSchema } from "../schema.ts";
import { MISSING_ITEMS, type StepType, stepTypesOf } from "../step-types.ts";
import { stepAttributes } from "./cf-attributes.ts";
import type { MarketScale } from "./market-scale.ts";
import { eventId, eventStamps } from "./stamps.ts";
import { tradesSchema } from "./trades.ts";

/** Name of the schema: how a book store is told from any other group. */
export const BOOK_SCHEMA_NAME = "quarry.book";

/** Levels a side that a store can hold: `level` is uint8. */
export const LEVELS_MAX = 255;

export interface BookScale extends MarketScale {
  /** Levels a side in each row, 1 … {@link LEVELS_MAX}. */
  readonly levels: number;
}

/**
 * Rows of the best `levels` of both sides, prices in ticks and sizes in lots.
 * @throws RangeError for levels, a tick, a lot, a step type or a zstd level out of range
 */
export function bookSchema(scale: BookScale, options: PresetOptions = {}): GroupSchema {
  const { levels, tickSize, lotSize, priceUnits, sizeUnits } = scale;
  if (!Number.isInteger(levels) || levels < 1 || levels > LEVELS_MAX) {
    throw new RangeError(`levels is ${levels}; a row has from 1 to ${LEVELS_MAX}`);
  }
  const { priceType, sizeType } = stepTypesOf(scale);
  return defineGroup({
    name: BOOK_SCHEMA_NAME,
    description: "order book, the best levels of both sides, one row for each change, and the trades",
    arrays: [
      ...eventStamps("the change", options),
      eventId("sequence", "update id of the exchange after the change", options),
      defineArray({
        name: "level",
        description: "distance from the best price, counted in price levels; 0 is the best",
        dataType: "uint8",
        dimensions: ["level"],
        shape: [levels],
        filters: [],
        compressors: [codec.crc32c()],
      }),
      ...(["bid", "ask"] as const).flatMap((side) => [
        sideLevels(side, "prices", { type: priceType, step: tickSize, units: priceUnits, levels }, options),
        sideLevels(side, "sizes", { type: sizeType, step: lotSize, units: sizeUnits, levels }, options),
      ]),
    ],
    groups: [tradesSchema(scale, options)],
  });
}

function sideLevels(
  side: "bid" | "ask",
  values: "prices" | "sizes",
  { type, step, units, levels }: { type: StepType; step: string; units: string | undefined; levels: number },
  options: PresetOptions,
): ArraySchema {
  const kind: ValueKind = values === "prices" ? "level-prices" : "level-sizes";
  return defineArray({
    name: `${side}_${values === "prices" ? "px" : "sz"}`,
    description: `${side} ${values} by level, best first`,
    dataType: type,
    dimensions: ["ts_event", "level"],
    shape: [null, levels],
    fillValue: MISSING_ITEMS[type],
    attributes: { ...stepAttributes(step, units), _FillValue: MISSING_ITEMS[type] },
    ...codecsOf(options, kind),
  });
}
