import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { castElements } from "../../codecs/numeric/cast.ts";
import type { Rounding } from "../../codecs/numeric/rounding.ts";
import { resolveCodec } from "../../src/codec/registry.ts";
import { dataTypeOf, type NumericTypeName } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";

type Values = readonly (number | bigint)[];

function elementsOf(values: Values, name: NumericTypeName): Float64Array {
  const elements = new (typedArrayOf(dataTypeOf(name)))(values.length) as Float64Array;
  for (const [index, value] of values.entries()) {
    elements[index] = value as number;
  }
  return elements;
}

function bytesOf({ buffer }: { readonly buffer: ArrayBufferLike }): Uint8Array {
  return new Uint8Array(buffer);
}

async function codecFor(configuration: JsonObject, from: NumericTypeName, count: number) {
  const type = { dataType: dataTypeOf(from), shape: [count] };
  return resolveCodec({ name: "cast_value", configuration }, type, "/test").portable();
}

async function encode(values: Values, from: NumericTypeName, configuration: JsonObject): Promise<Values> {
  const codec = await codecFor(configuration, from, values.length);
  const encoded = await codec.encode(bytesOf(elementsOf(values, from)), { path: "/test" });
  const to = dataTypeOf(configuration.data_type as NumericTypeName);
  return [...(new (typedArrayOf(to))(encoded.slice().buffer) as Float64Array)];
}

async function decode(values: Values, to: NumericTypeName, configuration: JsonObject): Promise<Values> {
  const codec = await codecFor(configuration, to, values.length);
  const encoded = bytesOf(elementsOf(values, configuration.data_type as NumericTypeName));
  const max = values.length * dataTypeOf(to).itemBytes;
  const decoded = await codec.decode(encoded, { exact: max, max }, { path: "/test" });
  return [...(new (typedArrayOf(dataTypeOf(to)))(decoded.slice().buffer) as Float64Array)];
}

const FAULT = expect.objectContaining({ name: "CodecFault", reason: "not-representable" });

describe("a fraction is rounded", () => {
  const values = [-2.5, -1.5, -0.6, -0.5, 0.4, 0.5, 0.6, 1.5, 2.5, 0.49999999999999994];
  test.each([
    ["nearest-even", [-2, -2, -1, 0, 0, 0, 1, 2, 2, 0]],
    ["towards-zero", [-2, -1, 0, 0, 0, 0, 0, 1, 2, 0]],
    ["towards-positive", [-2, -1, 0, 0, 1, 1, 1, 2, 3, 1]],
    ["towards-negative", [-3, -2, -1, -1, 0, 0, 0, 1, 2, 0]],
    ["nearest-away", [-3, -2, -1, -1, 0, 1, 1, 2, 3, 0]],
  ])("%s", async (rounding, expected) => {
    expect(await encode(values, "float64", { data_type: "int8", rounding })).toEqual(expected);
  });
});

describe("a value out of range", () => {
  test("is refused unless the configuration says what it becomes", async () => {
    await expect(encode([128], "float64", { data_type: "int8" })).rejects.toEqual(FAULT);
    await expect(encode([-1], "int32", { data_type: "uint64" })).rejects.toEqual(FAULT);
    await expect(encode([2n ** 63n], "uint64", { data_type: "int64" })).rejects.toEqual(FAULT);
    await expect(encode([1e39], "float64", { data_type: "float32" })).rejects.toEqual(FAULT);
    await expect(encode([65520], "int32", { data_type: "float16" })).rejects.toEqual(FAULT);
    await expect(decode([300], "uint8", { data_type: "float32" })).rejects.toEqual(FAULT);
  });

  test("is refused as well where rounding takes it out of the range of the array's type", async () => {
    const largest = 2 ** 31 - 1;
    await expect(encode([1, largest], "int32", { data_type: "float32" })).rejects.toEqual(FAULT);
    const clamped = { data_type: "float32", out_of_range: "clamp" };
    expect(await encode([largest], "int32", clamped)).toEqual([2 ** 31]);
    expect(await decode([2 ** 31], "int32", clamped)).toEqual([largest]);
    // Clamped to an infinity, which no rule makes an integer of.
    const half = { data_type: "float16", out_of_range: "clamp" };
    await expect(encode([70000], "int32", half)).rejects.toEqual(FAULT);
    const mapped = { ...half, scalar_map: { decode: [["Infinity", largest]] } };
    expect(await encode([70000], "int32", mapped)).toEqual([Number.POSITIVE_INFINITY]);
  });

  test("is clamped to the nearest value, or to an infinity", async () => {
    const clamp = { out_of_range: "clamp" };
    expect(await encode([128, -300, 127.5], "float64", { data_type: "int8", ...clamp })).toEqual([
      127, -128, 127,
    ]);
    expect(await encode([-1n, 2n ** 40n], "int64", { data_type: "uint32", ...clamp })).toEqual([
      0,
      2 ** 32 - 1,
    ]);
    expect(await encode([1e30, -1e30], "float64", { data_type: "uint64", ...clamp })).toEqual([
      2n ** 64n - 1n,
      0n,
    ]);
    expect(await encode([1e39, -1e39], "float64", { data_type: "float32", ...clamp })).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  test("is wrapped modulo two to the power of the bits", async () => {
    const wrap = { out_of_range: "wrap" };
    expect(await encode([32768, 32769, -32769], "int32", { data_type: "int16", ...wrap })).toEqual([
      -32768, -32767, 32767,
    ]);
    expect(await encode([128.2], "float64", { data_type: "int8", ...wrap })).toEqual([-128]);
    expect(await encode([-1n], "int64", { data_type: "uint64", ...wrap })).toEqual([2n ** 64n - 1n]);
    expect(await encode([2 ** 70 + 2 ** 20], "float64", { data_type: "uint64", ...wrap })).toEqual([
      2n ** 20n,
    ]);
    expect(await decode([300], "uint8", { data_type: "int32", ...wrap })).toEqual([44]);
  });

  test.each(["error", "clamp", "wrap"])(
    "is never NaN or an infinity that becomes an integer (%s)",
    async (mode) => {
      const outOfRange = mode === "error" ? {} : { out_of_range: mode };
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        await expect(encode([value], "float32", { data_type: "int32", ...outOfRange })).rejects.toEqual(
          FAULT,
        );
      }
    },
  );
});

describe("a pair of the scalar map", () => {
  const configuration: JsonObject = {
    data_type: "uint8",
    scalar_map: {
      encode: [
        ["NaN", 0],
        ["Infinity", 255],
        [3.5, 7],
        [3.5, 8],
        [0, 9],
      ],
      decode: [[0, "NaN"]],
    },
  };

  test("goes before everything else, and the first of a value counts", async () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, 3.5, 3, -0];
    expect(await encode(values, "float64", configuration)).toEqual([0, 255, 7, 3, 9]);
    expect(await decode([0, 1], "float64", configuration)).toEqual([Number.NaN, 1]);
  });

  test("may be of 64-bit integers beyond the doubles", async () => {
    const pairs = { data_type: "int64", scalar_map: { encode: [["NaN", -(2n ** 63n) + 1n]] } };
    expect(await encode([Number.NaN], "float32", pairs)).toEqual([-(2n ** 63n) + 1n]);
  });

  test.each([
    ["of another type", { encode: [["NaN", "x"]] }],
    ["out of range", { decode: [[256, 0]] }],
  ])("is refused where it is %s", async (_, scalar_map) => {
    await expect(codecFor({ data_type: "uint8", scalar_map }, "float32", 1)).rejects.toMatchObject({
      code: "CODEC_CONFIGURATION",
    });
  });
});

