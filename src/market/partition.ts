/** Cutting time into stores: ISO weeks or days in UTC, by the time of the exchange. */

export type PartitionKind = "week" | "day" | "none";
export const PARTITION_KINDS: readonly PartitionKind[] = ["week", "day", "none"];

const NS_PER_DAY = 86_400_000_000_000n;
const MS_PER_DAY = 86_400_000;

export interface Partition {
  /** `2024-W32`, `2024-08-09`, or empty for the one partition that holds everything. */
  readonly name: string;
  readonly startNs: bigint;
  /** Exclusive. */
  readonly endNs: bigint;
}

const EVERYTHING: Partition = { name: "", startNs: -(2n ** 63n), endNs: 2n ** 63n };

/** The partition that `timestampNs` (nanoseconds since 1970, UTC) belongs to. */
export function partitionOf(timestampNs: bigint, kind: PartitionKind): Partition {
  if (kind === "none") return EVERYTHING;
  const day = Number(floorDivide(timestampNs, NS_PER_DAY));
  if (kind === "day") return { name: isoDate(day), ...span(day, 1) };
  // 1970-01-01 was a Thursday, so days since then + 3 counts from a Monday.
  const monday = day - positiveRemainder(day + 3, 7);
  // ISO 8601: a week belongs to the year that holds its Thursday, and week 1 holds that year's first Thursday.
  const thursday = new Date((monday + 3) * MS_PER_DAY);
  const year = thursday.getUTCFullYear();
  const firstDay = Date.UTC(year, 0, 1) / MS_PER_DAY;
  const week = Math.floor((monday + 3 - firstDay) / 7) + 1;
  return { name: `${year}-W${String(week).padStart(2, "0")}`, ...span(monday, 7) };
}

export function contains(partition: Partition, timestampNs: bigint): boolean {
  return timestampNs >= partition.startNs && timestampNs < partition.endNs;
}

/** `2024-08-09T00:00:00.123456789Z`: ISO 8601 with all nanoseconds, which `Date` would drop. */
export function isoTime(timestampNs: bigint): string {
  const second = floorDivide(timestampNs, 1_000_000_000n);
  const nanoseconds = timestampNs - second * 1_000_000_000n;
  const whole = new Date(Number(second) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(nanoseconds).padStart(9, "0")}Z`;
}

function span(firstDay: number, days: number): { startNs: bigint; endNs: bigint } {
  return { startNs: BigInt(firstDay) * NS_PER_DAY, endNs: BigInt(firstDay + days) * NS_PER_DAY };
}

function isoDate(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

function positiveRemainder(dividend: number, divisor: number): number {
  return ((dividend % divisor) + divisor) % divisor;
}
