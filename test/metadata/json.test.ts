import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeJson,
  encodeJson,
  type JsonObject,
  type JsonValue,
  parseJson,
  stringifyJson,
} from "../../src/metadata/json.ts";

function failure(text: string): string {
  try {
    parseJson(text, "/zarr.json");
  } catch (error) {
    expect(error).toMatchObject({ code: "METADATA_INVALID", path: "/zarr.json" });
    return (error as Error).message;
  }
  throw new Error(`${text} was read`);
}

describe("reading JSON", () => {
  test("keeps 64-bit integers", () => {
    expect(
      parseJson("[9007199254740991, 9007199254740992, -9223372036854775808, 18446744073709551615]"),
    ).toEqual([9007199254740991, 9007199254740992n, -9223372036854775808n, 18446744073709551615n]);
  });

  test("takes what has a point or an exponent for a float, however large", () => {
    expect(parseJson("[1.0, 1e3, 1e300, 9007199254740993.0]")).toEqual([1, 1000, 1e300, 9007199254740992]);
    expect(parseJson("-0.0")).toBe(-0);
  });

  test("refuses a number beyond float64", () => {
    expect(failure('{"a": 1e400}')).toContain("1e400 is beyond the range of float64");
  });

  test("names line and column of damage", () => {
    expect(failure('{\n  "shape": [1, 2\n}')).toMatch(/^\/zarr\.json: .*\(line 3, column 1\)$/);
  });

  test.each([
    "",
    "{",
    "[1,]",
    '{"a":1,}',
    "{'a':1}",
    "01",
    "1.",
    ".5",
    "+1",
    "nul",
    '"\n"',
    '"\\x"',
    "1 2",
    "undefined",
  ])("refuses %j", (text) => {
    failure(text);
  });

  test("refuses a key that is given twice with different values", () => {
    expect(failure('{"shape": [1], "shape": [2]}')).toContain("Duplicate key 'shape'");
  });

  test("takes __proto__ and constructor for keys like any other", () => {
    const value = parseJson('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}');
    expect(Object.keys(value as JsonObject)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(stringifyJson(value, 0)).toBe(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
  });

  test("refuses nesting that is too deep for the stack of whoever walks through it", () => {
    expect(failure("[".repeat(1_000_000))).toContain("nested too deeply");
    const nested = (levels: number): string => `${"[".repeat(levels)}"[[["${"]".repeat(levels)}`;
    expect(parseJson(nested(1000))).toHaveLength(1);
    expect(failure(nested(1001))).toContain("nested too deeply");
  });

  test("reads the bare words of Python's json, and leaves the same words in strings alone", () => {
    const text = '{"NaN": NaN, "of \\"NaN\\", -Infinity": [Infinity, -Infinity], "a": "NaN"}';
    expect(parseJson(text)).toEqual({
      NaN: Number.NaN,
      'of "NaN", -Infinity': [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      a: "NaN",
    });
    failure("[nan]");
    failure("[Infinit]");
    failure("[NaNa]");
  });

  test("refuses bytes that are not UTF-8", () => {
    expect(() => decodeJson(Uint8Array.of(0x22, 0xff, 0x22), "/zarr.json")).toThrowError(
      expect.objectContaining({ code: "METADATA_INVALID", path: "/zarr.json" }),
    );
  });
});

describe("writing JSON", () => {
  test("is laid out as Python's json.dumps with an indent lays it out", () => {
    expect(stringifyJson({ a: [], b: [1, { c: null }], d: {} })).toBe(
      '{\n  "a": [],\n  "b": [\n    1,\n    {\n      "c": null\n    }\n  ],\n  "d": {}\n}',
    );
  });

  test("writes the scale of packed values as a float, which CF readers take their type from", () => {
    expect(stringifyJson({ scale_factor: 10, add_offset: -3, level: 1 }, 0)).toBe(
      '{"scale_factor":10.0,"add_offset":-3.0,"level":1}',
    );
    expect(stringifyJson(parseJson('{"scale_factor":0.1,"add_offset":1.0}'), 0)).toBe(
      '{"scale_factor":0.1,"add_offset":1.0}',
    );
  });

  test("refuses what JSON cannot carry, and says where it is", () => {
    expect(() => stringifyJson({ a: [1, { b: Number.NaN }] })).toThrowError(
      expect.objectContaining({ code: "METADATA_INVALID", message: expect.stringContaining("a[1].b") }),
    );
    for (const value of [undefined, () => 1, new Date(0), Uint8Array.of(1), new Map(), Symbol("a")]) {
      expect(() => stringifyJson({ a: value } as unknown as JsonValue)).toThrowError(
        expect.objectContaining({ code: "METADATA_INVALID", message: expect.stringContaining("(at a)") }),
      );
    }
    const cyclic: JsonValue[] = [];
    cyclic.push({ cyclic });
    expect(() => stringifyJson(cyclic)).toThrowError(expect.objectContaining({ code: "METADATA_INVALID" }));
  });

  test("writes nothing that is nested too deeply to be read again", () => {
    const nested = (depth: number): JsonValue => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(parseJson(stringifyJson(nested(1000)))).toEqual(nested(1000));
    expect(() => stringifyJson(nested(1001))).toThrowError(
      expect.objectContaining({ code: "METADATA_INVALID" }),
    );
  });

  test("gives back what was written: type, value and sign of every number", () => {
    const leaf = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).filter((n) => !Number.isSafeInteger(Number(n))),
      fc.constantFrom(-0, 2 ** 53, -(2 ** 60), 1e21, 5e-324, Number.MAX_VALUE),
      fc.string({ unit: "binary" }),
      fc.boolean(),
      fc.constant(null),
    );
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }).map((object) => ({ ...object })),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), (written, indent) => {
        expect(parseJson(stringifyJson(written, indent))).toStrictEqual(written);
        expect(decodeJson(encodeJson(written))).toStrictEqual(written);
      }),
    );
  });
});

test("an ordinary document is read as JSON.parse reads it, and only what differs is left to the strict parser", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 2, "\t"), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), null, indent);
      // What is long may be a bigint.
      fc.pre(!/\d{16}/.test(text));
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

test.each([
  ["a key given twice", '{"a": {"b": 1, "b" : 2}}'],
  ["a key given twice, once with an escape", '{"b": 1, "\\u0062": 2}'],
  ["a number beyond float64", '{"a": 1e400}'],
  ["a number beyond float64 with a sign", '{"a": -12E+309}'],
])("%s is refused", (_, text) => {
  expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: "METADATA_INVALID" }));
});

test("a colon behind a quote inside a string, and a deep document, are read all the same", () => {
  const text = '{"note": "he said \\": yes\\" : no", "n": 12345678901234567}';
  expect(parseJson(text)).toEqual({ note: 'he said ": yes" : no', n: 12345678901234567n });
  const deep = `${'{"a":'.repeat(150)}1${"}".repeat(150)}`;
  expect(JSON.stringify(parseJson(deep))).toBe(deep);
});
