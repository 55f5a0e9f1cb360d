/** Hierarchies between Quarry and zarr-python: nesting, attributes of every JSON kind, consolidated metadata, odd shapes. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codec, createGroup, type Group, openGroup, ZarrArray } from "../../src/index.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import type { Seen } from "./exchange.ts";
import { askPython } from "./python.ts";
import { bytesOf, sha256 } from "./values.ts";

interface SeenHierarchy {
  readonly consolidated: boolean;
  readonly attributes: JsonObject;
  readonly groups: Readonly<Record<string, JsonObject>>;
  readonly arrays: Readonly<Record<string, Seen>>;
}

const ATTRIBUTES: JsonObject = {
  text: "carnet d’ordres 盤口 📈",
  escaped: 'quote " backslash \\ line\nfeed \u0001',
  yes: true,
  nothing: null,
  negative: -1,
  tick: 0.1,
  tiny: 1e-9,
  beyondDoubles: 2n ** 63n - 1n,
  list: [1, [2, "three"], {}],
  nested: { "a.b/c": { deep: [] } },
};

let folder: string;
let consolidated: SeenHierarchy;
let plain: SeenHierarchy;
const ofPython = () => join(folder, "python.zarr");

const int32 = (count: number) => Int32Array.from({ length: count }, (_, index) => index * 7 - 3);

async function writeHierarchy(root: Group): Promise<void> {
  const deep = await (await root.createGroup("a", { attributes: ATTRIBUTES })).createGroup("b");
  const array = await deep.createArray("x", {
    shape: [4, 5],
    dataType: "int32",
    chunks: [3, 5],
    attributes: ATTRIBUTES,
    dimensionNames: ["row", null],
  });
  await array.set(null, int32(20));
}

/** Arrays at the edges of what a shape can be. All hold int32 in C order. */
async function writeOddShapes(root: Group): Promise<void> {
  const scalar = await root.createArray("scalar", { shape: [], dataType: "int32", chunks: [] });
  await scalar.set(null, int32(1));
  await root.createArray("empty", { shape: [0, 3], dataType: "int32", chunks: [4, 3], shards: [8, 3] });
  const cube = await root.createArray("fourDimensions", {
    shape: [2, 3, 4, 5],
    dataType: "int32",
    chunks: [2, 2, 3, 4],
  });
  await cube.set(null, int32(120));
  const small = await root.createArray("smallerThanItsChunk", {
    shape: [3],
    dataType: "int32",
    chunks: [100],
    shards: [200],
  });
  await small.set(null, int32(3));
  const start = await root.createArray("indexAtStart", {
    shape: [10],
    dataType: "int32",
    chunks: [2],
    shards: [4],
    indexLocation: "start",
  });
  await start.set(null, int32(10));
  const dotted = await root.createArray("dottedKeys", {
    shape: [4, 4],
    dataType: "int32",
    chunks: [2, 2],
    chunkKeyEncoding: { name: "default", separator: "." },
  });
  await dotted.set(null, int32(16));
  const grown = await root.createArray("grown", {
    shape: [0, 2],
    dataType: "int32",
    chunks: [3, 2],
    shards: [6, 2],
  });
  for (let row = 0; row < 17; row += 1) await grown.append(int32(34).slice(2 * row, 2 * row + 2));
}

const ODD_SHAPES: Readonly<Record<string, readonly number[]>> = {
  scalar: [],
  empty: [0, 3],
  fourDimensions: [2, 3, 4, 5],
  smallerThanItsChunk: [3],
  indexAtStart: [10],
  dottedKeys: [4, 4],
  grown: [17, 2],
};

/** What each builder writes when it is left to its defaults. */
const BUILT = {
  transpose: [codec.transpose({ order: [1, 0] })],
  delta: [codec.delta()],
  astype: [codec.astype({ encode: "int16" })],
  temporal: [codec.temporal()],
  shuffle: [codec.shuffle(), codec.zstd()],
  blosc: [codec.blosc()],
  zstd: [codec.zstd()],
  gzip: [codec.gzip()],
  crc32c: [codec.crc32c()],
  lz4: [codec.lz4()],
  default: undefined,
};

