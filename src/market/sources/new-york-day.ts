/**
 * A calendar day in New York, as American vendors count time: from its midnight, by the clock on the wall. Daylight
 * saving makes one day of the year an hour shorter, and one an hour longer.
 */
import { NS_PER_MS } from "./clock.ts";
import { LineFault } from "./refused-lines.ts";

const DAY_NS = 86_400_000n * NS_PER_MS;

const WALL_CLOCK = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
});

export class NewYorkDay {
  /** Midnight at the beginning of the day as if New York had UTC. */
  readonly #wallMidnightMs: number;
  readonly #offsetAtStartMs: number;
  readonly #offsetAtEndMs: number;
  readonly #startNs: bigint;

  /** @throws RangeError for a day that no calendar has */
  constructor(year: number, month: number, day: number) {
    this.#wallMidnightMs = Date.UTC(year, month - 1, day);
    const date = new Date(this.#wallMidnightMs);
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
      throw new RangeError(`there is no day ${year}-${month}-${day}`);
    }
    // The clocks change at two in the morning: at the midnights around, the offset of five hours is near enough.
    const standardMidnightMs = this.#wallMidnightMs + 5 * 3_600_000;
    this.#offsetAtStartMs = offsetMs(standardMidnightMs);
    this.#offsetAtEndMs = offsetMs(standardMidnightMs + 24 * 3_600_000);
    this.#startNs = BigInt(this.#wallMidnightMs - this.#offsetAtStartMs) * NS_PER_MS;
  }

  /**
   * UTC, in nanoseconds since 1970, when the wall clock shows so much past midnight. An hour that comes twice is the
   * first of the two.
   * @throws LineFault for a time beyond the day, and for an hour that the clocks leave out
   */
  utcNs(sinceMidnightNs: bigint): bigint {
    if (sinceMidnightNs < 0n || sinceMidnightNs >= DAY_NS) {
      throw new LineFault("time is not within the day in New York");
    }
    if (this.#offsetAtStartMs === this.#offsetAtEndMs) return this.#startNs + sinceMidnightNs;
    const wallMs = this.#wallMidnightMs + Number(sinceMidnightNs / NS_PER_MS);
    for (const offset of [this.#offsetAtStartMs, this.#offsetAtEndMs]) {
      const utcMs = wallMs - offset;
      if (offsetMs(utcMs) === offset) return BigInt(utcMs) * NS_PER_MS + (sinceMidnightNs % NS_PER_MS);
    }
    throw new LineFault("time is in the hour that daylight saving leaves out");
  }
}

/** How far the clocks of New York are ahead of UTC: -5 or -4 hours. */
function offsetMs(utcMs: number): number {
  const wholeSecondMs = Math.floor(utcMs / 1000) * 1000;
  const parts = WALL_CLOCK.formatToParts(wholeSecondMs);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((candidate) => candidate.type === type)?.value);
  const wallMs = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return wallMs - wholeSecondMs;
}
