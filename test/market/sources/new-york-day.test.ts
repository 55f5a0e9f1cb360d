import { describe, expect, test } from "vitest";
import { NewYorkDay } from "../../../src/market/sources/new-york-day.ts";

const HOUR_NS = 3_600_000_000_000n;

/** What the clock of New York shows at that moment, as its midnight counts it. */
const utc = (day: readonly [number, number, number], sinceMidnightNs: bigint) => {
  const ns = new NewYorkDay(...day).utcNs(sinceMidnightNs);
  return `${new Date(Number(ns / 1_000_000n)).toISOString().slice(0, -1)}${String(ns % 1_000_000n).padStart(6, "0")}`;
};

describe("a time since midnight in New York", () => {
  test.each([
    ["in winter", [2012, 1, 17], 34_200_000_000_000n, "2012-01-17T14:30:00.000000000"],
    ["in summer", [2012, 6, 21], 34_200_004_241_176n, "2012-06-21T13:30:00.004241176"],
    ["in the year before the rules of today", [2006, 3, 20], 10n * HOUR_NS, "2006-03-20T15:00:00.000000000"],
    ["late in the evening", [2013, 10, 9], 24n * HOUR_NS - 1n, "2013-10-10T03:59:59.999999999"],
    ["before the clocks go forward", [2024, 3, 10], 2n * HOUR_NS - 1n, "2024-03-10T06:59:59.999999999"],
    ["after the clocks went forward", [2024, 3, 10], 3n * HOUR_NS, "2024-03-10T07:00:00.000000000"],
    [
      "in the hour that comes twice, the first time",
      [2024, 11, 3],
      (3n * HOUR_NS) / 2n,
      "2024-11-03T05:30:00.000000000",
    ],
    ["after the clocks went back", [2024, 11, 3], 2n * HOUR_NS, "2024-11-03T07:00:00.000000000"],
  ] as const)("is UTC %s", (_, day, sinceMidnightNs, expected) => {
    expect(utc(day, sinceMidnightNs)).toBe(expected);
  });

  test("agrees with the calendar of the system, on every day of a year with both changes", () => {
    const clock = new Intl.DateTimeFormat("sv-SE", {
      timeZone: "America/New_York",
      dateStyle: "short",
      timeStyle: "medium",
    });
    for (let day = 0; day < 366; day += 1) {
      const date = new Date(Date.UTC(2024, 0, 1 + day));
      const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
      const newYork = new NewYorkDay(year, month, dayOfMonth);
      for (const hour of [0, 1, 4, 9, 16, 23]) {
        const ms = Number(newYork.utcNs(BigInt(hour) * HOUR_NS) / 1_000_000n);
        expect(clock.format(ms)).toBe(
          `${date.toISOString().slice(0, 10)} ${String(hour).padStart(2, "0")}:00:00`,
        );
      }
    }
  });

  test("is refused in the hour that the clocks leave out, and beyond the day", () => {
    expect(() => utc([2024, 3, 10], (5n * HOUR_NS) / 2n)).toThrow(/daylight saving leaves out/);
    expect(() => utc([2024, 3, 11], 24n * HOUR_NS)).toThrow(/not within the day/);
    expect(() => utc([2024, 3, 11], -1n)).toThrow(/not within the day/);
  });

  test("needs a day that there is", () => {
    expect(() => new NewYorkDay(2023, 2, 29)).toThrow(RangeError);
    expect(() => new NewYorkDay(2023, 13, 1)).toThrow(RangeError);
  });
});
