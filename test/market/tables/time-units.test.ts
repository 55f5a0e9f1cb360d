import { expect, test } from "vitest";
import { timeScaleOf } from "../../../src/market/tables/time-units.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import { createArray } from "../../../src/zarr/open.ts";

async function scaleOf(dataType: string | object, units?: string) {
  const attributes = units === undefined ? {} : { units };
  const options = { dataType: dataType as "int64", shape: [1], chunks: [1], attributes };
  const scale = timeScaleOf(await createArray(new MemoryStore(), options));
  return scale && [scale.unitNs, scale.epochNs];
}

const EPOCH_2024_NS = 1_704_067_200_000_000_000n;

test("times count in the unit and from the day that CF attributes say, in UTC", async () => {
  expect(await scaleOf("int64", "nanoseconds since 1970-01-01")).toEqual([1, 0n]);
  expect(await scaleOf("int64", "ms since 1970-01-01T00:00:00Z")).toEqual([1e6, 0n]);
  expect(await scaleOf("float64", "seconds since 2024-01-01")).toEqual([1e9, EPOCH_2024_NS]);
  expect(await scaleOf("int32", "hours since 2024-1-1 01:30")).toEqual([
    3.6e12,
    EPOCH_2024_NS + 5_400_000_000_000n,
  ]);
  expect(await scaleOf("int32", "days since 1970-01-01 00:00:00.0 UTC")).toEqual([8.64e13, 0n]);
});

test("times of NumPy count in the unit of their type", async () => {
  const datetime = (unit: string, scale_factor: number) => ({
    name: "numpy.datetime64",
    configuration: { unit, scale_factor },
  });
  expect(await scaleOf(datetime("us", 1))).toEqual([1e3, 0n]);
  expect(await scaleOf(datetime("s", 10))).toEqual([1e10, 0n]);
  expect(await scaleOf(datetime("M", 1))).toBeUndefined();
});

test("what is no time is none: other units, other zones, other words", async () => {
  for (const units of [
    "USDT",
    "fortnights since 1970-01-01",
    "days since when",
    "s since 1970-01-01 00:00 +05:30",
  ]) {
    expect(await scaleOf("int64", units)).toBeUndefined();
  }
  expect(await scaleOf("int64")).toBeUndefined();
});
