/** Fill values of types that are no plain numbers, in every spelling that is legal, and in some that are not. */
import { describe, expect, test } from "vitest";
import { parseArrayMetadata, serializeArrayMetadata } from "../../src/metadata/array-metadata.ts";
import { defaultFillValue, parseFillValue, serializeFillValue } from "../../src/metadata/fill-value.ts";
import type { JsonValue } from "../../src/metadata/json.ts";
import { parseDataType } from "../../src/metadata/parse-data-type.ts";

const text = (length: number) => ({
  name: "fixed_length_utf32",
  configuration: { length_bytes: 4 * length },
});
const padded = (length: number) => ({
  name: "null_terminated_bytes",
  configuration: { length_bytes: length },
});
const RAW = { name: "raw_bytes", configuration: { length_bytes: 3 } };
const TIME = { name: "numpy.timedelta64", configuration: { unit: "s", scale_factor: 10 } };
const STRUCT = {
  name: "struct",
  configuration: {
    fields: [
      { name: "at", data_type: { name: "numpy.datetime64", configuration: { unit: "ns", scale_factor: 1 } } },
      { name: "rate", data_type: "float32" },
      { name: "venue", data_type: text(1) },
    ],
  },
};
const STRUCTURED = {
  name: "structured",
  configuration: {
    fields: [
      ["id", "int16"],
      ["price", "float32"],
    ],
  },
};

const NAT_BYTES = [0, 0, 0, 0, 0, 0, 0, 0x80];
const VENUE_X = [...NAT_BYTES, 1, 0, 0xc0, 0x7f, 120, 0, 0, 0];

