import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codec } from "../../codecs/builders.ts";
import { EXPORT_ENDINGS, exportArray } from "../../src/export/export-array.ts";
import { itemRuns } from "../../src/export/item-runs.ts";
import type { DataTypeSpelling } from "../../src/metadata/parse-data-type.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { ZarrArray } from "../../src/zarr/array.ts";
import { createArray, openArray } from "../../src/zarr/open.ts";
import { askPython } from "../interop/python.ts";
import { holds } from "../kit/property.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

/** Items of a type with its extremes; `[4, 3]` of them. */
const SAMPLES: readonly { readonly dataType: DataTypeSpelling; readonly items: unknown }[] = [
  { dataType: "bool", items: Uint8Array.from({ length: 12 }, (_, item) => item % 2) },
  { dataType: "int8", items: spread(Int8Array, [-128, 127]) },
  { dataType: "int16", items: spread(Int16Array, [-32768, 32767]) },
  { dataType: "int32", items: spread(Int32Array, [-2147483648, 2147483647]) },
  { dataType: "int64", items: spread(BigInt64Array, [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n]) },
  { dataType: "uint8", items: spread(Uint8Array, [255]) },
  { dataType: "uint16", items: spread(Uint16Array, [65535]) },
  { dataType: "uint32", items: spread(Uint32Array, [4294967295]) },
  { dataType: "uint64", items: spread(BigUint64Array, [2n ** 64n - 1n, 2n ** 63n]) },
  {
    dataType: "float16",
    items: spread(typedArrayOf({ name: "float16" }), [0.1, -0, 6e-8, 65504, NaN, -Infinity, 1 / 3]),
  },
  { dataType: "float32", items: spread(Float32Array, [0.1, -0, 1e-40, 3.4e38, NaN, -Infinity, 61234.5]) },
  { dataType: "float64", items: spread(Float64Array, [0.1, -0, 5e-324, 1.7e308, NaN, Infinity, 1 / 3]) },
];

function spread<Items extends ArrayLike<number | bigint>>(
  Type: { new (length: number): Items },
  first: readonly (number | bigint)[],
): Items {
  const items = new Type(12) as { [index: number]: number | bigint } & Items;
  for (let item = 0; item < 12; item += 1) {
    const filler = typeof items[0] === "bigint" ? BigInt(item) : item;
    items[item] = first[item] ?? filler;
  }
  return items;
}

/** Those of other kinds, which not every format holds. */
const OTHERS: readonly {
  readonly dataType: DataTypeSpelling;
  readonly items: unknown;
  readonly endings: readonly string[];
}[] = [
  {
    dataType: "complex64",
    items: Float32Array.from({ length: 24 }, (_, at) => at / 7),
    endings: [".npy", ".npz", ".bin"],
  },
  {
    dataType: { name: "numpy.datetime64", configuration: { unit: "ns", scale_factor: 1 } },
    items: spread(BigInt64Array, [-1n, 1_723_161_256_505_123_456n, -(2n ** 63n)]),
    endings: [".npy", ".npz", ".bin", ".csv", ".parquet"],
  },
  {
    dataType: { name: "numpy.datetime64", configuration: { unit: "s", scale_factor: 10 } },
    items: spread(BigInt64Array, [-7n, 172_316_125n]),
    endings: [".npy", ".npz", ".bin", ".csv"],
  },
  {
    dataType: { name: "numpy.timedelta64", configuration: { unit: "us", scale_factor: 1 } },
    items: spread(BigInt64Array, [-7n]),
    endings: [".npy", ".npz", ".bin"],
  },
  {
    dataType: { name: "fixed_length_utf32", configuration: { length_bytes: 20 } },
    items: ["", "é", "a,b", '"q"', "x\ny", " z", ...new Array(6).fill("BTC")],
    endings: [".npy", ".npz", ".bin", ".csv", ".parquet"],
  },
  {
    dataType: { name: "null_terminated_bytes", configuration: { length_bytes: 3 } },
    items: Array.from({ length: 12 }, (_, item) => Uint8Array.of(1, item + 1)),
    endings: [".npy", ".npz", ".bin", ".parquet"],
  },
  {
    dataType: { name: "raw_bytes", configuration: { length_bytes: 3 } },
    items: Uint8Array.from({ length: 36 }, (_, byte) => byte * 7),
    endings: [".npy", ".npz", ".bin"],
  },
  {
    dataType: {
      name: "structured",
      configuration: {
        fields: [
          ["it's \\ ts", "int64"],
          ["Ωpx", "float32"],
        ],
      },
    },
    items: Uint8Array.from({ length: 144 }, (_, byte) => byte),
    endings: [".npy", ".npz", ".bin"],
  },
  {
    dataType: "string",
    items: ["", "Ω", "a,b", '"q"', "x\r\ny", " z ", ...new Array(6).fill("sequence")],
    endings: [".csv", ".parquet"],
  },
];

