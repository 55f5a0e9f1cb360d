/** How arrays are cut, within how much memory: every item once, no chunk encoded twice. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ArrayMetadata } from "../../src/metadata/array-metadata.ts";
import { dataTypeOf } from "../../src/metadata/data-type.ts";
import { defaultFillValue } from "../../src/metadata/fill-value.ts";
import { MemoryBudget } from "../../src/migrate/memory-budget.ts";
import type { SourceArray } from "../../src/migrate/source.ts";
import {
  aloneSizes,
  comparedWindows,
  copyWindows,
  type Window,
  windowSizes,
} from "../../src/migrate/windows.ts";
import { newArrayMetadata } from "../../src/zarr/create-array.ts";

const FLOAT32 = dataTypeOf("float32");

interface Grid {
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly chunksPerShard: readonly number[] | undefined;
  readonly chunkRows: number;
}

const grids: fc.Arbitrary<Grid> = fc.integer({ min: 0, max: 3 }).chain((rank) => {
  const list = (max: number) => fc.array(fc.integer({ min: 1, max }), { minLength: rank, maxLength: rank });
  return fc.record({
    shape: fc.array(fc.nat(13), { minLength: rank, maxLength: rank }),
    chunks: list(5),
    chunksPerShard: rank === 0 ? fc.constant(undefined) : fc.option(list(3), { nil: undefined }),
    chunkRows: fc.integer({ min: 1, max: 9 }),
  });
});

function documentOf({ shape, chunks, chunksPerShard }: Grid): ArrayMetadata {
  const shards = chunksPerShard?.map((count, axis) => count * chunks[axis]!);
  return newArrayMetadata({ shape, dataType: "float32", chunks, shards }, "/array");
}

function sourceOf(document: ArrayMetadata, overrides: Partial<SourceArray>): SourceArray {
  return {
    path: "/array",
    dataType: FLOAT32,
    shape: document.shape,
    chunkShape: document.chunkShape,
    chunkMemoryBytes: 0,
    fillValue: defaultFillValue(FLOAT32),
    fillValueIsUndefined: false,
    dimensionNames: undefined,
    attributes: {},
    encoding: "",
    encodedBytes: 0,
    verifiesContent: true,
    readRegion: () => Promise.reject(new Error("nothing is read here")),
    ...overrides,
  };
}

/** Positions in C order of the items of a window. */
function positionsOf({ start, shape }: Window, whole: readonly number[]): number[] {
  return shape.reduce(
    (positions, extent, axis) =>
      positions.flatMap((position) =>
        Array.from({ length: extent }, (_, i) => position * whole[axis]! + start[axis]! + i),
      ),
    [0],
  );
}

const countOf = (shape: readonly number[]) => shape.reduce((count, extent) => count * extent, 1);
const everyPosition = (shape: readonly number[]) => Array.from({ length: countOf(shape) }, (_, i) => i);

describe("windows", () => {
  it("of a copy hold every item once, in whole objects or in rows of chunks of one", () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const document = documentOf(grid);
        const windows = [...copyWindows(document, grid.chunkRows)];
        const positions = windows.flatMap((window) => positionsOf(window, grid.shape));
        expect(positions.sort((a, b) => a - b)).toEqual(everyPosition(grid.shape));
        for (const { start, run } of windows) {
          for (const [axis, first] of start.entries()) expect(first % grid.chunks[axis]!).toBe(0);
          for (const [axis, first] of run.start.entries()) expect(first % document.chunkShape[axis]!).toBe(0);
        }
        // Each run is completed by its last window, and the runs are all objects there are.
        const runs = windows.filter(({ completesRun }) => completesRun).map(({ run }) => run);
        expect(new Set(windows.map(({ run }) => run))).toEqual(new Set(runs));
        expect(runs.reduce((count, { objectCount }) => count + objectCount, 0)).toBe(
          countOf(grid.shape.map((extent, axis) => Math.ceil(extent / document.chunkShape[axis]!))),
        );
      }),
    );
  });

  it("of a comparison hold every item once, in C order", () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const windows = [...comparedWindows(documentOf(grid), grid.chunkRows)];
        expect(windows.flatMap((window) => positionsOf(window, grid.shape))).toEqual(
          everyPosition(grid.shape),
        );
      }),
    );
  });

  it("stay within the share of an array, or the array is read alone within all there is", () => {
    const document = documentOf({
      shape: [1 << 20, 8],
      chunks: [4096, 8],
      chunksPerShard: [64, 1],
      chunkRows: 1,
    });
    const limits = { shareBytes: 100 << 20, totalBytes: 800 << 20, threads: 4 };
    const small = windowSizes(sourceOf(document, { chunkMemoryBytes: 1 << 20 }), document, limits);
    expect(small).toMatchObject({ isAlone: false, decodingBytes: 4 << 20 });
    expect(small.windowBytes + small.decodingBytes).toBeLessThanOrEqual(limits.shareBytes);

    const large = sourceOf(document, { chunkMemoryBytes: 600 << 20, chunkShape: [1 << 20, 8] });
    const alone = windowSizes(large, document, limits);
    expect(alone).toMatchObject({ isAlone: true, decodingBytes: 600 << 20 });
    expect(alone.windowBytes + alone.decodingBytes).toBeLessThanOrEqual(limits.totalBytes);
    // The less there is beside, the smaller the windows, until a chunk would be decoded too often: 32 MiB in 32 parts.
    expect(aloneSizes(large, document, 16 << 20).chunkRowsPerWindow).toBeLessThan(alone.chunkRowsPerWindow);
    expect(aloneSizes(large, document, 0).chunkRowsPerWindow).toBe(8);
  });
});

describe("a budget of memory", () => {
  /** Jobs that end when they are told to. */
  function jobs(budget: MemoryBudget) {
    const running: string[] = [];
    const ends = new Map<string, () => void>();
    const body = (name: string) => () => {
      running.push(name);
      return new Promise<void>((resolve) => {
        ends.set(name, () => {
          running.splice(running.indexOf(name), 1);
          resolve();
        });
      });
    };
    return {
      running,
      start: (name: string, bytes: number, keptBytes = 0) => void budget.with(bytes, keptBytes, body(name)),
      startAlone: (name: string, keptBytes: number) => void budget.alone(keptBytes, body(name)),
      end: async (name: string) => {
        ends.get(name)!();
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      },
    };
  }
  const settled = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };

  it("lets as many run as fit, in the order in which they came", async () => {
    const { running, start, end } = jobs(new MemoryBudget(100));
    start("a", 60);
    start("b", 60);
    start("c", 10);
    await settled();
    expect(running).toEqual(["a"]);
    await end("a");
    expect(running).toEqual(["b", "c"]);
  });

  it("gives one job everything that is not kept", async () => {
    const { running, start, startAlone, end } = jobs(new MemoryBudget(100));
    start("a", 10, 20);
    startAlone("b", 70);
    start("c", 10);
    await settled();
    expect(running).toEqual(["a"]);
    await end("a");
    expect(running).toEqual(["b"]);
    await end("b");
    expect(running).toEqual(["c"]);
    // What b's thread keeps is used again, and not free for others.
    start("d", 15, 70);
    start("e", 10);
    await settled();
    expect(running).toEqual(["c", "d"]);
    await end("c");
    expect(running).toEqual(["d", "e"]);
  });
});
