import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dataTypeOf, NUMERIC_TYPE_NAMES } from "../../src/metadata/data-type.ts";
import { fillValueOf, parseFillValue, serializeFillValue } from "../../src/metadata/fill-value.ts";
import { type JsonValue, parseJson, stringifyJson } from "../../src/metadata/json.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";

const parse = (json: JsonValue, name: string) => parseFillValue(json, dataTypeOf(name), "/a");

describe("a fill value in metadata", () => {
  test.each<[string, JsonValue, boolean | number | bigint, number[]]>([
    ["bool", true, true, [1]],
    ["int8", -1, -1, [0xff]],
    ["uint8", 255, 255, [0xff]],
    ["int16", -2, -2, [0xfe, 0xff]],
    ["uint16", 65535, 65535, [0xff, 0xff]],
    ["int32", -2147483648, -2147483648, [0, 0, 0, 0x80]],
    ["uint32", 4294967295, 4294967295, [0xff, 0xff, 0xff, 0xff]],
    ["int64", 1, 1n, [1, 0, 0, 0, 0, 0, 0, 0]],
    ["int64", -9223372036854775808n, -9223372036854775808n, [0, 0, 0, 0, 0, 0, 0, 0x80]],
    ["uint64", 18446744073709551615n, 18446744073709551615n, Array(8).fill(0xff)],
    ["float16", 1.5, 1.5, [0, 0x3e]],
    ["float32", 0.1, Math.fround(0.1), [0xcd, 0xcc, 0xcc, 0x3d]],
    ["float64", -0, -0, [0, 0, 0, 0, 0, 0, 0, 0x80]],
    ["float64", 9007199254740993n, 9007199254740992, [0, 0, 0, 0, 0, 0, 0x40, 0x43]],
    ["float16", "NaN", Number.NaN, [0, 0x7e]],
    ["float32", "NaN", Number.NaN, [0, 0, 0xc0, 0x7f]],
    ["float64", "NaN", Number.NaN, [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]],
    ["float16", "Infinity", Number.POSITIVE_INFINITY, [0, 0x7c]],
    ["float32", "-Infinity", Number.NEGATIVE_INFINITY, [0, 0, 0x80, 0xff]],
    ["float64", "Infinity", Number.POSITIVE_INFINITY, [0, 0, 0, 0, 0, 0, 0xf0, 0x7f]],
    ["float32", "0x3f800000", 1, [0, 0, 0x80, 0x3f]],
    ["float32", "0x7FA00001", Number.NaN, [0x01, 0, 0xa0, 0x7f]],
  ])("of %s may be %s", (name, json, value, bytes) => {
    const fillValue = parse(json, name);
    expect(fillValue.value).toBe(value);
    expect(fillValue.bytes).toEqual(Uint8Array.from(bytes));
  });

  test.each<[string, JsonValue]>([
    ["bool", 0],
    ["bool", "true"],
    ["int8", 128],
    ["int8", -129],
    ["uint8", -1],
    ["int16", 0.5],
    ["int32", 2147483648],
    ["int32", "0"],
    ["int32", true],
    ["int64", 9223372036854775808n],
    ["uint64", 18446744073709551616n],
    ["uint64", -1],
    ["float16", 65520],
    ["float32", 3.5e38],
    ["float32", "nan"],
    ["float32", "0x7fc0"],
    ["float32", "0x7fc000000"],
    ["float32", "0x7fc0000g"],
    ["float32", "1.5"],
    ["float32", null],
    ["float64", [1]],
    ["float64", {}],
  ])("of %s is not %s", (name, json) => {
    expect(() => parse(json, name)).toThrowError(
      expect.objectContaining({
        code: "METADATA_INVALID",
        path: "/a",
        message: expect.stringMatching(/^\/a\/zarr\.json: fill_value must be /),
      }),
    );
  });

  test("of a float keeps every bit pattern, NaN payloads included", () => {
    for (const [name, itemBytes] of [
      ["float16", 2],
      ["float32", 4],
      ["float64", 8],
    ] as const) {
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: 2n ** BigInt(8 * itemBytes) - 1n }), (bits) => {
          const fillValue = parse(`0x${bits.toString(16).padStart(2 * itemBytes, "0")}`, name);
          expect(fillValue.bytes.reduceRight((all, byte) => (all << 8n) | BigInt(byte), 0n)).toBe(bits);
          const json = parseJson(stringifyJson(serializeFillValue(fillValue, dataTypeOf(name))));
          expect(parse(json, name)).toEqual(fillValue);
        }),
      );
    }
  });

  test("is written as other libraries write it", () => {
    const written = (json: JsonValue, name: string) =>
      serializeFillValue(parse(json, name), dataTypeOf(name));
    expect(written("0x7fc00000", "float32")).toBe("NaN");
    expect(written("0xffc00000", "float32")).toBe("0xffc00000");
    expect(written("0x7c01", "float16")).toBe("0x7c01");
    expect(written("0xfff8000000000000", "float64")).toBe("0xfff8000000000000");
    expect(written("-Infinity", "float64")).toBe("-Infinity");
    expect(stringifyJson(written(-0, "float16"))).toBe("-0.0");
    expect(stringifyJson(written(18446744073709551615n, "uint64"))).toBe("18446744073709551615");
  });
});

describe("a fill value of a new array", () => {
  test.each(NUMERIC_TYPE_NAMES)("of %s has the bytes of an element of its typed array", (name) => {
    const dataType = dataTypeOf(name);
    const value = dataType.kind === "bool" ? true : dataType.name.endsWith("int64") ? 42n : 42;
    const elements = new (typedArrayOf(dataType))(1);
    elements[0] = value === true ? 1 : value;
    const fillValue = fillValueOf(value, dataType);
    expect(fillValue.bytes).toEqual(new Uint8Array(elements.buffer));
    expect(fillValue.value).toBe(value);
  });

  test("may be NaN or infinite where the data type is a float", () => {
    expect(fillValueOf(Number.NaN, dataTypeOf("float32")).bytes).toEqual(Uint8Array.of(0, 0, 0xc0, 0x7f));
    expect(fillValueOf(Number.NEGATIVE_INFINITY, dataTypeOf("float16")).bytes).toEqual(
      Uint8Array.of(0, 0xfc),
    );
  });

  test.each<[string, unknown]>([
    ["int32", 1.5],
    ["int32", Number.NaN],
    ["int64", 2 ** 53],
    ["uint8", 256n],
    ["bool", 1],
    ["float32", true],
    ["float32", 1e39],
    ["float32", "NaN"],
  ])("of %s cannot be %s", (name, value) => {
    expect(() => fillValueOf(value as number, dataTypeOf(name))).toThrowError(
      expect.objectContaining({ code: "VALUE_INVALID" }),
    );
  });
});
