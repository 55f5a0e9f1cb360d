import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codec } from "../../codecs/builders.ts";
import { createArray, inspect } from "../../src/index.ts";
import {
  CODEC_AIMS,
  type CodecTrialRequest,
  codecTrialAttribute,
  suggestCodecs,
  type TriedChain,
} from "../../src/layout/suggest-codecs.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

/** Prices of levels that step by a few ticks, as they are in a book. */
function ticks(rows: number, levels: number): Int32Array {
  const items = new Int32Array(rows * levels);
  for (let row = 0; row < rows; row += 1) {
    const mid = 600_000 + ((row * 7919) % 13) - (row % 5);
    for (let level = 0; level < levels; level += 1) items[row * levels + level] = mid - level * 2;
  }
  return items;
}

const request: CodecTrialRequest = {
  dataType: "int32",
  items: ticks(3000, 4),
  rowShape: [4],
  chunkRows: 1024,
  aim: "size",
};

const codingMs = ({ encodeMs, decodeMs }: TriedChain): number => encodeMs + decodeMs;

describe("codecs by trial", () => {
  test("are the smallest, the fastest, or those that are done soonest with storage of 50 MB/s", async () => {
    const costs = {
      size: (tried: TriedChain) => tried.storedBytes,
      speed: codingMs,
      both: (tried: TriedChain) => codingMs(tried) + (2 * tried.storedBytes) / 50_000,
    };
    for (const aim of CODEC_AIMS) {
      const { codecs, tried, rows, rawBytes } = await suggestCodecs({ ...request, aim });
      const cost = tried.map(costs[aim]);
      expect(tried[0]!.codecs).toBe(codecs);
      expect(cost).toEqual(cost.toSorted((a, b) => a - b));
      // The last, shorter chunk is not tried.
      expect([rows, rawBytes]).toEqual([2048, 2048 * 16]);
      expect(tried.length).toBeGreaterThan(5);
    }
  });

  test("take the bytes that an array of the same items takes", async () => {
    const { tried } = await suggestCodecs({ ...request, items: ticks(2048, 4) });
    for (const { codecs, storedBytes } of tried) {
      const directory = await temporaryDirectory();
      const array = await createArray(directory, {
        shape: [2048, 4],
        dataType: "int32",
        chunks: [1024, 4],
        codecs: [...codecs.filters, ...codecs.compressors],
      });
      await array.set(null, ticks(2048, 4));
      expect((await inspect(directory)).storedBytes).toBe(storedBytes);
    }
  });

  test("of every data type and shape give back what they are given, and end with a checksum", async () => {
    const types = fc.constantFrom(
      "int8",
      "uint16",
      "int32",
      "int64",
      "float32",
      "float64",
      "bool",
      "complex64",
    );
    await fc.assert(
      fc.asyncProperty(
        types,
        fc.constantFrom(...CODEC_AIMS),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 64 }),
        fc.uint8Array({ minLength: 8, maxLength: 64 }),
        async (dataType, aim, rows, chunkRows, noise) => {
          const itemBytes = { int8: 1, bool: 1, uint16: 2, int32: 4, float32: 4 }[dataType as string] ?? 8;
          const items = Uint8Array.from({ length: rows * 3 * itemBytes }, (_, at) =>
            dataType === "bool" ? at % 2 : noise[at % noise.length]!,
          );
          const {
            codecs,
            tried,
            rows: triedRows,
          } = await suggestCodecs({
            ...{ dataType, aim, chunkRows, items, rowShape: [3] },
          } as CodecTrialRequest);
          expect(triedRows).toBe(rows < chunkRows ? rows : rows - (rows % chunkRows));
          for (const chain of tried) expect(chain.codecs.compressors.at(-1)!.name).toBe("crc32c");
          if (aim !== "size") expect(codecs.filters).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("leave out a chain that refuses the items or changes them", async () => {
    const zstd = { filters: [], compressors: [codec.zstd()] };
    const lossy = { filters: [codec.astype({ encode: "int8" })], compressors: [codec.zstd()] };
    const refusing = { filters: [codec.castValue({ dataType: "int8" })], compressors: [codec.zstd()] };
    const { tried } = await suggestCodecs({ ...request, candidates: [lossy, refusing, zstd] });
    expect(tried.map(({ codecs }) => codecs)).toEqual([zstd]);
    await expect(suggestCodecs({ ...request, candidates: [lossy] })).rejects.toMatchObject({
      code: "PRECISION_LOSS",
    });
    await expect(suggestCodecs({ ...request, candidates: [refusing] })).rejects.toMatchObject({
      code: "ENCODE_FAILED",
    });
  });

  test("are tried on no more than 2 MiB, but on a whole chunk", async () => {
    const items = new Int32Array(5_000_000);
    const candidates = [{ filters: [], compressors: [codec.zstd({ level: 1 })] }];
    const few = await suggestCodecs({ ...request, items, rowShape: [], chunkRows: 65_536, candidates });
    expect(few.rawBytes).toBe(2 * 1024 * 1024);
    const one = await suggestCodecs({ ...request, items, rowShape: [], chunkRows: 1_000_000, candidates });
    expect(one.rows).toBe(1_000_000);
  });

  test("are kept with their figures, as JSON", async () => {
    const suggested = await suggestCodecs({ ...request, aim: "both" });
    const { codec_trial } = JSON.parse(JSON.stringify(codecTrialAttribute(suggested)));
    expect(codec_trial).toMatchObject({ aim: "both", rows: 2048, raw_bytes: 32_768 });
    expect(codec_trial.tried).toHaveLength(suggested.tried.length);
    const [best] = suggested.tried;
    expect(codec_trial.tried[0].stored_bytes).toBe(best!.storedBytes);
    const texts = codec_trial.tried.map(({ codecs }: { codecs: string }) => codecs);
    expect(texts).toContain("blosc(zstd 2 shuffle) crc32c");
    expect(texts).toContain("zstd(9) crc32c");
  });

  test.each([
    { items: new Int32Array(0) },
    { items: new Int32Array(3) },
    { chunkRows: 0 },
    { rowShape: [0] },
    { dataType: "string" },
    { aim: "beauty" },
    { candidates: [] },
  ])("do not exist for %j", async (option) => {
    await expect(suggestCodecs({ ...request, ...option } as CodecTrialRequest)).rejects.toThrow(RangeError);
  });
});