async function arrayOf(
  path: string,
  dataType: DataTypeSpelling,
  items: unknown,
  shape = [4, 3],
): Promise<ZarrArray> {
  const array = await createArray(path, { dataType: dataType as "int32", shape, chunks: shape.map(() => 2) });
  await array.set(null, items as Int32Array);
  return array as ZarrArray;
}

describe("an exported array", () => {
  test("is the same in NumPy, pyarrow and Python's csv as zarr-python reads it from the store", async () => {
    const directory = await temporaryDirectory();
    const job: { array: string; file: string }[] = [];
    const cases = [...SAMPLES.map((sample) => ({ ...sample, endings: EXPORT_ENDINGS })), ...OTHERS];
    for (const [index, { dataType, items, endings }] of cases.entries()) {
      const path = join(directory, `${index}.zarr`);
      const array = await arrayOf(path, dataType, items);
      for (const ending of endings) {
        const file = join(directory, `${index}${ending}`);
        await exportArray(array, file, { name: "values" });
        job.push({ array: path, file });
      }
    }
    // One that is empty, one of one dimension, one of three, one of none, and names of columns.
    for (const [name, shape] of Object.entries({ empty: [0, 3], flat: [5], cube: [3, 2, 4], scalar: [] })) {
      const path = join(directory, `${name}.zarr`);
      const count = shape.reduce((product, extent) => product * extent, 1);
      const array = await arrayOf(
        path,
        "int32",
        Int32Array.from({ length: count }, (_, item) => item),
        shape,
      );
      for (const ending of EXPORT_ENDINGS) {
        const file = join(directory, `${name}${ending}`);
        await exportArray(array, file, { name: "values" });
        job.push({ array: path, file });
      }
    }
    expect(job.length).toBeGreaterThan(90);
    const answers = await askPython<(string | null)[]>("../export/read_exports.py", job);
    const wrong = answers.flatMap((answer, index) =>
      answer === null ? [] : [`${job[index]!.file}: ${answer}`],
    );
    expect(wrong).toEqual([]);
  });

  test("is refused before anything is written, where the format has no place for its items", async () => {
    const directory = await temporaryDirectory();
    for (const [index, { dataType, items, endings }] of OTHERS.entries()) {
      const array = await arrayOf(join(directory, "stores", `${index}.zarr`), dataType, items);
      for (const ending of EXPORT_ENDINGS.filter((other) => !endings.includes(other))) {
        await expect(exportArray(array, join(directory, `x${ending}`))).rejects.toMatchObject({
          code: "UNSUPPORTED_DATA_TYPE",
        });
      }
    }
    const wide = await createArray(new MemoryStore(), {
      dataType: "int8",
      shape: [1, 5000],
      chunks: [1, 5000],
    });
    for (const ending of [".csv", ".parquet"]) {
      await expect(exportArray(wide, join(directory, `x${ending}`))).rejects.toMatchObject({
        code: "SHAPE_MISMATCH",
      });
    }
    const large = await createArray(new MemoryStore(), {
      dataType: "int64",
      shape: [2 ** 29],
      chunks: [2 ** 20],
    });
    await expect(exportArray(large, join(directory, "x.npz"))).rejects.toMatchObject({
      code: "SELECTION_TOO_LARGE",
    });
    await expect(exportArray(wide, join(directory, "x.xyz"))).rejects.toThrow(RangeError);
    expect(await readdir(directory)).toEqual(["stores"]);
  });

  test("leaves a file that is there as it is, the note of a .bin included, unless it is to give way", async () => {
    const directory = await temporaryDirectory();
    const array = await arrayOf(join(directory, "array.zarr"), "int32", new Int32Array(12));
    for (const taken of ["px.npy", "px.bin", "other.bin.json"]) {
      const file = join(directory, taken);
      await writeFile(file, "mine");
      const place = file.replace(/\.json$/, "");
      const before = await readdir(directory);
      await expect(exportArray(array, place)).rejects.toMatchObject({ code: "ALREADY_EXISTS", path: file });
      expect((await readFile(file)).toString()).toBe("mine");
      expect(await readdir(directory)).toEqual(before);
      await exportArray(array, place, { overwrite: true });
      expect((await readFile(file)).toString()).not.toBe("mine");
    }
  });

  test("does not appear when its array cannot be read to the end, or the export is called off", async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, "array.zarr");
    const array = await createArray(path, {
      dataType: "int32",
      shape: [40],
      chunks: [10],
      codecs: [codec.crc32c()],
    });
    await array.set(null, new Int32Array(40).fill(7));
    const out = join(directory, "out");
    await mkdir(out);
    for (const ending of EXPORT_ENDINGS) {
      const signal = AbortSignal.abort();
      await expect(exportArray(array, join(out, `x${ending}`), { signal })).rejects.toThrow("aborted");
    }
    await writeFile(join(path, "c/3"), "damage");
    for (const ending of EXPORT_ENDINGS) {
      await expect(exportArray(array, join(out, `x${ending}`))).rejects.toMatchObject({
        code: "CHUNK_CORRUPT",
      });
    }
    expect(await readdir(out)).toEqual([]);
  });

  test("calls its columns as the array says", async () => {
    const directory = await temporaryDirectory();
    const array = await createArray(new MemoryStore(), {
      dataType: "int8",
      shape: [1, 2, 2],
      chunks: [1, 2, 2],
      attributes: { columns: ["price", "size"] },
    });
    await array.set(null, Int8Array.of(1, 2, 3, 4));
    const file = join(directory, "data.csv");
    await exportArray(array, file);
    expect((await readFile(file)).toString()).toBe(
      "data_0_price,data_0_size,data_1_price,data_1_size\n1,2,3,4\n",
    );
  });

  test.each([".csv", ".parquet"])(
    "is refused as %s where a row is more than is read at once",
    async (ending) => {
      const directory = await temporaryDirectory();
      const dataType = { name: "fixed_length_utf32", configuration: { length_bytes: 20_000 } } as const;
      const array = await createArray(new MemoryStore(), { dataType, shape: [1, 1000], chunks: [1, 1000] });
      await expect(exportArray(array, join(directory, `x${ending}`))).rejects.toMatchObject({
        code: "SHAPE_MISMATCH",
        message: expect.stringContaining("takes 20000000 bytes"),
      });
      expect(await readdir(directory)).toEqual([]);
    },
  );

  test("tells how far it is, and what has been written", async () => {
    const directory = await temporaryDirectory();
    const array = await arrayOf(join(directory, "array.zarr"), "int32", new Int32Array(12));
    const seen: number[] = [];
    const file = join(directory, "x.bin");
    const report = await exportArray(array, file, {
      onProgress: ({ items, totalItems }) => seen.push(items, totalItems),
    });
    expect(seen).toEqual([12, 12]);
    const noteBytes = (await readFile(`${file}.json`)).length;
    expect(report).toEqual({
      files: [`${file}.json`, file],
      format: "bin",
      items: 12,
      bytes: 48 + noteBytes,
    });
  });
});