describe("a fill value", () => {
  test.each<[JsonValue, JsonValue, unknown, number[], JsonValue]>([
    ["complex64", [1.5, "NaN"], [1.5, Number.NaN], [0, 0, 0xc0, 0x3f, 0, 0, 0xc0, 0x7f], [1.5, "NaN"]],
    [
      "complex64",
      ["0x7fc00001", -0],
      [Number.NaN, -0],
      [1, 0, 0xc0, 0x7f, 0, 0, 0, 0x80],
      ["0x7fc00001", -0],
    ],
    [
      "complex128",
      ["Infinity", "-Infinity"],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      [0, 0, 0, 0, 0, 0, 0xf0, 0x7f, 0, 0, 0, 0, 0, 0, 0xf0, 0xff],
      ["Infinity", "-Infinity"],
    ],
    ["r24", [1, 2, 255], Uint8Array.of(1, 2, 255), [1, 2, 255], [1, 2, 255]],
    ["r24", "AQL/", Uint8Array.of(1, 2, 255), [1, 2, 255], [1, 2, 255]],
    [RAW, "AQL/", Uint8Array.of(1, 2, 255), [1, 2, 255], "AQL/"],
    [RAW, [1, 2, 255], Uint8Array.of(1, 2, 255), [1, 2, 255], "AQL/"],
    [text(2), "é", "é", [0xe9, 0, 0, 0, 0, 0, 0, 0], "é"],
    [text(1), "😀", "😀", [0, 0xf6, 1, 0], "😀"],
    [padded(4), "eHl6", Uint8Array.of(120, 121, 122), [120, 121, 122, 0], "eHl6"],
    [TIME, "NaT", -(2n ** 63n), NAT_BYTES, "NaT"],
    [TIME, -9223372036854775808n, -(2n ** 63n), NAT_BYTES, "NaT"],
    [TIME, 5, 5n, [5, 0, 0, 0, 0, 0, 0, 0], 5n],
    ["string", "fé", "fé", [0, 0, 0, 0], "fé"],
    ["variable_length_bytes", "/wA=", Uint8Array.of(255, 0), [0, 0, 0, 0], "/wA="],
    ["bytes", [255, 0], Uint8Array.of(255, 0), [0, 0, 0, 0], "/wA="],
    [
      STRUCT,
      { at: "NaT", rate: "0x7fc00001", venue: "x" },
      Uint8Array.from(VENUE_X),
      VENUE_X,
      { at: "NaT", rate: "0x7fc00001", venue: "x" },
    ],
    [
      STRUCT,
      "AAAAAAAAAIABAMB/eAAAAA==",
      Uint8Array.from(VENUE_X),
      VENUE_X,
      { at: "NaT", rate: "0x7fc00001", venue: "x" },
    ],
    [STRUCTURED, "AQAAAIA/", Uint8Array.of(1, 0, 0, 0, 0x80, 0x3f), [1, 0, 0, 0, 0x80, 0x3f], "AQAAAIA/"],
  ])("of %o may be %o", (spelling, json, value, bytes, written) => {
    const dataType = parseDataType(spelling);
    const fillValue = parseFillValue(json, dataType, "/a");
    expect(fillValue.value).toEqual(value);
    expect(fillValue.bytes).toEqual(Uint8Array.from(bytes));
    expect(serializeFillValue(fillValue, dataType)).toEqual(written);
    expect(parseFillValue(written, dataType, "/a")).toEqual(fillValue);
  });

  test.each<[JsonValue, JsonValue]>([
    ["complex64", 1],
    ["complex64", [1]],
    ["complex64", [1, 2, 3]],
    ["complex64", [1, 1e39]],
    ["complex64", [1, "0x7fc0"]],
    ["complex64", "NaN"],
    ["r24", [1, 2]],
    ["r24", [1, 2, 256]],
    ["r24", [1, 2, -1]],
    ["r24", [1, 2, 0.5]],
    ["r24", "AQI="],
    ["r24", 0],
    [RAW, "AQL"],
    [RAW, "AQ L/"],
    [RAW, "AQL_"],
    [text(2), "abc"],
    [text(2), "\ud83d"],
    [text(2), 0],
    [padded(2), "eHl6"],
    [padded(2), [1, 2]],
    // Bits behind the last byte, which no encoder leaves.
    [padded(1), "eB=="],
    [TIME, "nat"],
    [TIME, 0.5],
    [TIME, 9223372036854775808n],
    ["string", 0],
    ["string", null],
    ["string", "\udc00"],
    ["variable_length_bytes", "a"],
    ["variable_length_bytes", {}],
    [STRUCT, { at: 0, rate: 1 }],
    [STRUCT, { at: 0, rate: 1, venue: "x", more: 1 }],
    [STRUCT, { at: 0, rate: 1, other: "x" }],
    [STRUCT, { at: 0, rate: 1, venue: "xy" }],
    [STRUCT, [0, 1, "x"]],
    [STRUCT, "AAAA"],
    // A venue that is no Unicode.
    [STRUCT, "AAAAAAAAAIABAMB/AAARAQ=="],
  ])("of %o is not %o", (spelling, json) => {
    expect(() => parseFillValue(json, parseDataType(spelling), "/a")).toThrowError(
      expect.objectContaining({
        code: "METADATA_INVALID",
        path: "/a",
        message: expect.stringMatching(/^\/a\/zarr\.json: fill_value must be /),
      }),
    );
  });

  test("in base64 is in the byte order in which a structured array is stored", () => {
    const document = (endian: string, fill_value: string) => ({
      zarr_format: 3,
      node_type: "array",
      shape: [1],
      data_type: STRUCTURED,
      chunk_grid: { name: "regular", configuration: { chunk_shape: [1] } },
      chunk_key_encoding: "default",
      fill_value,
      codecs: [
        {
          name: "sharding_indexed",
          configuration: {
            chunk_shape: [1],
            codecs: [{ name: "bytes", configuration: { endian } }],
            index_codecs: [],
          },
        },
      ],
    });
    const little = parseArrayMetadata(document("little", "AQAAAIA/"), "/a");
    const big = parseArrayMetadata(document("big", "AAE/gAAA"), "/a");
    expect(big.fillValue).toEqual(little.fillValue);
    expect(serializeArrayMetadata(big).fill_value).toBe("AAE/gAAA");
    expect(serializeArrayMetadata(little).fill_value).toBe("AQAAAIA/");
  });

  test("by default is zero, nothing, or no time", () => {
    const byDefault = (spelling: JsonValue) => defaultFillValue(parseDataType(spelling)).value;
    expect(byDefault("complex64")).toEqual([0, 0]);
    expect(byDefault("r24")).toEqual(Uint8Array.of(0, 0, 0));
    expect(byDefault(text(2))).toBe("");
    expect(byDefault(padded(2))).toEqual(Uint8Array.of());
    expect(byDefault(TIME)).toBe(-(2n ** 63n));
    expect(byDefault("string")).toBe("");
    expect(byDefault("bytes")).toEqual(Uint8Array.of());
    expect(byDefault("bool")).toBe(false);
    expect(byDefault("int64")).toBe(0n);
  });
});
