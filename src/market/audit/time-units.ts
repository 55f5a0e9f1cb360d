/** The unit in which an array counts time, as its data type or its CF attribute `units` says. */
import type { ZarrArray } from "../../zarr/array.ts";

const MINUTE_NS = 60e9;

/** UDUNITS' and NumPy's names. */
const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  nanosecond: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  microsecond: 1e3,
  ms: 1e6,
  millisecond: 1e6,
  s: 1e9,
  sec: 1e9,
  second: 1e9,
  m: MINUTE_NS,
  min: MINUTE_NS,
  minute: MINUTE_NS,
  h: 60 * MINUTE_NS,
  hour: 60 * MINUTE_NS,
  d: 1440 * MINUTE_NS,
  D: 1440 * MINUTE_NS,
  day: 1440 * MINUTE_NS,
};

/** Nanoseconds in a unit of the array's times; undefined where it does not say that it holds times. */
export function nanosecondsPerUnit({ dataType, attributes }: ZarrArray): number | undefined {
  if (dataType.kind === "datetime") {
    const datetimeNs = unitNs(dataType.unit);
    return datetimeNs === undefined ? undefined : datetimeNs * dataType.scaleFactor;
  }
  const { units } = attributes;
  const [, unit] = (typeof units === "string" && /^(\S+) since \S/.exec(units)) || [];
  return unit === undefined ? undefined : unitNs(unit);
}

function unitNs(unit: string): number | undefined {
  return NANOSECONDS[unit] ?? NANOSECONDS[unit.replace(/s$/, "")];
}
