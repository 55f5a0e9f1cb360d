/** Several handles of one node, and documents that others wrote: nothing is lost by what a handle remembers. */
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type ArrayChunk,
  backend,
  createArray,
  createGroup,
  type Group,
  MemoryStore,
  open,
  openArray,
  openGroup,
  verify,
  type ZarrArray,
} from "../../src/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

let directory: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
});

async function growing(): Promise<ZarrArray<"int32">> {
  return createArray(directory, { shape: [0], dataType: "int32", chunks: [8] });
}

async function itemsOf(array: ZarrArray): Promise<number[]> {
  return [...(((await array.get()) as ArrayChunk).data as Int32Array)];
}

describe(`two handles of one array (${backend().name})`, () => {
  it("append one after the other, and lose no row", async () => {
    const first = await growing();
    const second = (await openArray(directory, { mode: "r+" })) as ZarrArray<"int32">;
    const places = await Promise.all([
      first.append(Int32Array.of(1, 2, 3)),
      second.append(Int32Array.of(10, 20, 30)),
    ]);
    expect(places).toEqual([
      { firstRow: 0, rows: 3 },
      { firstRow: 3, rows: 3 },
    ]);
    expect(await itemsOf(await openArray(directory))).toEqual([1, 2, 3, 10, 20, 30]);
  });

  it("do not undo each other's rows by changing attributes", async () => {
    const first = await growing();
    const second = await openArray(directory, { mode: "r+" });
    await first.append(Int32Array.of(1, 2, 3));
    await second.updateAttributes({ note: "hi" });
    await first.updateAttributes({ other: 1 });
    const opened = await openArray(directory);
    expect(opened.shape).toEqual([3]);
    expect(opened.attributes).toEqual({ note: "hi", other: 1 });
  });

  it("keep rows that the other appended to an edge chunk when they write what they know", async () => {
    const first = await growing();
    await first.append(Int32Array.of(1, 2, 3));
    const second = await openArray(directory, { mode: "r+" });
    await first.append(Int32Array.of(4, 5));
    await second.set(null, 9);
    expect(await itemsOf(await openArray(directory))).toEqual([9, 9, 9, 4, 5]);
  });

  it("refuse to write into an array that has been replaced by another", async () => {
    const first = await growing();
    await createArray(directory, { shape: [0], dataType: "int32", chunks: [4], mode: "w" });
    await expect(first.append(Int32Array.of(1))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe(`consolidated metadata (${backend().name})`, () => {
  let root: Group;
  let array: ZarrArray<"int32">;
  beforeEach(async () => {
    root = await createGroup(directory, { attributes: { venue: "x" } });
    array = await root.createArray("a", { shape: [0], dataType: "int32", chunks: [8] });
    await array.append(Int32Array.of(1));
    await root.consolidate();
  });

  it("is taken out by whatever makes it stale, and readers see what there is", async () => {
    expect((await openGroup(directory)).metadata.consolidated).toBeDefined();
    await array.append(Int32Array.of(2));
    const reader = await openGroup(directory);
    expect(reader.metadata.consolidated).toBeUndefined();
    expect((await reader.array("a")).shape).toEqual([2]);
    expect(await verify(directory)).toMatchObject({ ok: true });
    await root.consolidate();
    expect((await (await openGroup(directory)).array("a")).shape).toEqual([2]);
  });

  it("comes back as it was when an older handle changes the group's attributes", async () => {
    const older = await openGroup(directory, { mode: "r+" });
    await root.updateAttributes({ venue: "y" });
    await older.updateAttributes({ session: 1 });
    expect((await openGroup(directory)).attributes).toEqual({ venue: "y", session: 1 });
    expect(await verify(directory)).toMatchObject({ ok: true });
  });

  it("is taken out by a new node below", async () => {
    await (await openGroup(directory, { mode: "r+" })).createGroup("b");
    const names: string[] = [];
    for await (const [name] of (await openGroup(directory)).members()) names.push(name);
    expect(names).toEqual(["a", "b"]);
  });
});

describe(`documents that others wrote (${backend().name})`, () => {
  it("keep their literals when a row is appended: floats, bare words, large integers", async () => {
    const array = await growing();
    const file = join(directory, "zarr.json");
    const attributes =
      '{"valid_min": 0.0, "v": [1.0, 2, 1e3], "missing": NaN, "id": 12345678901234567890, "word": "NaN"}';
    const document = (await readFile(file, "utf8")).replace(
      /"attributes": \{\}/,
      `"attributes": ${attributes}`,
    );
    await writeFile(file, document);
    await array.append(Int32Array.of(1));
    const text = await readFile(file, "utf8");
    for (const literal of [
      '"valid_min": 0.0',
      "1.0,",
      "1e3",
      '"missing": NaN',
      "12345678901234567890",
      '"word": "NaN"',
    ]) {
      expect(text).toContain(literal);
    }
    expect((await openArray(directory)).shape).toEqual([1]);
  });

  it("of an unsupported type do not keep the other members from being listed", async () => {
    const root = await createGroup(directory);
    await root.createArray("a", { shape: [1], dataType: "int8", chunks: [1] });
    await root.createArray("b", { shape: [1], dataType: "int8", chunks: [1] });
    const file = join(directory, "a", "zarr.json");
    await writeFile(file, (await readFile(file, "utf8")).replace('"int8"', '"bfloat16"'));
    const names: string[] = [];
    const listing = async (): Promise<void> => {
      for await (const [name] of root.members()) names.push(name);
    };
    await expect(listing()).rejects.toMatchObject({ code: "UNSUPPORTED_DATA_TYPE", path: "/a" });
    expect(names).toEqual(["b"]);
  });
});

describe(`new nodes (${backend().name})`, () => {
  it("get the groups above them that are missing", async () => {
    await createArray(directory, { path: "a/b/c", shape: [1], dataType: "int8", chunks: [1] });
    expect((await open(directory)).constructor.name).toBe("Group");
    expect((await open(directory, { path: "a/b" })).constructor.name).toBe("Group");
  });

  it("are refused inside an array", async () => {
    await growing();
    const inside = createArray(directory, { path: "kid", shape: [1], dataType: "int8", chunks: [1] });
    await expect(inside).rejects.toMatchObject({ code: "KEY_INVALID" });
  });

  it("are refused on top of Zarr v2", async () => {
    await writeFile(join(directory, ".zgroup"), '{"zarr_format": 2}');
    await expect(createGroup(directory)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  });

  it("are refused with a mode that does not exist", async () => {
    await expect(createGroup(directory, { mode: "W" as never })).rejects.toThrow(RangeError);
    await expect(openGroup(directory, { mode: "rw" as never })).rejects.toThrow(RangeError);
  });
});

describe(`selections from callers without types (${backend().name})`, () => {
  const bad: unknown[] = [[1, 2], 3n, { from: 1, to: 2 }, {}, "1", undefined, true, { start: "0" }];

  it.each(bad.map((index) => [index]))("%s selects nothing, and writes nothing", async (index) => {
    const array = await createArray(new MemoryStore(), { shape: [4], dataType: "int32", chunks: [2] });
    await array.set(null, 5);
    await expect(array.get([index as never])).rejects.toThrow(TypeError);
    await expect(array.set([index as never], 9)).rejects.toThrow(TypeError);
    expect(await itemsOf(array)).toEqual([5, 5, 5, 5]);
  });

  it.each([[Uint8Array.of(0, 0, 1, 1)], [[null, true]], [[true, null, true, true]], [["2"]]])(
    "the list %s is refused",
    async (list) => {
      const array = await createArray(new MemoryStore(), { shape: [4], dataType: "int32", chunks: [2] });
      await expect(array.getOrthogonal([list as never])).rejects.toThrow(TypeError);
    },
  );

  it.each([Number.NaN, 0, -1, 1.5, Number.POSITIVE_INFINITY])(
    "concurrency %s is refused",
    async (concurrency) => {
      const array = await createArray(new MemoryStore(), { shape: [4], dataType: "int32", chunks: [2] });
      await expect(array.get(null, { concurrency })).rejects.toThrow(RangeError);
    },
  );

  it("a negative read-ahead is refused", async () => {
    const array = await createArray(new MemoryStore(), { shape: [4], dataType: "int32", chunks: [2] });
    await expect(array.blocks({ readAhead: -1 }).next()).rejects.toThrow(RangeError);
  });
});

describe(`append (${backend().name})`, () => {
  it.each([[[3]], [[1]], [[2, 1]], [[1, 3, 1]], [[]]])(
    "does not make rows out of a box of shape %s",
    async (shape) => {
      const array = await createArray(new MemoryStore(), {
        shape: [2, 3],
        dataType: "int32",
        chunks: [2, 3],
      });
      const data = new Int32Array(shape.reduce((count, extent) => count * extent, 1));
      await expect(array.append({ data, shape })).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
      expect(array.shape).toEqual([2, 3]);
    },
  );

  it("takes a box of whole rows", async () => {
    const array = await createArray(new MemoryStore(), { shape: [0, 3], dataType: "int32", chunks: [2, 3] });
    await array.append({ data: Int32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] });
    expect(await itemsOf(array)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

it(`reads more shards at once than a process may have files open (${backend().name})`, async () => {
  const array = await createArray(directory, {
    shape: [2000, 4],
    dataType: "int16",
    chunks: [1, 2],
    shards: [1, 4],
  });
  await array.set(null, 7);
  const index = fileURLToPath(new URL("../../dist/src/index.js", import.meta.url));
  const program = `
    import { openArray, slice } from ${JSON.stringify(index)};
    const array = await openArray(${JSON.stringify(directory)});
    const rows = await Promise.all(Array.from({ length: 2000 }, (_, row) => array.get([row, slice(0, 4)])));
    console.log(rows.every(({ data }) => data.every((item) => item === 7)));`;
  const command = 'ulimit -n 160 && exec "$0" --input-type=module --eval "$1"';
  const { stdout, stderr } = spawnSync("sh", ["-c", command, process.execPath, program], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(stdout.trim()).toBe("true");
});

it(`refuses memory that can go away while it is used (${backend().name})`, async () => {
  const array = await createArray(new MemoryStore(), { shape: [4], dataType: "int32", chunks: [2] });
  const ResizableBuffer = ArrayBuffer as new (
    bytes: number,
    options: { maxByteLength: number },
  ) => ArrayBuffer;
  const resizable = new ResizableBuffer(16, { maxByteLength: 64 });
  await expect(array.get(null, { out: new Int32Array(resizable) })).rejects.toThrow(TypeError);
  await expect(array.set(null, new Int32Array(resizable))).rejects.toThrow(TypeError);
});
