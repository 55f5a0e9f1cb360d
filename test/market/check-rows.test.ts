import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codec } from "../../codecs/builders.ts";
import { checkRows, type RowBatch } from "../../src/market/check-rows.ts";
import { defineArray, defineGroup } from "../../src/market/schema.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";
import { holds } from "../kit/property.ts";

const times = defineArray({ name: "ts", dataType: "int64", dimensions: ["ts"] });
const levels = defineArray({
  name: "px",
  dataType: "int32",
  dimensions: ["ts", "level", "field"],
  shape: [null, 2, 3],
  columns: ["price", "size", "count"],
});
const close = defineArray({ name: "close", dataType: "float32", dimensions: ["ts"] });
const isOpen = defineArray({ name: "is_open", dataType: "bool", dimensions: ["ts"] });
const half = defineArray({
  name: "half",
  dataType: "float32",
  dimensions: ["ts"],
  filters: [codec.astype({ encode: "float16" })],
});
const labels = defineArray({ name: "label", dataType: "uint8", dimensions: ["level"], shape: [2] });

const groupOf = (...arrays: Parameters<typeof defineGroup>[0]["arrays"] & object) =>
  defineGroup({ name: "g", arrays });

const refusal = (schema: ReturnType<typeof groupOf>, batch: object) => {
  try {
    checkRows(schema, batch as RowBatch);
  } catch (error) {
    const { code, message, path } = error as { code: string; message: string; path: string };
    return { code, message, path };
  }
  throw new Error("the rows were taken");
};

