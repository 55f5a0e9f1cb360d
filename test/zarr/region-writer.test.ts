/** Regions that are written in blocks of rows: the bytes of one write, each shard once, and nothing of half a shard. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ArrayChunk,
  backend,
  createArray,
  MemoryStore,
  openArray,
  type Store,
  slice,
  withReadOnly,
  type ZarrArray,
} from "../../src/index.ts";
import { directoryState } from "../kit/directory-state.ts";
import { FaultyStore } from "../kit/faulty-store.ts";
import { holds } from "../kit/property.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const { name } = backend();

interface Layout {
  readonly shape: number[];
  readonly chunks: number[];
  /** In chunks; undefined for an array without shards. */
  readonly chunksPerShard: number[] | undefined;
  readonly indexLocation: "start" | "end";
}

interface Case {
  readonly layout: Layout;
  /** First row of shards, as a fraction of those that there are. */
  readonly from: number;
  /** Rows of chunks of the blocks, in turn. */
  readonly blocks: readonly number[];
  readonly seed: number;
  readonly isSparse: boolean;
}

const cases: fc.Arbitrary<Case> = fc
  .integer({ min: 1, max: 3 })
  .chain((rank) => {
    const extents = (max: number) =>
      fc.array(fc.integer({ min: 1, max }), { minLength: rank, maxLength: rank });
    return fc.record({
      shape: extents(17),
      chunks: extents(3),
      chunksPerShard: fc.option(extents(3), { nil: undefined }),
      indexLocation: fc.constantFrom("start" as const, "end" as const),
    });
  })
  .chain((layout) =>
    fc.record({
      layout: fc.constant(layout),
      from: fc.double({ min: 0, max: 0.999, noNaN: true }),
      blocks: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
      seed: fc.integer({ min: 0, max: 1000 }),
      isSparse: fc.boolean(),
    }),
  );

function newArray(location: string | Store, layout: Layout): Promise<ZarrArray<"int32">> {
  const { shape, chunks, chunksPerShard, indexLocation } = layout;
  const shards = chunksPerShard?.map((count, axis) => count * chunks[axis]!);
  return createArray(location, {
    shape,
    dataType: "int32",
    chunks,
    ...(shards && { shards, indexLocation }),
    fillValue: -1,
  });
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((count, extent) => count * extent, 1);
}

/** The content of every file below a directory, or value of a store, by its name. */
async function stored(location: string | MemoryStore): Promise<Record<string, string>> {
  if (typeof location === "string") return directoryState(location);
  const values: Record<string, string> = {};
  for await (const key of location.list("/")) {
    values[key.slice(1)] = Buffer.from((await location.get(key))!).toString("hex");
  }
  return values;
}

const LAYOUT: Layout = { shape: [20, 6], chunks: [2, 3], chunksPerShard: [4, 1], indexLocation: "end" };

function rows(count: number, first = 0) {
  return { data: Int32Array.from({ length: count * 6 }, (_, i) => 100 * first + i), shape: [count, 6] };
}

