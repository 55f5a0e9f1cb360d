import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ACCESSES, type LayoutRequest, suggestLayout } from "../../src/layout/suggest-layout.ts";
import { dataTypeOf, NUMERIC_TYPE_NAMES } from "../../src/metadata/data-type.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

const options = fc.record(
  {
    effectiveItemSize: fc.constantFrom(1, 2, 4),
    compressionRatioHint: fc.double({ min: 0.5, max: 200, noNaN: true }),
    estimatedRows: fc.oneof(fc.nat(1000), fc.nat(10_000_000), fc.nat({ max: 2 ** 40 })),
    access: fc.constantFrom(...ACCESSES),
    blockBytes: fc.constantFrom(512, 4096, 65_536, MIB),
    disableSharding: fc.boolean(),
  },
  { requiredKeys: [] },
);

const requests: fc.Arbitrary<LayoutRequest> = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 2 }),
    fc.constantFrom(...NUMERIC_TYPE_NAMES),
    options,
  )
  .map(([rowShape, dataType, given]) => ({ shape: [0, ...rowShape], dataType, ...given }));

function rowBytesOf({ shape, dataType }: LayoutRequest): number {
  return shape.slice(1).reduce((bytes, length) => bytes * length, dataTypeOf(dataType as "int8").itemBytes);
}

/** What a row is expected to take where it is stored. */
function storedRowBytesOf(request: LayoutRequest): number {
  const { itemBytes } = dataTypeOf(request.dataType as "int8");
  const { effectiveItemSize = itemBytes, compressionRatioHint = 1 } = request;
  return (rowBytesOf(request) * effectiveItemSize) / itemBytes / compressionRatioHint;
}

