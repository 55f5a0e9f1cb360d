/** Random stores of Zarr v3 and v2, migrated: every item, fill value, attribute and name is what it was. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createArray,
  createGroup,
  type Group,
  openArray,
  openGroup,
  verify,
  type ZarrArray,
} from "../../src/index.ts";
import { PRESET_NAMES } from "../../src/market/presets.ts";
import type { DataType } from "../../src/metadata/data-type.ts";
import type { TypedArrayOf } from "../../src/metadata/typed-array.ts";
import { type MigratedStore, migrate } from "../../src/migrate/index.ts";
import { comparableBytes } from "../../src/migrate/items.ts";
import { askPython } from "../interop/python.ts";
import { type ArrayCase, arrayCases, randomItems } from "../kit/array-model.ts";
import { arrayOf } from "../kit/model-items.ts";
import { holds } from "../kit/property.ts";

const EVERYDAY_RUNS = 40;
/** Of `v2.py`: 33 dtypes, each four times. */
const V2_ARRAYS = 132;
const V2_SEED = Number(process.env.QUARRY_TEST_SEED ?? 20_261_121);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quarry-random-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface StoreCase {
  readonly arrays: readonly ArrayCase[];
  readonly preset: (typeof PRESET_NAMES)[number];
  readonly seed: number;
}

const storeCases: fc.Arbitrary<StoreCase> = fc.record({
  arrays: fc.array(arrayCases, { minLength: 1, maxLength: 4 }),
  preset: fc.constantFrom(...PRESET_NAMES),
  seed: fc.integer(),
});

/** Every second array lies in a group, and has names for its dimensions; half of each array is never written. */
async function writeStore(directory: string, { arrays, seed }: StoreCase): Promise<Group> {
  const root = await createGroup(directory, { attributes: { seed, nested: { list: [1, "two", null] } } });
  const group = await root.createGroup("group", { attributes: { depth: 1 } });
  for (const [i, { options }] of arrays.entries()) {
    const isNested = i % 2 === 1;
    const array = (await (isNested ? group : root).createArray(`array_${i}`, {
      ...options,
      attributes: { index: i },
      ...(isNested && { dimensionNames: options.shape.map((_, axis) => `axis_${i}_${axis}`) }),
    })) as ZarrArray;
    const half = array.shape.map((extent, axis) => (axis === 0 ? Math.ceil(extent / 2) : extent));
    const count = half.reduce((product, extent) => product * extent, 1);
    if (count === 0) continue;
    const items = arrayOf(array.dataType, randomItems(array.dataType as DataType, count, seed + i));
    const whole = half.map((extent) => ({ start: 0, stop: extent, step: 1 }));
    await array.set(whole as never, { data: items, shape: half });
  }
  return root;
}

async function bytesOfArray(array: ZarrArray): Promise<Buffer> {
  const dataType = array.dataType as DataType;
  const isItem = array.shape.length === 0;
  const data = isItem
    ? arrayOf(dataType, [await array.get([])])
    : ((await array.get()) as { data: TypedArrayOf }).data;
  return Buffer.from(comparableBytes(data, dataType));
}

function onlyStore(stores: readonly MigratedStore[]): MigratedStore {
  expect(stores).toHaveLength(1);
  return stores[0]!;
}

describe("a random store of Zarr v3", () => {
  it("arrives whole", async () => {
    let cases = 0;
    await holds(
      "migrated store",
      storeCases,
      async (drawn) => {
        const [from, to] = [join(folder, `${++cases}-from.zarr`), join(folder, `${cases}-to.zarr`)];
        const source = await writeStore(from, drawn);
        const { stores } = await migrate(from, to, { preset: drawn.preset });
        expect(onlyStore(stores)).toMatchObject({ status: "migrated", refusals: [], faults: [] });
        const dest = await openGroup(to);
        expect(dest.attributes).toMatchObject(source.attributes);
        expect((await dest.group("group")).attributes).toEqual({ depth: 1 });
        for await (const [path, node] of source.members({ depth: 2 })) {
          if (!("dataType" in node)) continue;
          const array = await dest.array(path);
          expect(array.shape, path).toEqual(node.shape);
          expect(array.attributes, path).toEqual(node.attributes);
          expect(array.metadata.fillValue, path).toEqual(node.metadata.fillValue);
          if (node.dimensionNames?.some((name) => name !== null)) {
            expect(array.dimensionNames, path).toEqual(node.dimensionNames);
          }
          expect((await bytesOfArray(array)).equals(await bytesOfArray(node)), path).toBe(true);
        }
        await rm(from, { recursive: true });
        await rm(to, { recursive: true });
      },
      EVERYDAY_RUNS,
    );
  });
});

