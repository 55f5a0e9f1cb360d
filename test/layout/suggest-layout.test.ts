import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { suggestLayout } from "../../src/layout/suggest-layout.ts";
import { dataTypeOf, NUMERIC_TYPE_NAMES } from "../../src/metadata/data-type.ts";

describe("the suggested layout", () => {
  test.each([
    [{ shape: [0, 20], dataType: "int32" }, [4096, 20], [262144, 20]],
    [{ shape: [1_000_000], dataType: "int64" }, [65536], [4194304]],
    [{ shape: [0], dataType: "int64", widestRowBytes: 80 }, [4096], [262144]],
    [{ shape: [0, 1000, 1000], dataType: "float64" }, [1, 1000, 1000], [4, 1000, 1000]],
  ] as const)("of %j is chunks %j and shards %j", (request, chunks, shards) => {
    expect(suggestLayout(request)).toMatchObject({ chunks, shards });
  });

  test("has whole chunks in a shard, an index of one page, and chunks that a cache holds", () => {
    const rowShape = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 2 });
    fc.assert(
      fc.property(rowShape, fc.constantFrom(...NUMERIC_TYPE_NAMES), (shape, dataType) => {
        const { chunks, shards, reasons } = suggestLayout({ shape: [0, ...shape], dataType });
        expect(chunks.slice(1)).toEqual(shape);
        expect(shards.slice(1)).toEqual(shape);
        const perShard = shards[0]! / chunks[0]!;
        expect(Number.isInteger(perShard)).toBe(true);
        expect(perShard).toBeLessThanOrEqual(255);
        const chunkBytes = chunks.reduce((items, length) => items * length, dataTypeOf(dataType).itemBytes);
        expect(chunkBytes <= 512 * 1024 || chunks[0] === 1).toBe(true);
        expect(reasons).toHaveLength(2);
      }),
    );
  });

  test("counts the bytes of a struct, and needs items of a fixed size", () => {
    const fields = ["px", "sz"].map((name) => ({ name, data_type: "float64" }));
    const dataType = { name: "struct", configuration: { fields } } as const;
    expect(suggestLayout({ shape: [0], dataType })).toEqual(
      suggestLayout({ shape: [0], dataType: "complex128" }),
    );
    expect(() => suggestLayout({ shape: [0], dataType: "string" })).toThrow(RangeError);
  });

  test.each([[[]], [[0, 0]], [[5, 1.5]]])("does not exist for shape %j", (shape) => {
    expect(() => suggestLayout({ shape, dataType: "int32" })).toThrow(RangeError);
  });
});
