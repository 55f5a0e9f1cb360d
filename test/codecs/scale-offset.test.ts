import { describe, expect, test } from "vitest";
import { resolveCodec } from "../../src/codec/registry.ts";
import { dataTypeOf, type NumericTypeName } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";

type Values = readonly (number | bigint)[];

async function run(
  direction: "encode" | "decode",
  values: Values,
  name: NumericTypeName,
  configuration: JsonObject,
): Promise<Values> {
  const dataType = dataTypeOf(name);
  const Elements = typedArrayOf(dataType);
  const elements = new Elements(values.length) as Float64Array;
  for (const [index, value] of values.entries()) {
    elements[index] = value as number;
  }
  const bytes = new Uint8Array(elements.buffer);
  const type = { dataType, shape: [values.length] };
  const codec = await resolveCodec({ name: "scale_offset", configuration }, type, "/test").portable();
  const size = { exact: bytes.length, max: bytes.length };
  const result = await (direction === "encode"
    ? codec.encode(bytes, { path: "/test" })
    : codec.decode(bytes, size, { path: "/test" }));
  return [...(new Elements(result.slice().buffer) as Float64Array)];
}

const FAULT = expect.objectContaining({ name: "CodecFault", reason: "not-representable" });

test("the arithmetic is that of the data type", async () => {
  expect(await run("encode", [1000, 1127], "uint16", { offset: 1000, scale: 2 })).toEqual([0, 254]);
  expect(await run("decode", [0, 254], "uint16", { offset: 1000, scale: 2 })).toEqual([1000, 1127]);
  expect(await run("encode", [2n ** 63n - 1n], "int64", { offset: 2n ** 62n })).toEqual([2n ** 62n - 1n]);
  const float32 = { offset: 5, scale: 0.1 };
  expect(await run("encode", [6.3], "float32", float32)).toEqual([
    Math.fround(Math.fround(Math.fround(6.3) - 5) * Math.fround(0.1)),
  ]);
  expect(await run("decode", [-0, Number.NaN, Number.NEGATIVE_INFINITY], "float64", { scale: 2 })).toEqual([
    0,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
  ]);
});

test("by itself it leaves every number as it is, the sign of a zero included", async () => {
  for (const type of ["float16", "float32", "float64"] as const) {
    expect(await run("decode", [-0, 0, 1.5], type, {})).toEqual([-0, 0, 1.5]);
  }
});

describe("a value is refused", () => {
  const cases: readonly [string, "encode" | "decode", Values, NumericTypeName, JsonObject][] = [
    ["below an unsigned type", "encode", [5], "uint8", { offset: 6 }],
    [
      "whose first step is below the type, though the last is not",
      "encode",
      [-5],
      "int8",
      { offset: 127, scale: -1 },
    ],
    ["beyond a signed type", "encode", [100], "int8", { scale: 2 }],
    ["beyond 64 bits", "encode", [2n ** 62n], "int64", { scale: 2 }],
    ["that leaves a remainder", "decode", [5], "int32", { scale: 2 }],
    ["that leaves a remainder of 64 bits", "decode", [2n ** 60n + 1n], "uint64", { scale: 2 }],
    ["beyond the type after the division", "decode", [-128], "int8", { scale: -1 }],
    ["beyond the type after the addition", "decode", [200], "uint8", { offset: 56 }],
    ["that becomes infinite", "encode", [1e38], "float32", { scale: 10 }],
    [
      "that would become infinite, being rounded, when it is decoded",
      "encode",
      [65504],
      "float16",
      { offset: 16, scale: 0.74951171875 },
    ],
    ["that becomes infinite again", "decode", [60000], "float16", { scale: 0.5 }],
  ];
  test.each(cases)("%s", async (_, ...args) => {
    await expect(run(...args)).rejects.toEqual(FAULT);
  });
});

test.each([
  ["a scale of zero", { scale: 0 }, "int32", /scale/],
  ["an offset beyond the type", { offset: 300 }, "uint8", /offset/],
  ["a fraction for integers", { scale: 0.5 }, "int32", /scale/],
  ["bool", {}, "bool", /bool/],
] as const)("%s is refused when the chain is resolved", async (_, configuration, name, message) => {
  const refusal = run("encode", [1], name, configuration);
  await expect(refusal).rejects.toThrow(message);
  await expect(refusal).rejects.toMatchObject({ code: "CODEC_CONFIGURATION" });
});
