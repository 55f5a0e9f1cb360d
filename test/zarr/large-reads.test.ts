/** Large results lie in memory that the core hands out, and that earlier results lay in. */
import { describe, expect, test } from "vitest";
import { createArray, openArray, slice } from "../../src/index.ts";
import type { ArrayChunk } from "../../src/zarr/array-access.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const ITEMS = 2 ** 20;

async function arrayIn(directory: string, name: string, item: ((index: number) => number) | undefined) {
  const path = `${directory}/${name}`;
  const array = await createArray(path, {
    shape: [ITEMS],
    dataType: "float64",
    chunks: [2 ** 16],
    fillValue: -1,
  });
  if (item !== undefined)
    await array.set(
      null,
      Float64Array.from({ length: ITEMS }, (_, index) => item(index)),
    );
  return openArray(path);
}

describe("results of 8 MiB", () => {
  test("are each other's memory never, and hold nothing of an earlier one", async () => {
    const directory = await temporaryDirectory();
    const arrays = [
      await arrayIn(directory, "counting", (index) => index),
      await arrayIn(directory, "halves", (index) => index / 2),
      await arrayIn(directory, "empty", undefined),
    ];
    const expected = [ITEMS - 1, (ITEMS - 1) / 2, -1];
    const kept: Float64Array[] = [];
    for (let round = 0; round < 30; round++) {
      const which = round % arrays.length;
      const { data } = (await arrays[which]!.get()) as ArrayChunk;
      expect((data as Float64Array).at(-1)).toBe(expected[which]);
      if (which === 2) expect(new Set(data as Float64Array)).toEqual(new Set([-1]));
      if (round < 3) kept.push(data as Float64Array);
      // Lets go of what is not kept, now and then.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    kept.forEach((data, which) => {
      expect(data.at(-1)).toBe(expected[which]);
      expect(data[1000]).toBe([1000, 500, -1][which]);
    });
  });

  test("have the length that was asked for, are transferable, and can be read at once", async () => {
    const directory = await temporaryDirectory();
    const array = await arrayIn(directory, "counting", (index) => index);
    const results = await Promise.all([0, 1, 2, 3].map((start) => array.get([slice(start, ITEMS - 5)])));
    const buffers = new Set<ArrayBufferLike>();
    for (const [start, result] of results.entries()) {
      const data = (result as ArrayChunk).data as Float64Array;
      expect(data.length).toBe(ITEMS - 5 - start);
      expect(data.buffer.byteLength).toBe(data.byteLength);
      expect([data[0], data.at(-1)]).toEqual([start, ITEMS - 6]);
      buffers.add(data.buffer);
    }
    expect(buffers.size).toBe(4);
    const [first] = buffers as Set<ArrayBuffer>;
    const moved = structuredClone(first!, { transfer: [first!] });
    expect(new Float64Array(moved)[7]).toBe(7);
  });
});
