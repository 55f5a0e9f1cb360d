import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contains, isoTime, partitionOf } from "../../src/market/partition.ts";

const ns = (iso: string) => BigInt(Date.parse(iso)) * 1_000_000n;

describe("partitions", () => {
  test.each([
    ["2024-08-08T23:59:59.999Z", "2024-W32"],
    ["2024-08-11T23:59:59.999Z", "2024-W32"],
    ["2024-08-12T00:00:00.000Z", "2024-W33"],
    ["2021-01-03T23:59:59.999Z", "2020-W53"],
    ["2021-01-04T00:00:00.000Z", "2021-W01"],
    ["2018-12-31T00:00:00.000Z", "2019-W01"],
    ["2026-12-31T12:00:00.000Z", "2026-W53"],
    ["1970-01-01T00:00:00.000Z", "1970-W01"],
    ["1969-12-28T23:59:59.999Z", "1969-W52"],
  ])("%s is in ISO week %s", (time, week) => {
    expect(partitionOf(ns(time), "week").name).toBe(week);
  });

  test("hold the time they were asked for, and none of the next", () => {
    const time = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
    fc.assert(
      fc.property(time, fc.constantFrom("week", "day", "none" as const), (timestampNs, kind) => {
        const partition = partitionOf(timestampNs, kind);
        expect(contains(partition, timestampNs)).toBe(true);
        if (kind !== "none") {
          expect(contains(partition, partition.endNs)).toBe(false);
          expect(partitionOf(partition.startNs, kind)).toEqual(partition);
          expect(partitionOf(partition.endNs - 1n, kind)).toEqual(partition);
          expect(partitionOf(partition.endNs, kind).startNs).toBe(partition.endNs);
        }
      }),
    );
  });

  test("are named after the day where they are days", () => {
    expect(partitionOf(ns("2024-02-29T12:00:00Z"), "day").name).toBe("2024-02-29");
  });
});

test("a time keeps all its nanoseconds", () => {
  expect(isoTime(1_723_161_256_172_216_566n)).toBe("2024-08-08T23:54:16.172216566Z");
  expect(isoTime(-1n)).toBe("1969-12-31T23:59:59.999999999Z");
});
