/** What is no item of its array: refused before anything is written, and damage where it is read. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  codec,
  createArray,
  type DataTypeSpelling,
  MemoryStore,
  openArray,
  slice,
  verify,
} from "../../src/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const text = (length: number) =>
  ({ name: "fixed_length_utf32", configuration: { length_bytes: 4 * length } }) as const;
const padded = (length: number) =>
  ({ name: "null_terminated_bytes", configuration: { length_bytes: length } }) as const;
const NANOSECONDS = { name: "numpy.datetime64", configuration: { unit: "ns", scale_factor: 1 } } as const;
const bytes = (...values: number[]) => Uint8Array.from(values);

describe("what is no item is refused before anything is written", () => {
  it.each<[string, DataTypeSpelling, unknown]>([
    ["a string that is too long", text(3), ["abcd", "", "", ""]],
    ["one of too many characters beyond 16 bits", text(1), ["😀😀", "", "", ""]],
    ["half of a surrogate pair in a fixed string", text(3), ["\ud83d", "", "", ""]],
    ["half of a surrogate pair in a string", "string", ["a", "\udc00", "", ""]],
    ["a number among strings", "string", ["a", 1, "", ""]],
    ["a hole among strings", "string", new Array(4)],
    ["a number for a string", "string", 5],
    ["a typed array for strings", "string", new Uint8Array(4)],
    ["bytes that are too long", padded(2), [bytes(1, 2, 3), bytes(), bytes(), bytes()]],
    ["a string for bytes", "variable_length_bytes", "abc"],
    ["a list for numbers", "int32", [1, 2, 3, 4]],
    ["three parts for a complex number", "complex64", [1, 2, 3]],
    ["the wrong floats for complex numbers", "complex128", new Float32Array(8)],
    ["a number for a time", NANOSECONDS, 1.5],
    ["a time beyond 64 bits", NANOSECONDS, 2n ** 63n],
    ["a number for raw bits", "r16", 7],
  ])("%s", async (_, dataType, value) => {
    const store = new MemoryStore();
    const array = await createArray(store, { dataType, shape: [4], chunks: [2] });
    await expect(array.set(null, value as string[])).rejects.toMatchObject({
      code: "VALUE_INVALID",
      path: "/",
    });
    const keys = [];
    for await (const key of store.list("/")) keys.push(key);
    expect(keys).toEqual(["/zarr.json"]);
  });

  it.each<[string, DataTypeSpelling, unknown]>([
    ["a string that is too long", text(3), "abcd"],
    ["half of a surrogate pair", "string", "\ud83d"],
    ["a number for a string", "string", 0],
    ["bytes of another length", "r24", bytes(1, 2)],
    ["a number for a complex one", "complex64", 1],
  ])("as fill value: %s", async (_, dataType, fillValue) => {
    const created = createArray(new MemoryStore(), {
      dataType,
      shape: [1],
      chunks: [1],
      fillValue: fillValue as string,
    });
    await expect(created).rejects.toMatchObject({ code: "VALUE_INVALID" });
  });

  it.each<[string, DataTypeSpelling, string]>([
    ["METADATA_INVALID", { name: "fixed_length_utf32", configuration: { length_bytes: 5 } }, "bytes"],
    ["METADATA_INVALID", "fixed_length_utf32", "configuration"],
    ["UNSUPPORTED_DATA_TYPE", "float128" as "string", "float128"],
  ])("as data type, by %s", async (code, dataType, words) => {
    const created = createArray(new MemoryStore(), { dataType, shape: [1], chunks: [1] });
    await expect(created).rejects.toMatchObject({ code, path: "/", message: expect.stringContaining(words) });
  });
});

describe("bytes that are no Unicode", () => {
  it("are damage in a fixed string, found by reading and by verifying", async () => {
    const directory = await temporaryDirectory();
    const array = await createArray(directory, {
      dataType: text(2),
      shape: [4],
      chunks: [2],
      codecs: [codec.bytes()],
    });
    await array.set(null, ["a", "b", "c", "d"]);
    const file = join(directory, "c", "1");
    const chunk = await readFile(file);
    chunk.writeUInt32LE(0x110000, 8);
    await writeFile(file, chunk);
    await expect(array.get()).rejects.toMatchObject({
      code: "CHUNK_CORRUPT",
      message: expect.stringContaining("[3]"),
    });
    expect((await array.get([slice(0, 3)])).data).toEqual(["a", "b", "c"]);
    expect((await verify(directory)).faults).toMatchObject([{ code: "CHUNK_CORRUPT", chunk: [1] }]);
  });

  it("are damage in a string, named with its chunk", async () => {
    const directory = await temporaryDirectory();
    const array = await createArray(directory, {
      dataType: "string",
      shape: [4],
      chunks: [2],
      codecs: [],
    });
    await array.set(null, ["a", "b", "c", "d"]);
    const file = join(directory, "c", "1");
    const chunk = await readFile(file);
    chunk[8] = 0xff;
    await writeFile(file, chunk);
    await expect((await openArray(directory)).get()).rejects.toMatchObject({
      code: "CHUNK_CORRUPT",
      chunk: [1],
      codec: "vlen-utf8",
    });
    expect((await verify(directory)).faults).toMatchObject([{ code: "CHUNK_CORRUPT", chunk: [1] }]);
  });
});
