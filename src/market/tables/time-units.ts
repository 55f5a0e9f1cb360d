/** In what an array counts time, and from when, as its data type or its CF attribute `units` says. */
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

export interface TimeScale {
  /** Nanoseconds in a unit. */
  readonly unitNs: number;
  /** Nanoseconds from 1970, UTC, to the time that is 0. */
  readonly epochNs: bigint;
}

/** `seconds since 2024-01-01`, `ms since 2024-01-01T00:00:00Z`: a time without a zone is UTC, as CF has it. */
const UNITS =
  /^(\S+) since (\d{4}-\d{1,2}-\d{1,2})(?:[T ](\d{1,2}:\d{2}(?::\d{2})?)(?:\.0*)?(?: ?(?:Z|UTC|\+00:?00))?)?$/;

/** How the array counts time; undefined where it does not say that it holds times. */
export function timeScaleOf({ dataType, attributes }: ZarrArray): TimeScale | undefined {
  if (dataType.kind === "datetime") {
    const datetimeNs = unitNs(dataType.unit);
    return datetimeNs === undefined ? undefined : { unitNs: datetimeNs * dataType.scaleFactor, epochNs: 0n };
  }
  const { units } = attributes;
  const [, unit, date, time = "00:00"] = (typeof units === "string" && UNITS.exec(units)) || [];
  const ofUnit = unit === undefined ? undefined : unitNs(unit);
  if (ofUnit === undefined) return undefined;
  const [year, month, day] = date!.split("-").map(Number) as [number, number, number];
  const [hour, minute, second = 0] = time.split(":").map(Number) as [number, number, number?];
  const epochMs = Date.UTC(year, month - 1, day, hour, minute, second);
  return { unitNs: ofUnit, epochNs: BigInt(epochMs) * 1_000_000n };
}

function unitNs(unit: string): number | undefined {
  return NANOSECONDS[unit] ?? NANOSECONDS[unit.replace(/s$/, "")];
}
