/** Expected values are those of numcodecs 0.16, but where it says that ours are others. */
import { describe, expect, test } from "vitest";
import { resolveCodec } from "../../src/codec/registry.ts";
import { dataTypeOf, type NumericTypeName } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";

type Values = readonly (number | bigint)[];

function bytesOf(values: Values, name: NumericTypeName): Uint8Array {
  const elements = new (typedArrayOf(dataTypeOf(name)))(values.length) as Float64Array;
  for (const [index, value] of values.entries()) {
    elements[index] = value as number;
  }
  return new Uint8Array(elements.buffer);
}

function valuesOf(bytes: Uint8Array, name: NumericTypeName): Values {
  return [...(new (typedArrayOf(dataTypeOf(name)))(bytes.slice().buffer) as Float64Array)];
}

async function run(
  direction: "encode" | "decode",
  codec: string,
  configuration: JsonObject,
  values: Values,
  type: NumericTypeName,
): Promise<Values> {
  const input = { dataType: dataTypeOf(type), shape: [values.length] };
  const resolved = resolveCodec({ name: `numcodecs.${codec}`, configuration }, input, "/test");
  const portable = await resolved.portable();
  const encodedType = (resolved.encodedType ?? input).dataType.name as NumericTypeName;
  if (direction === "encode") {
    return valuesOf(await portable.encode(bytesOf(values, type), { path: "/test" }), encodedType);
  }
  const max = values.length * input.dataType.itemBytes;
  const encoded = bytesOf(values, encodedType);
  return valuesOf(await portable.decode(encoded, { exact: max, max }, { path: "/test" }), type);
}

const FAULT = expect.objectContaining({ name: "CodecFault", reason: "not-representable" });

describe("fixedscaleoffset", () => {
  const asUint8 = { offset: 1000, scale: 10, astype: "|u1" };

  test("rounds to the nearest whole number, ties to even, and scales back", async () => {
    const values = [1000, 1000.11, 1000.25, 1000.35, 1025.5];
    expect(await run("encode", "fixedscaleoffset", asUint8, values, "float64")).toEqual([0, 1, 2, 4, 255]);
    expect(await run("decode", "fixedscaleoffset", asUint8, [0, 4, 255], "float64")).toEqual([
      1000, 1000.4, 1025.5,
    ]);
  });

  test("of integers cuts off the fraction when it decodes", async () => {
    const halves = { offset: 0, scale: 2 };
    expect(await run("decode", "fixedscaleoffset", halves, [5, -5], "int32")).toEqual([2, -2]);
  });

  const refused: readonly [string, "encode" | "decode", JsonObject, number, NumericTypeName][] = [
    ["below the range", "encode", asUint8, 999, "float64"],
    ["above the range", "encode", asUint8, 1025.6, "float64"],
    ["that is NaN, for an integer type", "encode", asUint8, Number.NaN, "float32"],
    ["that is infinite, for an integer type", "encode", asUint8, Number.POSITIVE_INFINITY, "float32"],
    ["that becomes infinite", "encode", { offset: 0, scale: 1e10 }, 1e30, "float32"],
    ["that decodes to none of the array's", "decode", { offset: 300, scale: 1, astype: "<i4" }, 1, "uint8"],
  ];
  test.each(refused)("refuses a value %s, where numcodecs stores another", async (_, direction, ...args) => {
    const [configuration, value, type] = args;
    await expect(run(direction, "fixedscaleoffset", configuration, [value], type)).rejects.toEqual(FAULT);
  });
});

describe("fixedscaleoffset refuses to encode what rounding takes out of the range of the items", () => {
  test.each<[string, JsonObject, number | bigint, NumericTypeName]>([
    ["the largest int32, which is 2^31 as float32", { astype: "<f4" }, 2 ** 31 - 1, "int32"],
    ["the largest int64, which is 2^63 as float64", { astype: "<f8" }, 2n ** 63n - 1n, "int64"],
    ["a float32 that would be infinite again", { scale: 1.1e-38, astype: "|i1" }, 3.4e38, "float32"],
  ])("%s", async (_, types, value, type) => {
    const configuration = { offset: 0, scale: 1, ...types };
    await expect(run("encode", "fixedscaleoffset", configuration, [value], type)).rejects.toEqual(FAULT);
  });
});

