/** Expected values are numpy's (2.4, x86-64): `numpy.array(values, source).astype(target)`. */
import { describe, expect, test } from "vitest";
import { castElements } from "../../codecs/numeric/cast.ts";
import { float16Bits, float16Values } from "../../codecs/numeric/float16.ts";
import { promotedType } from "../../codecs/numeric/promote.ts";
import { dataTypeOf, NUMERIC_TYPE_NAMES, type NumericTypeName } from "../../src/metadata/data-type.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";

type Values = readonly (number | bigint)[];

function cast(values: Values, from: NumericTypeName, to: NumericTypeName): Values {
  const source = new (typedArrayOf(dataTypeOf(from)))(values.length) as Float64Array;
  for (const [index, value] of values.entries()) {
    source[index] = value as number;
  }
  return [...castElements(source, dataTypeOf(from), dataTypeOf(to))];
}

describe("float to integer", () => {
  test("drops the fraction", () => {
    expect(cast([1.9, -1.9, 0.5, -0], "float64", "int32")).toEqual([1, -1, 0, 0]);
    expect(cast([-1.5, 2.5], "float32", "int64")).toEqual([-1n, 2n]);
    expect(cast([1.8e19], "float64", "uint64")).toEqual([18000000000000000000n]);
  });

  const beyond = [1e10, -1e10, Number.NaN, Number.POSITIVE_INFINITY, 300.7, 70000.5];
  const INT32_MIN = -(2 ** 31);
  const INT64_MIN = -(2n ** 63n);
  test.each([
    ["int8", [0, 0, 0, 0, 44, 112]],
    ["uint8", [0, 0, 0, 0, 44, 112]],
    ["int16", [0, 0, 0, 0, 300, 4464]],
    ["uint16", [0, 0, 0, 0, 300, 4464]],
    ["int32", [INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, 300, 70000]],
    ["uint32", [0, 2 ** 31, 2 ** 31, 0, 300, 70000]],
    ["int64", [10n ** 10n, -(10n ** 10n), INT64_MIN, INT64_MIN, 300n, 70000n]],
    ["uint64", [10n ** 10n, 2n ** 64n - 10n ** 10n, 2n ** 63n, 0n, 300n, 70000n]],
  ] as const)("to %s has a defined result beyond its range", (to, expected) => {
    expect(cast(beyond, "float64", to)).toEqual(expected);
  });
});

test("integer to integer keeps the low bits", () => {
  expect(cast([300, -1, 65535], "int32", "int8")).toEqual([44, -1, -1]);
  expect(cast([-1], "int32", "uint64")).toEqual([2n ** 64n - 1n]);
  expect(cast([2n ** 40n + 5n, -1n], "int64", "uint32")).toEqual([5, 2 ** 32 - 1]);
});

test("to a float rounds once", () => {
  // 2^60 + 2^36 + 1 is above the middle of two float32; its nearest float64 is the middle, which rounds down.
  expect(cast([2n ** 60n + 2n ** 36n + 1n], "int64", "float32")).toEqual([2 ** 60 + 2 ** 37]);
  expect(cast([2n ** 60n + 2n ** 36n], "int64", "float32")).toEqual([2 ** 60]);
  expect(cast([-(2n ** 60n) - 2n ** 36n - 1n], "int64", "float32")).toEqual([-(2 ** 60) - 2 ** 37]);
  // Likewise between two float16: by way of float32 it would be rounded to the middle first.
  expect(cast([1 + 2 ** -11 + 2 ** -40], "float64", "float16")).toEqual([1 + 2 ** -10]);
  expect(cast([65519.99, 65520, -1e300], "float64", "float16")).toEqual([
    65504,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]);
});

test("every float16 survives the way to float64 and back, and NaN stays NaN", () => {
  const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
  const values = float16Values(all);
  const back = float16Bits(values);
  const reference = new (typedArrayOf(dataTypeOf("float16")))(all.buffer);
  for (const bits of all) {
    expect(values[bits]).toBe(reference[bits]);
    expect(back[bits]).toBe(Number.isNaN(values[bits]) ? 0x7e00 : bits);
  }
});

test("bool is 0 or 1, and whatever is not 0 is true", () => {
  expect(cast([0, 0.1, Number.NaN, -3], "float32", "bool")).toEqual([0, 1, 1, 1]);
  expect(cast([0n, 2n ** 40n], "int64", "bool")).toEqual([0, 1]);
  expect(cast([0, 1, 7], "bool", "int64")).toEqual([0n, 1n, 1n]);
  expect(cast([0, 1, 7], "bool", "float16")).toEqual([0, 1, 1]);
});

test("arithmetic on two types is done in numpy's common type", () => {
  const promoted = (a: NumericTypeName, b: NumericTypeName) =>
    promotedType(dataTypeOf(a), dataTypeOf(b)).name;
  expect(promoted("int8", "uint8")).toBe("int16");
  expect(promoted("uint32", "int64")).toBe("int64");
  expect(promoted("uint64", "int8")).toBe("float64");
  expect(promoted("float16", "int8")).toBe("float16");
  expect(promoted("float16", "uint16")).toBe("float32");
  expect(promoted("float32", "int32")).toBe("float64");
  const numbers = NUMERIC_TYPE_NAMES.filter((name) => name !== "bool");
  for (const a of numbers) {
    for (const b of numbers) {
      expect(promoted(a, b)).toBe(promoted(b, a));
    }
  }
});