test("what both types hold stays, the sign of a zero and NaN included", async () => {
  expect(
    await encode([-0, Number.NaN, Number.NEGATIVE_INFINITY], "float64", { data_type: "float16" }),
  ).toEqual([-0, Number.NaN, Number.NEGATIVE_INFINITY]);
  expect(await encode([2n ** 63n], "uint64", { data_type: "float64" })).toEqual([2 ** 63]);
});

describe("rounding to a float is that of IEEE 754", () => {
  const doubles = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -60000, max: 60000 }),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e-5, max: 1e-5 }),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e-40, max: 1e-40 }),
  );

  test.each(["float16", "float32"] as const)("to the nearest %s, as a typed array rounds", async (to) => {
    await fc.assert(
      fc.asyncProperty(fc.array(doubles, { minLength: 1 }), async (values) => {
        const expected = castElements(Float64Array.from(values), dataTypeOf("float64"), dataTypeOf(to));
        expect(await encode(values, "float64", { data_type: to })).toEqual([...(expected as Float64Array)]);
      }),
    );
  });

  test.each(["float16", "float32"] as const)("to %s on the side that the mode names", async (to) => {
    const toward = (value: number, rounding: Rounding) =>
      encode([value], "float64", { data_type: to, rounding });
    await fc.assert(
      fc.asyncProperty(doubles, async (value) => {
        const [down] = (await toward(value, "towards-negative")) as [number];
        const [up] = (await toward(value, "towards-positive")) as [number];
        const [nearest] = (await toward(value, "nearest-even")) as [number];
        expect(down).toBeLessThanOrEqual(value);
        expect(up).toBeGreaterThanOrEqual(value);
        // Nothing lies between the two: halfway there rounds to one of them.
        expect([down, up]).toContain(nearest);
        expect(await toward(value, "towards-zero")).toEqual([value < 0 ? up : down]);
        expect(await toward(value, "nearest-away")).toEqual([
          value - down < up - value ? down : value - down > up - value ? up : value < 0 ? down : up,
        ]);
      }),
    );
  });

  test("of an integer as well, once", async () => {
    // 2^60 + 2^36 + 1 is above the middle of two float32; its nearest float64 is the middle, which rounds down.
    const above = 2n ** 60n + 2n ** 36n + 1n;
    expect(await encode([above, -above], "int64", { data_type: "float32" })).toEqual([
      2 ** 60 + 2 ** 37,
      -(2 ** 60) - 2 ** 37,
    ]);
    const modes = ["towards-zero", "towards-positive", "towards-negative", "nearest-away"];
    const rounded = modes.map((rounding) =>
      encode([-(2n ** 53n) - 1n], "int64", { data_type: "float64", rounding }),
    );
    expect((await Promise.all(rounded)).flat()).toEqual([
      -(2 ** 53),
      -(2 ** 53),
      -(2 ** 53) - 2,
      -(2 ** 53) - 2,
    ]);
  });
});
