import { describe, expect, test } from "vitest";
import { unitsOf, withUnitsReversed } from "../../src/metadata/byte-order.ts";
import {
  fixedUnicodeType,
  rawType,
  serializeDataType,
  structType,
  timeType,
} from "../../src/metadata/data-type.ts";
import type { JsonObject, JsonValue } from "../../src/metadata/json.ts";
import { parseDataType } from "../../src/metadata/parse-data-type.ts";

const named = (name: string, configuration: JsonValue): JsonObject => ({ name, configuration });
const struct = (...fields: JsonValue[]): JsonObject => named("struct", { fields });

describe("a data type in metadata", () => {
  test.each<[JsonValue, string, number]>([
    ["float16", "float", 2],
    ["complex64", "complex", 8],
    ["complex128", "complex", 16],
    ["r8", "raw", 1],
    ["r24", "raw", 3],
    [named("raw_bytes", { length_bytes: 3 }), "raw", 3],
    ["string", "string", 4],
    ["variable_length_bytes", "variable-bytes", 4],
    ["bytes", "variable-bytes", 4],
    [named("fixed_length_utf32", { length_bytes: 20 }), "fixed-unicode", 20],
    [named("null_terminated_bytes", { length_bytes: 5 }), "fixed-bytes", 5],
    [named("numpy.datetime64", { unit: "ns", scale_factor: 1 }), "datetime", 8],
    [named("numpy.datetime64", { unit: "generic", scale_factor: 1 }), "datetime", 8],
    [named("numpy.timedelta64", { unit: "μs", scale_factor: 2147483647 }), "timedelta", 8],
    [struct({ name: "a", data_type: "int8" }, { name: "b", data_type: "complex64" }), "struct", 9],
    [
      named("structured", {
        fields: [
          ["a", "int16"],
          ["b", struct({ name: "c", data_type: "r40" })],
        ],
      }),
      "struct",
      7,
    ],
  ])("%j is read, and written as it was spelled", (spelling, kind, itemBytes) => {
    const dataType = parseDataType(spelling);
    expect(dataType).toMatchObject({ kind, itemBytes });
    expect(serializeDataType(dataType)).toEqual(spelling);
  });

  test("of a number may be an object without configuration, and is then written as its name", () => {
    expect(parseDataType({ name: "int32" })).toBe(parseDataType("int32"));
    expect(parseDataType({ name: "int32", configuration: {}, must_understand: true })).toBe(
      parseDataType("int32"),
    );
  });

  test("has its fields one after the other", () => {
    const dataType = parseDataType(
      struct(
        { name: "id", data_type: "int32" },
        { name: "flags", data_type: "uint8" },
        { name: "value", data_type: "float64" },
      ),
    );
    expect(dataType).toMatchObject({
      itemBytes: 13,
      fields: [
        { name: "id", offsetBytes: 0 },
        { name: "flags", offsetBytes: 4 },
        { name: "value", offsetBytes: 5 },
      ],
    });
  });

  test.each<[string, JsonValue, RegExp]>([
    ["METADATA_INVALID", "r12", /no whole number of bytes/],
    ["METADATA_INVALID", `r${"9".repeat(20)}`, /no whole number of bytes/],
    ["UNSUPPORTED_DATA_TYPE", "r0", /not supported/],
    ["UNSUPPORTED_DATA_TYPE", "r024", /not supported/],
    ["UNSUPPORTED_DATA_TYPE", "bfloat16", /not supported/],
    ["UNSUPPORTED_DATA_TYPE", "object", /not supported/],
    ["UNSUPPORTED_DATA_TYPE", "__proto__", /not supported/],
    ["METADATA_INVALID", "fixed_length_utf32", /needs a configuration/],
    ["METADATA_INVALID", named("int32", { endian: "little" }), /takes no configuration/],
    ["METADATA_INVALID", named("int32", []), /nothing else/],
    ["METADATA_INVALID", { name: "int32", size: 4 }, /nothing else/],
    ["METADATA_INVALID", 7, /not 7/],
    ["METADATA_INVALID", named("raw_bytes", { length_bytes: 0 }), /1 to 2147483647 bytes/],
    ["METADATA_INVALID", named("raw_bytes", { length_bytes: 2 ** 31 }), /1 to 2147483647 bytes/],
    ["METADATA_INVALID", named("raw_bytes", { length_bytes: "3" }), /whole number/],
    ["METADATA_INVALID", named("raw_bytes", { length_bytes: 3, bits: 24 }), /configuration\.bits/],
    ["METADATA_INVALID", named("fixed_length_utf32", { length_bytes: 6 }), /bytes/],
    ["METADATA_INVALID", named("null_terminated_bytes", {}), /whole number/],
    ["METADATA_INVALID", named("numpy.datetime64", { unit: "ns" }), /scale_factor/],
    ["METADATA_INVALID", named("numpy.datetime64", { unit: "minutes", scale_factor: 1 }), /no unit/],
    ["METADATA_INVALID", named("numpy.datetime64", { unit: "ns", scale_factor: 0 }), /no unit/],
    ["METADATA_INVALID", named("numpy.datetime64", { unit: "ns", scale_factor: 2 ** 31 }), /no unit/],
    ["METADATA_INVALID", named("numpy.datetime64", { unit: "ns", scale_factor: 1.5 }), /no unit/],
    ["METADATA_INVALID", struct(), /has fields/],
    ["METADATA_INVALID", named("struct", {}), /has fields/],
    ["METADATA_INVALID", struct({ name: "a" }), /a name and a data_type/],
    ["METADATA_INVALID", struct({ name: "", data_type: "int8" }), /a name and a data_type/],
    ["METADATA_INVALID", struct(["a", "int8", 2]), /a name and a data_type/],
    ["METADATA_INVALID", struct({ name: "a", data_type: "string" }), /no fixed size/],
    ["METADATA_INVALID", struct(["a", "int8"], ["a", "int8"]), /twice/],
    [
      "METADATA_INVALID",
      struct(["a", named("raw_bytes", { length_bytes: 2 ** 31 - 1 })], ["b", "int8"]),
      /bytes/,
    ],
  ])("is refused by %s when it is %j", (code, spelling, message) => {
    expect(() => parseDataType(spelling)).toThrowError(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  test("is refused when structs are nested without end", () => {
    let spelling: JsonValue = "int8";
    for (let depth = 0; depth < 10_000; depth++) spelling = struct(["a", spelling]);
    expect(() => parseDataType(spelling)).toThrowError(expect.objectContaining({ code: "METADATA_INVALID" }));
  });
});

test("constructors give what parsing gives", () => {
  expect(rawType(3)).toEqual(parseDataType(named("raw_bytes", { length_bytes: 3 })));
  expect(fixedUnicodeType(5)).toEqual(parseDataType(named("fixed_length_utf32", { length_bytes: 20 })));
  expect(timeType("timedelta", "s", 10)).toEqual(
    parseDataType(named("numpy.timedelta64", { unit: "s", scale_factor: 10 })),
  );
  const at = timeType("datetime", "ns", 1);
  expect(structType([{ name: "at", dataType: at }])).toEqual(
    parseDataType(struct({ name: "at", data_type: serializeDataType(at) })),
  );
});

test("byte order turns round each unit of an item, and nothing larger", () => {
  const dataType = parseDataType(
    struct(
      ["a", "uint16"],
      ["b", "complex64"],
      ["c", "r24"],
      ["d", named("fixed_length_utf32", { length_bytes: 4 })],
    ),
  );
  const item = Uint8Array.from({ length: 17 }, (_, at) => at);
  const reversed = [1, 0, 5, 4, 3, 2, 9, 8, 7, 6, 10, 11, 12, 16, 15, 14, 13];
  expect([...withUnitsReversed(item, dataType)]).toEqual(reversed);
  const two = Uint8Array.of(...item, ...item);
  expect([...withUnitsReversed(two, dataType)]).toEqual([...reversed, ...reversed]);
  expect(unitsOf(parseDataType("complex128"))).toEqual([{ unitBytes: 8, count: 2 }]);
});