describe("rows that follow their schema", () => {
  test("are taken as they are, without a copy", () => {
    const batch = { ts: BigInt64Array.of(1n, 2n), px: new Int32Array(12) };
    const { rows, items } = checkRows(groupOf(times, levels, labels), batch);
    expect(rows).toBe(2);
    expect(items.ts).toBe(batch.ts);
    expect(items.px).toBe(batch.px);
  });

  test("may be none", () => {
    expect(checkRows(groupOf(times), { ts: new BigInt64Array(0) })).toMatchObject({ rows: 0 });
    expect(checkRows(groupOf(labels), {})).toEqual({ rows: 0, items: {} });
  });

  test("may lie in a box with strides of its own", () => {
    const data = Int32Array.from({ length: 13 }, (_, index) => index);
    // Level by level instead of row by row, behind one item of something else.
    const box = { data, shape: [2, 2, 3], stride: [3, 6, 1], offset: 1 };
    const { items } = checkRows(groupOf(levels), { px: box });
    expect([...items.px!]).toEqual([1, 2, 3, 7, 8, 9, 4, 5, 6, 10, 11, 12]);
    const flat = checkRows(groupOf(levels), { px: { data, shape: [2, 2, 3], offset: 1 } });
    expect(flat.items.px!.buffer).toBe(data.buffer);
  });

  test("may come a column at a time", () => {
    const columns = {
      count: Int32Array.of(3, 6, 9, 12),
      price: Int32Array.of(1, 4, 7, 10),
      size: Int32Array.of(2, 5, 8, 11),
    };
    const { rows, items } = checkRows(groupOf(levels), { px: columns });
    expect(rows).toBe(2);
    expect([...items.px!]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test("may be of another type that says the same", () => {
    const converted = (array: typeof times, items: unknown) =>
      checkRows(groupOf(array), { [array.name]: items } as RowBatch).items[array.name];
    expect(converted(times, Int32Array.of(-5, 5))).toEqual(BigInt64Array.of(-5n, 5n));
    expect(converted(close, Float64Array.of(0.5, Number.NaN, -0))).toEqual(
      Float32Array.of(0.5, Number.NaN, -0),
    );
    expect(converted(close, BigInt64Array.of(2n ** 24n))).toEqual(Float32Array.of(2 ** 24));
    expect(converted(half, Float32Array.of(0.1, Number.POSITIVE_INFINITY))).toEqual(
      Float32Array.of(0.1, Number.POSITIVE_INFINITY),
    );
  });
});

describe("rows are refused", () => {
  test.each([
    ["an array that is missing", {}, "VALUE_INVALID", "/ts", "array ts: no rows were given"],
    [
      "an array that is not in the schema",
      { ts: new BigInt64Array(1), close: new Float32Array(1), ask: new Float32Array(1) },
      "VALUE_INVALID",
      "/ask",
      "has no such array, but ts, close",
    ],
    [
      "an array that does not grow",
      { ts: new BigInt64Array(1), close: new Float32Array(1), label: new Uint8Array(2) },
      "VALUE_INVALID",
      "/label",
      "array label: the array does not grow",
    ],
    [
      "arrays of different length",
      { ts: new BigInt64Array(2), close: new Float32Array(3) },
      "SHAPE_MISMATCH",
      "/close",
      "array close: 3 rows, but ts has 2",
    ],
    [
      "something that is no typed array",
      { ts: [1n], close: new Float32Array(1) },
      "VALUE_INVALID",
      "/ts",
      "come in a BigInt64Array, not in a plain array",
    ],
    [
      "floats for whole numbers",
      { ts: Float64Array.of(1), close: new Float32Array(1) },
      "VALUE_INVALID",
      "/ts",
      "items of int64 come in a BigInt64Array, not as float64",
    ],
    [
      "a float that float32 does not hold",
      { ts: new BigInt64Array(3), close: Float64Array.of(1, 2, 0.1) },
      "PRECISION_LOSS",
      "/close",
      "array close: row 2: 0.1 (float64) would be stored as 0.10000000149011612 (float32)",
    ],
  ])("for %s", (_, batch, code, path, words) => {
    const refused = refusal(groupOf(times, close, labels), batch);
    expect(refused).toMatchObject({ code, path });
    expect(refused.message).toContain(words);
  });

  test.each([
    ["no whole rows", new Int32Array(7), "SHAPE_MISMATCH", "7 items are no whole rows of [2, 3]"],
    [
      "a box of other rows",
      { data: new Int32Array(8), shape: [2, 4] },
      "SHAPE_MISMATCH",
      "it takes [n, 2, 3]",
    ],
    ["a box of what is no typed array", { data: [1, 2], shape: [0, 2, 3] }, "VALUE_INVALID", "a plain array"],
    ["a column that is missing", { price: new Int32Array(2) }, "VALUE_INVALID", "given for column size"],
    [
      "a column that is unknown",
      { bid: new Int32Array(2) },
      "VALUE_INVALID",
      "no column bid, but price, size",
    ],
    [
      "columns of different length",
      { price: new Int32Array(2), size: new Int32Array(2), count: new Int32Array(4) },
      "SHAPE_MISMATCH",
      "4 items in column count, but 2 in price",
    ],
    [
      "a number out of range, with its place in the row",
      BigInt64Array.from({ length: 12 }, (_, index) => (index === 10 ? 2n ** 31n : 0n)),
      "PRECISION_LOSS",
      "array px: row 1, level 1, column size: 2147483648 (int64) would be stored as -2147483648 (int32)",
    ],
    [
      "a column's number out of range",
      { price: Uint32Array.of(0, 0, 0, 2 ** 31), size: new Int32Array(4), count: new Int32Array(4) },
      "PRECISION_LOSS",
      "row 1, column price: 2147483648",
    ],
  ])("for %s", (_, px, code, words) => {
    const refused = refusal(groupOf(levels), { px });
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(words);
  });

  test("for a column of an array that has none, and for what is neither true nor false", () => {
    expect(refusal(groupOf(close), { close: { a: new Float32Array(1) } }).message).toContain(
      "has no columns",
    );
    expect(refusal(groupOf(isOpen), { is_open: Uint8Array.of(0, 1, 2) }).message).toContain(
      "row 2: 2 is not 0 or 1",
    );
    expect(refusal(groupOf(isOpen), { is_open: Int8Array.of(0) }).code).toBe("VALUE_INVALID");
  });

  test("for a value that its filter would make infinite", () => {
    expect(refusal(groupOf(half), { half: Float32Array.of(1, 65_520) })).toMatchObject({
      code: "PRECISION_LOSS",
      message: "array half: row 1: 65520 would be stored as Infinity (float16, by its filter astype)",
    });
  });

  test("for a fraction that its filter would cut off", () => {
    const cut = defineArray({
      name: "cut",
      dataType: "float64",
      dimensions: ["ts"],
      filters: [codec.astype({ encode: "int16" })],
    });
    expect(checkRows(groupOf(cut), { cut: Float64Array.of(-3, 32_767) }).rows).toBe(2);
    expect(refusal(groupOf(cut), { cut: Float64Array.of(1, 2.5) }).message).toContain("row 1: 2.5");
  });
});

const INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"] as const;

test("whole numbers of any type become those of any other exactly where they fit", async () => {
  const rangeOf = (name: (typeof INTEGERS)[number]) => {
    const bits = BigInt(name.replace(/\D/g, ""));
    return name.startsWith("u") ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
  };
  const cases = fc.tuple(fc.constantFrom(...INTEGERS), fc.constantFrom(...INTEGERS)).chain(([from, to]) => {
    const [min, max] = rangeOf(from) as [bigint, bigint];
    const edges = rangeOf(to)
      .flatMap((edge) => [edge - 1n, edge, edge + 1n])
      .filter((value) => value >= min && value <= max);
    const value = fc.oneof(
      fc.bigInt({ min, max }),
      ...(edges.length === 0 ? [] : [fc.constantFrom(...edges)]),
    );
    return fc.tuple(fc.constant(from), fc.constant(to), fc.array(value, { minLength: 1, maxLength: 8 }));
  });
  await holds(
    "check-rows: whole numbers",
    cases,
    async ([from, to, values]) => {
      const Items = typedArrayOf({ name: from });
      const items =
        Items.BYTES_PER_ELEMENT === 8
          ? from === "int64"
            ? BigInt64Array.from(values)
            : BigUint64Array.from(values)
          : Object.assign(new Items(values.length), values.map(Number));
      const schema = groupOf(defineArray({ name: "a", dataType: to, dimensions: ["t"] }));
      const [min, max] = rangeOf(to) as [bigint, bigint];
      const first = values.findIndex((value) => value < min || value > max);
      if (first < 0) {
        const taken = checkRows(schema, { a: items as never }).items.a!;
        expect(Array.from(taken as never, BigInt)).toEqual(values);
      } else {
        expect(refusal(schema, { a: items })).toMatchObject({
          code: "PRECISION_LOSS",
          message: expect.stringContaining(`row ${first}: ${values[first]} `),
        });
      }
    },
    300,
  );
});
