import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFileSource } from "../../../src/migrate/files/open-file-source.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";
import { arrayAt } from "./legacy-files.ts";

async function binFile(bytes: number, note?: object): Promise<string> {
  const path = join(await temporaryDirectory(), "book.bin");
  await writeFile(
    path,
    Uint8Array.from({ length: bytes }, (_, i) => i),
  );
  if (note !== undefined) await writeFile(`${path}.json`, JSON.stringify(note));
  return path;
}

test("a note beside the file says what is in it, and its other keys are attributes", async () => {
  const path = await binFile(12, { shape: [2, 3], dtype: ">u2", order: "F", columns: ["px", "sz", "ct"] });
  const array = arrayAt(await openFileSource(path), "/data");
  expect(array.attributes).toEqual({ columns: ["px", "sz", "ct"] });
  expect(array.verifiesContent).toBe(false);
  expect(await array.readRegion([0, 0], [2, 3])).toEqual(
    Uint16Array.of(1, 0x405, 0x809, 0x203, 0x607, 0xa0b),
  );
});

test.each(["<u2", "uint16"])("options say it where there is no note (%s)", async (dtype) => {
  const source = await openFileSource(await binFile(4), { dtype, shape: [2] });
  expect(await arrayAt(source, "/data").readRegion([0], [2])).toEqual(Uint16Array.of(0x100, 0x302));
});

test("fields of structs are arrays at the root, and so are the note's attributes", async () => {
  const path = await binFile(12, {
    shape: [2],
    dtype: [
      ["ts", "<u4"],
      ["px", ">i2"],
    ],
    venue: "okx",
  });
  const source = await openFileSource(path);
  expect(source.groups).toEqual([{ path: "/", attributes: { venue: "okx" } }]);
  expect(await arrayAt(source, "/ts").readRegion([0], [2])).toEqual(Uint32Array.of(0x03020100, 0x09080706));
  expect(await arrayAt(source, "/px").readRegion([1], [1])).toEqual(Int16Array.of(0x0a0b));
});

test.each([
  ["one byte is missing", 11, { shape: [2, 3], dtype: "<u2" }, {}, /take 12 bytes, and it has 11/],
  ["one byte is too many", 13, { shape: [2, 3], dtype: "<u2" }, {}, /take 12 bytes, and it has 13/],
  ["nothing says the type", 12, { shape: [2, 3] }, {}, /what its data type is/],
  ["nothing says the shape", 12, undefined, { dtype: "<u2" }, /what its shape is/],
  [
    "note and options differ",
    12,
    { shape: [6], dtype: "<u2" },
    { dtype: "<i2" },
    /"<u2" by .*book.bin.json, and "<i2"/,
  ],
  ["the order is unknown", 12, { shape: [6], dtype: "<u2", order: "Z" }, {}, /neither "C" nor "F"/],
  ["the shape is none", 12, { shape: [-6], dtype: "<u2" }, {}, /not a list of whole numbers/],
  ["there are Python objects", 48, { shape: [6], dtype: "|O" }, {}, /Python objects/],
  ["the type is none", 12, { shape: [6], dtype: "half" }, {}, /no type string/],
])("it is refused where %s", async (_, bytes, note, options, message) => {
  const failure = await openFileSource(await binFile(bytes, note), options).catch((error) => error);
  expect(failure).toMatchObject({ code: "FILE_INVALID", message: expect.stringMatching(message) });
});

test("a note that is no JSON object is an error with its name", async () => {
  const path = await binFile(4);
  for (const text of ["{", "[1]"]) {
    await writeFile(`${path}.json`, text);
    const failure = await openFileSource(path).catch((error) => error);
    expect(failure).toMatchObject({ code: "FILE_INVALID", path: `${path}.json` });
  }
});
