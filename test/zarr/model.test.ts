/**
 * Any sequence of operations on any array does what a plain array in memory does. Run for both backends (the
 * projects of vitest.config.ts) and for both kinds of engine: a local directory, and a store of bytes; in long runs
 * also for other stores (test/kit/property.ts). A failure prints the seed and path that replay it.
 */
import { describe, expect, it } from "vitest";
import {
  backend,
  createArray,
  FileSystemStore,
  MemoryStore,
  openArray,
  withCache,
  withRequestCount,
  type ZarrArray,
} from "../../src/index.ts";
import type { TypedArrayOf } from "../../src/metadata/typed-array.ts";
import type { AxisIndex, BasicSelection } from "../../src/zarr/indexing/slice.ts";
import type { Location } from "../../src/zarr/open.ts";
import { type ArrayCase, ArrayModel, arrayCases, type Places, randomItems } from "../kit/array-model.ts";
import {
  blocksOf,
  type Operation,
  pointsOf,
  selectionOf,
  spelled,
  type Target,
} from "../kit/array-operations.ts";
import { arrayOf } from "../kit/model-items.ts";
import { holds, isDeep } from "../kit/property.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const EVERYDAY_RUNS = 150;

/** Each gives a new location by a number. */
const STORES: Record<string, (directory: string, array: number) => Location> = {
  "a local directory": (directory, array) => `${directory}/${array}`,
  "a store of bytes": () => new MemoryStore(),
  ...(isDeep && {
    "a directory, through the store interface": (directory: string, array: number) =>
      withRequestCount(new FileSystemStore(`${directory}/${array}`)),
    "a cache around a store of bytes": () => withCache(new MemoryStore(), { bytesMax: 2000 }),
  }),
};

describe(`an array against a plain one in memory (${backend().name})`, () => {
  it.each(Object.entries(STORES))("in %s", async (name, locate) => {
    const directory = await temporaryDirectory();
    let arrays = 0;
    const check = (drawn: ArrayCase): Promise<void> => agrees(locate(directory, ++arrays), drawn);
    await holds(`array in ${name}`, arrayCases, check, EVERYDAY_RUNS);
  });
});

async function agrees(location: Location, { options, operations }: ArrayCase): Promise<void> {
  const array = (await createArray(location, options)) as ZarrArray;
  const model = new ArrayModel(options);
  for (const operation of operations) await runOnBoth(operation, array, model);
  // Shows what is behind the edges: nothing that was there before.
  await runOnBoth({ kind: "resize", to: model.shape.map((extent) => extent + 5) }, array, model);
  const everything = model.box(model.shape.map(() => null));
  expectSame(await array.get(), model.read(everything));
  const opened = await openArray(location);
  expect(opened.shape).toEqual(model.shape);
  expectSame(await opened.get(), model.read(everything));
}

async function runOnBoth(operation: Operation, array: ZarrArray, model: ArrayModel): Promise<void> {
  const rank = model.shape.length;
  switch (operation.kind) {
    case "append": {
      if (rank === 0) return;
      const rowItems = model.shape.slice(1).reduce((product, extent) => product * extent, 1);
      const rows = rowItems === 0 ? 0 : operation.rows;
      const items = randomItems(model.dataType, rows * rowItems, operation.seed);
      const appended = await array.append(arrayOf(model.dataType, items));
      expect(appended).toEqual({ firstRow: model.shape[0]!, rows });
      model.append(rows, items);
      return;
    }
    case "resize": {
      const shape = operation.to.slice(0, rank);
      await array.resize(shape);
      model.resize(shape);
      return;
    }
    case "get": {
      const { places, get } = accessOf(operation.target, array, model);
      expectSame(await get(), model.read(places));
      return;
    }
    case "set": {
      const { places, set } = accessOf(operation.target, array, model);
      const { scalar, seed } = operation;
      const items = randomItems(model.dataType, scalar ? 1 : places.at.length, seed);
      await set((scalar ? items[0] : arrayOf(model.dataType, items)) as number);
      model.write(places, (position) => items[scalar ? 0 : position]);
    }
  }
}

interface Access {
  readonly places: Places;
  get(): Promise<unknown>;
  set(value: number): Promise<void>;
}

/** The calls that `target` means for the array, and the places that they mean in the model. */
function accessOf(target: Target, array: ZarrArray, model: ArrayModel): Access {
  switch (target.kind) {
    case "box": {
      const full = selectionOf(target.axes, model.shape);
      const places = model.box(full);
      const selection = spelled(full, target.spelling);
      if (full.some(Array.isArray)) {
        return {
          places,
          get: () => array.getOrthogonal(selection),
          set: (value) => array.setOrthogonal(selection, value),
        };
      }
      const basic = selection as BasicSelection;
      return { places, get: () => array.get(basic), set: (value) => array.set(basic, value) };
    }
    case "points": {
      const points = pointsOf(target.at, model.shape);
      const lists = model.shape.map((_, axis) => points.map((point) => point[axis]!));
      // Without a list there is nothing that says how many points there are: it is one.
      const places = model.points(lists.length === 0 ? [[]] : points);
      return { places, get: () => array.getPoints(lists), set: (value) => array.setPoints(lists, value) };
    }
    case "mask": {
      const shape = [...model.shape];
      const all = model.everywhere();
      const data = Uint8Array.from(all, (_, at) =>
        (Math.imul(at + 1, target.seed | 1) >>> 9) % 3 === 0 ? 1 : 0,
      );
      const places = model.points(all.filter((_, at) => data[at] === 1));
      const mask = { data, shape };
      return { places, get: () => array.getMask(mask), set: (value) => array.setMask(mask, value) };
    }
    case "blocks": {
      const { blocks, items } = blocksOf(target.axes, model.shape, array.shards ?? array.chunks);
      const places = model.box(items as AxisIndex[]);
      return { places, get: () => array.getBlocks(blocks), set: (value) => array.setBlocks(blocks, value) };
    }
  }
}

/** By their bits: NaN equals NaN, and -0 does not equal 0. */
function expectSame(actual: unknown, expected: ReturnType<ArrayModel["read"]>): void {
  if (expected.shape.length === 0) {
    expect(actual).toEqual(expected.items[0]);
    return;
  }
  const { data, shape } = actual as { data: TypedArrayOf; shape: number[] };
  expect(shape).toEqual(expected.shape);
  expect(data.constructor).toBe(expected.data.constructor);
  if (Array.isArray(data)) expect(data).toEqual(expected.data);
  else expect(bytesOf(data).equals(bytesOf(expected.data))).toBe(true);
}

function bytesOf(data: TypedArrayOf): Buffer {
  const { buffer, byteOffset, byteLength } = data as Uint8Array;
  return Buffer.from(buffer, byteOffset, byteLength);
}
