/** Attributes by which CF readers, xarray among them, know what stored numbers stand for. */
import type { JsonObject } from "../../metadata/json.ts";
import { DecimalGrid } from "../decimal-grid.ts";

export type TimeUnit = "nanoseconds" | "microseconds" | "milliseconds" | "seconds";

/** Whole `unit`s since 1970, UTC. */
export function timeAttributes(unit: TimeUnit): JsonObject {
  return { units: `${unit} since 1970-01-01`, calendar: "proleptic_gregorian" };
}

/**
 * The value is the stored number times `scale_factor`; the exact step stands beside it as text.
 * @param step decimal text, such as `"0.1"`
 * @param units of the value, such as `"USD"`; empty where they are not known
 * @throws RangeError for a step that is no positive decimal
 */
export function stepAttributes(step: string, units = ""): JsonObject {
  const grid = new DecimalGrid(step);
  return { ...unitAttributes(units), scale_factor: grid.scaleFactor, step: grid.step };
}

/** `units`, where they are known. */
export function unitAttributes(units: string): JsonObject {
  return units === "" ? {} : { units };
}