describe("the suggested layout", () => {
  test.each([
    [{ shape: [0, 20], dataType: "int32" }, [4096, 20], [262_144, 20]],
    [{ shape: [1_000_000], dataType: "int64" }, [65_536], [4_194_304]],
    [{ shape: [0], dataType: "int64", widestRowBytes: 80 }, [4096], [262_144]],
    [{ shape: [0, 1000, 1000], dataType: "float64" }, [1, 1000, 1000], [4, 1000, 1000]],
    [{ shape: [0, 4000, 1000], dataType: "float64" }, [1, 4000, 1000], undefined],
    // Compressed 14 times, the index is what bounds a shard.
    [{ shape: [0, 20], dataType: "int32", compressionRatioHint: 14 }, [4096, 20], [524_288, 20]],
    [{ shape: [0, 50, 3], dataType: "float32", access: "scan" }, [1024, 50, 3], [32_768, 50, 3]],
    [{ shape: [0, 50, 3], dataType: "float32", access: "point" }, [64, 50, 3], [8192, 50, 3]],
    [{ shape: [0, 20], dataType: "int32", estimatedRows: 300 }, [512, 20], undefined],
    [{ shape: [0, 20], dataType: "int32", estimatedRows: 4096 }, [4096, 20], undefined],
    [{ shape: [0, 20], dataType: "int32", estimatedRows: 10_000 }, [4096, 20], [12_288, 20]],
    [{ shape: [0, 20], dataType: "int32", estimatedRows: 6_048_000 }, [4096, 20], [262_144, 20]],
    [{ shape: [0], dataType: "int8" }, [65_536], [8_388_608]],
    [{ shape: [0, 20], dataType: "int32", disableSharding: true }, [4096, 20], undefined],
  ] as const)("of %j is chunks %j and shards %j", (request, chunks, shards) => {
    const suggested = suggestLayout(request);
    expect([suggested.chunks, suggested.shards]).toEqual([chunks, shards]);
  });

  test("has whole rows, whole chunks in a shard, an index of one page, and no shard beyond 32 MiB as stored", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { chunks, shards } = suggestLayout(request);
        expect(chunks.slice(1)).toEqual(request.shape.slice(1));
        expect(chunks[0]).toBeLessThanOrEqual(65_536);
        expect(Number.isInteger(Math.log2(chunks[0]!))).toBe(true);
        if (shards === undefined) return;
        expect(shards.slice(1)).toEqual(request.shape.slice(1));
        const perShard = shards[0]! / chunks[0]!;
        expect(Number.isInteger(perShard)).toBe(true);
        expect(perShard).toBeGreaterThan(1);
        expect(16 * perShard + 4).toBeLessThanOrEqual(4096);
        expect(shards[0]! * storedRowBytesOf(request)).toBeLessThanOrEqual(32 * MIB);
      }),
    );
  });

  test("gives chunks that a cache holds, larger ones only for blocks that they do not fill", () => {
    const limits = { scan: MIB, window: 512 * KIB, point: 64 * KIB };
    fc.assert(
      fc.property(requests, (request) => {
        const { access = "window", blockBytes = 4096, disableSharding = false } = request;
        const chunkRows = suggestLayout(request).chunks[0]!;
        const chunkBytes = chunkRows * rowBytesOf(request);
        if (chunkBytes <= limits[access] || chunkRows === 1) return;
        expect(chunkBytes).toBeLessThanOrEqual(8 * limits[access]);
        // Half as many rows would not have filled them.
        const filled = (chunkRows / 2) * storedRowBytesOf(request);
        expect(filled).toBeLessThan(blockBytes * (disableSharding ? 8 : 1));
      }),
    );
  });

  test("holds all rows of a small estimate in one chunk, and those of a larger one in few files", () => {
    fc.assert(
      fc.property(requests, fc.nat(10_000_000), (request, estimatedRows) => {
        const { chunks, shards } = suggestLayout({ ...request, estimatedRows });
        const unknown = suggestLayout({ ...request, estimatedRows: undefined });
        if (estimatedRows <= unknown.chunks[0]!) {
          expect(shards).toBeUndefined();
          expect(chunks[0]).toBeGreaterThanOrEqual(estimatedRows);
        } else {
          expect(chunks).toEqual(unknown.chunks);
        }
        const files = (rows: readonly number[]): number => Math.ceil(estimatedRows / rows[0]!);
        expect(files(shards ?? chunks)).toBeLessThanOrEqual(
          Math.max(1, files(unknown.shards ?? unknown.chunks)),
        );
        // Nothing is set aside for rows that are not expected, but for the rest of the last chunk.
        if (shards !== undefined && files(shards) === 1)
          expect(shards[0]! - estimatedRows).toBeLessThan(chunks[0]!);
      }),
    );
  });

  test("never makes files when sharding is disabled but those of its chunks", () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(suggestLayout({ ...request, disableSharding: true }).shards).toBeUndefined();
      }),
    );
  });

  test("is of the same rows for all arrays that share them", () => {
    const names = fc.constantFrom(...NUMERIC_TYPE_NAMES);
    fc.assert(
      fc.property(fc.uniqueArray(names, { minLength: 2, maxLength: 4 }), fc.nat(), (types, estimatedRows) => {
        const rows = types.map((dataType) => {
          const layout = suggestLayout({ shape: [0, 3], dataType, widestRowBytes: 24, estimatedRows });
          return [layout.chunks[0], layout.shards?.[0]];
        });
        expect(new Set(rows.map(String)).size).toBe(1);
      }),
    );
  });

  test("says why, in words that carry its numbers", () => {
    expect(suggestLayout({ shape: [0, 20], dataType: "int32", compressionRatioHint: 14 }).reasons).toEqual([
      "4096 rows of 80 bytes are 327680 bytes: the most rows, as a power of two, within the 524288 that suit a window of rows, and that a core decodes in its cache",
      "128 chunks make a shard of 524288 rows, 2995931 bytes as stored of 41943040: within 33554432 bytes, which an append may have to rewrite, and 255 chunks, whose index fits one page",
    ]);
    expect(suggestLayout({ shape: [0, 20], dataType: "int32", estimatedRows: 300 }).reasons).toEqual([
      "300 rows of 80 bytes fit one chunk: 512 rows are the next power of two, and no less than a block of 4096 bytes",
      "one chunk needs no shard around it",
    ]);
    const inFiles = {
      shape: [0, 20],
      dataType: "int32",
      compressionRatioHint: 14,
      blockBytes: 131_072,
    } as const;
    expect(suggestLayout({ ...inFiles, disableSharding: true }).reasons).toEqual([
      "32768 rows of 80 bytes are 2621440 bytes: more than the 524288 that suit a window of rows, and that a core decodes in its cache, which would be stored in 23406: the file system has blocks of 131072, of which a file should fill 8",
      "each chunk is a file, as was asked for",
    ]);
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

  test.each([
    { compressionRatioHint: 0 },
    { compressionRatioHint: Number.NaN },
    { effectiveItemSize: -1 },
    { estimatedRows: 1.5 },
    { estimatedRows: -1 },
    { blockBytes: 0 },
    { access: "sequential" as never },
  ])("does not exist for %j", (option) => {
    expect(() => suggestLayout({ shape: [0], dataType: "int32", ...option })).toThrow(RangeError);
  });
});