test("runs of bounded size make up the array in C order, whatever its shape, chunks and the bound", async () => {
  const cases = fc.record({
    shape: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 4 }),
    chunk: fc.integer({ min: 1, max: 5 }),
    runItems: fc.integer({ min: 1, max: 40 }),
  });
  const check = async ({
    shape,
    chunk,
    runItems,
  }: typeof cases extends fc.Arbitrary<infer C> ? C : never) => {
    const chunks = shape.map(() => chunk);
    const array = await createArray(new MemoryStore(), { dataType: "int32", shape, chunks });
    const count = shape.reduce((product, extent) => product * extent, 1);
    const expected = Int32Array.from({ length: count }, (_, item) => item + 1);
    await array.set(null, expected);
    const items: number[] = [];
    for await (const { data } of itemRuns(array as ZarrArray, undefined, runItems * 4)) {
      expect(data.length).toBeLessThanOrEqual(runItems);
      items.push(...(data as Int32Array));
    }
    expect(Int32Array.from(items)).toEqual(expected);
  };
  await holds("item runs make up the array", cases, check, 60);
});

test("an array in a store is called as it is there", async () => {
  const directory = await temporaryDirectory();
  await arrayOf(join(directory, "store.zarr/px"), "int32", new Int32Array(3), [3]);
  const array = await openArray(directory, { path: "store.zarr/px" });
  await exportArray(array, join(directory, "x.csv"));
  expect((await readFile(join(directory, "x.csv"))).toString()).toBe("px\n0\n0\n0\n");
});
