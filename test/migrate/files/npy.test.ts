import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openFileSource } from "../../../src/migrate/files/open-file-source.ts";
import { comparableBytes } from "../../../src/migrate/items.ts";
import { npyHead } from "../../kit/npy-head.ts";
import { describeShared, sharedPath } from "../../kit/shared.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";
import { arrayAt, readByRows, sha256 } from "./legacy-files.ts";
import { peculiarFiles } from "./peculiar-files.ts";

const { pathOf } = peculiarFiles();

/** A file of version 1.0 with this header and these bytes behind it. */
async function npyFile(header: string, data: Uint8Array): Promise<string> {
  const path = join(await temporaryDirectory(), "array.npy");
  await writeFile(path, Buffer.concat([npyHead(header), data]));
  return path;
}

const header = (descr: string, shape: string, order = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

const failureOf = async (path: string): Promise<unknown> => openFileSource(path).catch((error) => error);

test("a file that is cut short is refused, and says how many whole items there are", async () => {
  const path = await npyFile(header("'<f8'", "(10, 3)"), new Uint8Array(100));
  expect(await failureOf(path)).toMatchObject({
    code: "FILE_INVALID",
    path,
    message: expect.stringMatching(
      /10 × 3 items of 8 bytes, which take 240, and there are 100: 12 whole items/,
    ),
  });
});

test("bytes behind the array are refused: they may be another one", async () => {
  const path = await npyFile(header("'<f8'", "(2,)"), new Uint8Array(17));
  expect(await failureOf(path)).toMatchObject({
    code: "FILE_INVALID",
    message: expect.stringContaining("1 more follow"),
  });
});

test("a shape beyond all memory is held against the file before anything is allocated", async () => {
  const path = await npyFile(header("'<f8'", "(9007199254740991, 9007199254740991)"), new Uint8Array(8));
  expect(await failureOf(path)).toMatchObject({ code: "FILE_INVALID" });
});

test.each([
  ["a call", `{'descr': __import__('os').getcwd(), 'fortran_order': False, 'shape': (1,)}`],
  ["an expression", header("'<f' '8'", "(1,)")],
  ["arithmetic", header("'<f8'", "(1 + 1,)")],
  ["a missing key", `{'descr': '<f8', 'shape': (1,)}`],
  ["one key too many", `{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': 1}`],
  ["a key twice", `{'descr': '<f8', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}`],
  ["a negative extent", header("'<f8'", "(-1,)")],
  ["a bracket that is not closed", `{'descr': '<f8', 'fortran_order': False, 'shape': (1,`],
  ["brackets without end", `{'descr': ${"[".repeat(4000)}`],
  ["no type string", header("'double'", "(1,)")],
])("a header with %s is refused", async (_, text) => {
  expect(await failureOf(await npyFile(text, new Uint8Array(8)))).toMatchObject({ code: "FILE_INVALID" });
});

test("a type without an equal is refused as the array's, by name", async () => {
  const source = await openFileSource(await npyFile(header("'<f16'", "(1,)"), new Uint8Array(16)));
  expect(source.arrays).toEqual([]);
  expect(source.refusals).toMatchObject([
    { path: "/data", code: "UNSUPPORTED_DATA_TYPE", reason: expect.stringContaining("<f16") },
  ]);
});

test("integers as Python 2 wrote them, unaligned headers and single items are read", async () => {
  const items = Float64Array.of(1, 2, 3);
  const source = await openFileSource(
    await npyFile(
      `{u'descr': '<f8', u'fortran_order': False, u'shape': (3L,), } `,
      new Uint8Array(items.buffer),
    ),
  );
  expect(await arrayAt(source, "/data").readRegion([1], [2])).toEqual(items.slice(1));
  const single = await openFileSource(
    await npyFile(header("'<f8'", "()"), new Uint8Array(items.buffer, 8, 8)),
  );
  expect(await arrayAt(single, "/data").readRegion([], [])).toEqual(Float64Array.of(2));
});

test("items of no bytes take none", async () => {
  const source = await openFileSource(
    await npyFile(header("[('a', '<i4', (0,))]", "(3,)"), new Uint8Array()),
  );
  expect(arrayAt(source, "/a")).toMatchObject({ shape: [3, 0], encodedBytes: 0 });
  expect(await arrayAt(source, "/a").readRegion([0, 0], [3, 0])).toEqual(new Int32Array());
});

test("every byte of a bool but 0 is true", async () => {
  const source = await openFileSource(await npyFile(header("'|b1'", "(4,)"), Uint8Array.of(0, 1, 2, 255)));
  expect(await arrayAt(source, "/data").readRegion([0], [4])).toEqual(Uint8Array.of(0, 1, 1, 1));
});

test("text that is no Unicode is an error that names the item", async () => {
  const source = await openFileSource(
    await npyFile(header("'<U1'", "(2,)"), Uint8Array.of(97, 0, 0, 0, 0, 0, 0, 255)),
  );
  await expect(arrayAt(source, "/data").readRegion([0], [2])).rejects.toMatchObject({
    code: "FILE_INVALID",
    message: expect.stringContaining("item 1"),
  });
});

test("large arrays in either order are read through small windows", async () => {
  const shape = [300, 200, 30];
  const items = Float32Array.from({ length: 300 * 200 * 30 }, (_, i) => i);
  const c = arrayAt(
    await openFileSource(await npyFile(header("'<f4'", "(300, 200, 30)"), new Uint8Array(items.buffer))),
    "/data",
  );
  const f = arrayAt(
    await openFileSource(
      await npyFile(header("'<f4'", "(30, 200, 300)", "True"), new Uint8Array(items.buffer)),
    ),
    "/data",
  );
  expect(c.shape).toEqual(shape);
  const box = (await c.readRegion([10, 20, 5], [200, 3, 4])) as Float32Array;
  const turned = (await f.readRegion([5, 20, 10], [4, 3, 200])) as Float32Array;
  for (const [i, j, k] of [
    [0, 0, 0],
    [199, 2, 3],
    [77, 1, 2],
  ] as const) {
    const expected = ((10 + i) * 200 + 20 + j) * 30 + 5 + k;
    expect(box[(i * 3 + j) * 4 + k]).toBe(expected);
    expect(turned[(k * 3 + j) * 200 + i]).toBe(expected);
  }
  expect(sha256(await readByRows(c, 7))).toBe(sha256(new Uint8Array(items.buffer)));
});

test("memory that is free again is read into", async () => {
  const source = await openFileSource(await npyFile(header("'<i4'", "(3,)"), new Uint8Array(12).fill(1)));
  const reuse = new Int32Array(3);
  const read = (await arrayAt(source, "/data").readRegion([0], [3], { reuse })) as Int32Array;
  expect(read.buffer).toBe(reuse.buffer);
  expect([...read]).toEqual([16843009, 16843009, 16843009]);
});

describe("pickles", () => {
  test.each(["pickled.npy", "pickled_field.npy"])(
    "%s is refused, field by field, and never unpickled",
    async (name) => {
      const source = await openFileSource(pathOf(name));
      expect(source.arrays).toEqual([]);
      expect(source.refusals.length).toBeGreaterThan(0);
      for (const refusal of source.refusals) {
        expect(refusal).toMatchObject({
          code: "UNSUPPORTED_DATA_TYPE",
          reason: expect.stringContaining("pickled"),
        });
      }
      expect(existsSync(pathOf("sprung"))).toBe(false);
    },
  );

  test("one in an archive does not hide its neighbours", async () => {
    const source = await openFileSource(pathOf("pickled.npz"));
    expect(source.refusals.map(({ path }) => path)).toEqual(["/trap"]);
    expect(await arrayAt(source, "/good").readRegion([0], [5])).toEqual(Float64Array.of(0, 1, 2, 3, 4));
    await source.close();
    expect(existsSync(pathOf("sprung"))).toBe(false);
  });
});

describeShared("files of other projects", sharedPath("market-data", "legacy"), () => {
  // The hashes are NumPy's: of the items in C order, little-endian.
  test.each([
    [
      "structured_big_endian.npy",
      "a31ebbf00ebe0ef2e1df5e6808bf873a6643b15976f320b6a3af9dc3cc9b0d91",
      [1, 1000, 100],
    ],
    [
      "npz_btcusdt_20230404_eod.npz",
      "c4b207c087656c6413971a97db2946da5bfd30fa85af11a2b21f7c822c43a501",
      [4097, 6],
    ],
  ])("%s has the values that NumPy finds", async (name, hash, shape) => {
    const source = await openFileSource(sharedPath("market-data", "legacy", name));
    const [array, ...others] = source.arrays;
    expect([array!.path, array!.shape, others]).toEqual(["/data", shape, []]);
    const whole = await array!.readRegion(
      shape.map(() => 0),
      shape,
    );
    expect(sha256(comparableBytes(whole, array!.dataType))).toBe(hash);
    await source.close();
  });
});
