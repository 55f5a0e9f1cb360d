/** The schema of trades: one row a trade, prices in ticks and sizes in lots. */
import type { JsonObject } from "../../metadata/json.ts";
import { SIDE_CODES } from "../book-rows.ts";
import { codecsOf, type PresetOptions } from "../presets.ts";
import { type ArraySchema, defineArray, defineGroup, type GroupSchema } from "../schema.ts";
import { type StepType, stepTypesOf } from "../step-types.ts";
import { stepAttributes } from "./cf-attributes.ts";
import type { MarketScale } from "./market-scale.ts";
import { eventId, eventStamps } from "./stamps.ts";

/**
 * The trades of a book store, which are its group `trades`; as a store of their own as well.
 * @throws RangeError for a tick or lot that is no positive decimal, or a step type that there is not
 */
export function tradesSchema(scale: MarketScale, options: PresetOptions = {}): GroupSchema {
  const { tickSize, lotSize, priceUnits, sizeUnits } = scale;
  const { priceType, sizeType } = stepTypesOf(scale);
  return defineGroup({
    name: "trades",
    description: "trades as they were printed",
    arrays: [
      ...eventStamps("the trade", options),
      eventId("trade_id", "id of the trade at the exchange", options),
      tradeValue("px", "price of the trade", priceType, stepAttributes(tickSize, priceUnits), options),
      tradeValue("sz", "size of the trade", sizeType, stepAttributes(lotSize, sizeUnits), options),
      tradeValue("side", "side of the aggressor, an ASCII letter", "uint8", SIDE_FLAGS, options),
    ],
  });
}

const SIDE_FLAGS: JsonObject = {
  flag_values: [SIDE_CODES.B, SIDE_CODES.A, SIDE_CODES.N],
  flag_meanings: "buyer seller none",
};

function tradeValue(
  name: string,
  description: string,
  dataType: StepType | "uint8",
  attributes: JsonObject,
  options: PresetOptions,
): ArraySchema {
  return defineArray({
    name,
    description,
    dataType,
    dimensions: ["ts_event"],
    attributes,
    ...codecsOf(options, "trade-values"),
  });
}
