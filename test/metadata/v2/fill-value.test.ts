/** Every spelling of a fill value in Zarr v2. */
import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/metadata/json.ts";
import { metadataOf, refusalOf } from "./documents.ts";

describe("a fill value", () => {
  const fillOf = (dtype: JsonValue, fill_value: JsonValue, members: JsonObject = {}): unknown =>
    metadataOf({ dtype, fill_value, ...members }).fillValue.value;
  const OBJECTS = { filters: [{ id: "vlen-utf8" }] };

  test.each<[JsonValue, JsonValue, unknown]>([
    ["|b1", true, true],
    ["|b1", 1, true],
    ["<i8", 2n ** 62n, 2n ** 62n],
    ["<i4", "-3", -3],
    [">u8", "18446744073709551615", 2n ** 64n - 1n],
    ["<f4", "1.5", 1.5],
    ["<f8", "-1e3", -1000],
    ["<f8", "0", 0],
    [">f4", "NaN", Number.NaN],
    ["<f8", "-Infinity", Number.NEGATIVE_INFINITY],
    ["<f8", Number.NaN, Number.NaN],
    ["<c8", [1.5, "NaN"], [1.5, Number.NaN]],
    ["<c16", 2, [2, 0]],
    ["<M8[ms]", 1_700_000_000_000, 1_700_000_000_000n],
    ["<m8[s]", "NaT", -(2n ** 63n)],
    ["|S4", "YWI=", Uint8Array.of(97, 98)],
    ["|S4", "", new Uint8Array(0)],
    ["|V2", "AQI=", Uint8Array.of(1, 2)],
    [">U4", "bid", "bid"],
  ])("of %s may be %s", (dtype, json, value) => {
    expect(fillOf(dtype, json)).toEqual(value);
  });

  test.each<[JsonValue, JsonValue]>([
    ["<i4", "3.0"],
    ["<i4", " 3"],
    ["<i4", "3_0"],
    ["<i4", ""],
    ["|u1", "256"],
    ["<f4", "1e39"],
    ["<f8", "1e309"],
    ["<f8", "1.5f"],
    ["<f8", "."],
    ["|b1", "0"],
    ["|b1", 2],
    ["<M8[s]", "5"],
    ["<c8", "1.5"],
  ])("of %s is not %j", (dtype, fill_value) => {
    expect(refusalOf({ dtype, fill_value })).toMatchObject({ code: "METADATA_INVALID", path: "/px" });
  });

  test("of strings may be the 0 of writers that were told nothing", () => {
    expect(fillOf("|O", 0, OBJECTS)).toBe("0");
    expect(fillOf("|O", "none", OBJECTS)).toBe("none");
    expect(fillOf("|O", 0, { filters: [{ id: "vlen-bytes" }] })).toEqual(new Uint8Array(0));
  });

  test("of a struct is the bytes of an item as it is stored", () => {
    const bytes = Buffer.from([0x01, 0x02, 0x03, 0x04, 0x05]).toString("base64");
    const item = (px: string, size: string): unknown =>
      fillOf(
        [
          ["side", "|u1"],
          ["px", px],
          ["size", size],
        ],
        bytes,
      );
    expect(item("<u2", "<u2")).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
    expect(item(">u2", ">u2")).toEqual(Uint8Array.of(1, 3, 2, 5, 4));
    expect(item("<u2", ">u2")).toEqual(Uint8Array.of(1, 2, 3, 5, 4));
  });

  test("that is null is read as zero, and known not to be one", () => {
    expect(metadataOf({ fill_value: null })).toMatchObject({
      fillValue: { value: 0 },
      fillValueIsUndefined: true,
    });
    expect(metadataOf({ fill_value: 0 }).fillValueIsUndefined).toBe(false);
    expect(fillOf("<M8[s]", null)).toBe(-(2n ** 63n));
    expect(fillOf("|O", null, OBJECTS)).toBe("");
  });
});
