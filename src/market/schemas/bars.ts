/** The schema of bars: what the price did in each span of time. */
import { codecsOf, type PresetOptions } from "../presets.ts";
import { type ArraySchema, defineArray, defineGroup, type GroupSchema } from "../schema.ts";
import { stepTypesOf } from "../step-types.ts";
import { stepAttributes, timeAttributes, unitAttributes } from "./cf-attributes.ts";
import type { MarketScale } from "./market-scale.ts";

/** Name of the schema: how a store of bars is told from others. */
export const BARS_SCHEMA_NAME = "quarry.bars";

/**
 * Prices are ticks as in a book; volumes are floats, since vendors give sums of sizes that no lot divides.
 * @throws RangeError for a tick that is no positive decimal, or a step type that there is not
 */
export function barsSchema(
  scale: Omit<MarketScale, "lotSize" | "sizeType">,
  options: PresetOptions = {},
): GroupSchema {
  const { tickSize, priceUnits, sizeUnits = "" } = scale;
  const { priceType } = stepTypesOf(scale);
  const price = (name: string, description: string): ArraySchema =>
    defineArray({
      name,
      description,
      dataType: priceType,
      dimensions: ["ts_event"],
      attributes: stepAttributes(tickSize, priceUnits),
      ...codecsOf(options, "trade-values"),
    });
  return defineGroup({
    name: BARS_SCHEMA_NAME,
    description: "open, high, low, close and volume of each span of time",
    arrays: [
      defineArray({
        name: "ts_event",
        description: "begin of the span, UTC",
        dataType: "int64",
        dimensions: ["ts_event"],
        attributes: timeAttributes("nanoseconds"),
        ...codecsOf(options, "event-times"),
      }),
      price("open", "first price of the span"),
      price("high", "highest price of the span"),
      price("low", "lowest price of the span"),
      price("close", "last price of the span"),
      defineArray({
        name: "volume",
        description: "size that was traded in the span; NaN where the source has none",
        dataType: "float64",
        dimensions: ["ts_event"],
        fillValue: Number.NaN,
        attributes: unitAttributes(sizeUnits),
        ...codecsOf(options, "trade-values"),
      }),
    ],
  });
}
