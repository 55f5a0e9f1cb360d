/**
 * Times as people write them in CSV files:
 *
 * - ISO 8601, date alone or with a time, up to nine decimals, a `T` or a space between them. Without a zone it is UTC.
 * - A number since 1970, by how many digits it has: 10 seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds (the
 *   years 2001 to 2286); seconds may have decimals.
 */
import { NS_PER_SECOND, secondsTextToNs } from "../clock.ts";
import { LineFault } from "../refused-lines.ts";

const ISO =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d)?)(?:\.(?<fraction>\d{1,9}))?)? ?(?<zone>Z|UTC|[+-]\d\d:?\d\d)?$/;

const NS_PER_UNIT_BY_DIGITS: Readonly<Record<number, bigint>> = {
  13: 1_000_000n,
  16: 1000n,
  19: 1n,
};

/** Nanoseconds since 1970 UTC. @throws LineFault */
export function timeTextToNs(text: string): bigint {
  if (/^\d{10}(\.\d+)?$/.test(text)) {
    const ns = secondsTextToNs(text);
    if (ns !== undefined) return ns;
  }
  const unit = /^\d+$/.test(text) ? NS_PER_UNIT_BY_DIGITS[text.length] : undefined;
  const ns = unit === undefined ? isoToNs(text) : BigInt(text) * unit;
  if (ns !== undefined && BigInt.asIntN(64, ns) === ns) return ns;
  const shown = JSON.stringify(text.slice(0, 40));
  throw new LineFault(`time ${shown} is neither ISO 8601 nor a number of 10, 13, 16 or 19 digits`);
}

function isoToNs(text: string): bigint | undefined {
  const { date, time = "00:00:00", fraction = "", zone = "Z" } = ISO.exec(text)?.groups ?? {};
  if (date === undefined) return undefined;
  const wall = `${date}T${time.length === 5 ? `${time}:00` : time}`;
  const wallMs = Date.parse(`${wall}Z`);
  // Date.parse makes the 31st of February a day of March.
  if (Number.isNaN(wallMs) || new Date(wallMs).toISOString().slice(0, 19) !== wall) return undefined;
  const utcSeconds = BigInt(wallMs / 1000) - BigInt(zoneSeconds(zone));
  return utcSeconds * NS_PER_SECOND + BigInt(fraction.padEnd(9, "0"));
}

function zoneSeconds(zone: string): number {
  const { sign, hours, minutes } = /^(?<sign>[+-])(?<hours>\d\d):?(?<minutes>\d\d)$/.exec(zone)?.groups ?? {};
  if (sign === undefined) return 0;
  return (sign === "-" ? -60 : 60) * (Number(hours) * 60 + Number(minutes));
}
