/** What each kind of selection takes, and what it refuses, by zarr-python's rules (test/interop/selections.test.ts compares). */
import { beforeEach, describe, expect, it } from "vitest";
import {
  type ArrayChunk,
  backend,
  createArray,
  ellipsis,
  MemoryStore,
  slice,
  type ZarrArray,
} from "../../src/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const { name } = backend();

describe.each(["local directory", "store of bytes"])(`selections of an array in a %s (${name})`, (kind) => {
  let array: ZarrArray<"int32">;

  // Item [row, column] is 10 * row + column. Shards of 4 × 6, inner chunks of 2 × 3.
  beforeEach(async () => {
    array = await createArray(kind === "local directory" ? await temporaryDirectory() : new MemoryStore(), {
      shape: [9, 8],
      dataType: "int32",
      chunks: [2, 3],
      shards: [4, 6],
      fillValue: -1,
    });
    await array.set(null, grid());
  });

  async function items(): Promise<number[]> {
    return [...((await array.get()) as ArrayChunk<"int32">).data];
  }

  describe("by ranges and indices", () => {
    it("may leave out the last dimensions", async () => {
      expect(await array.get([2])).toMatchObject({ shape: [8], data: row(2) });
      expect(await array.get([slice(7, null)])).toMatchObject({ shape: [2, 8] });
      expect(await array.get([])).toMatchObject({ shape: [9, 8] });
    });

    it("may have an ellipsis anywhere", async () => {
      expect(await array.get([ellipsis, 2])).toMatchObject({ shape: [9], data: column(2) });
      expect(await array.get([2, ellipsis])).toMatchObject({ shape: [8], data: row(2) });
      expect(await array.get([ellipsis])).toMatchObject({ shape: [9, 8] });
      expect(await array.get([2, ellipsis, 3])).toBe(23);
      expect(await array.get([2, 3, ellipsis])).toBe(23);
    });

    it("write what they leave out as well", async () => {
      await array.set([2], 5);
      await array.set(
        [ellipsis, 7],
        Int32Array.from({ length: 9 }, (_, i) => -i),
      );
      expect(await array.get([2])).toMatchObject({ data: Int32Array.of(5, 5, 5, 5, 5, 5, 5, -2) });
    });

    it.each([
      [[0, 0, 0], { code: "SHAPE_MISMATCH" }],
      [[0, ellipsis, 0, 0], { code: "SHAPE_MISMATCH" }],
      [[9, 0], { code: "OUT_OF_BOUNDS" }],
      [[0, -9], { code: "OUT_OF_BOUNDS" }],
    ] as const)("refuse %j", async (selection, error) => {
      await expect(array.get([...selection])).rejects.toMatchObject(error);
      await expect(array.set([...selection], 1)).rejects.toMatchObject(error);
    });

    it("refuse a second ellipsis, and steps that go back", async () => {
      await expect(array.get([ellipsis, ellipsis])).rejects.toThrow(RangeError);
      await expect(array.get([slice(null, null, -1)])).rejects.toThrow(RangeError);
    });

    it("go into memory of any strides", async () => {
      const out = { data: new Int32Array(40).fill(9), shape: [2, 3], stride: [-20, 5], offset: 25 };
      await array.get([slice(1, 3), slice(0, 3)], { out });
      expect([25, 30, 35, 5, 10, 15].map((at) => out.data[at])).toEqual([10, 11, 12, 20, 21, 22]);
      expect(out.data.filter((item) => item === 9)).toHaveLength(34);
    });
  });

  describe("by lists and masks of dimensions", () => {
    it("may leave out dimensions, and have an ellipsis", async () => {
      expect(await array.getOrthogonal([[8, 0]])).toMatchObject({ shape: [2, 8] });
      expect(await array.getOrthogonal([ellipsis, [7, 0, 7]])).toMatchObject({ shape: [9, 3] });
    });
  });

  describe("of points", () => {
    it("take the items in the order of the lists, repeated ones too", async () => {
      expect(
        await array.getPoints([
          [8, 0, 3, -1],
          [7, 0, 3, -1],
        ]),
      ).toEqual({ data: Int32Array.of(87, 0, 33, 87), shape: [4], stride: [1] });
    });

    it("broadcast lists, boxes and numbers against each other", async () => {
      const expected = { data: Int32Array.of(13, 14, 23, 24), shape: [2, 2] };
      expect(
        await array.getPoints([
          [[1], [2]],
          [3, 4],
        ]),
      ).toMatchObject(expected);
      const rows = { data: Int32Array.of(1, 2), shape: [2, 1] };
      expect(await array.getPoints([rows, BigInt64Array.of(3n, 4n)])).toMatchObject(expected);
      expect(await array.getPoints([[1, 2], 3])).toMatchObject({ data: Int32Array.of(13, 23), shape: [2] });
      expect(await array.getPoints([1, 2])).toMatchObject({ data: Int32Array.of(12), shape: [1] });
      expect(await array.getPoints([[], []])).toMatchObject({ data: new Int32Array(0), shape: [0] });
    });

    it("are those of lists that were read, however these lie in memory", async () => {
      const table = await createArray(new MemoryStore(), {
        shape: [2, 2],
        dataType: "int32",
        chunks: [2, 2],
      });
      await table.set(null, Int32Array.of(1, 2, 3, 4));
      const out = { data: Int32Array.of(0, 0, 0, 0, 0), shape: [2, 2], stride: [1, 2], offset: 1 };
      const read = await table.get(null, { out });
      expect(read).toEqual(out);
      expect(await array.getPoints([read, 0])).toMatchObject({
        data: Int32Array.of(10, 20, 30, 40),
        shape: [2, 2],
      });
      const outside = array.getPoints([{ ...out, offset: 2 }, 0]);
      await expect(outside).rejects.toThrow(TypeError);
    });

    it("are the fill value where nothing is stored", async () => {
      await array.resize([20, 8]);
      expect(await array.getPoints([[19, 1], 0])).toMatchObject({ data: Int32Array.of(-1, 10) });
    });

    it("go into memory of any strides", async () => {
      const out = { data: new Int32Array(6), shape: [2, 2], stride: [-1, 3], offset: 1 };
      await array.getPoints(
        [
          [[1], [2]],
          [3, 4],
        ],
        { out },
      );
      expect([...out.data]).toEqual([23, 13, 0, 24, 14, 0]);
    });

    it("are written alone, the last of repeated ones", async () => {
      const expected = await items();
      await array.setPoints(
        [
          [8, 0, 8, 3],
          [7, 0, 7, 2],
        ],
        Int32Array.of(1, 2, 3, 4),
      );
      expected[71] = 3;
      expected[0] = 2;
      expected[26] = 4;
      expect(await items()).toEqual(expected);
    });

    it("take one value for all, or one that is broadcast", async () => {
      const expected = await items();
      await array.setPoints([[0, 1], 0], 7);
      await array.setPoints(
        [
          [[4], [5]],
          [1, 2, 3],
        ],
        { data: Int32Array.of(-3, -4), shape: [2, 1] },
      );
      for (const at of [0, 8]) expected[at] = 7;
      for (const at of [33, 34, 35]) expected[at] = -3;
      for (const at of [41, 42, 43]) expected[at] = -4;
      expect(await items()).toEqual(expected);
    });

    it.each([
      ["a row outside", [[9], [0]], { code: "OUT_OF_BOUNDS" }],
      ["a column outside", [[0], [-9]], { code: "OUT_OF_BOUNDS" }],
      ["too few lists", [[0]], { code: "SHAPE_MISMATCH" }],
      ["too many lists", [[0], [0], [0]], { code: "SHAPE_MISMATCH" }],
      [
        "lists of different lengths",
        [
          [0, 1],
          [0, 1, 2],
        ],
        { code: "SHAPE_MISMATCH" },
      ],
      ["a fraction", [[0.5], [0]], { name: "RangeError" }],
      ["a ragged list", [[[0], [1, 2]], [0]], { name: "TypeError" }],
      ["a list at two depths", [[0, [1]], [0]], { name: "TypeError" }],
      ["a mask", [[true], [true]], { name: "TypeError" }],
      ["a range", [slice(0, 1), [0]], { name: "TypeError" }],
      ["null", [null, [0]], { name: "TypeError" }],
      ["bytes that may be a mask", [Uint8Array.of(1), [0]], { name: "TypeError" }],
      ["a box that its items do not fill", [{ data: [0, 1], shape: [3] }, 0], { name: "TypeError" }],
    ])("refuse %s", async (_, points, error) => {
      const before = await items();
      await expect(array.getPoints(points as never)).rejects.toMatchObject(error);
      await expect(array.setPoints(points as never, 1)).rejects.toMatchObject(error);
      expect(await items()).toEqual(before);
    });

    it("refuse values that do not fit them", async () => {
      const points = [[0, 1], 0] as const;
      await expect(array.setPoints(points, Int32Array.of(1, 2, 3))).rejects.toMatchObject({
        code: "SHAPE_MISMATCH",
      });
      await expect(array.setPoints(points, 2.5)).rejects.toMatchObject({ code: "VALUE_INVALID" });
    });

    it("name the chunk that is damaged, and none that they do not touch", async () => {
      const store = new MemoryStore();
      const chunked = await createArray(store, { shape: [12], dataType: "int32", chunks: [4] });
      await chunked.set(null, 1);
      const bytes = (await store.get("/c/1"))!;
      bytes[0]! ^= 1;
      await store.set("/c/1", bytes);
      expect(await chunked.getPoints([[0, 3, 8]])).toMatchObject({ data: Int32Array.of(1, 1, 1) });
      const touching = chunked.getPoints([[0, 5]]);
      await expect(touching).rejects.toMatchObject({ code: "CHUNK_CORRUPT", chunk: [1] });
    });
  });

  describe("by a mask", () => {
    const odd = (): boolean[][] =>
      Array.from({ length: 9 }, (_, r) => Array.from({ length: 8 }, (_, c) => (r + c) % 5 === 4));

    it("take the items where it is true, in C order", async () => {
      const expected = [...grid()].filter((item) => (Math.floor(item / 10) + (item % 10)) % 5 === 4);
      expect(await array.getMask(odd())).toMatchObject({
        data: Int32Array.from(expected),
        shape: [expected.length],
      });
      const flat = Uint8Array.from(odd().flat(), Number);
      expect(await array.getMask({ data: flat, shape: [9, 8] })).toMatchObject({
        data: Int32Array.from(expected),
      });
    });

    it("write those items alone", async () => {
      await array.setMask(odd(), -5);
      expect(await items()).toEqual(
        [...grid()].map((item) => ((Math.floor(item / 10) + (item % 10)) % 5 === 4 ? -5 : item)),
      );
    });

    it("take what was read of an array of bool, however it lies in memory", async () => {
      const flags = await createArray(new MemoryStore(), { shape: [9, 8], dataType: "bool", chunks: [9, 8] });
      await flags.set(null, Uint8Array.from(odd().flat(), Number));
      const expected = await array.getMask(odd());
      const backwards = { data: new Uint8Array(100), shape: [9, 8], stride: [-1, -9], offset: 80 };
      for (const out of [undefined, backwards]) {
        const mask = await flags.get(null, { out });
        expect(await array.getMask(mask)).toEqual(expected);
      }
    });

    it("refuse one of another shape, and what is no mask", async () => {
      await expect(array.getMask([[true]])).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
      const outside = { data: new Uint8Array(72), shape: [9, 8], stride: [8, 1], offset: 1 };
      const tooLong = { data: new Uint8Array(73), shape: [9, 8] };
      for (const bad of [
        [[0, 1]],
        [[true], [true, false]],
        true,
        { data: "1", shape: [1] },
        outside,
        tooLong,
      ]) {
        await expect(array.getMask(bad as never)).rejects.toThrow(TypeError);
      }
    });
  });

  describe("by blocks", () => {
    it("are shards, and an index keeps its dimension", async () => {
      expect(await array.getBlocks([0, 0])).toMatchObject({ shape: [4, 6] });
      expect(await array.getBlocks([-1])).toMatchObject({ shape: [1, 8], data: row(8) });
      expect(await array.getBlocks([slice(1, 99), 1])).toMatchObject({ shape: [5, 2] });
      expect(await array.getBlocks([ellipsis, 1])).toMatchObject({ shape: [9, 2] });
      expect(await array.getBlocks([slice(2, 1)])).toMatchObject({ shape: [0, 8] });
    });

    it("are chunks where there are no shards", async () => {
      const plain = await createArray(new MemoryStore(), { shape: [5], dataType: "int32", chunks: [2] });
      expect(await plain.getBlocks([1])).toMatchObject({ shape: [2] });
      expect(await plain.getBlocks([2])).toMatchObject({ shape: [1] });
    });

    it("are written whole, one value or a box of values", async () => {
      await array.setBlocks([2, 1], 5);
      await array.setBlocks([-1, 0], { data: Int32Array.of(1, 2, 3, 4, 5, 6), shape: [6] });
      expect(await array.get([8])).toMatchObject({ data: Int32Array.of(1, 2, 3, 4, 5, 6, 5, 5) });
      expect(await array.get([7])).toMatchObject({ data: row(7) });
    });

    it.each([[[3]], [[-4]], [[0, 2]], [[slice(3, null)]], [[slice(-4, 1)]]] as const)(
      "refuse %j, which is outside",
      async (blocks) => {
        await expect(array.getBlocks([...blocks])).rejects.toMatchObject({ code: "OUT_OF_BOUNDS" });
        await expect(array.setBlocks([...blocks], 1)).rejects.toMatchObject({ code: "OUT_OF_BOUNDS" });
      },
    );

    it("refuse steps, fractions and lists", async () => {
      await expect(array.getBlocks([slice(0, 2, 2)])).rejects.toThrow(RangeError);
      await expect(array.getBlocks([0.5])).rejects.toThrow(RangeError);
      await expect(array.getBlocks([[0] as never])).rejects.toThrow(TypeError);
    });
  });
});

function grid(): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: 72 }, (_, i) => 10 * Math.floor(i / 8) + (i % 8));
}

function row(index: number): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: 8 }, (_, i) => 10 * index + i);
}

function column(index: number): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: 9 }, (_, i) => 10 * i + index);
}
