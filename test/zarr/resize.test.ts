/** Another shape for an array: what is beyond the edge is gone, for good and whatever happens on the way. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type ArrayChunk,
  backend,
  createArray,
  createGroup,
  MemoryStore,
  openArray,
  openGroup,
  type Store,
  slice,
  verify,
  withReadOnly,
  type ZarrArray,
} from "../../src/index.ts";
import { FaultyStore, type StoreOperation } from "../kit/faulty-store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const { name } = backend();

/** Item [row, column] is 1 + 10 * row + column; shards of 4 × 6, inner chunks of 2 × 3. */
async function newArray(location: string | Store): Promise<ZarrArray<"int32">> {
  const array = await createArray(location, {
    shape: [9, 8],
    dataType: "int32",
    chunks: [2, 3],
    shards: [4, 6],
    fillValue: -1,
  });
  await array.set(
    null,
    Int32Array.from({ length: 72 }, (_, i) => itemAt(Math.floor(i / 8), i % 8)),
  );
  return array;
}

function itemAt(row: number, column: number): number {
  return 1 + 10 * row + column;
}

/** The items of an array of shape `shape` that once had no more than `kept`. */
function expected(shape: readonly number[], kept: readonly number[]): number[] {
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return row < kept[0]! && column < kept[1]! ? itemAt(row, column) : -1;
  });
}

async function itemsOf(array: ZarrArray): Promise<number[]> {
  return [...(((await array.get()) as ArrayChunk).data as Int32Array)];
}

