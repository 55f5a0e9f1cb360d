/** What every row of a feed carries: when it happened, when it arrived, and the exchange's number for it. */
import type { JsonObject } from "../../metadata/json.ts";
import { codecsOf, type PresetOptions, type ValueKind } from "../presets.ts";
import { type ArraySchema, defineArray } from "../schema.ts";
import { timeAttributes } from "./cf-attributes.ts";

/** `ts_event`, which is also the dimension of the rows, and `ts_recv`. `event`: what happened, `"the trade"`. */
export function eventStamps(event: string, options: PresetOptions): ArraySchema[] {
  const arrival = `time at which ${event} arrived, by the local clock, UTC`;
  const nanoseconds = timeAttributes("nanoseconds");
  return [
    stamp("ts_event", `time of ${event} at the exchange, UTC`, nanoseconds, "event-times", options),
    stamp("ts_recv", arrival, nanoseconds, "clocks-and-ids", options),
  ];
}

/** A number that the exchange gives each row. */
export function eventId(name: string, description: string, options: PresetOptions): ArraySchema {
  return stamp(name, description, {}, "clocks-and-ids", options);
}

function stamp(
  name: string,
  description: string,
  attributes: JsonObject,
  kind: ValueKind,
  options: PresetOptions,
): ArraySchema {
  return defineArray({
    name,
    description,
    dataType: "int64",
    dimensions: ["ts_event"],
    attributes,
    ...codecsOf(options, kind),
  });
}
