import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createArray, MemoryStore, openArray, withRequestCount, type ZarrArray } from "../../src/index.ts";
import { TimeColumn, type TimeOrder } from "../../src/market/time-column.ts";

const CHUNK_ROWS = 8;

async function columnOf(times: readonly bigint[], order: TimeOrder = "in-order", unitNs = 1n) {
  const memory = new MemoryStore();
  const array = await createArray(memory, { shape: [times.length], dataType: "int64", chunks: [CHUNK_ROWS] });
  await array.set(null, BigInt64Array.from(times));
  const store = withRequestCount(memory);
  const column = new TimeColumn((await openArray(store)) as ZarrArray<"int64">, "/week", unitNs, order);
  store.reset();
  return { column, store };
}

/** What a scan finds. */
function firstFrom(times: readonly bigint[], timestampNs: bigint): number {
  const row = times.findIndex((time) => time >= timestampNs);
  return row === -1 ? times.length : row;
}

const sortedTimes = fc
  .array(fc.bigInt({ min: 0n, max: 300n }), { maxLength: 200 })
  .map((times) => times.sort((a, b) => Number(a - b)));

describe("a column of times", () => {
  test("finds the rows that a scan finds, with one read for each doubling of the chunks", async () => {
    await fc.assert(
      fc.asyncProperty(
        sortedTimes,
        fc.bigInt({ min: -1n, max: 301n }),
        fc.bigInt({ min: -1n, max: 301n }),
        fc.constantFrom<TimeOrder>("in-order", "unknown"),
        async (times, fromNs, toNs, order) => {
          const { column, store } = await columnOf(times, order);
          const start = firstFrom(times, fromNs);
          const end = Math.max(start, firstFrom(times, toNs));
          expect(await column.rangeBetween(fromNs, toNs)).toEqual({ start, end });
          if (order === "unknown") return;
          const chunks = Math.ceil(times.length / CHUNK_ROWS);
          // Two searches; the last chunk of each may have been read on the way and given up since.
          expect(store.requests.length).toBeLessThanOrEqual(2 * (Math.ceil(Math.log2(chunks + 1)) + 1));
        },
      ),
    );
  });

  test("of a thousand chunks is searched with eleven reads, and not one more for a time near by", async () => {
    const times = Array.from({ length: 1000 * CHUNK_ROWS }, (_, row) => BigInt(row) * 10n);
    const { column, store } = await columnOf(times);
    expect(await column.firstRowFrom(43_211n)).toBe(4322);
    expect(store.requests.length).toBeLessThanOrEqual(11);
    store.reset();
    expect(await column.firstRowFrom(43_205n)).toBe(4321);
    expect(store.requests).toEqual([]);
  });

  test("that does not say that it is in order is read through once, however often it is searched", async () => {
    const times = Array.from({ length: 10 * CHUNK_ROWS }, (_, row) => BigInt(row));
    const { column, store } = await columnOf(times, "unknown");
    await Promise.all([column.firstRowFrom(5n), column.firstRowFrom(70n)]);
    const chunkReads = store.requests.filter(({ key }) => key.startsWith("/c/"));
    expect(new Set(chunkReads.map(({ key }) => key)).size).toBe(10);
    expect(chunkReads.length).toBeLessThanOrEqual(12);
  });

  test("that is not in order is not searched, wherever the fault is", async () => {
    const times = Array.from({ length: 5 * CHUNK_ROWS }, (_, row) => BigInt(row));
    for (const row of [1, CHUNK_ROWS, 3 * CHUNK_ROWS + 4, 5 * CHUNK_ROWS - 1]) {
      const { column } = await columnOf(times.with(row, -5n), "unknown");
      const refusal = {
        code: "VALUE_INVALID",
        message: expect.stringContaining(`row ${row} is of 1969-12-31`),
      };
      await expect(column.firstRowFrom(3n)).rejects.toMatchObject(refusal);
    }
    const { column } = await columnOf([2n, 1n], "not-in-order");
    await expect(column.rangeBetween(0n, undefined)).rejects.toMatchObject({ code: "VALUE_INVALID" });
    expect(await column.read({ start: 0, end: 2 })).toEqual(BigInt64Array.of(2n, 1n));
  });

  test("that says it is in order is not believed where a search sees that it is not", async () => {
    const times = Array.from({ length: 4 * CHUNK_ROWS }, (_, row) => BigInt(row));
    const { column } = await columnOf(times.with(2 * CHUNK_ROWS + 3, 0n), "in-order");
    await expect(column.firstRowFrom(20n)).rejects.toMatchObject({ code: "VALUE_INVALID" });
    await expect(column.read({ start: 10, end: 25 })).rejects.toMatchObject({
      code: "VALUE_INVALID",
      message: expect.stringContaining("row 19 is of 1970"),
    });
    expect((await column.read({ start: 0, end: 19 })).length).toBe(19);
  });

  test("in another unit gives nanoseconds, and refuses what 64 bits of them cannot hold", async () => {
    const { column } = await columnOf([1_723_161_256_509n, 1_723_161_256_510n], "in-order", 1_000_000n);
    expect(await column.read({ start: 1, end: 2 })).toEqual(BigInt64Array.of(1_723_161_256_510_000_000n));
    expect(await column.firstRowFrom(1_723_161_256_509_000_001n)).toBe(1);
    const { column: damaged } = await columnOf([0n, 2n ** 62n], "in-order", 1_000_000n);
    await expect(damaged.read({ start: 0, end: 2 })).rejects.toMatchObject({
      code: "VALUE_INVALID",
      message: expect.stringContaining("row 1"),
    });
  });

  test("without rows has no row at any time", async () => {
    const { column } = await columnOf([]);
    expect(await column.rangeBetween(0n, 5n)).toEqual({ start: 0, end: 0 });
    await expect(column.firstNs()).rejects.toThrow(RangeError);
  });
});