describe.each(["local directory", "store of bytes"])(`regions in blocks, in a %s (${name})`, (kind) => {
  const place = async (): Promise<string | MemoryStore> =>
    kind === "local directory" ? temporaryDirectory() : new MemoryStore();

  it("gives the bytes of one write, whatever the blocks", async () => {
    await holds(
      `regions in blocks, ${kind}`,
      cases,
      async ({ layout, from, blocks, seed, isSparse }) => {
        const [one, other] = [await place(), await place()];
        const whole = await newArray(one, layout);
        const array = await newArray(other, layout);
        const objectRows = array.metadata.chunkShape[0]!;
        const first = Math.floor((from * layout.shape[0]!) / objectRows) * objectRows;
        const start = layout.shape.map((_, axis) => (axis === 0 ? first : 0));
        const shape = layout.shape.map((extent, axis) => (axis === 0 ? extent - first : extent));
        const data = Int32Array.from({ length: countOf(shape) }, (_, i) =>
          isSparse && Math.floor(i / 7) % 3 > 0 ? -1 : (i * 31 + seed) % 1009,
        );
        await whole.writeRegion(start, { data, shape });

        const region = array.openRegion(start, shape);
        const itemsPerRow = countOf(shape.slice(1));
        for (let turn = 0; region.rows < shape[0]!; turn++) {
          const row = region.rows;
          const count = Math.min(blocks[turn % blocks.length]! * layout.chunks[0]!, shape[0]! - row);
          await region.write({
            data: data.subarray(row * itemsPerRow, (row + count) * itemsPerRow),
            shape: [count, ...shape.slice(1)],
          });
        }
        await region.close();
        expect(await stored(other)).toEqual(await stored(one));
      },
      60,
    );
  });

  it("takes a shard's place with its last row, and leaves what is there until then", async () => {
    const location = await place();
    const array = await newArray(location, LAYOUT);
    await array.set(null, 7);
    const before = await stored(location);
    const region = array.openRegion([0, 0], [16, 6]);
    await region.write(rows(6));
    expect(await namesIn(location)).toEqual(Object.keys(before).sort());
    expect(await array.get([slice(0, 8), 0])).toMatchObject({ data: new Int32Array(8).fill(7) });
    await region.write(rows(6, 6));
    const { data } = (await array.get([null, 0])) as ArrayChunk<"int32">;
    expect([...data.slice(0, 8)]).toEqual([0, 6, 12, 18, 24, 30, 600, 606]);
    expect(data.slice(8)).toEqual(new Int32Array(12).fill(7));
    expect(region.rows).toBe(12);
    region.abandon();
    await region.write(rows(4)).then(
      () => expect.unreachable(),
      (error: Error) => expect(error.message).toContain("abandoned"),
    );
    expect(Object.keys(await stored(location)).sort()).toEqual(Object.keys(before).sort());
    const { data: after } = (await array.get([null, 0])) as ArrayChunk<"int32">;
    expect(after).toEqual(data);
  });

  it("takes blocks that are given without waiting, in their order", async () => {
    const [one, other] = [await place(), await place()];
    await (await newArray(one, LAYOUT)).set(null, { data: rows(20).data, shape: [20, 6] });
    const region = (await newArray(other, LAYOUT)).openRegion([0, 0], [20, 6]);
    const all = rows(20).data;
    const writes = [0, 4, 8, 12, 16].map((row) =>
      region.write({ data: all.subarray(row * 6, (row + 4) * 6), shape: [4, 6] }),
    );
    await region.close();
    await Promise.all(writes);
    expect(await stored(other)).toEqual(await stored(one));
  });

  it("refuses what is no region of whole shards, and blocks that do not fit, before it writes", async () => {
    const location = await place();
    const array = await newArray(location, LAYOUT);
    const open = (start: number[], shape: number[]) => array.openRegion(start, shape);
    expect(() => open([2, 0], [8, 6])).toThrow(expect.objectContaining({ code: "REGION_MISALIGNED" }));
    expect(() => open([0, 0], [4, 6])).toThrow(expect.objectContaining({ code: "REGION_MISALIGNED" }));
    expect(() => open([16, 0], [8, 6])).toThrow(expect.objectContaining({ code: "OUT_OF_BOUNDS" }));
    expect(() => open([8, 0], [-8, 6])).toThrow(expect.objectContaining({ code: "OUT_OF_BOUNDS" }));
    expect(() => open([0], [8])).toThrow(expect.objectContaining({ code: "SHAPE_MISMATCH" }));
    const region = open([8, 0], [12, 6]);
    await expect(region.write(rows(3))).rejects.toMatchObject({ code: "REGION_MISALIGNED" });
    await expect(region.write(rows(14))).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
    await expect(region.write({ data: new Int32Array(8), shape: [2, 4] })).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
    });
    await expect(region.write({ data: new Float32Array(12) as never, shape: [2, 6] })).rejects.toMatchObject({
      code: "VALUE_INVALID",
    });
    expect(region.rows).toBe(0);
    // None of these was written, so none has spoilt it.
    await region.write(rows(10));
    await expect(region.close()).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
    // The shards of rows 8 to 16 are complete, those of the last two rows are not.
    expect(Object.keys(await stored(location)).sort()).toEqual(["c/1/0", "c/1/1", "zarr.json"]);
  });

  it("keeps nothing of a region that is aborted, which can be begun anew", async () => {
    const location = await place();
    const array = await newArray(location, LAYOUT);
    const region = array.openRegion([0, 0], [20, 6]);
    await region.write(rows(4));
    const reason = new Error("enough");
    await expect(region.write(rows(4), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(region.write(rows(4))).rejects.toBe(reason);
    expect(Object.keys(await stored(location))).toEqual(["zarr.json"]);
    const again = array.openRegion([0, 0], [20, 6]);
    await again.write(rows(20));
    await again.close();
    expect((await array.get()) as ArrayChunk).toMatchObject({ data: rows(20).data });
  });

  it("meets an array that lost the region's rows meanwhile", async () => {
    const location = await place();
    const region = (await newArray(location, LAYOUT)).openRegion([8, 0], [12, 6]);
    await region.write(rows(4));
    await (await openArray(location, { mode: "r+" })).resize([10, 6]);
    await expect(region.write(rows(4))).rejects.toMatchObject({ code: "OUT_OF_BOUNDS" });
    region.abandon();
  });

  it("meets an array that has grown into the region's last shard meanwhile", async () => {
    const location = await place();
    const array = await newArray(location, LAYOUT);
    const region = array.openRegion([0, 0], [20, 6]);
    await region.write(rows(18));
    const other = await openArray(location, { mode: "r+" });
    await other.append({ data: new Int32Array(24).fill(5), shape: [4, 6] });
    await expect(region.write(rows(2))).rejects.toMatchObject({ code: "REGION_MISALIGNED" });
    await expect(region.close()).rejects.toMatchObject({ code: "REGION_MISALIGNED" });
    expect(await other.get([slice(20, 24), 0])).toMatchObject({ data: new Int32Array(4).fill(5) });
  });
});

