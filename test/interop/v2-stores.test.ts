/**
 * Zarr v2 stores by zarr-python: random ones with every dtype, order, separator, filter and compressor that it writes,
 * those of zarrita's fixtures, and the legacy books. Each array has the values that zarr-python reads.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openGroup, type ZarrArray, ZipStore } from "../../src/index.ts";
import type { DataType } from "../../src/metadata/data-type.ts";
import type { TypedArrayOf } from "../../src/metadata/typed-array.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import { itemsOf } from "./items.ts";
import { askPython } from "./python.ts";
import { sha256 } from "./values.ts";

interface Seen {
  readonly path: string;
  readonly shape: readonly number[];
  readonly sha256: string;
  readonly document?: string;
}

interface Answer {
  readonly written: readonly Seen[];
  readonly read: readonly (readonly Seen[])[];
}

const FIXTURES = sharedPath("conformance/zarrita/fixtures/v2/data.zarr");
/** Of which zarr-python 3 has no data type; its values are told below. */
const JSON_FIXTURE = "1d.contiguous.json2.O";
/** 33 dtypes, each some twenty times. */
const ARRAYS = 660;
const SEED = 20_261_121;

let folder: string;
let written: readonly Seen[];
let fixtures: readonly Seen[];

const stores = () => ({ random: join(folder, "random.zarr"), objects: join(folder, "objects.zarr") });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quarry-v2-"));
  const names = await readdir(FIXTURES).catch(() => []);
  const arrays = names.filter((name) => /^\dd/.test(name) && name !== JSON_FIXTURE).sort();
  const answer = await askPython<Answer>("v2.py", {
    write: { store: stores().random, seed: SEED, count: ARRAYS },
    objects: stores().objects,
    read: arrays.length === 0 ? [] : [{ store: FIXTURES, consolidated: false, arrays }],
  });
  written = answer.written;
  fixtures = answer.read[0] ?? [];
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function seenBy(array: ZarrArray, path: string): Promise<Seen> {
  const { data, shape } = (await array.get()) as { data: TypedArrayOf; shape: number[] };
  return { path, shape, sha256: sha256(Buffer.concat(itemsOf(array.dataType as DataType, data))) };
}

describe("a Zarr v2 store of zarr-python's", () => {
  it(`reads as zarr-python reads it: ${ARRAYS} random arrays (seed ${SEED})`, async () => {
    const root = await openGroup(stores().random);
    const wrong: string[] = [];
    for (const { document, ...expected } of written) {
      const told = await root
        .array(expected.path)
        .then((array) => seenBy(array, expected.path))
        .catch((error: unknown) => error);
      try {
        expect(told).toEqual(expected);
      } catch {
        wrong.push(`${expected.path} ${document}: ${told instanceof Error ? told.message : "other values"}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(written).toHaveLength(ARRAYS);
  });

  it("has its attributes and dimension names", async () => {
    const root = await openGroup(stores().random);
    expect(root.attributes).toEqual({ seed: SEED });
    const array = await root.array("0007");
    expect(array.attributes).toMatchObject({ index: 7 });
    expect(array.dimensionNames).toEqual(array.shape.map((_, axis) => `d${axis}`));
  });
});

it("Quarry's .zmetadata is what zarr-python opens a Zarr v2 store by", async () => {
  const store = stores().random;
  await (await openGroup(store, { mode: "r+" })).consolidate();
  const seen = written.slice(0, 40).map(({ path, shape, sha256 }) => ({ path, shape, sha256 }));
  const { read } = await askPython<Answer>("v2.py", {
    write: null,
    objects: null,
    read: [{ store, consolidated: true, arrays: seen.map(({ path }) => path) }],
  });
  expect(read).toEqual([seen]);
});

describe("arrays of Zarr v2 that zarr-python 3 cannot write", () => {
  const itemsIn = async (name: string): Promise<unknown> => {
    const array = await (await openGroup(stores().objects)).array(name);
    return ((await array.get()) as { data: unknown }).data;
  };
  const TEXT = ["bid", "ask", "", "mid", "bid", "ü"];

  it("hold any JSON value behind json2", async () => {
    expect(await itemsIn("json2")).toEqual([1, 2.5, "x", null, [1, [2]], { a: true }]);
  });

  it.each(["vlen-array", "vlen-array-big"])(
    "hold arrays behind vlen-array, in either byte order: %s",
    async (name) => {
      expect(await itemsIn(name)).toEqual(
        Array.from({ length: 6 }, (_, count) => Int32Array.from({ length: count }, (_, item) => 7 * item)),
      );
    },
  );

  it("hold text behind vlen-utf8", async () => {
    expect(await itemsIn("vlen-utf8")).toEqual(TEXT);
  });

  it("hold the labels of categories, and nothing where there was no label", async () => {
    const labelled = ["bid", "ask", "", "mid", "bid", ""];
    expect(await itemsIn("categories")).toEqual(labelled);
    expect(await itemsIn("fixed-categories")).toEqual(labelled);
  });

  it("hold structs in structs, with fields in different byte orders", async () => {
    const array = await (await openGroup(stores().objects)).array("struct");
    const item = (await array.get([2])) as Uint8Array;
    const view = new DataView(item.buffer, item.byteOffset);
    expect(item).toHaveLength(8 + 8 + 2 + 8);
    expect([view.getBigInt64(0, true), view.getFloat64(8, true), view.getUint16(16, true)]).toEqual([
      2n,
      1,
      600,
    ]);
    const bytes = ((await array.get([3])) as Uint8Array).subarray(18);
    expect([...bytes]).toEqual([...new Uint8Array(Uint32Array.of(98, 99).buffer)]);
  });

  it("are refused by name where they are pickled, and hide no neighbour", async () => {
    const root = await openGroup(stores().objects);
    await expect(root.array("pickle")).rejects.toMatchObject({
      code: "UNSUPPORTED_CODEC",
      path: "/pickle",
      codec: "numcodecs.pickle",
    });
    const names: string[] = [];
    const listing = (async () => {
      for await (const [name] of root.members()) names.push(name);
    })();
    await expect(listing).rejects.toMatchObject({ code: "UNSUPPORTED_CODEC", path: "/pickle" });
    expect(names).toEqual([
      "categories",
      "fixed-categories",
      "json2",
      "struct",
      "vlen-array",
      "vlen-array-big",
      "vlen-utf8",
    ]);
  });
});

describeShared("zarrita's fixtures of Zarr v2", FIXTURES, () => {
  it("read as zarr-python reads them", async () => {
    const root = await openGroup(FIXTURES);
    const seen = await Promise.all(fixtures.map(async ({ path }) => seenBy(await root.array(path), path)));
    expect(seen).toEqual(fixtures);
    expect(fixtures).toHaveLength(31);
  });

  it.each([
    ["data.zipped_from_within.zarr.zip", undefined],
    ["data.zipped_from_parent.zarr.zip", "data.zarr"],
  ])("read the same in a zip archive: %s", async (file, path) => {
    const root = await openGroup(new ZipStore(join(FIXTURES, "..", file)), { path });
    const seen = await Promise.all(
      fixtures.map(async (array) => seenBy(await root.array(array.path), array.path)),
    );
    expect(seen).toEqual(fixtures);
  });

  it("read items of JSON, which zarr-python 3 does not", async () => {
    const array = await (await openGroup(FIXTURES)).array(JSON_FIXTURE);
    expect(await array.get()).toMatchObject({ data: ["foo", "bar", "baz", "qux"] });
  });
});