describe.each(["local directory", "store of bytes"])(`resize of an array in a %s (${name})`, (kind) => {
  const location = async (): Promise<string | MemoryStore> =>
    kind === "local directory" ? temporaryDirectory() : new MemoryStore();

  it.each([
    [[3, 4]],
    [[8, 6]],
    [[1, 8]],
    [[9, 1]],
    [[0, 8]],
    [[9, 0]],
    [[0, 0]],
    [[20, 8]],
    [[9, 30]],
    [[20, 2]],
    [[2, 20]],
  ])(
    "to %j keeps what is inside, and new items are the fill value, also where there were others",
    async (shape) => {
      const place = await location();
      const array = await newArray(place);
      await array.resize(shape);
      const kept = shape.map((extent, axis) => Math.min(extent, [9, 8][axis]!));
      expect(array.shape).toEqual(shape);
      expect(await itemsOf(array)).toEqual(expected(shape, kept));
      await array.resize([21, 31]);
      expect(await itemsOf(array)).toEqual(expected([21, 31], kept));
      const opened = await openArray(place);
      expect(opened.shape).toEqual([21, 31]);
      expect(await itemsOf(opened)).toEqual(expected([21, 31], kept));
    },
  );

  it("to the shape that it has changes nothing", async () => {
    const array = await newArray(await location());
    await array.resize([9, 8]);
    expect(await itemsOf(array)).toEqual(expected([9, 8], [9, 8]));
  });

  it("does not bring back what another writer left beyond the edge", async () => {
    const place = await location();
    const array = await newArray(place);
    // What zarr-python's resize leaves, and what an append leaves that did not end: a smaller shape and old chunks.
    const { store } = array;
    const document = (await store.get("/zarr.json"))!;
    const smaller = new TextDecoder()
      .decode(document)
      .replace(/"shape": \[\s*9,\s*8\s*\]/, '"shape": [3, 8]');
    await (store as Store).set("/zarr.json", new TextEncoder().encode(smaller));
    const opened = await openArray(place, { mode: "r+" });
    expect(opened.shape).toEqual([3, 8]);
    await opened.resize([9, 8]);
    expect(await itemsOf(opened)).toEqual(expected([9, 8], [3, 8]));
  });

  it("refuses what is no shape of the array", async () => {
    const array = await newArray(await location());
    await expect(array.resize([9])).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
    await expect(array.resize([9, -1])).rejects.toThrow(RangeError);
    await expect(array.resize([9, 0.5])).rejects.toThrow(RangeError);
    expect(array.shape).toEqual([9, 8]);
  });

  it("takes turns with writers: what was selected inside the old edge is not written beyond the new one", async () => {
    const array = await newArray(await location());
    const outcomes = await Promise.allSettled([
      array.resize([3, 8]),
      array.set([slice(2, 9)], 0),
      array.setPoints([[8], [7]], 0),
      array.append(new Int32Array(8)),
      array.resize([4, 6]),
      array.append(new Int32Array(8)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
      "fulfilled",
      "rejected",
    ]);
    const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(reasons.map(({ code }) => code)).toEqual(["OUT_OF_BOUNDS", "OUT_OF_BOUNDS", "SHAPE_MISMATCH"]);
    await array.resize([9, 8]);
    const rows = expected([9, 8], [3, 6]);
    rows.fill(0, 24, 30);
    expect(await itemsOf(array)).toEqual(rows);
  });

  it("takes consolidated metadata out, and leaves a sound store", async () => {
    const place = await location();
    const root = await createGroup(place);
    const array = await root.createArray("a", { shape: [9], dataType: "int32", chunks: [2] });
    await array.set(null, 4);
    await root.consolidate();
    await array.resize([3]);
    expect((await openGroup(place)).metadata.consolidated).toBeUndefined();
    expect(await verify(place)).toMatchObject({ ok: true });
  });
});

describe(`resize (${name})`, () => {
  it("deletes shards beyond the edge, and drops inner chunks beyond it from theirs", async () => {
    const directory = await temporaryDirectory();
    const array = await newArray(directory);
    await array.resize([2, 8]);
    await expect(access(join(directory, "c/1/0"))).rejects.toMatchObject({ code: "ENOENT" });
    const { size } = await sizeOf(array);
    const alone = await newArray(await temporaryDirectory());
    await alone.set([slice(2, null)], -1);
    expect(size).toBe((await sizeOf(alone)).size);
  });

  it("does not decode inner chunks that go", async () => {
    const store = new MemoryStore();
    const array = await createArray(store, { shape: [8], dataType: "int32", chunks: [4], shards: [8] });
    await array.set(
      null,
      Int32Array.from({ length: 8 }, (_, i) => i),
    );
    const bytes = (await store.get("/c/0"))!;
    // Inside the second inner chunk, which lies before the index of 2 × 16 + 4 bytes.
    bytes[bytes.length - 37 - 4]! ^= 1;
    await store.set("/c/0", bytes);
    await expect(array.get()).rejects.toMatchObject({ code: "CHUNK_CORRUPT" });
    await array.resize([4]);
    await array.resize([8]);
    expect(await itemsOf(array)).toEqual([0, 1, 2, 3, 0, 0, 0, 0]);
  });

  it("rewrites nothing where there is nothing beyond the edge", async () => {
    const store = new FaultyStore(new MemoryStore());
    const array = await newArray(store);
    store.calls.length = 0;
    await array.resize([30, 8]);
    const written = store.calls.filter(({ operation }) => operation === "set" || operation === "delete");
    expect(written).toEqual([{ operation: "set", key: "/zarr.json" }]);
  });

  it("is refused by a store for reading, and by one that cannot list", async () => {
    const store = new MemoryStore();
    await newArray(store);
    const reader = await openArray(withReadOnly(store));
    await expect(reader.resize([1, 1])).rejects.toMatchObject({ code: "READ_ONLY" });
    const mute = Object.assign(new MemoryStore(), { list: undefined });
    const array = await newArray(mute as unknown as Store);
    await expect(array.resize([1, 1])).rejects.toMatchObject({ code: "STORE_FAILED" });
  });

  it.each([[[3, 4]], [[4, 20]], [[20, 8]]])(
    "to %j that fails at any step leaves a whole array, in which no old item comes back",
    async (shape) => {
      let steps = 0;
      for (let isDone = false; !isDone; steps++) {
        const inner = new MemoryStore();
        await newArray(inner);
        const store = new FaultyStore(inner);
        const array = await openArray(store, { mode: "r+" });
        refuseWrite(store, steps);
        isDone = await array.resize(shape).then(
          () => true,
          () => false,
        );
        const opened = await openArray(inner, { mode: "r+" });
        const kept = shape.map((extent, axis) => Math.min(extent, [9, 8][axis]!));
        const after = opened.shape;
        expect([[9, 8], kept, shape]).toContainEqual(after);
        expect(await itemsOf(opened)).toEqual(expected(after, String(after) === "9,8" ? [9, 8] : kept));
        await opened.resize([21, 31]);
        expect(await itemsOf(opened)).toEqual(expected([21, 31], String(after) === "9,8" ? [9, 8] : kept));
      }
      expect(steps).toBeGreaterThan(1);
    },
  );
});

/** Lets `steps` writes of any kind through, and refuses all that follow. */
function refuseWrite(store: FaultyStore, steps: number): void {
  let left = steps;
  for (const operation of ["set", "delete", "deletePrefix"] as const satisfies StoreOperation[]) {
    const original = store[operation].bind(store) as (...args: unknown[]) => Promise<void>;
    store[operation] = (async (...args: unknown[]) => {
      if (left-- <= 0) throw new Error("the power is gone");
      await original(...args);
    }) as never;
  }
}

async function sizeOf(array: ZarrArray): Promise<{ size: number }> {
  return { size: (await array.store.get("/c/0/0"))!.length };
}