const readByPython = async (...stores: string[]): Promise<readonly SeenHierarchy[]> =>
  (await askPython<{ read: readonly SeenHierarchy[] }>("hierarchy.py", { write: null, read: stores })).read;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quarry-interop-"));
  const sealed = await createGroup(join(folder, "consolidated.zarr"), { attributes: ATTRIBUTES });
  await writeHierarchy(sealed);
  await sealed.consolidate();
  const open = await createGroup(join(folder, "plain.zarr"));
  await writeHierarchy(open);
  await writeOddShapes(open);
  const built = await open.createGroup("built");
  for (const [name, codecs] of Object.entries(BUILT)) {
    const array = await built.createArray(name, {
      shape: [4, 5],
      dataType: "int32",
      chunks: [3, 5],
      ...(codecs && { codecs }),
    });
    await array.set(null, int32(20));
  }
  const { read } = await askPython<{ read: readonly [SeenHierarchy, SeenHierarchy] }>("hierarchy.py", {
    write: {
      store: ofPython(),
      attributes: ATTRIBUTES,
      groups: { a: {}, "a/b": ATTRIBUTES },
      arrays: { x: {}, "a/b/y": ATTRIBUTES },
    },
    read: [join(folder, "consolidated.zarr"), join(folder, "plain.zarr")],
  });
  [consolidated, plain] = read;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("zarr-python, in a hierarchy of Quarry's,", () => {
  it("finds every node, through consolidated metadata and without it", () => {
    for (const seen of [consolidated, plain]) {
      expect(seen.groups).toMatchObject({ a: ATTRIBUTES, "a/b": {} });
      expect(seen.arrays["a/b/x"]).toMatchObject({
        shape: [4, 5],
        sha256: sha256(bytesOf(int32(20))),
        dimensionNames: ["row", null],
      });
    }
    expect(consolidated.consolidated).toBe(true);
    expect(plain.consolidated).toBe(false);
  });

  it("reads attributes of every JSON kind as they were written", () => {
    expect(consolidated.attributes).toMatchObject(ATTRIBUTES);
    expect(consolidated.arrays["a/b/x"]!.attributes).toEqual(ATTRIBUTES);
    expect(plain.groups.a).toEqual(ATTRIBUTES);
  });

  it.each(Object.entries(ODD_SHAPES))("reads the array %s", (name, shape) => {
    const count = shape.reduce((product, extent) => product * extent, 1);
    expect(plain.arrays[name]).toMatchObject({
      shape,
      dataType: "int32",
      sha256: sha256(bytesOf(int32(count))),
    });
  });

  it.each(Object.keys(BUILT))("reads what the builder %s wrote with its defaults", (name) => {
    expect(plain.arrays[`built/${name}`]).toMatchObject({
      shape: [4, 5],
      sha256: sha256(bytesOf(int32(20))),
    });
  });
});

it("is not opened by zarr-python once consolidated, where one array in it is of a type unknown there", async () => {
  const store = join(folder, "unknown.zarr");
  const root = await createGroup(store);
  await root.createArray("px", { shape: [2], dataType: "int32", chunks: [2] });
  await root.consolidate();
  expect((await readByPython(store))[0]!.arrays).toHaveProperty("px");
  await root.createArray("bits", { shape: [2], dataType: "r24", chunks: [2] });
  await root.consolidate();
  await expect(readByPython(store)).rejects.toThrow("No Zarr data type found that matches 'r24'");
});

describe("Quarry, in a hierarchy of zarr-python's,", () => {
  it("finds every node with its attributes", async () => {
    const root = await openGroup(ofPython());
    const found: Record<string, JsonObject> = {};
    for await (const [path, node] of root.members({ depth: 3 })) found[path] = node.attributes;
    expect(root.attributes).toEqual(ATTRIBUTES);
    expect(found).toEqual({ a: {}, "a/b": ATTRIBUTES, "a/b/y": ATTRIBUTES, x: {} });
  });

  it("reads the arrays with the codecs that zarr-python chooses by itself", async () => {
    const array = await (await openGroup(ofPython())).get("a/b/y");
    expect(array).toBeInstanceOf(ZarrArray);
    expect([...(await (array as ZarrArray<"int16">).get()).data]).toEqual([0, 1, 2]);
  });

  it("appends rows that zarr-python then sees through the metadata consolidated anew", async () => {
    const root = await openGroup(ofPython(), { mode: "r+" });
    const array = (await root.array("x")) as ZarrArray<"int16">;
    await array.append(Int16Array.of(3, 4));
    await root.consolidate();
    const [seen] = await readByPython(ofPython());
    expect(seen!.consolidated).toBe(true);
    expect(seen!.arrays.x).toMatchObject({
      shape: [5],
      sha256: sha256(bytesOf(Int16Array.of(0, 1, 2, 3, 4))),
    });
  });
});
