import { expect, test } from "vitest";
import { nearestName } from "../../src/metadata/nearest-name.ts";

const KEYS = ["input", "output", "symbols", "levels", "preset", "zstd_level", "disable_sharding"];

test.each([
  ["ouput", "output"],
  ["outptu", "output"],
  ["symbol", "symbols"],
  ["zstdLevel", "zstd_level"],
  ["Levels", "levels"],
  ["disable-sharding", "disable_sharding"],
])("%s may be meant to be %s", (name, meant) => {
  expect(nearestName(name, KEYS)).toBe(meant);
});

test.each(["format", "in", "", "x", "partition", "set"])("%j is near to none", (name) => {
  expect(nearestName(name, KEYS)).toBeUndefined();
});

test("of two that are as near, the first is meant", () => {
  expect(nearestName("bid_qx", ["bid_px", "bid_sx"])).toBe("bid_px");
});