describe("a store that is an array without a group", () => {
  it.each([
    ["rows", [7, 2]],
    ["no rows", [0, 2]],
    ["one item", []],
  ])("arrives whole: %s", async (name, shape) => {
    const [from, to] = [join(folder, `alone ${name}.zarr`), join(folder, `alone ${name}-migrated.zarr`)];
    const source = await createArray(from, {
      shape,
      dataType: "int16",
      chunks: shape.map(() => 2),
      attributes: { unit: "lots", quarry: { note: "kept" } },
    });
    const count = shape.reduce((product, extent) => product * extent, 1);
    if (count > 0)
      await source.set(
        null,
        Int16Array.from({ length: count }, (_, at) => at + 1),
      );
    expect(onlyStore((await migrate(from, to)).stores)).toMatchObject({ status: "migrated", faults: [] });
    const dest = (await openArray(to)) as ZarrArray;
    expect(dest.attributes).toMatchObject({
      unit: "lots",
      quarry: { note: "kept", migration: { verified: true } },
    });
    expect((await bytesOfArray(dest)).equals(await bytesOfArray(source as ZarrArray))).toBe(true);
    expect(onlyStore((await migrate(from, to)).stores)).toMatchObject({ status: "unchanged" });
  });
});

describe("a store of Quarry's own", () => {
  it("arrives with the checksums of its new documents, not with those of its old ones", async () => {
    const [from, to] = [join(folder, "sealed.zarr"), join(folder, "sealed-migrated.zarr")];
    const root = await createGroup(from, { attributes: { quarry: { note: "kept" } } });
    const group = await root.createGroup("inner");
    const array = await group.createArray("ts", { shape: [3], dataType: "int64", chunks: [3] });
    await array.set(null, BigInt64Array.of(1n, 2n, 3n));
    await group.consolidate();
    await root.consolidate();
    expect(onlyStore((await migrate(from, to)).stores)).toMatchObject({ status: "migrated" });
    expect((await openGroup(to)).attributes.quarry).toMatchObject({ note: "kept" });
    for (const path of [to, join(to, "inner")]) expect((await verify(path)).faults, path).toEqual([]);
  });
});

describe("a random store of Zarr v2 by zarr-python", () => {
  interface Seen {
    readonly path: string;
    readonly shape: readonly number[];
    readonly sha256: string;
  }
  interface Answer {
    readonly written: readonly (Seen & { readonly document: string })[];
    readonly read: readonly (readonly Seen[])[];
  }

  it(`arrives whole: zarr-python reads in the destination what it wrote (seed ${V2_SEED})`, async () => {
    const [from, to] = [join(folder, "v2.zarr"), join(folder, "v2-migrated.zarr")];
    const { written } = await askPython<Answer>("v2.py", {
      write: { store: from, seed: V2_SEED, count: V2_ARRAYS },
      objects: null,
      read: [],
    });
    expect(onlyStore((await migrate(from, to)).stores)).toMatchObject({ status: "migrated", refusals: [] });
    const {
      read: [read],
    } = await askPython<Answer>("v2.py", {
      write: null,
      objects: null,
      read: [{ store: to, consolidated: true, arrays: written.map(({ path }) => path) }],
    });
    expect(written).toHaveLength(V2_ARRAYS);
    for (const [i, { document, ...expected }] of written.entries())
      expect(read![i], document).toEqual(expected);
  });

  it("lists everything in it that has no equal in Zarr v3", async () => {
    const from = join(folder, "objects.zarr");
    await askPython<Answer>("v2.py", { write: null, objects: from, read: [] });
    const { status, refusals } = onlyStore(
      (await migrate(from, join(folder, "objects-migrated.zarr"))).stores,
    );
    expect(status).toBe("refused");
    expect(refusals.map(({ array, code }) => [array, code])).toEqual([
      ["/json2", "UNSUPPORTED_DATA_TYPE"],
      ["/pickle", "UNSUPPORTED_CODEC"],
      ["/vlen-array", "UNSUPPORTED_DATA_TYPE"],
      ["/vlen-array-big", "UNSUPPORTED_DATA_TYPE"],
    ]);
  });

  it("arrives without what is left out", async () => {
    const from = join(folder, "left-out.zarr");
    const to = join(folder, "left-out-migrated.zarr");
    await askPython<Answer>("v2.py", { write: null, objects: from, read: [] });
    const { stores } = await migrate(from, to, {
      exclude: ["json2", "pickle", "/vlen-array", "vlen-array-big"],
    });
    expect(onlyStore(stores)).toMatchObject({ status: "migrated" });
    expect(onlyStore(stores).arrays.map(({ path }) => path)).toEqual([
      "/categories",
      "/fixed-categories",
      "/struct",
      "/vlen-utf8",
    ]);
  });
});
