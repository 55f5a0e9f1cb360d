/** Times of captures in nanoseconds since 1970 UTC, exactly. */
import { LineFault } from "./refused-lines.ts";

export const INT64_MAX = 0x7fff_ffff_ffff_ffffn;
export const NS_PER_MS = 1_000_000n;
export const NS_PER_SECOND = 1_000_000_000n;
/** The last millisecond whose nanoseconds fit int64 (in the year 2262). */
export const EVENT_MS_MAX = Number(INT64_MAX / NS_PER_MS);

/** @throws LineFault */
export function msToNs(ms: number): bigint {
  if (ms > EVENT_MS_MAX) throw new LineFault("event time is not a time in milliseconds");
  return BigInt(ms) * NS_PER_MS;
}

/**
 * The local clock, as digits of nanoseconds.
 * @throws LineFault
 */
export function clockNs(digits: string): bigint {
  const ns = BigInt(digits);
  if (ns > INT64_MAX) throw new LineFault("local time does not fit 64 bits");
  return ns;
}

/**
 * Seconds with up to nine decimals as nanoseconds; `undefined` for any other text.
 */
export function secondsTextToNs(text: string): bigint | undefined {
  const { seconds, fraction = "" } =
    /^(?<seconds>\d{1,11})(?:\.(?<fraction>\d{1,9}))?$/.exec(text)?.groups ?? {};
  if (seconds === undefined) return undefined;
  return BigInt(seconds) * NS_PER_SECOND + BigInt(fraction.padEnd(9, "0"));
}
