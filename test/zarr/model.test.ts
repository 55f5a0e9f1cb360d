/**
 * Any sequence of operations on any array does what a plain array in memory does. Run for both backends (the
 * projects of vitest.config.ts) and for both kinds of engine: a local directory, and a store of bytes.
 *
 * QUARRY_TEST_RUNS sets the number of cases (default 150); a failure prints the seed and path that replay it.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backend, createArray, MemoryStore, openArray, type ZarrArray } from "../../src/index.ts";
import type { TypedArrayOf } from "../../src/metadata/typed-array.ts";
import type { AxisIndex } from "../../src/zarr/indexing/slice.ts";
import type { Location } from "../../src/zarr/open.ts";
import { type ArrayCase, ArrayModel, arrayCases, randomItems, selectionOf } from "../kit/array-model.ts";
import { arrayOf } from "../kit/model-items.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const RUNS = Number(process.env.QUARRY_TEST_RUNS ?? 150);

describe(`an array against a plain one in memory (${backend().name})`, () => {
  it("in a local directory", async () => {
    const directory = await temporaryDirectory();
    let arrays = 0;
    await fc.assert(
      fc.asyncProperty(arrayCases, (drawn) => agrees(`${directory}/${++arrays}`, drawn)),
      { numRuns: RUNS },
    );
  });

  it("in a store of bytes", async () => {
    await fc.assert(
      fc.asyncProperty(arrayCases, (drawn) => agrees(new MemoryStore(), drawn)),
      { numRuns: RUNS },
    );
  });
});

async function agrees(location: Location, { options, operations }: ArrayCase): Promise<void> {
  const array = (await createArray(location, options)) as ZarrArray;
  const model = new ArrayModel(options);
  for (const operation of operations) {
    if (operation.kind === "append") {
      if (model.shape.length === 0) continue;
      const rowItems = model.shape.slice(1).reduce((product, extent) => product * extent, 1);
      const rows = rowItems === 0 ? 0 : operation.rows;
      const items = randomItems(model.dataType, rows * rowItems, operation.seed);
      expect(await array.append(arrayOf(model.dataType, items))).toEqual({ firstRow: model.shape[0]!, rows });
      model.append(rows, items);
    } else {
      const selection = selectionOf(operation.axes, model.shape);
      const isBasic = (drawn: typeof selection): drawn is AxisIndex[] => !drawn.some(Array.isArray);
      const expected = model.get(selection);
      if (operation.kind === "get") {
        const got = isBasic(selection) ? array.get(selection) : array.getOrthogonal(selection);
        expectSame(await got, expected);
        continue;
      }
      const count = operation.scalar ? 1 : expected.items.length;
      const items = randomItems(model.dataType, count, operation.seed);
      const value = (operation.scalar ? items[0] : arrayOf(model.dataType, items)) as number;
      await (isBasic(selection) ? array.set(selection, value) : array.setOrthogonal(selection, value));
      model.set(selection, (position) => items[operation.scalar ? 0 : position]);
    }
  }
  const everything = model.shape.map(() => null);
  expectSame(await array.get(), model.get(everything));
  const opened = await openArray(location);
  expect(opened.shape).toEqual(model.shape);
  expectSame(await opened.get(), model.get(everything));
}

/** By their bits: NaN equals NaN, and -0 does not equal 0. */
function expectSame(actual: unknown, expected: ReturnType<ArrayModel["get"]>): void {
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