describe("delta", () => {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

  test("stores differences in a narrower type, whatever the distance from the first to the last", async () => {
    const values = [100n, 227n, 99n, -29n];
    expect(await run("encode", "delta", { astype: "|i1" }, values, "int64")).toEqual([100, 127, -128, -128]);
    expect(await run("decode", "delta", { astype: "|i1" }, [100, 127, -128, -128], "int64")).toEqual(values);
    expect(await run("encode", "delta", { astype: "<i4" }, [10, 5], "uint32")).toEqual([10, -5]);
    expect(await run("decode", "delta", { astype: "<i4" }, [10, -5], "uint32")).toEqual([10, 5]);
  });

  test("leaves floats rounded as their sums are", async () => {
    const stored = await run("encode", "delta", {}, [0.1, 0.3, 1e17], "float64");
    expect(stored).toEqual([0.1, 0.3 - 0.1, 1e17 - 0.3]);
    expect(await run("encode", "delta", {}, [1, infinity, nan], "float32")).toEqual([1, infinity, nan]);
  });

  test.each<[string, JsonObject, Values, NumericTypeName]>([
    ["a first item beyond the type of the differences", { astype: "|i1" }, [128], "int32"],
    ["a difference beyond it", { astype: "|i1" }, [0, 127, -2], "int32"],
    ["a difference that a float rounds", { astype: "<f4" }, [2 ** 24 + 1], "int32"],
    ["a sum that a float rounds", { astype: "<u8" }, [2n ** 53n + 1n], "int64"],
    ["a fraction, for integers", { astype: "<i4" }, [0, 0.5], "float64"],
    ["NaN, for integers", { astype: "<i4" }, [nan], "float64"],
    ["a finite number behind NaN", {}, [nan, 1], "float64"],
    ["an infinity behind another", {}, [infinity, infinity], "float64"],
    ["a difference that is infinite", {}, [1.7e308, -1.7e308], "float64"],
    ["a difference too large for a narrower float", { astype: "<f4" }, [1e39], "float64"],
    ["a difference too large for float16", {}, [65504, -65504], "float16"],
  ])("refuses %s, which numcodecs does not decode to the same", async (_, configuration, values, type) => {
    await expect(run("encode", "delta", configuration, values, type)).rejects.toEqual(FAULT);
  });
});

describe("quantize", () => {
  test("rounds to a multiple of a power of two", async () => {
    const values = [0.11, 0.1875, 0.3, -0.01, 12.34];
    expect(await run("encode", "quantize", { digits: 1 }, values, "float64")).toEqual([
      0.125, 0.1875, 0.3125, -0, 12.3125,
    ]);
  });

  test("refuses a number that is too large to be scaled, where numcodecs stores an infinity", async () => {
    await expect(run("encode", "quantize", { digits: 10 }, [1e300, 1e305], "float64")).rejects.toEqual(FAULT);
    const asFloat16 = { digits: 1, astype: "<f2" };
    await expect(run("encode", "quantize", asFloat16, [70000], "float32")).rejects.toEqual(FAULT);
    const infinity = [Number.NEGATIVE_INFINITY];
    expect(await run("encode", "quantize", asFloat16, infinity, "float32")).toEqual(infinity);
  });
});

describe("bitround", () => {
  test.each([
    ["float16", 6e-8, 50000, 49152],
    ["float32", 1e-45, 65504, 65536],
    ["float64", 5e-324, 1e300, 1.0045393192371256e300],
  ] as const)("rounds a %s to the bits that it keeps, ties to even", async (type, tiny, large, rounded) => {
    const values = [1.0625, 1.1875, -1.3, tiny, 3.2, large];
    expect(await run("encode", "bitround", { keepbits: 3 }, values, type)).toEqual([
      1,
      1.25,
      -1.25,
      0,
      3.25,
      rounded,
    ]);
  });

  test.each([0, 2] as const)(
    "keeps NaN and the infinities, of which numcodecs makes zeros (%i bits)",
    async (keepbits) => {
      const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const type of ["float16", "float32", "float64"] as const) {
        expect(await run("encode", "bitround", { keepbits }, values, type)).toEqual(values);
      }
    },
  );

  test.each([
    ["float16", 65504],
    ["float32", -3.4e38],
    ["float64", Number.MAX_VALUE],
  ] as const)("refuses a %s that would become infinite", async (type, value) => {
    await expect(run("encode", "bitround", { keepbits: 1 }, [value], type)).rejects.toEqual(FAULT);
  });
});

test("bitround has the name of zarr-extensions as well", () => {
  const codec = { name: "bitround", configuration: { keepbits: 3 } };
  const resolved = resolveCodec(codec, { dataType: dataTypeOf("float32"), shape: [1] }, "/test");
  expect(resolved.native).toEqual({ id: "bitround", keepBits: 3 });
});

test("packbits puts the first item into the highest bit, behind the number of unused bits", async () => {
  expect(await run("encode", "packbits", {}, [1, 0, 0, 1], "bool")).toEqual([4, 144]);
  expect(await run("encode", "packbits", {}, [0, 0, 0, 0, 0, 0, 0, 1], "bool")).toEqual([0, 1]);
});