describe(`regions in blocks (${name})`, () => {
  it("hold strings of any length", async () => {
    const words = Array.from({ length: 20 }, (_, i) => "x".repeat(i));
    const array = await createArray(new MemoryStore(), {
      shape: [20],
      dataType: "string",
      chunks: [2],
      shards: [8],
    });
    const region = array.openRegion([0], [20]);
    for (let row = 0; row < 20; row += 4) {
      await region.write({ data: words.slice(row, row + 4), shape: [4] });
    }
    await region.close();
    expect(((await array.get()) as ArrayChunk).data).toEqual(words);
  });

  it("end with a store that fails", async () => {
    const store = new FaultyStore(new MemoryStore());
    const region = (await newArray(store, LAYOUT)).openRegion([0, 0], [20, 6]);
    await region.write(rows(4));
    store.inject({ operation: "set", effect: { kind: "refuse" } });
    await expect(region.write(rows(4))).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(store.fired).toHaveLength(1);
    await expect(region.write(rows(4))).rejects.toMatchObject({ code: "STORE_FAILED" });
    await expect(region.close()).rejects.toMatchObject({ code: "STORE_FAILED" });
  });

  it("write nothing behind a block that failed, though it was given before that was known", async () => {
    const memory = new MemoryStore();
    const store = new FaultyStore(memory);
    const region = (await newArray(store, LAYOUT)).openRegion([0, 0], [20, 6]);
    store.inject({ operation: "set", effect: { kind: "refuse" } });
    const writes = [4, 4, 4, 4, 4].map((count) => region.write(rows(count)));
    const settled = await Promise.allSettled(writes);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", ...Array(4).fill("rejected")]);
    // One of the two shards of the first rows was refused.
    expect(Object.keys(await stored(memory)).length).toBeLessThanOrEqual(2);
    await expect(region.close()).rejects.toMatchObject({ code: "STORE_FAILED" });
  });

  it("write nothing more when they are abandoned in the middle of a block", async () => {
    const memory = new MemoryStore();
    const region = (await newArray(memory, LAYOUT)).openRegion([0, 0], [20, 6]);
    const write = region.write(rows(20));
    region.abandon();
    await expect(write).rejects.toThrow("abandoned");
    expect(Object.keys(await stored(memory))).toEqual(["zarr.json"]);
  });

  it("are not begun in a store that is read only, nor in an array without rows", async () => {
    const store = new MemoryStore();
    const scalar = await createArray(store, { shape: [], dataType: "int32", chunks: [] });
    expect(() => scalar.openRegion([], [])).toThrow(RangeError);
    const array = await openArray(withReadOnly(store));
    expect(() => array.openRegion([0], [1])).toThrow(expect.objectContaining({ code: "READ_ONLY" }));
  });
});

/** Without the files that nobody sees yet. */
async function namesIn(location: string | MemoryStore): Promise<string[]> {
  return Object.keys(await stored(location))
    .filter((key) => !key.endsWith(".partial"))
    .sort();
}
